//! Requests that botocore's own signers signed, and chunked bodies that were written from S3's documentation by other
//! hands than ours: every one must be verified, and none of them with another secret or another body.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use daypass_wire::chunked::Decoder;
use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{AuthError, Verified, parse, verify};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const SEED: &str = "20150830";
const CASES: usize = 6_000;
/// Of each kind and service at least so many, or the comparison says little.
const EACH_LEAST: u64 = 200;
/// So many must agree as they are.
const AGREED_LEAST: usize = 5_000;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

#[test]
fn requests_that_botocore_signed_are_verified() {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut different = Vec::new();
    let cases = cases();
    assert_eq!(cases.len(), CASES);
    let mut dots = 0;
    for case in &cases {
        let mut found = agrees(case, text(case, "target"));
        if found.is_err() && ends_in_dots(case) {
            dots += 1;
            found = agrees(case, text(case, "normalized"));
        }
        if let Err(error) = found {
            different.push(format!(
                "{error}: {} {} {}",
                text(case, "kind"),
                text(case, "service"),
                case["target"]
            ));
        }
        *seen.entry(text(case, "kind").to_owned()).or_default() += 1;
        *seen.entry(text(case, "service").to_owned()).or_default() += 1;
    }
    println!("{CASES} requests, {dots} end in dots; {seen:?}");
    assert!(dots > 0 && CASES - dots >= AGREED_LEAST, "{dots} end in dots");
    let some: Vec<_> = different.iter().take(20).map(String::as_str).collect();
    assert!(different.is_empty(), "{} of {CASES} differ:\n{}", different.len(), some.join("\n"));
    assert_eq!(seen.len(), 5 + 7, "{seen:?}");
    assert!(seen.values().all(|count| *count >= EACH_LEAST), "{seen:?}");
}

/// The one difference: of a path that ends in `.` or `..` RFC 3986, section 5.2.4, keeps the slash, and botocore does
/// not: `/a/.` is `/a/` to us and `/a` to it. What AWS does with one was not to be found. With the dots removed as
/// botocore removes them the signature must be good, so nothing else differs.
fn ends_in_dots(case: &Value) -> bool {
    let path = text(case, "target").split('?').next().unwrap();
    text(case, "service") != "s3" && (path.ends_with("/.") || path.ends_with("/.."))
}

fn agrees(case: &Value, target: &str) -> Result<(), String> {
    let (parts, body) = (parts(case, target)?, bytes(case, "body"));
    let secret = text(case, "secret");
    let verified = check(case, &parts, secret, &body).map_err(|error| error.to_string())?;
    if check(case, &parts, &format!("{secret}x"), &body).is_ok() {
        return Err("another secret is taken".to_owned());
    }
    let other = [body.as_slice(), b"x"].concat();
    let kind = text(case, "kind");
    if kind == "header" && check(case, &parts, secret, &other).is_ok() {
        return Err("another body is taken".to_owned());
    }
    if kind == "header" || kind == "presigned" {
        return Ok(());
    }
    let decoded = decode(&verified, &parts, body.clone())?;
    if decoded != bytes(case, "decoded") {
        return Err("the body is decoded to other bytes".to_owned());
    }
    match decode(&verified, &parts, other) {
        Ok(_) => Err("a body that goes on is taken".to_owned()),
        Err(_) => Ok(()),
    }
}

/// As the server does: scope first, the body's hash only where the body was read before.
fn check(case: &Value, parts: &Parts, secret: &str, body: &[u8]) -> Result<Verified, AuthError> {
    let presented = parse(parts)?.ok_or(AuthError::NotSigned)?;
    assert_eq!(presented.session_token.as_deref(), case["token"].as_str());
    presented.check_scope(text(case, "region"), text(case, "service"))?;
    let now = Timestamp::from_second(case["signed_at"].as_i64().unwrap()).unwrap();
    let hash = (text(case, "service") != "s3").then(|| sha256_hex(body));
    let verified = verify(&presented, parts, secret, hash.as_deref(), now, WINDOW)?;
    verified.check_body(&sha256_hex(body))?;
    Ok(verified)
}

fn decode(verified: &Verified, parts: &Parts, body: Vec<u8>) -> Result<Vec<u8>, String> {
    let decoder = Decoder::of(verified, parts).map_err(|error| error.to_string())?;
    let mut decoder = decoder.ok_or("the body is not taken for a chunked one")?;
    let (mut input, mut output) = (Bytes::from(body), Vec::new());
    while let Some(data) = decoder.decode(&mut input).map_err(|error| error.to_string())? {
        output.extend_from_slice(&data);
    }
    decoder.finish().map_err(|error| error.to_string())?;
    Ok(output)
}

fn parts(case: &Value, target: &str) -> Result<Parts, String> {
    let mut builder = http::Request::builder().method(text(case, "method")).uri(target);
    for header in case["headers"].as_array().unwrap() {
        builder = builder.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    builder.body(()).map(|request| request.into_parts().0).map_err(|error| error.to_string())
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap()
}

fn bytes(case: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(text(case, name)).unwrap()
}

fn cases() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(root.join("target/clients/venv/bin/python"))
        .arg(root.join("crates/testkit/clients/sigv4_cases.py"))
        .args([SEED, &CASES.to_string()])
        .output()
        .unwrap_or_else(|error| panic!("python: {error}; run `cargo xtask test --only prerequisites`"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
