//! What a client promises about a body in its headers.

use daypass_testkit::Refused;
use daypass_wire::checksum::{self, Algorithm};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;

use crate::{get, nothing_changed, put, sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn promises_about_a_body_are_kept_or_it_is_refused() {
    let sandbox = sandbox().await;
    let body = b"hello".to_vec();
    let other_md5 = "7Qdih1MuhjZehB6Sv8UNjA==";
    let crc = checksum::of(Algorithm::Crc32, b"other");
    let sha = checksum::of(Algorithm::Sha256, b"other");
    for (what, headers, words) in [
        (
            "another's MD5",
            ("content-md5", other_md5),
            (400, "BadDigest", "The Content-MD5 you specified did not match what we received."),
        ),
        (
            "no MD5 at all",
            ("content-md5", "hello"),
            (400, "InvalidDigest", "The Content-MD5 you specified was invalid."),
        ),
        (
            "another's CRC",
            ("x-amz-checksum-crc32", crc.as_str()),
            (400, "BadDigest", "The CRC32 you specified did not match the calculated checksum."),
        ),
        (
            "another's SHA-256",
            ("x-amz-checksum-sha256", sha.as_str()),
            (400, "BadDigest", "The SHA256 you specified did not match the calculated checksum."),
        ),
        (
            "no CRC at all",
            ("x-amz-checksum-crc32", "AAAA"),
            (400, "InvalidRequest", "Value for x-amz-checksum-crc32 header is invalid."),
        ),
    ] {
        for path in ["/site/new", "/site/kept"] {
            let refused = put(&sandbox, path, body.clone(), &[headers]).await.expect_err(what);
            assert_eq!(refused.said(), words, "{what}");
        }
        nothing_changed(&sandbox, what).await;
    }
    put(&sandbox, "/site/right", body, &[("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")]).await.unwrap();
    assert_eq!(get(&sandbox, "/site/right").await.unwrap(), b"hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_bodys_hash_is_refused() {
    let sandbox = sandbox().await;
    let request = Request::put(format!("{}/site/new", sandbox.aws.endpoint())).body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    signer.sign(&mut parts, Payload::Body(b"hello")).unwrap();
    let answer = sandbox.aws.send(Request::from_parts(parts, b"jello".to_vec())).await.unwrap();
    assert_eq!(answer.element("ClientComputedContentSHA256").unwrap(), daypass_wire::sha256_hex(b"hello"));
    assert_eq!(answer.element("S3ComputedContentSHA256").unwrap(), daypass_wire::sha256_hex(b"jello"));
    let refused = Refused::from_error(answer.succeeded("PutObject").unwrap_err());
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    assert_eq!(refused.said(), (400, "XAmzContentSHA256Mismatch", message));
    nothing_changed(&sandbox, "another body's hash").await;
}
