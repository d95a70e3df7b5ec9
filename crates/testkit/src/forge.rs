//! Tokens that no issuer would sign: for the tests that must refuse them.

use daypass_token::SigningKey;
use serde_json::{Map, Value, json};

/// The claims of a token that a job of `your-org/your-repo` on `main` would carry, at a time in Unix seconds.
///
/// # Panics
/// Never: the literal is an object.
#[must_use]
pub fn claims(now: i64) -> Map<String, Value> {
    let value = json!({
        "iss": crate::seed::ISSUER,
        "sub": "repo:your-org/your-repo:ref:refs/heads/main",
        "aud": crate::seed::AUDIENCE,
        "iat": now,
        "nbf": now - 300,
        "exp": now + 300,
        "jti": "6f1c2f4e-1d2b-4c55-9a3e-0d7f7c3b2a10",
        "repository": "your-org/your-repo",
        "ref": "refs/heads/main",
    });
    value.as_object().cloned().expect("an object")
}

/// The claims with some replaced; null takes a claim away.
#[must_use]
pub fn with(mut claims: Map<String, Value>, changes: Value) -> Map<String, Value> {
    let Value::Object(changes) = changes else { panic!("changes must be an object") };
    for (name, value) in changes {
        if value.is_null() {
            claims.remove(&name);
        } else {
            claims.insert(name, value);
        }
    }
    claims
}

/// A token with any header, claims and signature: each part is encoded as it is.
#[must_use]
pub fn unsigned(header: &Value, claims: &str, signature: &[u8]) -> String {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    format!("{}.{}.{}", encode(header.to_string().as_bytes()), encode(claims.as_bytes()), encode(signature))
}

/// A token with these claims, honestly signed by a key.
///
/// # Panics
/// Where the key cannot sign.
#[must_use]
pub fn signed(key: &SigningKey, claims: &Map<String, Value>) -> String {
    key.sign(claims).expect("the key signs")
}
