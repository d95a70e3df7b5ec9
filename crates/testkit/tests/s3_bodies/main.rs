//! Bodies as S3 takes them: signed chunks, trailers, checksums, presigned URLs. A good one arrives byte for byte; a broken
//! one is refused, and nothing of it is ever seen.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and signs with the wall clock as any client does"
)]

mod changed_bytes;
mod checksums;
mod chunks;
mod expiry;
mod hosts;
mod keys;
mod presigned;
mod promises;
mod raw;
mod reads;
mod version_2;
mod writers;

use daypass_testkit::{Answer, Refused, Sandbox};
use http::Request;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const BEFORE: &[u8] = b"what was there before";

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.create_bucket("site").await;
    put(&sandbox, "/site/kept", BEFORE.to_vec(), &[]).await.unwrap();
    sandbox
}

fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A PUT with its body as it is, and these headers.
async fn put(
    sandbox: &Sandbox,
    path: &str,
    body: Vec<u8>,
    headers: &[(&str, &str)],
) -> Result<Answer, Refused> {
    let request =
        headers.iter().fold(Request::put(path), |request, (name, value)| request.header(*name, *value));
    sandbox.s3(Some(&sandbox.administrator), request.body(body).unwrap()).await
}

async fn get(sandbox: &Sandbox, path: &str) -> Result<Vec<u8>, Refused> {
    let request = Request::get(path).body(Vec::new()).unwrap();
    Ok(sandbox.s3(Some(&sandbox.administrator), request).await?.body.to_vec())
}

async fn nothing_changed(sandbox: &Sandbox, what: &str) {
    assert_eq!(
        get(sandbox, "/site/new").await.expect_err(what).said(),
        (404, "NoSuchKey", "The specified key does not exist.")
    );
    assert_eq!(get(sandbox, "/site/kept").await.unwrap(), BEFORE, "{what}");
    let listed = String::from_utf8(get(sandbox, "/site?list-type=2").await.unwrap()).unwrap();
    assert!(listed.contains("<KeyCount>1</KeyCount>"), "{what}: {listed}");
}
