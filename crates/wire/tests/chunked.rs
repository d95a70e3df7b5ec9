//! Chunked bodies: the examples of S3's documentation, what is refused, and that it does not matter how bytes arrive.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use bytes::Bytes;
use daypass_wire::checksum::{self, Algorithm};
use daypass_wire::chunked::{ChunkError, Decoder, Framing, Trailers};
use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{
    ChunkChain, ChunkEncoder, Credentials, Payload, PayloadHash, Scope, Signer, SigningKey, parse, verify,
};
use jiff::SignedDuration;
use proptest::prelude::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn chain(seed: &str) -> ChunkChain {
    let scope = Scope { date: "20130524".into(), region: "us-east-1".into(), service: "s3".into() };
    ChunkChain::new(SigningKey::derive(SECRET, &scope), "20130524T000000Z", &scope, seed)
}

/// Feeds pieces of the body and collects what comes out.
fn decode<'a>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Vec<u8>, Trailers), ChunkError> {
    let mut output = Vec::new();
    for piece in pieces {
        let mut input = Bytes::copy_from_slice(piece);
        while let Some(data) = decoder.decode(&mut input)? {
            output.extend_from_slice(&data);
        }
        assert!(input.is_empty());
    }
    Ok((output, decoder.finish()?))
}

fn encode(mut encoder: ChunkEncoder, chunks: &[&[u8]], trailers: &[(&str, &str)]) -> Vec<u8> {
    let mut body: Vec<u8> = chunks.iter().flat_map(|chunk| encoder.chunk(chunk)).collect();
    body.extend(encoder.finish(trailers));
    body
}

/// "Transferring Payload in Multiple Chunks", the example of 66,560 bytes `a`.
#[test]
fn the_signed_example_of_the_s3_documentation() {
    let mut parts = http::Request::builder()
        .method("PUT")
        .uri("/examplebucket/chunkObject.txt")
        .header("host", "s3.amazonaws.com")
        .header("content-encoding", "aws-chunked")
        .header("content-length", "66824")
        .header("x-amz-decoded-content-length", "66560")
        .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
        .body(())
        .unwrap()
        .into_parts()
        .0;
    let now = "2013-05-24T00:00:00Z".parse().unwrap();
    let credentials =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: SECRET, session_token: None };
    let signer = Signer { credentials, region: "us-east-1", service: "s3", now };
    let chain = signer.sign(&mut parts, Payload::Word(&PayloadHash::StreamingSigned)).unwrap();
    let body = encode(ChunkEncoder::signed(chain), &[&[b'a'; 65_536], &[b'a'; 1024]], &[]);
    assert_eq!(body.len(), 66_824);
    let text = String::from_utf8(body.clone()).unwrap();
    for line in [
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n",
        "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n",
        "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
    ] {
        assert!(text.contains(line), "{line}");
    }

    let presented = parse(&parts).unwrap().unwrap();
    assert_eq!(presented.signature, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    let verified = verify(&presented, &parts, SECRET, None, now, SignedDuration::from_mins(15)).unwrap();
    let decoder = Decoder::of(&verified, &parts).unwrap().unwrap();
    let (data, trailers) = decode(decoder, [body.as_slice()]).unwrap();
    assert_eq!(data, vec![b'a'; 66_560]);
    assert_eq!(trailers.iter().count(), 0);
}

/// "Signature calculations for trailing headers", the same data with a CRC-32C behind it.
const TRAILER_SEED: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

