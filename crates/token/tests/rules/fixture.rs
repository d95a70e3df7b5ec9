//! Keys made once, and tokens made of loose parts.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daypass_token::{
    Algorithm, ClaimError, KeySet, Rules, SigningKey, UnverifiedToken, VerifiedToken, VerifyError,
    key_set_document,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// 2026-11-22T12:00:00Z.
pub(crate) const NOW: i64 = 1_795_348_800;

pub(crate) static RSA: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_rsa().unwrap());
pub(crate) static OTHER_RSA: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_rsa().unwrap());
pub(crate) static EC: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate_ec(Algorithm::Es256).unwrap());

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// The claims of an honest token.
pub(crate) fn honest() -> Value {
    json!({
        "iss": "https://issuer.example", "sub": "repo:o/r:ref:refs/heads/main", "aud": "sts.amazonaws.com",
        "iat": NOW - 10, "nbf": NOW - 310, "exp": NOW + 290, "jti": "one",
    })
}

/// The honest claims with some replaced, and without those that are `"-"`.
pub(crate) fn honest_but(changes: Value) -> Map<String, Value> {
    let mut claims = object(honest());
    claims.extend(object(changes));
    claims.retain(|_, value| value != "-");
    claims
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of loose parts.
pub(crate) fn assemble(header: &str, payload: &str, signature: &[u8]) -> String {
    format!("{}.{}.{}", encode(header), encode(payload), encode(signature))
}

pub(crate) fn set_of(jwks: Vec<Value>) -> KeySet {
    KeySet::parse(json!({ "keys": jwks }).to_string().as_bytes()).unwrap()
}

pub(crate) fn set_of_rsa() -> KeySet {
    KeySet::parse(key_set_document([&*RSA]).to_string().as_bytes()).unwrap()
}

pub(crate) fn jwk_but(key: &SigningKey, changes: Value) -> Value {
    let mut jwk = object(key.jwk());
    jwk.extend(object(changes));
    jwk.retain(|_, value| value != "-");
    Value::Object(jwk)
}

/// Whether the signature counts.
pub(crate) fn verify(token: &str, keys: &KeySet) -> Result<(), VerifyError> {
    UnverifiedToken::parse(token).unwrap().verify(keys).map(drop)
}

/// Signs and checks claims.
pub(crate) fn check(claims: &Map<String, Value>) -> Result<VerifiedToken, ClaimError> {
    check_at(claims, NOW)
}

pub(crate) fn check_at(claims: &Map<String, Value>, now: i64) -> Result<VerifiedToken, ClaimError> {
    let rules = Rules { now: Timestamp::from_second(now).unwrap(), tolerance_seconds: 300 };
    let token = RSA.sign(claims).unwrap();
    UnverifiedToken::parse(&token).unwrap().verify(&set_of_rsa()).unwrap().check(&rules)
}
