//! Signature Version 2 of S3, in its query form alone: presigned URLs, as boto3 and version 1 of the AWS CLI make them
//! for `us-east-1` where nobody told them otherwise.
//!
//! The way in: [`parse()`] reads what a request claims, the caller finds the secret of the access key it names, and
//! [`verify()`] recomputes the signature. The way out, for clients and tests: [`presign()`]. The `Authorization: AWS`
//! header is refused by [`crate::sigv4::parse()`], and so is this version for any other service.
//!
//! Version 2 signs the method, the path, `Content-MD5`, `Content-Type`, the `x-amz-*` headers and a list of query
//! parameters. It does not sign the host, nor any other parameter, and AWS takes those as they come. Here such a
//! parameter is refused, so that nobody but the signer decides what a URL does.
//!
//! Sources: Amazon S3 API Reference, "Signing and authenticating REST requests (AWS signature version 2)"; what of a
//! presigned request travels in its query is what botocore's `HmacV1QueryAuth` puts there.

mod query;
mod string_to_sign;

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use self::query::Parameters;
pub use self::query::SUB_RESOURCES;
use self::string_to_sign::Signed;
use crate::percent;
use crate::sigv4::{AuthError, Credentials, Mismatch, PayloadHash, SignError};

/// The last second that `Expires` may name, 2038-01-19T03:14:07Z: S3 takes dates "up to 2038" (observed in
/// scality/Arsenal, issue 192). Version 2 has no other limit on the life of a URL.
pub const EXPIRES_MAX: i64 = i32::MAX as i64;

/// What a presigned request claims, read but not yet verified.
///
/// Its `Debug` leaves out the signature and the session token.
pub struct Presented {
    /// The access key id.
    pub access_key_id: String,
    /// `x-amz-security-token`, from the query or a header. Its holder can act with it: keep it out of logs.
    pub session_token: Option<String>,
    /// When the URL ends.
    pub expires_at: Timestamp,
    payload: PayloadHash,
    signature: String,
    signed: Signed,
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("access_key_id", &self.access_key_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A request whose signature was verified. Has no public constructor other than [`verify()`].
#[derive(Debug)]
pub struct Verified {
    payload: PayloadHash,
}

impl Verified {
    /// What was signed about the body: nothing ([`PayloadHash::Unsigned`]), or its SHA-256 where the signer put
    /// `x-amz-content-sha256` among the headers. Never a chunked body.
    #[must_use]
    pub const fn payload(&self) -> &PayloadHash {
        &self.payload
    }
}

/// Reads a presigned request; `None` where its query has neither `AWSAccessKeyId` nor `Signature`.
///
/// Nothing in the result is to be believed before [`verify()`] has passed.
///
/// # Errors
/// [`AuthError::TwoMechanisms`] beside an `Authorization` header or version 4; [`AuthError::QueryIncomplete`] where
/// one of the three parameters is missing; [`AuthError::QueryParameterNotSigned`] for a parameter that this version
/// does not sign; others for what is repeated or cannot be read in one way.
pub fn parse(parts: &Parts) -> Result<Option<Presented>, AuthError> {
    let query = parts.uri.query().unwrap_or_default();
    if !query::is_version_2(query) {
        return Ok(None);
    }
    if parts.headers.contains_key(AUTHORIZATION) || query::is_version_4(query) {
        return Err(AuthError::TwoMechanisms);
    }
    let parameters = Parameters::read(query)?;
    let (Some(access_key_id), Some(expires), Some(signature)) =
        (&parameters.access_key_id, &parameters.expires, &parameters.signature)
    else {
        return Err(AuthError::QueryIncomplete);
    };
    let (access_key_id, signature) = (access_key_id.to_string(), signature.to_string());
    let expires_at =
        expires_at(expires).ok_or_else(|| AuthError::ExpiresNotSeconds { presented: expires.to_string() })?;
    let signed = Signed::read(parts, &parameters)?;
    Ok(Some(Presented {
        access_key_id,
        session_token: signed.header("x-amz-security-token"),
        expires_at,
        payload: payload(&signed)?,
        signature,
        signed,
    }))
}

/// Seconds since 1970: digits and nothing else.
fn expires_at(text: &str) -> Option<Timestamp> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = text.parse().ok().filter(|seconds| is_number && *seconds <= EXPIRES_MAX)?;
    Timestamp::from_second(seconds).ok()
}

/// Chunks cannot be signed in this version, and no client sends them with it.
fn payload(signed: &Signed) -> Result<PayloadHash, AuthError> {
    let Some(presented) = signed.header("x-amz-content-sha256") else { return Ok(PayloadHash::Unsigned) };
    match PayloadHash::read(&presented) {
        Some(payload) if !payload.is_streaming() => Ok(payload),
        _ => Err(AuthError::ContentSha256Malformed { presented }),
    }
}

/// Verifies a presigned request.
///
/// `bucket` is the bucket that the host names, `None` where the path does: it must be found as the target finds it,
/// since the host is not signed. `now` is the wall clock's time.
///
/// # Errors
/// In this order: [`AuthError::QueryExpired`], [`AuthError::SignatureMismatch`].
pub fn verify(
    presented: &Presented,
    bucket: Option<&str>,
    secret_access_key: &str,
    now: Timestamp,
) -> Result<Verified, AuthError> {
    if now > presented.expires_at {
        return Err(AuthError::QueryExpired { expired_at: presented.expires_at, now });
    }
    let matches = |string_to_sign: &[u8]| {
        let expected = sign(secret_access_key, string_to_sign);
        bool::from(expected.as_bytes().ct_eq(presented.signature.as_bytes()))
    };
    let string_to_sign = presented.signed.string_to_sign(bucket, false);
    if matches(&string_to_sign) || matches(&presented.signed.string_to_sign(bucket, true)) {
        return Ok(Verified { payload: presented.payload.clone() });
    }
    Err(AuthError::SignatureMismatch(Box::new(Mismatch {
        access_key_id: presented.access_key_id.clone(),
        signature_provided: presented.signature.clone(),
        string_to_sign: String::from_utf8_lossy(&string_to_sign).into_owned(),
        canonical_request: None,
    })))
}

/// HMAC-SHA1 in base64: all that this version knows.
fn sign(secret_access_key: &str, string_to_sign: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret_access_key.as_bytes());
    STANDARD.encode(hmac::sign(&key, string_to_sign))
}

