//! Bodies on their way in: signed hashes, signed and unsigned chunks, trailers, and every way they can be wrong.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod harness;

use std::time::Duration;

use bytes::Bytes;
use daypass_targets::body::{Body, arriving, full};
use daypass_wire::sigv4::{
    ChunkChain, ChunkEncoder, Credentials, Payload, PayloadHash, Signer, parse, verify,
};
use futures::StreamExt as _;
use harness::{Harness, Reply};
use http::request::Parts;
use http::{Method, Request};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn signed(headers: &[(&str, &str)], payload: Payload<'_>) -> (Parts, ChunkChain) {
    let mut builder = Request::builder().method(Method::PUT).uri("/bbb/k").header("host", "localhost:4566");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let (mut parts, ()) = builder.body(()).unwrap().into_parts();
    let credentials =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: SECRET, session_token: None };
    let signer =
        Signer { credentials, region: "us-east-1", service: "s3", now: harness::NOW.parse().unwrap() };
    let chain = signer.sign(&mut parts, payload).unwrap();
    (parts, chain)
}

/// Verifies a request and delivers it with a body, as the server does.
async fn deliver(s3: &Harness, parts: Parts, body: Body) -> Reply {
    let presented = parse(&parts).unwrap().unwrap();
    let now = harness::NOW.parse().unwrap();
    let verified =
        verify(&presented, &parts, SECRET, None, now, jiff::SignedDuration::from_mins(15)).unwrap();
    let body = arriving(body, &verified, &parts.headers).unwrap();
    s3.deliver(Request::from_parts(parts, body)).await
}

/// In pieces of an awkward size.
fn pieces(bytes: Vec<u8>) -> Body {
    let frames: Vec<_> =
        bytes.chunks(997).map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect();
    StreamBody::new(futures::stream::iter(frames)).boxed_unsync()
}

fn length(length: usize) -> String {
    length.to_string()
}

