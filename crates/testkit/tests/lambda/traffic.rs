//! Code that is under way: clients who are slow hold neither the places of others nor memory.

use std::io::ErrorKind;

use daypass_testkit::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{CODE, ask, furnished, in_request, zip};

/// Calls with code at the same time.
const CALLS: usize = 2;

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
