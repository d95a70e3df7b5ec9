//! The seed's workflow, rehearsed with the AWS CLI in its last step: it waits for a reviewer, deploys, and the object is
//! in its bucket.

use serde_json::json;

use crate::house::{BUCKET, FIRST_RUN, House};
use crate::shell;

#[tokio::test]
async fn the_seeds_deploy_waits_for_a_reviewer_and_then_fills_its_bucket() {
    let mut house = House::with_roles().await;
    house.path = shell::path();
    let reviewer = house.protect(json!({ "prevent_self_review": true })).await;
    let mut watched = house.start_seed(&["--execute", "--actor", "octo-author"]);
    watched.until("approve or reject it at").await;
    house.review(FIRST_RUN, &reviewer, "approved").await;
    let ended = watched.end().await;
    ended.must_be(0).says(&[
        "deploy-frontend | the job deploy-frontend waits at the environment production for a review by octo-reviewer",
        "deploy-frontend | Authenticated as arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions",
        "deploy-frontend | upload: frontend/index.html to s3://my-prod-bucket/index.html",
        "the run: success",
    ]);
    let request = http::Request::head(format!("/{BUCKET}/index.html")).body(Vec::new()).unwrap();
    let object = house.sandbox.s3(Some(&house.sandbox.administrator), request).await.unwrap();
    let headers = &object.headers;
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(headers["content-type"], "text/html");
    assert_eq!(headers["content-length"], "13");
}