/// Presigns a request that is addressed by path, good until `expires_at`: adds the parameters to its query. Headers
/// stay where they are, and must be sent as they are.
///
/// # Errors
/// [`SignError`] where the result is no URI, or the request has a parameter that this version cannot sign.
pub fn presign(
    parts: &mut Parts,
    credentials: &Credentials<'_>,
    expires_at: Timestamp,
) -> Result<(), SignError> {
    let path = parts.uri.path().to_owned();
    let mut query = parts.uri.query().map(|query| format!("{query}&")).unwrap_or_default().into_bytes();
    let parameter = |query: &mut Vec<u8>, name: &str, value: &str| {
        query.extend_from_slice(name.as_bytes());
        query.push(b'=');
        percent::encode(query, value.as_bytes());
    };
    parameter(&mut query, "AWSAccessKeyId", credentials.access_key_id);
    if let Some(token) = credentials.session_token {
        query.push(b'&');
        parameter(&mut query, "x-amz-security-token", token);
    }
    query.push(b'&');
    parameter(&mut query, "Expires", &expires_at.as_second().to_string());
    query.extend_from_slice(b"&Signature=");
    let unsigned = String::from_utf8_lossy(&query).into_owned();
    let unwritable = |_| SignError::Unwritable { what: "query" };
    let parameters = Parameters::read(&unsigned).map_err(unwritable)?;
    let signed = Signed::read(parts, &parameters).map_err(unwritable)?;
    let signature = sign(credentials.secret_access_key, &signed.string_to_sign(None, false));
    percent::encode(&mut query, signature.as_bytes());
    let target = format!("{path}?{}", String::from_utf8_lossy(&query));
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(target.parse().map_err(|_| SignError::Unwritable { what: "query" })?);
    parts.uri = Uri::from_parts(uri).map_err(|_| SignError::Unwritable { what: "query" })?;
    Ok(())
}
