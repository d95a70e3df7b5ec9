//! The signing test suite of AWS, in the verifying direction: every signed request is accepted, and what it is compared
//! with is the suite's canonical request and string to sign, byte by byte.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

use std::fs;
use std::path::{Path, PathBuf};

use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{AuthError, Mismatch, PathRules, SigningKey, parse, verify_with_key};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};

/// The secret of the suite, and that of one vector which the crate added: its test credentials, access key `ANOTREAL`.
fn secret(access_key_id: &str) -> &'static str {
    match access_key_id {
        "ANOTREAL" => "notrealrnrELgWzOk3IfjzDKtFBhDby",
        _ => "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }
}

/// Two vectors of an older suite: no context, and a path that is encoded twice.
const ENCODED_AGAIN: [&str; 2] = ["double-encode-path", "double-url-encode"];

fn vectors() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/v4");
    let mut vectors: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    vectors.sort();
    vectors
}

fn name(vector: &Path) -> String {
    vector.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Reads a request as a file of the suite holds it: header lines may be folded, and the target may hold a space.
fn request(text: &str) -> (Parts, String) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    let (method, rest) = first.split_once(' ').unwrap();
    let target = rest.strip_suffix(" HTTP/1.1").unwrap_or(rest).replace(' ', "%20");
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        if line.starts_with(' ') {
            let (_, value) = headers.last_mut().unwrap();
            value.push(' ');
            value.push_str(line);
        } else {
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut builder = http::Request::builder().method(method).uri(target);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    (builder.body(()).unwrap().into_parts().0, body.trim_end_matches('\n').to_owned())
}

fn rules(vector: &Path) -> PathRules {
    let normalize = match fs::read_to_string(vector.join("context.json")) {
        Ok(context) => {
            let context: serde_json::Value = serde_json::from_str(&context).unwrap();
            context.get("normalize").unwrap().as_bool().unwrap()
        }
        Err(_) => true,
    };
    PathRules { normalize, encode_again: ENCODED_AGAIN.contains(&name(vector).as_str()) }
}

/// Verifies `KIND-signed-request.txt` with the right secret or the one given.
fn verify(vector: &Path, kind: &str, other_secret: Option<&str>) -> Result<String, AuthError> {
    let text = fs::read_to_string(vector.join(format!("{kind}-signed-request.txt"))).unwrap();
    let (parts, body) = request(&text);
    let presented = parse(&parts)?.unwrap();
    let secret = other_secret.unwrap_or_else(|| secret(&presented.access_key_id));
    let key = SigningKey::derive(secret, &presented.scope);
    let now: Timestamp = presented.amz_date.timestamp() + SignedDuration::from_mins(14);
    let window = SignedDuration::from_mins(15);
    let hash = sha256_hex(body.as_bytes());
    let verified = verify_with_key(&presented, &parts, &key, Some(&hash), now, window, rules(vector))?;
    Ok(verified.signature().to_owned())
}

fn mismatch(vector: &Path, kind: &str) -> Box<Mismatch> {
    match verify(vector, kind, Some("another secret")) {
        Err(AuthError::SignatureMismatch(mismatch)) => mismatch,
        Ok(_) => panic!("{} {kind}: accepted with another secret", name(vector)),
        Err(error) => panic!("{} {kind}: {error}", name(vector)),
    }
}

#[test]
fn every_signed_request_is_accepted() {
    let mut checked = 0;
    for vector in vectors() {
        for kind in ["header", "query"] {
            if !vector.join(format!("{kind}-signed-request.txt")).exists() {
                continue;
            }
            let signature = verify(&vector, kind, None).unwrap_or_else(|error| {
                panic!("{} {kind}: {error}", name(&vector));
            });
            if let Ok(expected) = fs::read_to_string(vector.join(format!("{kind}-signature.txt"))) {
                assert_eq!(signature, expected.trim(), "{} {kind}", name(&vector));
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 78, "the suite has 38 vectors of both kinds and two of one");
}

#[test]
fn the_texts_are_those_of_the_suite() {
    for vector in vectors() {
        for kind in ["header", "query"] {
            let Ok(expected) = fs::read_to_string(vector.join(format!("{kind}-canonical-request.txt")))
            else {
                continue;
            };
            // Its canonical request is of another day than its signed request.
            if name(&vector) == "double-encode-path" {
                continue;
            }
            // Accepted although the token is not in the query that was signed.
            if name(&vector) == "post-sts-header-after" && kind == "query" {
                continue;
            }
            let mismatch = mismatch(&vector, kind);
            assert_eq!(
                mismatch.canonical_request.as_deref(),
                Some(expected.trim_end()),
                "{} {kind}",
                name(&vector)
            );
            if let Ok(expected) = fs::read_to_string(vector.join(format!("{kind}-string-to-sign.txt"))) {
                assert_eq!(mismatch.string_to_sign, expected.trim_end(), "{} {kind}", name(&vector));
            }
        }
    }
}
