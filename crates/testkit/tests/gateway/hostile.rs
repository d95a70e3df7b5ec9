//! Requests that one server could take for one call and another server for another, on the wire as they are.

use std::time::Duration;

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use daypass_testkit::{Credentials, Sandbox, SandboxBuilder};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{KEYS, behind, call, tables};

const PATIENCE: Duration = Duration::from_secs(20);
const SMUGGLED: &str = "DELETE /site/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The lines of a head for `PUT /site/a` of S3 with a signature over this body, without its length.
fn signed(sandbox: &Sandbox, by: &Credentials, body: &str) -> String {
    let url = format!("{}/site/a", sandbox.aws.endpoint());
    let (mut parts, ()) = Request::put(url).body(()).unwrap().into_parts();
    let signer = sandbox.aws.signer("s3", by, Timestamp::now());
    signer.sign(&mut parts, Payload::Body(body.as_bytes())).unwrap();
    let lines = parts.headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()));
    lines.collect()
}

/// All that comes back on a connection for these bytes.
async fn said(sandbox: &Sandbox, bytes: &str) -> String {
    let address = sandbox.aws.endpoint().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let _ = stream.shutdown().await;
    let mut read = Vec::new();
    // A reset is an end too.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut read)).await.unwrap();
    String::from_utf8_lossy(&read).into_owned()
}

fn statuses(answers: &str) -> Vec<&str> {
    answers.split("HTTP/1.1 ").skip(1).map(|answer| answer.split(' ').next().unwrap()).collect()
}

