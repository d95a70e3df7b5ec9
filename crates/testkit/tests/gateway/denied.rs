//! Calls that end at the gateway.

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use daypass_testkit::{Credentials, Sandbox};
use http::Request;
use serde_json::{Value, json};

use crate::{before, call, session, session_of};

const NO_OPERATION: &str = "DynamoDB_20120810.NoSuchOperation";

async fn upstream() -> ScriptedUpstream {
    ScriptedUpstream::start(Script::answer("200 OK", "", "{}")).await
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_is_not_known_is_denied_and_recorded() {
    let upstream = upstream().await;
    let sandbox = before(&upstream).await;
    let session = session(&sandbox).await;
    let answer = call(&sandbox, ("dynamodb", NO_OPERATION), Some(&session), &json!({})).await;
    assert_eq!(answer.status, 400);
    let said = json_of(&answer.text());
    assert_eq!(said["__type"], "com.amazon.coral.service#AccessDeniedException");
    let id = answer.request_id().unwrap().to_owned();
    let explained = sandbox.read_control(&format!("explain/{id}")).await;
    assert_eq!(explained["event"]["eventSource"], "dynamodb.amazonaws.com");
    assert_eq!(explained["event"]["errorCode"], "AccessDeniedException");
    assert_eq!(explained["annotation"]["explanation"]["reason"]["kind"], "unknown-call");
    let arn = explained["event"]["userIdentity"]["arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:sts::123456789012:assumed-role/deploy/"), "{arn}");
    assert_eq!(upstream.seen(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_in_the_words_of_each_service() {
    let upstream = upstream().await;
    let sandbox = before(&upstream).await;
    let wrong = Credentials {
        access_key_id: "AKIANOBODYKNOWSTHIS0".to_owned(),
        secret_access_key: "nobody".to_owned().into(),
        session_token: None,
    };
    let dynamodb = call(&sandbox, ("dynamodb", NO_OPERATION), Some(&wrong), &json!({})).await;
    let said = json_of(&dynamodb.text());
    assert_eq!(
        (dynamodb.status.as_u16(), said["__type"].as_str().unwrap()),
        (400, "com.amazon.coral.service#UnrecognizedClientException")
    );
    let form = Request::post("/123456789012/jobs")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(b"Action=SendMessage&Version=2012-11-05".to_vec())
        .unwrap();
    let sqs = sandbox.aws.call("sqs", Some(&wrong), form).await.unwrap();
    assert!(sqs.text().contains("<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"));
    assert_eq!((sqs.status.as_u16(), sqs.element("Code").unwrap()), (403, "InvalidClientTokenId".to_owned()));
    let object = Request::get("/site/index.html").body(Vec::new()).unwrap();
    let s3 = sandbox.s3(None, object).await.unwrap_err();
    assert_eq!((s3.status, s3.code.as_str()), (403, "AccessDenied"));
    assert_eq!(upstream.seen(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_nobody_stands_for_says_what_to_configure() {
    let sandbox = Sandbox::start().await;
    let by = Some(&sandbox.administrator);
    let answer = call(&sandbox, ("dynamodb", NO_OPERATION), by, &json!({})).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("[[upstreams]] table of daypass.toml"), "{}", answer.text());
    // Other services that are called by X-Amz-Target are none of the gateway's.
    assert!(sandbox.lookup(&json!({})).await.is_ok());
    sandbox.create_bucket("site").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_list_is_told_in_the_words_of_each_service() {
    let upstream = upstream().await;
    let who =
        "User: arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions is not authorized to perform:";
    // The embedded S3 and the one behind the gateway say the same.
    for sandbox in [Sandbox::start().await, before(&upstream).await] {
        let session = session_of(&sandbox, None).await;
        let list = Request::get("/").body(Vec::new()).unwrap();
        let refused = sandbox.s3(Some(&session), list).await.unwrap_err();
        let because = "because no identity-based policy allows the s3:ListAllMyBuckets action";
        assert_eq!(
            refused.said(),
            (403, "AccessDenied", format!("{who} s3:ListAllMyBuckets {because}").as_str())
        );
    }
    let sandbox = before(&upstream).await;
    let session = session_of(&sandbox, None).await;
    for ((service, target), words) in [
        (
            ("dynamodb", "DynamoDB_20120810.ListTables"),
            "dynamodb:ListTables on resource: arn:aws:dynamodb:us-east-1:123456789012:table/* because",
        ),
        (("dynamodb", "DynamoDB_20120810.DescribeLimits"), "dynamodb:DescribeLimits on resource: * because"),
        (
            ("sqs", "AmazonSQS.ListQueues"),
            "sqs:ListQueues on resource: arn:aws:sqs:us-east-1:123456789012: because",
        ),
    ] {
        let answer = call(&sandbox, (service, target), Some(&session), &json!({})).await;
        let said = json_of(&answer.text())["Message"].clone();
        assert!(said.as_str().unwrap().starts_with(&format!("{who} {words}")), "{said}");
    }
    assert_eq!(upstream.seen(), [""; 0]);
}
