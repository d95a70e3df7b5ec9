//! Upstreams that break off, fall silent, are not there, or answer what is no answer.

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use daypass_testkit::{Answer, Credentials, Sandbox};
use http::Request;
use serde_json::json;

use crate::{before_endpoint, behind, call, record, records, session};

const GET: &str = "DynamoDB_20120810.GetItem";
const PUT: &str = "DynamoDB_20120810.PutItem";
/// More than what lies in buffers on the way.
const LARGE: usize = 8 * 1024 * 1024;

async fn get_item(sandbox: &Sandbox, session: &Credentials) -> Answer {
    let key = json!({ "TableName": "orders", "Key": { "id": { "S": "1" } } });
    call(sandbox, ("dynamodb", GET), Some(session), &key).await
}

async fn put_item(sandbox: &Sandbox, session: &Credentials) -> Answer {
    let item = json!({ "TableName": "orders", "Item": { "id": { "S": "1" } } });
    call(sandbox, ("dynamodb", PUT), Some(session), &item).await
}

/// The beginning of a large answer, with the half of its body.
fn half(framing: &str, piece: &str) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{piece}").into_bytes();
    bytes.resize(bytes.len() + LARGE / 2, b'x');
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_never_taken_for_a_whole_one() {
    let announced = half(&format!("content-length: {LARGE}"), "");
    let chunked = half("transfer-encoding: chunked", &format!("{LARGE:x}\r\n"));
    // The last chunk is missing, and nothing else.
    let unended = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec();
    for script in [
        Script::Bytes(announced.clone()),
        Script::Bytes(chunked.clone()),
        Script::Bytes(unended.clone()),
        Script::Stall(announced),
        Script::Stall(chunked),
        Script::Stall(unended),
    ] {
        let (upstream, sandbox, session) = behind(script).await;
        let get = Request::get("/site/large.bin").body(Vec::new()).unwrap();
        let answered = sandbox.aws.call("s3", Some(&session), get).await;
        assert!(answered.is_err(), "{:?}", answered.map(|answer| answer.body.len()));
        let event = sandbox.read_control("explain?last=true").await["event"].clone();
        assert_eq!((&event["eventName"], &event["readOnly"]), (&json!("GetObject"), &json!(true)));
        assert_eq!(upstream.seen().len(), 1, "it is not tried again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_leaves_in_the_middle_of_a_body_may_have_done_the_change() {
    for bytes in [1, 200_000, LARGE] {
        let (upstream, sandbox, session) = behind(Script::HangupAfter(bytes)).await;
        let put = Request::put("/site/large.bin").body(vec![b'x'; LARGE]).unwrap();
        let refused = sandbox.s3(Some(&session), put).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (502, "InternalError"), "after {bytes} bytes");
        let records = records(&sandbox, &refused.request_id).await;
        assert_eq!(records.len(), 2, "{records:?}");
        assert_eq!(records[0]["additionalEventData"]["upstream"]["recorded"], "before it was forwarded");
        assert!(records[0]["errorCode"].is_null());
        assert_eq!(records[1]["errorCode"], "InternalError");
        assert_eq!(records[1]["additionalEventData"]["upstream"]["mayBeDone"], true);
        assert_eq!(upstream.seen().len(), 1, "it is not tried again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_refuses_a_body_before_its_end_is_heard() {
    let refusal = "<Error><Code>EntityTooLarge</Code><Message>no</Message></Error>";
    let script = Script::answer("400 Bad Request", "connection: close\r\n", refusal);
    let (_upstream, sandbox, session) = behind(script).await;
    let put = Request::put("/site/large.bin").body(vec![b'x'; LARGE]).unwrap();
    let refused = sandbox.s3(Some(&session), put).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "EntityTooLarge"));
    let id = sandbox.read_control("explain?last=true").await["event"].clone();
    assert_eq!((&id["eventName"], &id["errorCode"]), (&json!("PutObject"), &json!("EntityTooLarge")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_never_answers_is_given_up() {
    // It takes the connection, as the kernel does for it, and never looks at what comes.
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = before_endpoint(&format!("http://{}", deaf.local_addr().unwrap()), "").await;
    let session = session(&sandbox).await;
    let read = get_item(&sandbox, &session).await;
    assert_eq!(read.status.as_u16(), 504, "{}", read.text());
    assert!(read.text().contains("the upstream was silent for 1 seconds"), "{}", read.text());
    let found = records(&sandbox, read.request_id().unwrap()).await;
    assert_eq!(found.len(), 1, "a read has one record: {found:?}");
    assert_eq!(found[0]["errorCode"], "InternalServerError");
    let change = put_item(&sandbox, &session).await;
    assert_eq!(change.status.as_u16(), 504);
    let found = records(&sandbox, change.request_id().unwrap()).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1]["additionalEventData"]["upstream"]["mayBeDone"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_not_there_has_done_nothing() {
    let gone = ScriptedUpstream::start(Script::Silence).await.address();
    let sandbox = before_endpoint(&format!("http://{gone}"), "").await;
    let session = session(&sandbox).await;
    let answer = put_item(&sandbox, &session).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text());
    assert!(answer.text().contains("com.amazon.coral.service#ServiceUnavailableException"));
    let found = records(&sandbox, answer.request_id().unwrap()).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1]["errorCode"], "ServiceUnavailableException");
    assert_eq!(found[1]["additionalEventData"]["upstream"]["mayBeDone"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_not_passed_on() {
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(200_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(150));
    for text in [
        "",
        "<html>SECRET</html>",
        "HTTP/1.1",
        "HTTP/9.9 200 OK\r\n\r\nSECRET",
        "HTTP/1.1 abc OK\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\ncontent-length: 6, 5\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\nSECRET",
        "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\nSECRET",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nSECRET",
        "HTTP/1.1 100 Continue\r\n\r\n",
        long.as_str(),
        many.as_str(),
    ] {
        let (upstream, sandbox, session) = behind(Script::Bytes(text.as_bytes().to_vec())).await;
        let shown: String = text.chars().take(80).collect();
        let answer = put_item(&sandbox, &session).await;
        assert_eq!(answer.status.as_u16(), 502, "{shown:?}: {}", answer.text());
        assert!(!answer.text().contains("SECRET"), "{shown:?}: {}", answer.text());
        let event = record(&sandbox, answer.request_id().unwrap()).await;
        assert_eq!(event["eventName"], "PutItem", "{shown:?}");
        assert!(event["errorCode"].is_string(), "{shown:?}: {event}");
        assert_eq!(upstream.seen().len(), 1, "{shown:?}: it is not tried again");
    }
}
