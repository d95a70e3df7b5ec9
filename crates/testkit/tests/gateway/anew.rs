//! What the service behind is sent of a request that two servers would take for two calls.

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use http::Request;
use serde_json::{Value, json};

use crate::{before_endpoint, behind, call, record, session};

const HIDDEN: &str = "&Action=DeleteQueue&;Action=PurgeQueue;";

/// Head and body of the only request that came.
fn only(upstream: &ScriptedUpstream) -> (String, String) {
    let seen = upstream.seen();
    assert_eq!(seen.len(), 1, "{seen:?}");
    let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_in_json_is_no_field_of_a_form() {
    let message = json!({ "QueueUrl": "http://h/123456789012/jobs", "MessageBody": HIDDEN });
    let key = json!({ "TableName": "orders", "Key": { "id": { "S": HIDDEN } } });
    for (service, target, body) in
        [("sqs", "AmazonSQS.SendMessage", message), ("dynamodb", "DynamoDB_20120810.GetItem", key)]
    {
        let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "{}")).await;
        let answer = call(&sandbox, (service, target), Some(&session), &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let (head, sent) = only(&upstream);
        assert!(!sent.contains(['&', ';']), "{sent}");
        let text = &serde_json::from_str::<Value>(&sent).unwrap();
        assert!(text.to_string().contains(HIDDEN), "{text}");
        assert!(head.contains(&format!("content-length: {}", sent.len())), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_goes_on_in_the_one_way_that_all_read_alike() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
    let form = Request::post("/123456789012/jobs")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("content-md5", "of the body as it came")
        .body(b"Action=SendMessage&MessageBody=a;Action=DeleteQueue".to_vec())
        .unwrap();
    assert_eq!(sandbox.aws.call("sqs", Some(&session), form).await.unwrap().status.as_u16(), 200);
    let (head, sent) = only(&upstream);
    assert_eq!(sent, "Action=SendMessage&MessageBody=a%3BAction%3DDeleteQueue");
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"), "{head}");
    assert!(!head.contains("content-md5"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_connection_names_is_not_lost_on_the_way() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
    for (name, value) in [
        ("if-none-match", "*"),
        ("x-amz-copy-source", "/site/b"),
        ("x-amz-server-side-encryption", "AES256"),
        ("content-type", "text/plain"),
    ] {
        let put = Request::put("/site/a").header(name, value).header("connection", name).body(Vec::new());
        let refused = sandbox.s3(Some(&session), put.unwrap()).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"), "{name}");
        let event = record(&sandbox, &refused.request_id).await;
        assert_eq!(event["eventName"], "UnknownOperation", "{name}");
    }
    assert_eq!(upstream.seen(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_goes_on_as_it_was_read() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
    let copy = Request::put("/site/a;b").header("x-amz-copy-source", "/other/secret;x#y").body(Vec::new());
    sandbox.s3(Some(&session), copy.unwrap()).await.unwrap();
    let (head, _) = only(&upstream);
    assert!(head.starts_with("put /site/a%3bb http/1.1\r\n"), "{head}");
    assert!(head.contains("x-amz-copy-source: /other/secret%3bx%23y\r\n"), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_region_is_where_the_call_is_done() {
    let upstream = ScriptedUpstream::start(Script::answer("200 OK", "", "{}")).await;
    let sandbox = before_endpoint(&upstream.url(), "region = \"eu-central-1\"").await;
    let session = session(&sandbox).await;
    let named = Request::post("/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.DescribeTable")
        .header("user-agent", "Boto3/1 region/eu-west-1")
        .body(br#"{"TableName":"orders"}"#.to_vec())
        .unwrap();
    let answer = sandbox.aws.call("dynamodb", Some(&session), named).await.unwrap();
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let (head, _) = only(&upstream);
    assert!(head.contains("/eu-central-1/dynamodb/aws4_request"), "{head}");
    assert!(head.contains("user-agent: daypass/") && !head.contains("eu-west-1"), "{head}");
    let explained = sandbox.read_control(&format!("explain/{}", answer.request_id().unwrap())).await;
    let event = &explained["event"];
    assert_eq!(event["awsRegion"], "eu-central-1");
    assert_eq!(event["resources"][0]["ARN"], "arn:aws:dynamodb:eu-central-1:123456789012:table/orders");
    assert_eq!(event["userAgent"], "Boto3/1 region/eu-west-1", "the trail knows the caller's own");
    // What is elsewhere cannot be meant.
    let elsewhere = json!({ "TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/orders" });
    let get = ("dynamodb", "DynamoDB_20120810.DescribeTable");
    let answer = call(&sandbox, get, Some(&session), &elsewhere).await;
    assert!(answer.text().contains("AccessDeniedException"), "{}", answer.text());
}
