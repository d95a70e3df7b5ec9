//! Signatures: the examples of S3's documentation, both directions, what is refused, and that nothing can be changed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod accepted;
mod malformed;
mod properties;

use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{AuthError, Credentials, Presented, Signer, Verified, parse, verify};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn now() -> Timestamp {
    "2013-05-24T00:00:00Z".parse().unwrap()
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(()).unwrap().into_parts().0
}

fn signer(service: &str) -> Signer<'_> {
    let credentials = Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: None };
    Signer { credentials, region: "us-east-1", service, now: now() }
}

fn presented(parts: &Parts) -> Presented {
    parse(parts).unwrap().unwrap()
}

fn check(parts: &Parts, body: &[u8]) -> Result<Verified, AuthError> {
    check_at(parts, body, now())
}

fn check_at(parts: &Parts, body: &[u8], now: Timestamp) -> Result<Verified, AuthError> {
    let presented = parse(parts)?.ok_or(AuthError::NotSigned)?;
    verify(&presented, parts, SECRET, Some(&sha256_hex(body)), now, WINDOW)
}
