//! Every byte of a signed upload, changed, deleted and put in, over a socket: it is refused and nothing has changed, or
//! it is the same request.
//!
//! What makes the same request is told by what it leaves behind: the same object at the same key, described the same,
//! and nothing else anywhere. Requests that are the same differ in the case of a header's name, in white space around
//! values, commas and ends of lines, in the HTTP version 1.0, and in headers that are not signed and say nothing about
//! the object. White space within a value is folded before it is signed, in AWS as here, so it is no part of the
//! comparison. Whoever has a presigned URL chooses the body, as S3 has it.

use daypass_testkit::Sandbox;
use daypass_wire::checksum::{self, Algorithm};
use daypass_wire::sigv4::{ChunkEncoder, Payload, PayloadHash};
use http::Request;
use jiff::Timestamp;

use crate::raw::{address, call, send, signed};
use crate::{BEFORE, get, nothing_changed, sandbox};

const BODY: &[u8] = b"the body of the object";
const DESCRIPTION: [(&str, &str); 3] =
    [("content-type", "text/css"), ("cache-control", "max-age=60"), ("x-amz-meta-a", "two words")];
/// Refused requests after which it is seen whether anything has changed.
const BATCH: usize = 100;

/// What a reader of the new object learns, white space folded.
#[derive(Debug, PartialEq)]
struct Left {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

async fn left(sandbox: &Sandbox) -> Left {
    const PASSING: [&str; 5] = ["date", "last-modified", "x-amz-request-id", "x-amz-id-2", "connection"];
    let got = call(sandbox, ("GET", "/site/new"), &[], b"").await;
    assert_eq!(got.status, 200, "{}", got.text());
    let headers = got.headers.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
    let mut headers: Vec<(String, String)> = headers
        .map(|(name, value)| {
            let words: Vec<&str> = value.to_str().unwrap().split_whitespace().collect();
            (name.to_string(), words.join(" "))
        })
        .collect();
    headers.sort();
    Left { headers, body: got.body }
}

/// One request, and which part of what it leaves behind its signature is about.
struct Original {
    bytes: Vec<u8>,
    /// Bytes that are changed: all, or the head where the body is anybody's.
    changed: usize,
    /// Whether the body is signed.
    whole: bool,
}

async fn every_byte(sandbox: &Sandbox, original: &Original) {
    let sent = send(sandbox, &original.bytes).await.expect("an answer");
    assert_eq!(sent.status, 200, "{}", sent.text());
    let wanted = left(sandbox).await;
    assert_eq!(wanted.body, BODY);
    for (name, value) in DESCRIPTION {
        assert!(wanted.headers.contains(&(name.to_owned(), value.to_owned())), "{name}: {wanted:?}");
    }
    remove(sandbox).await;
    let (mut refused, mut same) = (0, 0);
    for index in 0..original.changed {
        let (before, byte, after) =
            (&original.bytes[..index], original.bytes[index], &original.bytes[index + 1..]);
        let changes = [
            [before, &[byte ^ 1], after].concat(),
            [before, &[byte ^ 0x20], after].concat(),
            [before, after].concat(),
            [before, b"0", &original.bytes[index..]].concat(),
        ];
        for changed in changes {
            if send(sandbox, &changed).await.is_some_and(|reply| (200..300).contains(&reply.status)) {
                let mut found = left(sandbox).await;
                if !original.whole {
                    of_any_body(&mut found, &wanted);
                }
                assert_eq!(found, wanted, "byte {index}: {}", String::from_utf8_lossy(&changed));
                remove(sandbox).await;
                unchanged(sandbox, index).await;
                same += 1;
            } else {
                refused += 1;
                if refused % BATCH == 0 {
                    unchanged(sandbox, index).await;
                }
            }
        }
    }
    unchanged(sandbox, original.changed).await;
    println!("{refused} refused, {same} the same");
    assert!(refused > 4 * same && same > 0, "{refused} refused, {same} the same");
}

/// Leaves out what follows from a body that the sender may choose.
fn of_any_body(found: &mut Left, wanted: &Left) {
    found.body.clone_from(&wanted.body);
    for (name, value) in &mut found.headers {
        if ["content-length", "etag"].contains(&name.as_str()) {
            value.clone_from(&wanted.headers.iter().find(|(other, _)| other == name).unwrap().1);
        }
    }
}

async fn remove(sandbox: &Sandbox) {
    assert_eq!(call(sandbox, ("DELETE", "/site/new"), &[], b"").await.status, 204);
}

/// One bucket, one object, as it was.
async fn unchanged(sandbox: &Sandbox, index: usize) {
    nothing_changed(sandbox, &format!("up to byte {index}")).await;
    let buckets = String::from_utf8(get(sandbox, "/").await.unwrap()).unwrap();
    assert_eq!(buckets.matches("<Name>").count(), 1, "up to byte {index}: {buckets}");
    let uploads = String::from_utf8(get(sandbox, "/site?uploads").await.unwrap()).unwrap();
    assert!(!uploads.contains("<UploadId>"), "up to byte {index}: {uploads}");
    assert_eq!(get(sandbox, "/site/kept").await.unwrap(), BEFORE);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_upload_that_is_signed_in_its_header() {
    let sandbox = sandbox().await;
    let (head, _) = signed(&sandbox, ("PUT", "/site/new"), &DESCRIPTION, Payload::Body(BODY), BODY.len());
    let bytes = [&head, BODY].concat();
    every_byte(&sandbox, &Original { changed: bytes.len(), bytes, whole: true }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_upload_in_signed_chunks_with_a_trailer() {
    let sandbox = sandbox().await;
    let length = BODY.len().to_string();
    let mut headers = DESCRIPTION.to_vec();
    headers.extend([
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", length.as_str()),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ]);
    let value = checksum::of(Algorithm::Crc32, BODY);
    let frame = |chain| {
        let mut encoder = ChunkEncoder::signed(chain);
        let mut framed = encoder.chunk(BODY);
        framed.extend(encoder.finish(&[("x-amz-checksum-crc32", &value)]));
        framed
    };
    let payload = PayloadHash::StreamingSignedTrailer;
    let sign = |length| signed(&sandbox, ("PUT", "/site/new"), &headers, Payload::Word(&payload), length);
    // The framing is as long whatever its signatures are.
    let (head, chain) = sign(frame(sign(0).1).len());
    let bytes = [head, frame(chain)].concat();
    every_byte(&sandbox, &Original { changed: bytes.len(), bytes, whole: true }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_presigned_upload() {
    let sandbox = sandbox().await;
    let mut request = Request::put("/site/new").header("host", address(&sandbox));
    for (name, value) in DESCRIPTION {
        request = request.header(name, value);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    signer.presign(&mut parts, 3_600, Payload::Body(b"")).unwrap();
    let mut head = format!("PUT {} HTTP/1.1\r\n", parts.uri);
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", BODY.len()));
    let bytes = [head.as_bytes(), BODY].concat();
    every_byte(&sandbox, &Original { changed: head.len(), bytes, whole: false }).await;
}
