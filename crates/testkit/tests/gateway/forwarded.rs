//! Calls that go on to the service, and what comes of it.

use daypass_testkit::upstream::Script;
use http::Request;
use serde_json::{Value, json};

use crate::{behind, call, record, records};

const GET: &str = "DynamoDB_20120810.GetItem";
const PUT: &str = "DynamoDB_20120810.PutItem";

fn item() -> Value {
    json!({ "TableName": "orders", "Item": { "id": { "S": "1" } } })
}

fn key() -> Value {
    json!({ "TableName": "orders", "Key": { "id": { "S": "1" } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_on_under_the_key_of_daypass() {
    let script = Script::answer("200 OK", "x-amzn-requestid: theirs\r\nset-cookie: a=b\r\n", "{\"Item\":{}}");
    let (upstream, sandbox, session) = behind(script).await;
    let answer = call(&sandbox, ("dynamodb", GET), Some(&session), &key()).await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "{\"Item\":{}}"));
    assert!(answer.headers.get("set-cookie").is_none());
    let seen = upstream.seen().concat();
    assert!(seen.contains("Credential=AKIAUPSTREAM/"), "{seen}");
    assert!(seen.ends_with(&key().to_string()), "{seen}");
    for secret in [session.access_key_id.as_str(), session.session_token.as_ref().unwrap()] {
        assert!(!seen.contains(secret), "{seen}");
    }
    let event = record(&sandbox, answer.request_id().unwrap()).await;
    assert_eq!(event["eventName"], "GetItem");
    assert_eq!(event["additionalEventData"]["upstream"]["requestID"], "theirs");
    assert!(event["errorCode"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_on_record_before_the_service_answers() {
    let (upstream, sandbox, session) = behind(Script::Silence).await;
    let asked = item();
    let calling = call(&sandbox, ("dynamodb", PUT), Some(&session), &asked);
    let watching = async {
        while upstream.seen().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        sandbox.read_control("explain?last=true").await["event"].clone()
    };
    let (answer, event) = tokio::join!(calling, watching);
    assert_eq!(event["eventName"], "PutItem");
    assert_eq!(event["additionalEventData"]["upstream"]["recorded"], "before it was forwarded");
    assert_eq!(answer.status.as_u16(), 504);
    let after = record(&sandbox, answer.request_id().unwrap()).await;
    assert_eq!(after["errorCode"], "InternalServerError");
    assert_eq!(after["additionalEventData"]["upstream"]["mayBeDone"], true);
    assert_eq!(upstream.seen().len(), 1, "it is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_is_told_from_one_that_refuses() {
    let key_refused = Script::answer("400 Bad Request", "", "{\"__type\":\"x#UnrecognizedClientException\"}");
    let elsewhere = Script::answer("307 Temporary Redirect", "location: http://127.0.0.1:1/\r\n", "");
    let own = Script::answer("400 Bad Request", "", "{\"__type\":\"x#ResourceNotFoundException\"}");
    for (script, status, code) in [
        (Script::Hangup, 502, "InternalServerError"),
        (Script::Bytes(b"garbage\r\n\r\n".to_vec()), 502, "InternalServerError"),
        (key_refused, 502, "UnrecognizedClientException"),
        (own, 400, "ResourceNotFoundException"),
        (elsewhere, 307, "307"),
    ] {
        let (upstream, sandbox, session) = behind(script).await;
        let answer = call(&sandbox, ("dynamodb", GET), Some(&session), &key()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        let event = record(&sandbox, answer.request_id().unwrap()).await;
        assert_eq!(event["errorCode"], code);
        assert_eq!(upstream.seen().len(), 1, "it is not tried again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_sent_elsewhere_is_not_done() {
    let script = Script::answer("307 Temporary Redirect", "location: http://127.0.0.1:1/\r\n", "");
    let (upstream, sandbox, session) = behind(script).await;
    let answer = call(&sandbox, ("dynamodb", PUT), Some(&session), &item()).await;
    assert_eq!(answer.status.as_u16(), 307);
    let found = records(&sandbox, answer.request_id().unwrap()).await;
    assert_eq!((found.len(), &found[1]["errorCode"]), (2, &json!("307")), "{found:?}");
    assert_eq!(upstream.seen().len(), 1, "it is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_shows_the_id_under_which_the_call_is_on_record() {
    let error = |id: &str| {
        format!("<Error><Code>NoSuchKey</Code><Message>no</Message>{id}<HostId>their-host</HostId></Error>")
    };
    let theirs = "<RequestId>theirs</RequestId>";
    for (body, upstream_id) in [
        (error(theirs), json!("theirs")),
        // Nothing is put where nothing was, and nothing is guessed.
        (error(""), Value::Null),
        (error(&format!("{theirs}{theirs}")), Value::Null),
    ] {
        let (_upstream, sandbox, session) = behind(Script::answer("404 Not Found", "", &body)).await;
        let get = Request::get("/site/a").body(Vec::new()).unwrap();
        let answer = sandbox.aws.call("s3", Some(&session), get).await.unwrap();
        assert_eq!(answer.status.as_u16(), 404);
        let id = answer.headers["x-amz-request-id"].to_str().unwrap();
        let expected = match upstream_id {
            Value::Null => body,
            _ => body.replace("theirs", id).replace("their-host", id),
        };
        assert_eq!(answer.text(), expected);
        let event = record(&sandbox, id).await;
        assert_eq!(event["errorCode"], "NoSuchKey");
        assert_eq!(event["additionalEventData"]["upstream"]["requestID"], upstream_id);
    }
}