#[track_caller]
fn nothing_left(s3: &Harness) {
    assert_eq!(s3.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_signed_body_must_be_the_one_that_was_signed() {
    let s3 = Harness::with_bucket().await;
    let (parts, _) = signed(&[("content-length", "5")], Payload::Body(b"hello"));
    deliver(&s3, parts, full("hello")).await.ok();
    s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok();
    let (parts, _) = signed(&[("content-length", "5")], Payload::Body(b"hello"));
    let refused = deliver(&s3, parts, full("hellO")).await.refused(400, "XAmzContentSHA256Mismatch");
    assert_eq!(
        refused.one("ClientComputedContentSHA256"),
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    );
    assert_eq!(refused.one("S3ComputedContentSHA256").len(), 64);
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    nothing_left(&s3);
}

#[tokio::test]
async fn a_body_that_no_operation_reads_is_verified_all_the_same() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/from", "x").await.ok();
    let headers = [("content-length", "5"), ("x-amz-copy-source", "bbb/from")];
    let (parts, _) = signed(&headers, Payload::Body(b"hello"));
    deliver(&s3, parts, full("hellO")).await.refused(400, "XAmzContentSHA256Mismatch");
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn a_body_must_have_the_declared_length() {
    let s3 = Harness::with_bucket().await;
    for (declared, body) in [("6", "hello"), ("4", "hello")] {
        let (parts, _) = signed(&[("content-length", declared)], Payload::Word(&PayloadHash::Unsigned));
        deliver(&s3, parts, full(body)).await.refused(400, "IncompleteBody");
    }
    let (parts, _) = signed(&[], Payload::Word(&PayloadHash::Unsigned));
    deliver(&s3, parts, full("hello")).await.refused(411, "MissingContentLength");
    let broken =
        futures::stream::iter([Ok(Frame::data(Bytes::from_static(b"he"))), Err("connection reset".into())]);
    let (parts, _) = signed(&[("content-length", "5")], Payload::Word(&PayloadHash::Unsigned));
    deliver(&s3, parts, StreamBody::new(broken).boxed_unsync()).await.refused(400, "IncompleteBody");
    nothing_left(&s3);
}

#[tokio::test]
async fn signed_chunks_are_decoded_and_any_change_is_refused() {
    let s3 = Harness::with_bucket().await;
    let content = vec![7u8; 70_000];
    let encode = |chain: ChunkChain| {
        let mut encoder = ChunkEncoder::signed(chain);
        let mut body: Vec<u8> = content.chunks(32 * 1024).flat_map(|chunk| encoder.chunk(chunk)).collect();
        body.extend(encoder.finish(&[]));
        body
    };
    let decoded = length(content.len());
    let headers = [("x-amz-decoded-content-length", decoded.as_str()), ("content-encoding", "aws-chunked")];
    let (parts, chain) = signed(&headers, Payload::Word(&PayloadHash::StreamingSigned));
    deliver(&s3, parts, pieces(encode(chain))).await.ok();
    let got = s3.get("/bbb/k").await.ok();
    assert!(got.body == content);
    assert_eq!(got.header("content-encoding"), "");
    s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok();

    let (parts, chain) = signed(&headers, Payload::Word(&PayloadHash::StreamingSigned));
    let mut body = encode(chain);
    body[50_000] ^= 1;
    deliver(&s3, parts, pieces(body)).await.refused(403, "SignatureDoesNotMatch");
    let (parts, chain) = signed(&headers, Payload::Word(&PayloadHash::StreamingSigned));
    let mut body = encode(chain);
    body.truncate(60_000);
    deliver(&s3, parts, pieces(body)).await.refused(400, "IncompleteBody");
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    nothing_left(&s3);
}

#[tokio::test]
async fn a_trailing_checksum_is_verified_and_kept() {
    let s3 = Harness::with_bucket().await;
    let headers = [
        ("x-amz-decoded-content-length", "5"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
        ("x-amz-sdk-checksum-algorithm", "CRC32"),
    ];
    for word in [PayloadHash::StreamingUnsignedTrailer, PayloadHash::StreamingSignedTrailer] {
        let send = async |value: &str| {
            let (parts, chain) = signed(&headers, Payload::Word(&word));
            let mut encoder = match word {
                PayloadHash::StreamingSignedTrailer => ChunkEncoder::signed(chain),
                _ => ChunkEncoder::unsigned(),
            };
            let mut body = encoder.chunk(b"hello");
            let trailers = [("x-amz-checksum-crc32", value)];
            body.extend(encoder.finish(if value.is_empty() { &[] } else { &trailers }));
            deliver(&s3, parts, pieces(body)).await
        };
        assert_eq!(send("NhCmhg==").await.ok().header("x-amz-checksum-crc32"), "NhCmhg==");
        let got = s3.send(Method::GET, "/bbb/k", &[("x-amz-checksum-mode", "ENABLED")], "").await.ok();
        assert_eq!((got.text(), got.header("x-amz-checksum-crc32")), ("hello", "NhCmhg=="));
        s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok();
        let refused = send("NhCmhw==").await.refused(400, "BadDigest");
        assert_eq!(refused.one("Message"), "The CRC32 you specified did not match the calculated checksum.");
        send("").await.refused(400, "MalformedTrailerError");
        nothing_left(&s3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_sending_is_dropped() {
    let s3 = Harness::with_bucket().await;
    let slow =
        futures::stream::iter([Ok(Frame::data(Bytes::from_static(b"he")))]).chain(futures::stream::pending());
    let (parts, _) = signed(&[("content-length", "5")], Payload::Word(&PayloadHash::Unsigned));
    let refused =
        deliver(&s3, parts, StreamBody::new(slow).boxed_unsync()).await.refused(400, "RequestTimeout");
    assert_eq!(refused.facts.bytes_in, 2);
    nothing_left(&s3);
    assert_eq!(daypass_targets::body::IDLE, Duration::from_secs(20));
}

/// botocore mistakes the next answer on a connection that it was answered on without `100 Continue`.
#[tokio::test]
async fn a_client_that_waits_for_a_continue_it_never_gets_is_told_to_connect_anew() {
    let s3 = Harness::with_bucket().await;
    let expects = [("expect", "100-continue")];
    assert_eq!(s3.send(Method::PUT, "/bbb/empty", &expects, "").await.ok().header("connection"), "close");
    assert_eq!(s3.send(Method::PUT, "/bbb/full", &expects, "x").await.ok().header("connection"), "");
    assert_eq!(s3.send(Method::PUT, "/bbb/empty", &[], "").await.ok().header("connection"), "");
    s3.refuse("s3:PutObject", "");
    let refused = s3.send(Method::PUT, "/bbb/full", &expects, "x").await.refused(403, "AccessDenied");
    assert_eq!(refused.header("connection"), "close");
}
