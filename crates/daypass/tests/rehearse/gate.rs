//! Jobs that wait for somebody.

use serde_json::json;

use crate::house::{DEPLOY, FIRST_RUN, House, seed_without_script};

#[tokio::test]
async fn for_whom_a_job_waits_is_said_before() {
    let house = House::with_roles().await;
    house.protect(json!({})).await;
    house.rehearse_seed(&[]).await.must_be(0).says(&[
        "waits at the environment production for a review by octo-reviewer",
        "deploy-frontend yes production github-prod-deploy allowed",
    ]);
}

#[tokio::test]
async fn a_branch_that_may_not_deploy_is_refused_before() {
    let house = House::with_roles().await;
    let policy = json!({ "protected_branches": false, "custom_branch_policies": true });
    house.protect(json!({ "deployment_branch_policy": policy })).await;
    house.rehearse_seed(&[]).await.must_be(1).says(&[
        "deploy-frontend yes production",
        "fails `refs/heads/main` is not allowed to deploy to production",
    ]);
}

/// The seed's deploy without AWS's CLI: whether it got credentials is enough.
fn deploy(house: &House) {
    let seed = seed_without_script();
    house.write(DEPLOY, &format!("{}        run: test -n \"$AWS_SESSION_TOKEN\" && echo deployed\n", seed));
}

#[tokio::test]
async fn an_approved_deploy_goes_on() {
    let house = House::with_roles().await;
    deploy(&house);
    let reviewer = house.protect(json!({ "prevent_self_review": true })).await;
    let mut watched = house.start_seed(&["--execute", "--actor", "octo-author"]);
    watched.until("approve or reject it at").await;
    house.review(FIRST_RUN, &reviewer, "approved").await;
    let ended = watched.end().await;
    ended.must_be(0).says(&[
        "deploy-frontend | the job deploy-frontend waits at the environment production for a review by octo-reviewer",
        "deploy-frontend | deployed",
        "the run: success",
    ]);
    assert_eq!(ended.stdout.matches("approve or reject it at").count(), 1);
}

#[tokio::test]
async fn a_rejected_deploy_does_not() {
    let house = House::with_roles().await;
    deploy(&house);
    let reviewer = house.protect(json!({})).await;
    let mut watched = house.start_seed(&["--execute"]);
    watched.until("approve or reject it at").await;
    house.review(FIRST_RUN, &reviewer, "rejected").await;
    let ended = watched.end().await;
    ended
        .must_be(1)
        .says(&["deploy-frontend failure why the deployment to production was rejected", "the run: failure"]);
    ended.does_not_say(&["deploy-frontend | deployed", "Authenticated as"]);
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_leaves_the_run_waiting() {
    let house = House::with_roles().await;
    deploy(&house);
    house.protect(json!({})).await;
    let ended = house.rehearse_seed(&["--execute", "--wait", "1s"]).await;
    ended.must_be(1).says(&[
        "deploy-frontend waiting why nobody answered within 1 s; the run waits on",
        "the run: not over",
    ]);
    let run = house.run(FIRST_RUN).await;
    assert_eq!(run["status"], "waiting", "{run}");
}