fn trailer_example() -> Vec<u8> {
    let mut body = Vec::new();
    for (line, data) in [
        ("10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", 65_536),
        ("400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", 1024),
    ] {
        body.extend_from_slice(line.as_bytes());
        body.extend_from_slice(b"\r\n");
        body.resize(body.len() + data, b'a');
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(
        b"0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
          x-amz-checksum-crc32c:sOO8/Q==\r\n\
          x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    );
    body
}

fn trailer_decoder() -> Decoder {
    Decoder::new(Framing::SignedWithTrailer(chain(TRAILER_SEED)), 66_560, &["x-amz-checksum-crc32c"])
}

#[test]
fn the_trailer_example_of_the_s3_documentation() {
    let body = trailer_example();
    let encoded = encode(
        ChunkEncoder::signed(chain(TRAILER_SEED)),
        &[&[b'a'; 65_536], &[b'a'; 1024]],
        &[("x-amz-checksum-crc32c", "sOO8/Q==")],
    );
    assert!(encoded == body, "the encoder writes the example");
    let (data, trailers) = decode(trailer_decoder(), [body.as_slice()]).unwrap();
    assert_eq!(data, vec![b'a'; 66_560]);
    assert_eq!(trailers.text("x-amz-checksum-crc32c"), Some("sOO8/Q=="));
}

/// A verified request with these headers, of this kind of body.
fn decoder_of(payload: &PayloadHash, headers: &[(&str, &str)]) -> Result<bool, ChunkError> {
    let mut builder = http::Request::builder().method("PUT").uri("http://h/b/k");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let mut parts = builder.body(()).unwrap().into_parts().0;
    let now = "2013-05-24T00:00:00Z".parse().unwrap();
    let credentials = Credentials { access_key_id: "AKIA1", secret_access_key: SECRET, session_token: None };
    let signer = Signer { credentials, region: "us-east-1", service: "s3", now };
    signer.sign(&mut parts, Payload::Word(payload)).unwrap();
    let presented = parse(&parts).unwrap().unwrap();
    let verified = verify(&presented, &parts, SECRET, None, now, SignedDuration::from_mins(15)).unwrap();
    Decoder::of(&verified, &parts).map(|decoder| decoder.is_some())
}

#[test]
fn a_request_says_how_its_body_is_framed() {
    let length = ("x-amz-decoded-content-length", "5");
    let trailer = ("x-amz-trailer", "x-amz-checksum-crc32, x-amz-checksum-sha1");
    let signed_trailer = PayloadHash::StreamingSignedTrailer;
    let unsigned_trailer = PayloadHash::StreamingUnsignedTrailer;
    for (payload, headers, expected) in [
        (&PayloadHash::Unsigned, &[][..], Ok(false)),
        (&PayloadHash::StreamingSigned, &[length][..], Ok(true)),
        (&PayloadHash::StreamingSigned, &[][..], Err(ChunkError::LengthNotDeclared)),
        (
            &PayloadHash::StreamingSigned,
            &[("x-amz-decoded-content-length", "+5")][..],
            Err(ChunkError::LengthNotDeclared),
        ),
        (&signed_trailer, &[length, trailer][..], Ok(true)),
        (&signed_trailer, &[length][..], Err(ChunkError::MalformedTrailer)),
        (&unsigned_trailer, &[length, trailer][..], Ok(true)),
        (&unsigned_trailer, &[trailer][..], Err(ChunkError::LengthNotDeclared)),
    ] {
        assert_eq!(decoder_of(payload, headers), expected, "{payload:?} {headers:?}");
    }
}

#[test]
fn a_signed_body_cannot_be_changed() {
    let body = trailer_example();
    let replace =
        |from: &str, to: &str| String::from_utf8(body.clone()).unwrap().replacen(from, to, 1).into_bytes();
    for (changed, expected) in [
        (replace("aaaa", "aaba"), ChunkError::ChunkSignatureMismatch { number: 1 }),
        (replace("signature=b474", "signature=c474"), ChunkError::ChunkSignatureMismatch { number: 1 }),
        (replace("signature=1c13", "signature=2c13"), ChunkError::ChunkSignatureMismatch { number: 2 }),
        (replace("signature=2ca2", "signature=3ca2"), ChunkError::ChunkSignatureMismatch { number: 3 }),
        (replace("signature:d81f", "signature:e81f"), ChunkError::TrailerSignatureMismatch),
        (replace("sOO8/Q==", "sOO8/A=="), ChunkError::TrailerSignatureMismatch),
        (
            replace(
                "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
                "",
            ),
            ChunkError::TrailerSignatureMismatch,
        ),
        (
            replace("x-amz-checksum-crc32c:sOO8/Q==\r\n", ""),
            ChunkError::TrailerMissing { name: "x-amz-checksum-crc32c".into() },
        ),
        (replace("x-amz-checksum-crc32c:", "x-amz-meta-a:"), ChunkError::MalformedTrailer),
        (replace(";chunk-signature", ";signature"), ChunkError::MalformedChunk),
    ] {
        assert_eq!(decode(trailer_decoder(), [changed.as_slice()]).unwrap_err(), expected);
    }
}

fn unsigned(declared: u64, announced: &[&str]) -> Decoder {
    Decoder::new(Framing::UnsignedWithTrailer, declared, announced)
}

#[test]
fn malformed_unsigned_bodies() {
    let long = format!("{}\r\n", "0".repeat(300));
    for (body, declared, expected) in [
        ("", 0, ChunkError::Incomplete),
        ("5\r\nhello\r\n", 5, ChunkError::Incomplete),
        ("5\r\nhello\r\n0\r\n", 5, ChunkError::Incomplete),
        ("5\r\nhel", 5, ChunkError::Incomplete),
        ("5\r\nhello\r\n0\r\n\r\nmore", 5, ChunkError::Incomplete),
        ("zz\r\nhello\r\n0\r\n\r\n", 5, ChunkError::MalformedChunk),
        ("+5\r\nhello\r\n0\r\n\r\n", 5, ChunkError::MalformedChunk),
        ("\r\n", 5, ChunkError::MalformedChunk),
        ("5;x=y\r\nhello\r\n0\r\n\r\n", 5, ChunkError::MalformedChunk),
        ("5\nhello\r\n0\r\n\r\n", 5, ChunkError::MalformedChunk),
        ("5\r\nhelloo\r\n0\r\n\r\n", 6, ChunkError::MalformedChunk),
        ("00000000000000005\r\nhello\r\n0\r\n\r\n", 5, ChunkError::MalformedChunk),
        (long.as_str(), 5, ChunkError::MalformedChunk),
        ("6\r\nhello!\r\n0\r\n\r\n", 5, ChunkError::LengthMismatch { declared: 5 }),
        ("5\r\nhello\r\n0\r\n\r\n", 6, ChunkError::LengthMismatch { declared: 6 }),
        ("ffffffffffffffff\r\n", 6, ChunkError::LengthMismatch { declared: 6 }),
        ("1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", 2, ChunkError::ChunkTooSmall { number: 2, size: 1 }),
        ("0\r\nx-amz-meta-a:b\r\n\r\n", 0, ChunkError::MalformedTrailer),
        ("0\r\nnonsense\r\n\r\n", 0, ChunkError::MalformedTrailer),
    ] {
        assert_eq!(decode(unsigned(declared, &[]), [body.as_bytes()]).unwrap_err(), expected, "{body:?}");
    }
    assert_eq!(decode(unsigned(5, &[]), [&b"5\r\nhello\r\n0\r\n\r\n"[..]]).unwrap().0, b"hello");
    assert_eq!(decode(unsigned(0, &[]), [&b"0\r\n\r\n"[..]]).unwrap().0, b"");
}

#[test]
fn a_checksum_in_the_trailer_is_verified() {
    for algorithm in Algorithm::ALL {
        let right = checksum::of(algorithm, b"hello");
        let trailers = [(algorithm.header(), right.as_str())];
        let body = encode(ChunkEncoder::unsigned(), &[b"hello"], &trailers);
        let (data, trailers) = decode(unsigned(5, &[algorithm.header()]), [body.as_slice()]).unwrap();
        assert_eq!(
            (data.as_slice(), trailers.text(algorithm.header())),
            (&b"hello"[..], Some(right.as_str()))
        );

        let wrong = checksum::of(algorithm, b"hullo");
        let body = encode(ChunkEncoder::unsigned(), &[b"hello"], &[(algorithm.header(), wrong.as_str())]);
        let error = decode(unsigned(5, &[algorithm.header()]), [body.as_slice()]).unwrap_err();
        assert_eq!(error, ChunkError::ChecksumMismatch { algorithm });
    }
}

#[test]
fn every_checksum_in_the_trailer_counts() {
    let (right, wrong) = (checksum::of(Algorithm::Crc32, b"hello"), checksum::of(Algorithm::Sha1, b"hullo"));
    let trailers = [("x-amz-checksum-crc32", right.as_str()), ("x-amz-checksum-sha1", wrong.as_str())];
    let body = encode(ChunkEncoder::unsigned(), &[b"hello"], &trailers);
    let decoder = unsigned(5, &["x-amz-checksum-crc32", "x-amz-checksum-sha1"]);
    let error = decode(decoder, [body.as_slice()]).unwrap_err();
    assert_eq!(error, ChunkError::ChecksumMismatch { algorithm: Algorithm::Sha1 });
}

#[test]
fn a_failed_decoder_stays_failed() {
    let mut decoder = unsigned(5, &[]);
    let error = decoder.decode(&mut Bytes::from_static(b"zz\r\n")).unwrap_err();
    assert_eq!(decoder.decode(&mut Bytes::from_static(b"5\r\nhello\r\n")).unwrap_err(), error);
    assert_eq!(decoder.decode(&mut Bytes::new()).unwrap_err(), error);
    assert_eq!(decoder.finish().unwrap_err(), error);
}

proptest! {
    #[test]
    fn it_does_not_matter_how_the_bytes_arrive(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 8192..9000), 0..3),
        last in prop::collection::vec(any::<u8>(), 1..50),
        is_signed in any::<bool>(),
        mut cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let data: Vec<u8> = chunks.iter().flatten().chain(&last).copied().collect();
        let checksum = checksum::of(Algorithm::Crc64Nvme, &data);
        let pieces: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).chain([last.as_slice()]).collect();
        let seed = sha256_hex(b"seed");
        let (encoder, framing) = if is_signed {
            (ChunkEncoder::signed(chain(&seed)), Framing::SignedWithTrailer(chain(&seed)))
        } else {
            (ChunkEncoder::unsigned(), Framing::UnsignedWithTrailer)
        };
        let body = encode(encoder, &pieces, &[("x-amz-checksum-crc64nvme", &checksum)]);
        let mut places: Vec<usize> = cuts.drain(..).map(|cut| cut.index(body.len())).collect();
        places.extend([0, body.len()]);
        places.sort_unstable();
        let split = places.windows(2).map(|pair| &body[pair[0]..pair[1]]);
        let decoder = Decoder::new(framing, data.len() as u64, &["X-Amz-Checksum-Crc64nvme"]);
        let (decoded, _) = decode(decoder, split).unwrap();
        prop_assert!(decoded == data);
    }

    #[test]
    fn no_body_is_a_panic(body in prop::collection::vec(any::<u8>(), 0..300), text in "([0-9a-f]{1,3}(;chunk-signature=[0-9a-f]{0,4})?\r\n[a-z]{0,9}\r\n){0,4}", declared in 0..100_u64) {
        let _ = decode(unsigned(declared, &[]), [body.as_slice()]);
        let _ = decode(unsigned(declared, &["a"]), [text.as_bytes()]);
        let framing = Framing::Signed(chain(""));
        prop_assert!(decode(Decoder::new(framing, declared, &[]), [text.as_bytes()]).is_err());
    }
}
