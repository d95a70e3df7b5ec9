//! Bodies in chunks, signed and unsigned, with trailers and without.

use daypass_testkit::{Answer, Refused, Sandbox};
use daypass_wire::checksum::{self, Algorithm};
use daypass_wire::sigv4::{ChunkEncoder, Payload, PayloadHash};
use http::Request;
use jiff::Timestamp;

use crate::{MISMATCH, get, noise, nothing_changed, sandbox};

const INCOMPLETE: &str =
    "You did not provide the number of bytes specified by the Content-Length HTTP header";
const BAD_TRAILER: &str = "The request contained trailing data that was not well-formed or did not conform to our published schema.";

/// What is done to a framed body on its way.
type Spoil = fn(Vec<u8>) -> Vec<u8>;

/// A PUT in chunks: what the head says, and what is done to the framed body.
pub(crate) struct Chunked<'a> {
    payload: PayloadHash,
    chunks: Vec<&'a [u8]>,
    trailers: Vec<(&'a str, &'a str)>,
    announced: &'a str,
    declared: usize,
    spoil: Spoil,
}

impl<'a> Chunked<'a> {
    pub(crate) fn new(payload: PayloadHash, chunks: Vec<&'a [u8]>) -> Self {
        let declared = chunks.iter().map(|chunk| chunk.len()).sum();
        Self { payload, chunks, trailers: Vec::new(), announced: "", declared, spoil: |body| body }
    }

    pub(crate) fn trailer(self, name: &'a str, value: &'a str) -> Self {
        Self { trailers: vec![(name, value)], announced: name, ..self }
    }