/// What the upstream saw was one request to `/site/a` at the most, whose only length is that of its body.
fn saw_one_at_the_most(what: &str, upstream: &ScriptedUpstream) {
    let seen = upstream.seen();
    assert!(seen.len() <= 1, "{what}: {seen:?}");
    for request in seen {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let lower = head.to_ascii_lowercase();
        assert!(lower.starts_with("put /site/a http/1.1\r\n"), "{what}: {head}");
        assert!(!lower.contains("transfer-encoding"), "{what}: {head}");
        let lengths: Vec<&str> =
            lower.lines().filter_map(|line| line.strip_prefix("content-length:")).collect();
        assert_eq!(lengths, [format!(" {}", body.len())], "{what}: {head}");
        assert!(!lower.contains("smuggled"), "{what}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_one_length() {
    let (with_smuggled, chunked) = (format!("hello{SMUGGLED}"), format!("5\r\nhello\r\n0\r\n\r\n{SMUGGLED}"));
    let all = with_smuggled.len();
    let unended = format!("0\r\n\r\n{SMUGGLED}");
    for (what, lines, body, first) in [
        ("two lengths", format!("Content-Length: 5\r\nContent-Length: {all}\r\n"), &with_smuggled, "400"),
        ("two in one", format!("Content-Length: 5, {all}\r\n"), &with_smuggled, "400"),
        ("a signed length", "Content-Length: +5\r\n".to_owned(), &with_smuggled, "400"),
        ("a length in hexadecimal", "Content-Length: 0x5\r\n".to_owned(), &with_smuggled, "400"),
        ("a space before the colon", "Content-Length : 5\r\n".to_owned(), &with_smuggled, "400"),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n".to_owned(), &chunked, "400"),
        ("a coding after chunked", "Transfer-Encoding: chunked, identity\r\n".to_owned(), &chunked, "400"),
        ("chunks without a length", "Transfer-Encoding: chunked\r\n".to_owned(), &chunked, "411"),
        (
            "no chunks and a length",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n".to_owned(),
            &unended,
            "411",
        ),
        ("a folded line", "Content-Length:\r\n 5\r\n".to_owned(), &with_smuggled, "400"),
        ("a line that ends early", "X: y\rContent-Length: 5\r\n".to_owned(), &with_smuggled, "400"),
        ("a zero byte", "Content-Length: 5\0\r\n".to_owned(), &with_smuggled, "400"),
    ] {
        let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
        let head = signed(&sandbox, &session, "hello");
        let answer = said(&sandbox, &format!("PUT /site/a HTTP/1.1\r\n{head}{lines}\r\n{body}")).await;
        assert_eq!(statuses(&answer).first(), Some(&first), "{what}: {answer}");
        assert_eq!(upstream.seen(), [""; 0], "{what}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_behind_a_request_is_a_request_of_its_own_that_nobody_signed() {
    let lengths = "Content-Length: 5\r\n";
    for (what, lines, body) in [
        ("behind a length", lengths.to_owned(), format!("hello{SMUGGLED}")),
        (
            "behind chunks and a length",
            format!("{lengths}Transfer-Encoding: chunked\r\n"),
            format!("5\r\nhello\r\n0\r\n\r\n{SMUGGLED}"),
        ),
        (
            "behind a length and chunks",
            format!("Transfer-Encoding: chunked\r\n{lengths}"),
            format!("5\r\nhello\r\n0\r\n\r\n{SMUGGLED}"),
        ),
    ] {
        let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
        let head = signed(&sandbox, &session, "hello");
        let smuggled = body.replace("localhost", sandbox.aws.endpoint().trim_start_matches("http://"));
        let answer = said(&sandbox, &format!("PUT /site/a HTTP/1.1\r\n{head}{lines}\r\n{smuggled}")).await;
        assert!(!statuses(&answer).iter().skip(1).any(|status| *status == "200"), "{what}: {answer}");
        saw_one_at_the_most(what, &upstream);
    }
    // As a body it is a body.
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
    let head = signed(&sandbox, &session, SMUGGLED);
    let length = SMUGGLED.len();
    let text = format!("PUT /site/a HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{SMUGGLED}");
    assert_eq!(statuses(&said(&sandbox, &text).await), ["200"]);
    saw_one_at_the_most("as a body", &upstream);
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_and_the_host_say_one_thing() {
    let (upstream, sandbox, session) = behind(Script::answer("200 OK", "", "")).await;
    let port = sandbox.aws.endpoint().rsplit_once(':').unwrap().1;
    let head = format!("{}Content-Length: 5\r\n", signed(&sandbox, &session, "hello"));
    let long = format!("x-amz-meta-a: {}\r\n", "x".repeat(80_000));
    let many = "x-amz-meta-a: b\r\n".repeat(200);
    for (what, target, lines, wanted) in [
        ("somebody else's address", "http://evil.example/site/a", "", "403"),
        ("a bucket in the target", &format!("http://other.localhost:{port}/a"), "", "403"),
        ("another path", "/site/b", "", "403"),
        ("a path that is decoded twice", "/site/%2561", "", "403"),
        ("a parent", "/site/x/../a", "", "403"),
        ("no path", "*", "", "403"),
        ("a second host", "/site/a", "Host: evil.example\r\n", "403"),
        ("the same host twice", "/site/a", &format!("Host: 127.0.0.1:{port}\r\n"), "403"),
        ("a second signature", "/site/a", "Authorization: AWS4-HMAC-SHA256 x\r\n", "400"),
        ("a second date", "/site/a", "x-amz-date: 20300101T000000Z\r\n", "403"),
        ("a header that is not signed", "/site/a", "x-amz-acl: public-read\r\n", "403"),
        ("a long header", "/site/a", long.as_str(), "431"),
        ("many headers", "/site/a", many.as_str(), "431"),
    ] {
        let answer = said(&sandbox, &format!("PUT {target} HTTP/1.1\r\n{head}{lines}\r\nhello")).await;
        assert_eq!(statuses(&answer), [wanted], "{what}: {answer}");
        assert_eq!(upstream.seen(), [""; 0], "{what}: {answer}");
    }
    // As it was signed it goes on, and a fragment, which is no part of a request, does not.
    let answer = said(&sandbox, &format!("PUT /site/a#b HTTP/1.1\r\n{head}\r\nhello")).await;
    assert_eq!(statuses(&answer), ["200"], "{answer}");
    saw_one_at_the_most("as it was signed", &upstream);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_of_another_account_reaches_nothing() {
    let upstream = ScriptedUpstream::start(Script::answer("200 OK", "", "{}")).await;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("keys"), KEYS).unwrap();
    let builder = SandboxBuilder::default()
        .config_text(directory.path(), &tables(&upstream.url(), ""))
        .account("210987654321");
    let sandbox = builder.start_in(directory).await;
    let other = sandbox.administrator_of("210987654321");
    let own = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
    for (service, target, body) in [
        ("dynamodb", "DynamoDB_20120810.GetItem", json!({ "TableName": "orders", "Key": {} })),
        ("dynamodb", "DynamoDB_20120810.GetItem", json!({ "TableName": own, "Key": {} })),
        ("dynamodb", "DynamoDB_20120810.ListTables", json!({})),
        ("sqs", "AmazonSQS.SendMessage", json!({ "QueueUrl": "http://localhost/123456789012/jobs" })),
        ("sqs", "AmazonSQS.SendMessage", json!({ "QueueUrl": "http://localhost/210987654321/jobs" })),
        ("sqs", "AmazonSQS.ListQueues", json!({})),
    ] {
        let answer = call(&sandbox, (service, target), Some(&other), &body).await;
        let said = answer.text();
        assert!(answer.status.as_u16() == 400 && said.contains("#AccessDeniedException"), "{target}: {said}");
    }
    for (method, path) in [("GET", "/site/a"), ("PUT", "/site/a"), ("GET", "/"), ("PUT", "/mine")] {
        let request = Request::builder().method(method).uri(path).body(Vec::new()).unwrap();
        let refused = sandbox.s3(Some(&other), request).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"), "{method} {path}");
    }
    assert_eq!(upstream.seen(), [""; 0]);
}
