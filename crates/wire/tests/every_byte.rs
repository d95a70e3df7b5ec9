//! Every byte of a signed request is changed, deleted and has others put before it: what is still taken must mean what was signed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use bytes::Bytes;
use daypass_wire::chunked::Decoder;
use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{ChunkEncoder, Credentials, Payload, PayloadHash, Signer, parse, verify};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn now() -> Timestamp {
    "2013-05-24T00:00:00Z".parse().unwrap()
}

/// A request as a signed one is understood: two of them that are equal ask for the same.
///
/// The equivalences are these and no others. Names of headers and trailers have no case; white space around a value is
/// trimmed and folded within; headers that nobody signed do not count; parameters have no order, and empty ones and
/// `a` for `a=` do not count; the digits of an escape and of a chunk's size have no case; and the Authorization header
/// may have more commas and spaces between its parts. The body that a URL presigned for S3 is sent with is anybody's, as
/// S3 has it (`UNSIGNED-PAYLOAD`). Outside S3 a path has no empty segments.
#[derive(Debug, PartialEq)]
struct Meaning {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    trailers: Vec<(String, String)>,
    /// Of the request, its chunks and its trailer: one that is not looked at would change nothing else.
    signatures: Vec<String>,
}

/// Reads a message as a strict server does; `None` where it is none.
fn read(raw: &[u8]) -> Option<(Parts, Vec<u8>)> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(raw.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?, first.next()?);
    if first.next()? != "HTTP/1.1"
        || first.next().is_some()
        || !target.starts_with('/')
        || target.contains('#')
    {
        return None;
    }
    let mut builder = http::Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        builder = builder.header(name, value.trim_matches([' ', '\t']));
    }
    Some((builder.body(()).ok()?.into_parts().0, raw.get(end + 4..)?.to_vec()))
}

/// What the server takes the message for; `None` where it refuses it.
fn accepted(raw: &[u8]) -> Option<Meaning> {
    let (parts, body) = read(raw)?;
    let presented = parse(&parts).ok()??;
    // Another key has another secret.
    if presented.access_key_id != KEY || !["s3", "sqs"].contains(&presented.scope.service.as_str()) {
        return None;
    }
    let is_s3 = presented.scope.service == "s3";
    let hash = sha256_hex(&body);
    let known = (!is_s3).then_some(hash.as_str());
    let verified = verify(&presented, &parts, SECRET, known, now(), SignedDuration::from_mins(15)).ok()?;
    verified.check_body(&hash).ok()?;
    let mut signatures = vec![presented.signature.clone()];
    if verified.payload().is_streaming() {
        signatures.extend(signatures_in(&String::from_utf8_lossy(&body)));
    }
    let (mut decoded, mut trailers) = (body, Vec::new());
    if *verified.payload() == PayloadHash::Unsigned {
        decoded.clear();
    }
    if let Some(mut decoder) = Decoder::of(&verified, &parts).ok()? {
        let mut input = Bytes::from(std::mem::take(&mut decoded));
        while let Some(data) = decoder.decode(&mut input).ok()? {
            decoded.extend_from_slice(&data);
        }
        let end = decoder.finish().ok()?;
        trailers = end.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }
    let path = parts.uri.path();
    let path = if is_s3 { path.to_owned() } else { path.replace("//", "/") };
    let headers = presented.signed_headers.iter().map(|name| {
        let value = parts
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect::<Vec<_>>()
            .join(",");
        (name.clone(), value.split_whitespace().collect::<Vec<_>>().join(" ").into_bytes())
    });
    let headers = headers.collect();
    Some(Meaning {
        method: parts.method.to_string(),
        path,
        query: query(&parts),
        headers,
        body: decoded,
        trailers,
        signatures,
    })
}

fn signatures_in(body: &str) -> Vec<String> {
    let small = body.to_ascii_lowercase();
    let lines = small.match_indices("signature").filter_map(|(at, word)| body.get(at + word.len() + 1..));
    lines.map(|rest| rest.split('\r').next().unwrap().trim().to_owned()).collect()
}

