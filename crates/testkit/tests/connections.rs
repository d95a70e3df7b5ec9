//! Clients that are slow, half gone or gone, against a whole sandbox: they harm nobody else, and leave nothing behind.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, signs with the wall clock and measures how long others wait"
)]

use std::time::{Duration, Instant};

use daypass_testkit::{Sandbox, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
/// How long a test waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an honest call may take beside the others.
const BRISK: Duration = Duration::from_secs(5);

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox.create_bucket("site").await;
    sandbox
}

async fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(sandbox.aws.endpoint().trim_start_matches("http://")).await.unwrap()
}

/// The head of a request, signed by the administrator, whose body is declared to be `length` bytes.
fn signed_head(sandbox: &Sandbox, service: &str, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let url = format!("{}{path}", sandbox.aws.endpoint());
    let request = Request::builder().method(method).uri(url);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let signer = sandbox.aws.signer(service, &sandbox.administrator, Timestamp::now());
    signer.sign(&mut parts, Payload::Body(body)).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Everything until the server closes its half; a reset is an end too.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    String::from_utf8(bytes).unwrap()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// An exchange and a read, as an honest client makes them, within a time in which nobody notices a wait.
async fn serves_others(sandbox: &Sandbox) {
    let token = sandbox.mint(JOB).await;
    let begun = Instant::now();
    sandbox.exchange("deploy", &token).await.unwrap();
    let list = Request::get("/site?list-type=2").body(Vec::new()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), list).await.unwrap();
    assert!(begun.elapsed() < BRISK, "{:?}", begun.elapsed());
}

/// The objects of the bucket, and the files of object bytes in the data directory.
async fn left_behind(sandbox: &Sandbox) -> (Option<String>, usize) {
    let list = Request::get("/site?list-type=2").body(Vec::new()).unwrap();
    let answer = sandbox.s3(Some(&sandbox.administrator), list).await.unwrap();
    let mut directories = vec![sandbox.data().join("objects")];
    let mut files = 0;
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() { directories.push(entry.path()) } else { files += 1 }
        }
    }
    (answer.element("Key"), files)
}

