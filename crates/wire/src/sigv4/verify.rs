//! Verification: the signature is computed again and compared in constant time.

use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;

use crate::sigv4::canonical::{self, PathRules, Variation};
use crate::sigv4::{
    AmzDate, AuthError, ChunkChain, Kind, Mismatch, PayloadHash, Presented, Scope, SigningKey, is_s3, key,
    required,
};

/// A request whose signature was verified, and what the chunks of its body are verified with.
///
/// Has no `Debug` and no public constructor other than [`verify`] and [`verify_with_key`].
#[derive(Clone)]
pub struct Verified {
    key: SigningKey,
    scope: Scope,
    amz_date: AmzDate,
    signature: String,
    payload: PayloadHash,
}

impl Verified {
    /// The chain of signatures for the body's chunks, which starts at this request's signature.
    #[must_use]
    pub fn chunks(&self) -> ChunkChain {
        ChunkChain::new(self.key.clone(), self.amz_date.text(), &self.scope, &self.signature)
    }

    /// The verified signature, the seed of the chain.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// When it was signed.
    #[must_use]
    pub const fn signed_at(&self) -> Timestamp {
        self.amz_date.timestamp()
    }

    /// What was signed about the body. Where it is [`PayloadHash::Signed`] and [`verify`] was called without the
    /// body's hash, the body must be compared before it counts: [`Self::check_body`].
    #[must_use]
    pub const fn payload(&self) -> &PayloadHash {
        &self.payload
    }

    /// Compares the body's SHA-256 with the signed one, where one was signed.
    ///
    /// # Errors
    /// [`AuthError::ContentSha256Mismatch`].
    pub fn check_body(&self, body_sha256: &str) -> Result<(), AuthError> {
        check_body(&self.payload, body_sha256)
    }
}

fn check_body(payload: &PayloadHash, body_sha256: &str) -> Result<(), AuthError> {
    match payload {
        PayloadHash::Signed(presented) if presented != body_sha256 => Err(AuthError::ContentSha256Mismatch {
            presented: presented.clone(),
            computed: body_sha256.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Verifies a request.
///
/// `body_sha256` is the SHA-256 of the body in lower-case hexadecimal. It is needed for every service but S3, whose
/// bodies may be too big to wait for: without it, the caller compares later with [`Verified::check_body`].
/// `window` is how far the request's date may lie from `now`, to both sides; for a request that is presigned for S3,
/// `X-Amz-Expires` rules instead, and the window only excuses a clock that is ahead.
///
/// # Errors
/// In this order: too old or too new, a header that had to be signed is not, the signature does not match, the body is
/// not the signed one.
pub fn verify(
    presented: &Presented,
    parts: &Parts,
    secret_access_key: &str,
    body_sha256: Option<&str>,
    now: Timestamp,
    window: SignedDuration,
) -> Result<Verified, AuthError> {
    let key = SigningKey::derive(secret_access_key, &presented.scope);
    let rules = PathRules::of_service(&presented.scope.service);
    verify_with_key(presented, parts, &key, body_sha256, now, window, rules)
}

/// [`verify`] with a key that was derived before, and with given rules for the path.
///
/// # Errors
/// As [`verify`].
pub fn verify_with_key(
    presented: &Presented,
    parts: &Parts,
    key: &SigningKey,
    body_sha256: Option<&str>,
    now: Timestamp,
    window: SignedDuration,
    rules: PathRules,
) -> Result<Verified, AuthError> {
    fresh(presented, now, window)?;
    required::check(presented, parts)?;
    if let Some(name) = presented
        .signed_headers
        .iter()
        .find(|name| name.as_str() != "host" && !parts.headers.contains_key(name.as_str()))
    {
        return Err(AuthError::SignedHeaderMissing { name: name.clone() });
    }
    let payload_hash = presented.payload.text().or(body_sha256).ok_or(AuthError::BodyNotHashed)?;
    let is_match = |variation| -> Result<(bool, Vec<u8>, String), AuthError> {
        let canonical = canonical::request(parts, &presented.signed_headers, payload_hash, rules, variation)
            .ok_or_else(|| AuthError::SignedHeaderMissing { name: "host".to_owned() })?;
        let string_to_sign = key::string_to_sign(presented.amz_date.text(), &presented.scope, &canonical);
        let expected = key.sign(&string_to_sign);
        Ok((bool::from(expected.as_bytes().ct_eq(presented.signature.as_bytes())), canonical, string_to_sign))
    };
    let (mut is_signed, canonical, string_to_sign) = is_match(Variation::default())?;
    for variation in variations(presented, parts) {
        is_signed = is_signed || is_match(variation)?.0;
    }
    if !is_signed {
        return Err(AuthError::SignatureMismatch(Box::new(Mismatch {
            access_key_id: presented.access_key_id.clone(),
            signature_provided: presented.signature.clone(),
            string_to_sign,
            canonical_request: Some(String::from_utf8_lossy(&canonical).into_owned()),
        })));
    }
    if let Some(body_sha256) = body_sha256 {
        check_body(&presented.payload, body_sha256)?;
    }
    Ok(Verified {
        key: key.clone(),
        scope: presented.scope.clone(),
        amz_date: presented.amz_date.clone(),
        signature: presented.signature.clone(),
        payload: presented.payload.clone(),
    })
}

/// The other ways in which this request may have been signed.
fn variations(presented: &Presented, parts: &Parts) -> impl Iterator<Item = Variation> {
    let port = canonical::has_default_port(parts);
    let token = matches!(presented.kind, Kind::Query { .. })
        && presented.session_token.is_some()
        && !is_s3(&presented.scope.service);
    [(true, false), (false, true), (true, true)]
        .into_iter()
        .filter(move |(host_without_port, query_without_token)| {
            (port || !host_without_port) && (token || !query_without_token)
        })
        .map(|(host_without_port, query_without_token)| Variation { host_without_port, query_without_token })
}

fn fresh(presented: &Presented, now: Timestamp, window: SignedDuration) -> Result<(), AuthError> {
    let signed_at = presented.amz_date.timestamp();
    let age = now.duration_since(signed_at);
    let window_seconds = window.as_secs();
    match presented.kind {
        Kind::Query { expires_seconds: Some(expires_seconds) } if is_s3(&presented.scope.service) => {
            let lifetime = SignedDuration::from_secs(i64::from(expires_seconds));
            if age > lifetime {
                let expired_at = signed_at.checked_add(lifetime).unwrap_or(Timestamp::MAX);
                return Err(AuthError::PresignedExpired { expires_seconds, expired_at, now });
            }
            if age < -window {
                return Err(AuthError::PresignedNotYetValid { presented: signed_at, now });
            }
        }
        _ if age > window => {
            return Err(AuthError::TooOld { presented: signed_at, now, window_seconds });
        }
        _ if age < -window => {
            return Err(AuthError::NotYetValid { presented: signed_at, now, window_seconds });
        }
        _ => {}
    }
    Ok(())
}