fn query(parts: &Parts) -> Vec<(String, String)> {
    let fields = parts.uri.query().unwrap_or_default().split('&').filter(|field| !field.is_empty());
    let mut fields: Vec<(String, String)> = fields
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect();
    fields.sort();
    fields
}

/// The escapes of this test's requests, in upper case.
fn plain(text: &str) -> String {
    text.replace("%2f", "%2F").replace("%3b", "%3B").replace('+', "%20")
}

fn message(parts: &Parts, body: &[u8]) -> Vec<u8> {
    let mut raw = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        raw.extend_from_slice(format!("{name}: {}\r\n", value.to_str().unwrap()).as_bytes());
    }
    raw.extend_from_slice(b"\r\n");
    raw.extend_from_slice(body);
    raw
}

fn signer(service: &str) -> Signer<'_> {
    let credentials = Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: None };
    Signer { credentials, region: "us-east-1", service, now: now() }
}

fn unsigned(method: &str, extra: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().method(method).uri("/bucket/a%20b?x=1%2F2&list&y=a");
    builder = builder
        .header("host", "s3.localhost:4566")
        .header("user-agent", "any")
        .header("x-amz-meta-a", "two words");
    for (name, value) in extra {
        builder = builder.header(*name, *value);
    }
    builder.body(()).unwrap().into_parts().0
}

fn every_byte(raw: &[u8]) {
    let signed = accepted(raw).unwrap();
    let (mut refused, mut same) = (0, 0);
    let mut put = |changed: Vec<u8>| match accepted(&changed) {
        None => refused += 1,
        Some(meaning) => {
            assert_eq!(meaning, signed, "{}", String::from_utf8_lossy(&changed));
            same += 1;
        }
    };
    for (index, byte) in raw.iter().enumerate() {
        let (before, after) = (&raw[..index], &raw[index + 1..]);
        for other in [byte ^ 1, byte ^ 0x20, b'/', b' '] {
            if other != *byte {
                put([before, &[other], after].concat());
            }
        }
        put([before, after].concat());
        for other in [*byte, b'0', b' '] {
            put([before, &[other], &raw[index..]].concat());
        }
    }
    println!("{refused} refused, {same} the same");
    assert!(refused > 4 * same && same > 0, "{refused} refused, {same} the same");
}

#[test]
fn signed_in_the_header() {
    for service in ["s3", "sqs"] {
        for (method, body) in [("GET", b"".as_slice()), ("PUT", b"the body")] {
            let mut parts = unsigned(method, &[]);
            signer(service).sign(&mut parts, Payload::Body(body)).unwrap();
            every_byte(&message(&parts, body));
        }
    }
}

#[test]
fn presigned() {
    for service in ["s3", "sqs"] {
        let mut parts = unsigned("GET", &[]);
        signer(service).presign(&mut parts, 600, Payload::Body(b"")).unwrap();
        every_byte(&message(&parts, b""));
    }
}

#[test]
fn signed_chunks_with_a_trailer() {
    let extra = [("x-amz-decoded-content-length", "4"), ("x-amz-trailer", "x-amz-checksum-crc32")];
    let mut parts = unsigned("PUT", &extra);
    let chain = signer("s3").sign(&mut parts, Payload::Word(&PayloadHash::StreamingSignedTrailer)).unwrap();
    let mut encoder = ChunkEncoder::signed(chain);
    let mut body = encoder.chunk(b"body");
    let sum = daypass_wire::checksum::Algorithm::from_header("x-amz-checksum-crc32").unwrap();
    let mut checksum = daypass_wire::checksum::Checksum::new(sum);
    checksum.update(b"body");
    body.extend(encoder.finish(&[("x-amz-checksum-crc32", &checksum.finish())]));
    every_byte(&message(&parts, &body));
}