/// No object is ever visible, and what its bytes were written to goes soon, beside the calls.
async fn expect_nothing_left(sandbox: &Sandbox) {
    let begun = Instant::now();
    loop {
        let (object, files) = left_behind(sandbox).await;
        assert_eq!(object, None, "no part of it is ever visible");
        if files == 0 {
            return;
        }
        assert!(begun.elapsed() < BRISK, "{files} files are still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn last_of(sandbox: &Sandbox, operation: &str) -> Value {
    let events = sandbox.events().await;
    events.into_iter().rfind(|event| event["record"]["eventName"] == operation).expect("a record")
}

const WHOAMI: &[u8] = b"Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_is_answered_and_holds_up_nobody() {
    let sandbox = sandbox().await;
    let head = signed_head(&sandbox, "sts", "POST", "/", WHOAMI);
    let mut slow: Vec<TcpStream> = Vec::new();
    for _ in 0..20 {
        slow.push(connect(&sandbox).await);
    }
    let drip = async {
        // The honest request of each, a few bytes at a time.
        for piece in [&head[..], WHOAMI].concat().chunks(16) {
            for stream in &mut slow {
                stream.write_all(piece).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::join!(drip, serves_others(&sandbox));
    for mut stream in slow {
        stream.shutdown().await.unwrap();
        let answer = rest(&mut stream).await;
        assert_eq!(status(&answer), "200", "{answer}");
        assert!(answer.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_its_half_still_gets_its_answer() {
    let sandbox = sandbox().await;
    let mut stream = connect(&sandbox).await;
    let head = signed_head(&sandbox, "s3", "PUT", "/site/half.txt", b"hello");
    stream.write_all(&[&head[..], b"hello"].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(status(&rest(&mut stream).await), "200");
    assert_eq!(left_behind(&sandbox).await, (Some("half.txt".to_owned()), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_breaks_off_is_refused() {
    let sandbox = sandbox().await;
    let mut stream = connect(&sandbox).await;
    let head = signed_head(&sandbox, "sts", "POST", "/", WHOAMI);
    stream.write_all(&[&head[..], &WHOAMI[..30]].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!(status(&answer), "400", "{answer}");
    assert!(answer.contains("<Code>IncompleteBody</Code>"), "{answer}");
    serves_others(&sandbox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_is_refused_and_leaves_nothing() {
    let sandbox = sandbox().await;
    let body = vec![b'x'; 1 << 20];
    let head = signed_head(&sandbox, "s3", "PUT", "/site/partial.bin", &body);
    let mut stream = connect(&sandbox).await;
    stream.write_all(&[&head[..], &body[..300_000]].concat()).await.unwrap();
    stream.shutdown().await.unwrap();
    let answer = rest(&mut stream).await;
    assert_eq!(status(&answer), "400", "{answer}");
    assert!(answer.contains("<Code>IncompleteBody</Code>"), "{answer}");
    expect_nothing_left(&sandbox).await;
    let event = last_of(&sandbox, "PutObject").await;
    assert_eq!(event["record"]["errorCode"], "IncompleteBody");
    assert_eq!(event["record"]["requestParameters"]["key"], "partial.bin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_dropped_in_a_body_leaves_nothing() {
    let sandbox = sandbox().await;
    let body = vec![b'x'; 1 << 20];
    let path = "/site/dropped.bin";
    for sent in [0, 1, 100_000, (1 << 20) - 1] {
        let mut stream = connect(&sandbox).await;
        stream.write_all(&signed_head(&sandbox, "s3", "PUT", path, &body)).await.unwrap();
        stream.write_all(&body[..sent]).await.unwrap();
        // Dropped at once: the server sees the end of the stream, or a reset, in the middle of the body.
        drop(stream);
    }
    for service in ["sts", "iam"] {
        let mut stream = connect(&sandbox).await;
        stream.write_all(&signed_head(&sandbox, service, "POST", "/", WHOAMI)).await.unwrap();
        stream.write_all(b"Action=").await.unwrap();
        drop(stream);
    }
    serves_others(&sandbox).await;
    expect_nothing_left(&sandbox).await;
    // The same key takes an upload that is whole.
    let put = Request::put(path).body(body.clone()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), put).await.unwrap();
    let get = Request::get(path).body(Vec::new()).unwrap();
    assert!(sandbox.s3(Some(&sandbox.administrator), get).await.unwrap().body == body);
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_do_not_hold_up_others() {
    let sandbox = sandbox().await;
    let head = signed_head(&sandbox, "s3", "PUT", "/site/never.bin", &[b'x'; 100_000]);
    let mut idle = Vec::new();
    for number in 0..200 {
        let mut stream = connect(&sandbox).await;
        match number % 4 {
            0 => {}
            1 => stream.write_all(b"POST / HTTP/1.1\r\nHost: local").await.unwrap(),
            2 => stream.write_all(&head).await.unwrap(),
            _ => stream.write_all(&[&head[..], &[b'x'; 1_000]].concat()).await.unwrap(),
        }
        idle.push(stream);
    }
    for _ in 0..3 {
        serves_others(&sandbox).await;
    }
    assert_eq!(left_behind(&sandbox).await.0, None);
    // They were there all the while.
    let mut buffer = [0; 1];
    for stream in &idle {
        assert_eq!(stream.try_read(&mut buffer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_answered_or_closed() {
    let sandbox = sandbox().await;
    let port = sandbox.aws.endpoint().rsplit_once(':').unwrap().1;
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", "x".repeat(80_000));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n{}\r\n", "X-Header: x\r\n".repeat(200));
    let two_lengths = format!(
        "POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    );
    for (what, bytes, wanted) in [
        ("noise", "\0\u{1}\u{2}\r\n\r\n".to_owned(), ["400", "none"]),
        ("a TLS greeting", "\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n".to_owned(), ["400", "none"]),
        ("a line that is too long", long, ["431", "414"]),
        ("too many headers", many, ["431", "431"]),
        ("two lengths", two_lengths, ["400", "400"]),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned(), ["403", "400"]),
    ] {
        let mut stream = connect(&sandbox).await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
        let answer = rest(&mut stream).await;
        assert!(wanted.contains(&status(&answer)), "{what}: {}", &answer[..answer.len().min(200)]);
    }
    serves_others(&sandbox).await;
}
