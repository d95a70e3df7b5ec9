//! What an answer says of a failure, and what of it nobody may see.

use daypass_testkit::upstream::Script;
use http::Request;
use serde_json::{Value, json};

use crate::{behind, call, record, records};

const GET: &str = "DynamoDB_20120810.GetItem";
const TOKEN: &str = "the-session-token-of-daypass";
const ERROR: &str =
    " \n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>again</Message></Error>";
const GOOD: &str = "<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult>";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_fails_after_a_good_status_has_a_second_record() {
    for (method, target, source) in [
        ("PUT", "/site/a", Some("/other/b")),
        ("PUT", "/site/a?partNumber=1&uploadId=u", Some("/other/b")),
        ("POST", "/site/a?uploadId=u", None),
    ] {
        for (body, count) in [(ERROR, 2), (GOOD, 1)] {
            let (_upstream, sandbox, session) = behind(Script::answer("200 OK", "", body)).await;
            let mut request = Request::builder().method(method).uri(target);
            if let Some(source) = source {
                request = request.header("x-amz-copy-source", source);
            }
            let request = request.body(Vec::new()).unwrap();
            let answer = sandbox.aws.call("s3", Some(&session), request).await.unwrap();
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, body), "it is passed on");
            let found = records(&sandbox, answer.request_id().unwrap()).await;
            assert_eq!(found.len(), count, "{target}: {found:?}");
            let code = &found.last().unwrap()["errorCode"];
            assert_eq!(*code, if count == 2 { json!("InternalError") } else { Value::Null }, "{target}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_done_in_part_has_a_second_record() {
    let failed =
        r#"{"Successful":[],"Failed":[{"Id":"1","Code":"InvalidMessageContents","SenderFault":true}]}"#;
    let left = r#"{"UnprocessedItems":{"orders":[{"DeleteRequest":{"Key":{"id":{"S":"1"}}}}]}}"#;
    let messages = json!({ "QueueUrl": "http://h/123456789012/jobs", "Entries": [] });
    let items = json!({ "RequestItems": { "orders": [] } });
    for (service, target, asked, body, code) in [
        ("sqs", "AmazonSQS.SendMessageBatch", &messages, failed, "InvalidMessageContents"),
        ("dynamodb", "DynamoDB_20120810.BatchWriteItem", &items, left, "UnprocessedItems"),
    ] {
        let (_upstream, sandbox, session) = behind(Script::answer("200 OK", "", body)).await;
        let answer = call(&sandbox, (service, target), Some(&session), asked).await;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, body), "it is passed on");
        let found = records(&sandbox, answer.request_id().unwrap()).await;
        assert_eq!((found.len(), &found[1]["errorCode"]), (2, &json!(code)), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_upstream_says_of_a_refused_key_is_shown_to_nobody() {
    let words = format!("The Canonical String should have been 'x-amz-security-token:{TOKEN}'");
    let json_words = json!({ "__type": "x#InvalidSignatureException", "message": words }).to_string();
    let xml = format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{words}</Message></Error>");
    for (headers, body, code) in [
        ("", &json_words, "InvalidSignatureException"),
        ("", &xml, "SignatureDoesNotMatch"),
        ("content-encoding: x-nobody-asked\r\n", &xml, "403"),
    ] {
        let (_upstream, sandbox, session) = behind(Script::answer("403 Forbidden", headers, body)).await;
        let key = json!({ "TableName": "orders", "Key": { "id": { "S": "1" } } });
        let answer = call(&sandbox, ("dynamodb", GET), Some(&session), &key).await;
        assert_eq!(answer.status.as_u16(), 502, "{}", answer.text());
        assert!(!answer.text().contains(TOKEN), "{}", answer.text());
        assert_eq!(record(&sandbox, answer.request_id().unwrap()).await["errorCode"], code);
        let trail = sandbox.events().await;
        assert!(!trail.iter().any(|event| event.to_string().contains(TOKEN)), "{trail:?}");
    }
}
