//! Code that is under way: clients who are slow hold neither the places of others nor memory.

use std::io::ErrorKind;

use daypass_testkit::Sandbox;
use http::Request;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::{CODE, ask, furnished, in_request, members, zip};

/// Calls with code at the same time.
const CALLS: usize = 2;
/// Downloads at the same time.
const DOWNLOADS: usize = 32;

fn address(sandbox: &Sandbox) -> &str {
    sandbox.aws.endpoint().trim_start_matches("http://")
}

/// A call that anybody can write who knows the administrator's key id. It stops in its body, which the server waits for.
async fn stopped(sandbox: &Sandbox) -> TcpStream {
    let host = address(sandbox);
    let key = &sandbox.administrator.access_key_id;
    let signature = "0".repeat(64);
    let head = format!(
        "PUT {CODE} HTTP/1.1\r\nhost: {host}\r\nx-amz-date: 20261126T080000Z\r\ncontent-length: 70000000\r\n\
         expect: 100-continue\r\nauthorization: AWS4-HMAC-SHA256 Credential={key}/20261126/us-east-1/lambda/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={signature}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut leave = *b"HTTP/1.1 100 Continue\r\n\r\n";
    stream.read_exact(&mut leave).await.unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{").await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_takes_no_place() {
    let (sandbox, caller) = furnished().await;
    let mut clients = Vec::new();
    for _ in 0..CALLS {
        clients.push(stopped(&sandbox).await);
    }
    let body = in_request(&zip::of(b"two")).to_string();
    ask(&sandbox, &caller, ("PUT", CODE), body).await.unwrap();
    // They were waited for all the time.
    for client in &clients {
        assert_eq!(client.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

/// A download that stops after its first bytes.
async fn unread(sandbox: &Sandbox, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(address(sandbox).parse().unwrap()).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", address(sandbox));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 15];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    stream
}

async fn status(sandbox: &Sandbox, location: &str) -> u16 {
    let request = Request::get(location).body(Vec::new()).unwrap();
    sandbox.aws.send(request).await.unwrap().status.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_are_bounded() {
    let (sandbox, caller) = furnished().await;
    // More than lies in sockets.
    let large = in_request(&zip::of(&vec![7; 30 * 1024 * 1024]));
    ask(&sandbox, &caller, ("PUT", CODE), large.to_string()).await.unwrap();
    let shown = members(&ask(&sandbox, &caller, ("GET", "/2015-03-31/functions/f"), "").await.unwrap());
    let location = shown["Code"]["Location"].as_str().unwrap();
    let path = location.strip_prefix(sandbox.aws.endpoint()).unwrap();
    let mut clients = Vec::new();
    for _ in 0..DOWNLOADS {
        clients.push(unread(&sandbox, path).await);
    }
    assert_eq!(status(&sandbox, location).await, 503);
    // Calls are no downloads.
    ask(&sandbox, &caller, ("GET", "/2015-03-31/functions/f"), "").await.unwrap();
    drop(clients);
    while status(&sandbox, location).await == 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&sandbox, location).await, 200);
    let said = sandbox.events().await;
    let said = json!(said).to_string();
    assert!(!said.contains("_lambda/code"), "a download has no record");
}