    pub(crate) async fn put(&self, sandbox: &Sandbox, path: &str) -> Result<Answer, Refused> {
        let mut request = Request::put(format!("{}{path}", sandbox.aws.endpoint()))
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", self.declared);
        if !self.announced.is_empty() {
            request = request.header("x-amz-trailer", self.announced);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
        let chain = signer.sign(&mut parts, Payload::Word(&self.payload)).unwrap();
        let signed = !matches!(self.payload, PayloadHash::StreamingUnsignedTrailer);
        let mut encoder = if signed { ChunkEncoder::signed(chain) } else { ChunkEncoder::unsigned() };
        let mut body: Vec<u8> = self.chunks.iter().flat_map(|chunk| encoder.chunk(chunk)).collect();
        body.extend(encoder.finish(&self.trailers));
        let request = Request::from_parts(parts, (self.spoil)(body));
        let answer = sandbox.aws.send(request).await.and_then(|answer| answer.succeeded("PutObject"));
        answer.map_err(Refused::from_error)
    }
}

/// The upload is refused in these words, a new object does not come to be, and one that was there is as it was.
async fn expect_refused(sandbox: &Sandbox, what: &str, upload: &Chunked<'_>, words: (u16, &str, &str)) {
    for path in ["/site/new", "/site/kept"] {
        let refused = upload.put(sandbox, path).await.expect_err(what);
        assert_eq!(refused.said(), words, "{what}, {path}");
    }
    nothing_changed(sandbox, what).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_chunks_arrive_byte_for_byte() {
    let sandbox = sandbox().await;
    let body = noise(300_001);
    let plain: Vec<&[u8]> = body.chunks(65_536).collect();
    Chunked::new(PayloadHash::StreamingSigned, plain.clone()).put(&sandbox, "/site/plain").await.unwrap();
    assert!(get(&sandbox, "/site/plain").await.unwrap() == body);
    let empty = Chunked::new(PayloadHash::StreamingSigned, Vec::new());
    empty.put(&sandbox, "/site/empty").await.unwrap();
    assert_eq!(get(&sandbox, "/site/empty").await.unwrap(), b"");
    for algorithm in Algorithm::ALL {
        let value = checksum::of(algorithm, &body);
        for payload in [PayloadHash::StreamingSignedTrailer, PayloadHash::StreamingUnsignedTrailer] {
            let path = format!("/site/{}", algorithm.name());
            let upload = Chunked::new(payload, plain.clone()).trailer(algorithm.header(), &value);
            let answer = upload.put(&sandbox, &path).await.unwrap();
            assert_eq!(answer.headers[algorithm.header()], value.as_str());
            assert!(get(&sandbox, &path).await.unwrap() == body, "{path}");
        }
    }
    let head = Request::head("/site/plain").body(Vec::new()).unwrap();
    let head = sandbox.s3(Some(&sandbox.administrator), head).await.unwrap();
    assert_eq!(head.headers["content-length"], "300001");
    assert!(!head.headers.contains_key("content-encoding"), "the framing is no encoding of the object");
}

/// Where the line before chunk `number` begins, from 0 on.
fn line_of_chunk(body: &[u8], number: usize) -> usize {
    let mark = b";chunk-signature=";
    let marks: Vec<usize> = (0..body.len() - mark.len()).filter(|at| body[*at..].starts_with(mark)).collect();
    marks[number] - 5
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_does_not_match_its_signature_spoils_the_whole() {
    let sandbox = sandbox().await;
    let body = noise(200_000);
    let spoils: [(&str, Spoil); 4] = [
        ("a bit of the second chunk", |mut body| {
            let at = line_of_chunk(&body, 1) + 5_000;
            body[at] ^= 1;
            body
        }),
        ("a digit of the second signature", |mut body| {
            let at = line_of_chunk(&body, 1) + 5 + 17 + 30;
            body[at] = if body[at] == b'0' { b'1' } else { b'0' };
            body
        }),
        ("the first two chunks changed about", |body| {
            let (first, second, third) =
                (line_of_chunk(&body, 0), line_of_chunk(&body, 1), line_of_chunk(&body, 2));
            [&body[second..third], &body[first..second], &body[third..]].concat()
        }),
        ("the second chunk left out", |body| {
            let (second, third) = (line_of_chunk(&body, 1), line_of_chunk(&body, 2));
            [&body[..second], &body[third..]].concat()
        }),
    ];
    for (what, spoil) in spoils {
        let upload =
            Chunked { spoil, ..Chunked::new(PayloadHash::StreamingSigned, body.chunks(65_536).collect()) };
        expect_refused(&sandbox, what, &upload, (403, "SignatureDoesNotMatch", MISMATCH)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trailer_that_does_not_fit_spoils_the_whole() {
    let sandbox = sandbox().await;
    let body = noise(100_000);
    let header = Algorithm::Crc32c.header();
    let (right, wrong) = (checksum::of(Algorithm::Crc32c, &body), checksum::of(Algorithm::Crc32c, b"else"));
    let upload = |payload, value| Chunked::new(payload, body.chunks(65_536).collect()).trailer(header, value);
    let bad_digest = (400, "BadDigest", "The CRC32C you specified did not match the calculated checksum.");
    for payload in [PayloadHash::StreamingSignedTrailer, PayloadHash::StreamingUnsignedTrailer] {
        expect_refused(&sandbox, "another body's checksum", &upload(payload.clone(), &wrong), bad_digest)
            .await;
        let missing = Chunked { trailers: Vec::new(), ..upload(payload, &right) };
        expect_refused(&sandbox, "no trailer", &missing, (400, "MalformedTrailerError", BAD_TRAILER)).await;
    }
    let signed = || upload(PayloadHash::StreamingSignedTrailer, &right);
    let forged = Chunked {
        spoil: |mut body| {
            let at = body.len() - 10;
            body[at] = if body[at] == b'0' { b'1' } else { b'0' };
            body
        },
        ..signed()
    };
    expect_refused(&sandbox, "a forged trailer", &forged, (403, "SignatureDoesNotMatch", MISMATCH)).await;
    let unsigned = Chunked {
        spoil: |body| {
            let text = b"x-amz-trailer-signature:";
            let at = (0..body.len()).rfind(|at| body[*at..].starts_with(text)).unwrap();
            [&body[..at], b"\r\n"].concat()
        },
        ..signed()
    };
    let refused = unsigned.put(&sandbox, "/site/new").await.unwrap_err();
    assert!(
        ["SignatureDoesNotMatch", "MalformedTrailerError"].contains(&refused.code.as_str()),
        "{refused:?}"
    );
    nothing_changed(&sandbox, "an unsigned trailer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_length_is_refused() {
    let sandbox = sandbox().await;
    let body = noise(100_000);
    let whole = || Chunked::new(PayloadHash::StreamingSigned, body.chunks(65_536).collect());
    let cut: Spoil = |mut body| {
        body.truncate(body.len() - 30_000);
        body
    };
    let no_last: Spoil = |mut body| {
        body.truncate(line_of_chunk(&body, 2) + 4);
        body
    };
    let incomplete = (400, "IncompleteBody", INCOMPLETE);
    expect_refused(&sandbox, "cut in a chunk", &Chunked { spoil: cut, ..whole() }, incomplete).await;
    expect_refused(&sandbox, "without its last chunk", &Chunked { spoil: no_last, ..whole() }, incomplete)
        .await;
    expect_refused(&sandbox, "more declared", &Chunked { declared: 100_001, ..whole() }, incomplete).await;
    expect_refused(&sandbox, "less declared", &Chunked { declared: 99_999, ..whole() }, incomplete).await;
    let small = Chunked::new(PayloadHash::StreamingSigned, vec![&body[..100], &body[100..]]);
    let message = "Only the last chunk is allowed to have a size less than 8192 bytes";
    expect_refused(&sandbox, "a small chunk first", &small, (403, "InvalidChunkSizeError", message)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_need_a_declared_length() {
    let sandbox = sandbox().await;
    let request = Request::put(format!("{}/site/new", sandbox.aws.endpoint())).body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    let chain = signer.sign(&mut parts, Payload::Word(&PayloadHash::StreamingSigned)).unwrap();
    let body = ChunkEncoder::signed(chain).finish(&[]);
    let answer = sandbox.aws.send(Request::from_parts(parts, body)).await.unwrap();
    let refused = Refused::from_error(answer.succeeded("PutObject").unwrap_err());
    assert_eq!(
        refused.said(),
        (411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    );
    nothing_changed(&sandbox, "no declared length").await;
    let event = sandbox
        .events()
        .await
        .into_iter()
        .find(|event| event["record"]["requestID"] == refused.request_id.as_str());
    assert_eq!(event.expect("it is on record")["record"]["errorCode"], "MissingContentLength");
}
