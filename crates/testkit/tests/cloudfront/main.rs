//! CloudFront over the wire: who may, what is said to the others, what is on record and what is kept.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and signs with the wall clock"
)]

mod refused;

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder, Service, seed};
use http::Request;
use serde_json::json;

const OTHER: &str = "210987654321";
const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const DEPLOYER: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";
const CONFIG: &str = "
[[accounts]]
id = \"210987654321\"

[[distributions]]
id = \"ABCDEF123456\"

[[distributions]]
id = \"EOTHER\"
account = \"210987654321\"
";
const INVALIDATIONS: &str = "/2020-05-31/distribution/ABCDEF123456/invalidation";

async fn sandbox() -> Sandbox {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = SandboxBuilder::default().config_text(folder.path(), CONFIG).start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox
}

async fn ask(
    sandbox: &Sandbox,
    credentials: Option<&Credentials>,
    (method, path): (&str, &str),
    body: &str,
) -> Result<Answer, Refused> {
    let request = Request::builder().method(method).uri(path).body(body.as_bytes().to_vec()).unwrap();
    sandbox.call("cloudfront", credentials, request).await
}

fn batch(reference: &str) -> String {
    format!(
        "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>1</Quantity>\
         <Items><Path>/*</Path></Items></Paths><CallerReference>{reference}</CallerReference></InvalidationBatch>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_may_what_its_policy_says_and_nothing_else() {
    let sandbox = sandbox().await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "cloudfront:CreateInvalidation",
        "Resource": "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456",
    }]});
    sandbox.put_role_policy("deploy", "own", &policy).await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let made = ask(&sandbox, Some(&session), ("POST", INVALIDATIONS), &batch("a")).await.unwrap();
    assert_eq!(made.element("Status").unwrap(), "InProgress");
    let id = made.element("Id").unwrap();

    let one = format!("{INVALIDATIONS}/{id}");
    let refused = ask(&sandbox, Some(&session), ("GET", &one), "").await.unwrap_err();
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: cloudfront:GetInvalidation on resource: \
         arn:aws:cloudfront::123456789012:distribution/ABCDEF123456 because no identity-based policy allows the \
         cloudfront:GetInvalidation action"
    );
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    // Whoever may not ask does not learn what is there, nor what is wrong with the request.
    let elsewhere = "/2020-05-31/distribution/E0/invalidation";
    let refused = ask(&sandbox, Some(&session), ("POST", elsewhere), "<broken").await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"));

    sandbox.advance(3).await;
    let shown = ask(&sandbox, Some(&sandbox.administrator), ("GET", &one), "").await.unwrap();
    assert_eq!(shown.element("Status").unwrap(), "Completed");

    let events: Vec<_> = sandbox.events().await.iter().map(|event| event["record"].clone()).collect();
    let event = events.iter().find(|event| event["eventName"] == "CreateInvalidation").unwrap();
    let denied = events.iter().filter(|event| event["eventName"] == "CreateInvalidation");
    assert_eq!(denied.filter(|event| event["errorCode"] == "AccessDenied").count(), 1);
    assert_eq!(event["eventSource"], "cloudfront.amazonaws.com");
    let done = events.iter().find(|event| !event["responseElements"]["invalidation"].is_null()).unwrap();
    assert_eq!(done["awsRegion"], "us-east-1");
    assert_eq!(done["requestParameters"]["distributionId"], "ABCDEF123456");
    assert_eq!(done["requestParameters"]["invalidationBatch"]["paths"]["items"], json!(["/*"]));
    assert_eq!(done["responseElements"]["invalidation"]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_known_is_told_so_in_cloudfronts_words() {
    let sandbox = sandbox().await;
    let list = ("GET", "/2020-05-31/distribution");
    let said = ask(&sandbox, None, list, "").await.unwrap_err();
    assert_eq!(said.said(), (403, "MissingAuthenticationToken", "Request is missing Authentication Token"));
    let mut wrong = sandbox.administrator.clone();
    wrong.access_key_id = "AKIAUNKNOWNUNKNOWN00".to_owned();
    let said = ask(&sandbox, Some(&wrong), list, "").await.unwrap_err();
    assert_eq!((said.status, said.code.as_str()), (403, "InvalidClientTokenId"));
    let nothing = ("GET", "/2020-05-31/nothing");
    let said = ask(&sandbox, Some(&sandbox.administrator), nothing, "").await.unwrap_err();
    assert_eq!((said.status, said.code.as_str()), (404, "InvalidAction"));
    let other = ("GET", "/2020-05-31/cache-policy");
    let said = ask(&sandbox, Some(&sandbox.administrator), other, "").await.unwrap_err();
    let message = "ListCachePolicies is not offered by daypass";
    assert_eq!(said.said(), (501, "NotImplemented", message));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_sees_its_own_and_a_restart_keeps_all() {
    let sandbox = sandbox().await;
    let other = sandbox.administrator_of(OTHER);
    ask(&sandbox, Some(&other), ("GET", "/2020-05-31/distribution/EOTHER"), "").await.unwrap();
    let said = ask(&sandbox, Some(&other), ("POST", INVALIDATIONS), &batch("a")).await.unwrap_err();
    assert_eq!(said.said(), (404, "NoSuchDistribution", "The specified distribution does not exist."));
    let arn = "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456";
    let tags = format!("/2020-05-31/tagging?Resource={arn}");
    let said = ask(&sandbox, Some(&other), ("GET", &tags), "").await.unwrap_err();
    assert_eq!((said.status, said.code.as_str()), (403, "AccessDenied"));

    let made =
        ask(&sandbox, Some(&sandbox.administrator), ("POST", INVALIDATIONS), &batch("a")).await.unwrap();
    let id = made.element("Id").unwrap();
    let one = ("GET", "/2020-05-31/distribution/ABCDEF123456");
    let domain =
        ask(&sandbox, Some(&sandbox.administrator), one, "").await.unwrap().element("DomainName").unwrap();
    let sandbox = sandbox.restart().await;
    let again = ask(&sandbox, Some(&sandbox.administrator), one, "").await.unwrap();
    assert_eq!(again.element("DomainName").unwrap(), domain);
    let path = format!("{INVALIDATIONS}/{id}");
    ask(&sandbox, Some(&sandbox.administrator), ("GET", &path), "").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_count_as_condition_keys() {
    let sandbox = sandbox().await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "cloudfront:TagResource", "Resource": "*",
        "Condition": { "StringEquals": { "aws:RequestTag/team": "web" } },
    }, {
        "Effect": "Allow", "Action": "cloudfront:GetDistribution", "Resource": "*",
        "Condition": { "StringEquals": { "aws:ResourceTag/team": "web", "aws:RequestedRegion": "us-east-1" } },
    }]});
    sandbox.put_role_policy("deploy", "own", &policy).await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let one = ("GET", "/2020-05-31/distribution/ABCDEF123456");
    assert_eq!(ask(&sandbox, Some(&session), one, "").await.unwrap_err().status, 403);
    let arn = "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456";
    let path = format!("/2020-05-31/tagging?Operation=Tag&Resource={arn}");
    let tag =
        |value: &str| format!("<Tags><Items><Tag><Key>team</Key><Value>{value}</Value></Tag></Items></Tags>");
    let refused = ask(&sandbox, Some(&session), ("POST", &path), &tag("other")).await.unwrap_err();
    assert_eq!(refused.status, 403);
    ask(&sandbox, Some(&session), ("POST", &path), &tag("web")).await.unwrap();
    ask(&sandbox, Some(&session), one, "").await.unwrap();
    let who = sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await.unwrap();
    assert_eq!(who.element("Arn").unwrap(), DEPLOYER);
}
