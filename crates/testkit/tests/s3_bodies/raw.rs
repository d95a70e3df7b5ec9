//! Requests byte by byte over a socket of their own, for what an HTTP library would tidy up or refuse to send.

use std::time::Duration;

use daypass_testkit::Sandbox;
use daypass_wire::sigv4::{ChunkChain, Payload};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a test waits before it gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The error's code, and nothing where there is none.
    pub(crate) fn code(&self) -> String {
        let text = self.text();
        let rest = text.split_once("<Code>").map_or("", |(_, rest)| rest);
        rest.split_once("</Code>").map_or("", |(code, _)| code).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The port and, where no other is wanted, the host that requests are signed for.
pub(crate) fn address(sandbox: &Sandbox) -> &str {
    sandbox.aws.endpoint().trim_start_matches("http://")
}

pub(crate) async fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(address(sandbox)).await.unwrap()
}

/// The head of a request that the administrator signs, and the chain for its chunks. A `host` among the headers takes
/// the place of the address.
pub(crate) fn signed(
    sandbox: &Sandbox,
    (method, target): (&str, &str),
    headers: &[(&str, &str)],
    payload: Payload<'_>,
    length: usize,
) -> (Vec<u8>, ChunkChain) {
    let mut request = Request::builder().method(method).uri(target);
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header("host", address(sandbox));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    let chain = signer.sign(&mut parts, payload).unwrap();
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str(&format!("content-length: {length}\r\nconnection: close\r\n\r\n"));
    (head.into_bytes(), chain)
}

/// Sends a request that is whole, with its body, and reads the answer.
pub(crate) async fn call(
    sandbox: &Sandbox,
    target: (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let (head, _) = signed(sandbox, target, headers, Payload::Body(body), body.len());
    send(sandbox, &[&head, body].concat()).await.expect("an answer")
}

/// Sends bytes, closes that half, and reads what comes; nothing where the server closed without a word.
pub(crate) async fn send(sandbox: &Sandbox, bytes: &[u8]) -> Option<Reply> {
    let mut stream = connect(sandbox).await;
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    answer(&mut stream).await
}

/// Reads an answer up to the end of the connection; a reset is an end too.
pub(crate) async fn answer(stream: &mut TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap()))
        .collect();
    Some(Reply { status, headers, body: bytes[end + 4..].to_vec() })
}

/// The files of object bytes in the data directory, finished or not.
pub(crate) fn files(sandbox: &Sandbox) -> Vec<std::path::PathBuf> {
    let mut directories = vec![sandbox.data().join("objects")];
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files
}

/// Waits until there are so many files of object bytes: what is not needed goes soon, beside the calls.
pub(crate) async fn expect_files(sandbox: &Sandbox, count: usize, what: &str) {
    let begun = std::time::Instant::now();
    while files(sandbox).len() != count {
        assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", files(sandbox));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
