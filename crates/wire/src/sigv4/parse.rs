//! Reads what a request claims.

use http::request::Parts;

use crate::limits;
use crate::sigv4::{
    AmzDate, AuthError, Kind, MalformedCredential, PayloadHash, Presented, Scope, TERMINATOR, authorization,
    is_s3, query,
};

/// Reads a request's signature, from its `Authorization` header or its query string; `None` where it has neither.
///
/// Nothing in the result is to be believed before [`crate::sigv4::verify()`] has passed.
///
/// # Errors
/// Every [`AuthError`] that says the request is malformed; none that needs the secret or the time.
pub fn parse(parts: &Parts) -> Result<Option<Presented>, AuthError> {
    let mut headers = parts.headers.get_all(http::header::AUTHORIZATION).iter();
    let header = headers.next();
    if headers.next().is_some() {
        return Err(AuthError::SeveralAuthorizations);
    }
    let parameters = query::AuthParameters::read(parts.uri.query().unwrap_or_default())?;
    match (header, parameters) {
        (None, None) if is_version_2(parts) => Err(AuthError::UnsupportedScheme { scheme: "AWS".to_owned() }),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(AuthError::TwoMechanisms),
        (Some(header), None) => authorization::read(parts, header).map(Some),
        (None, Some(parameters)) => parameters.present(parts).map(Some),
    }
}

/// Whether a request is presigned with signature version 2, as some clients still do where nobody told them otherwise.
fn is_version_2(parts: &Parts) -> bool {
    let names = |wanted: &str| {
        let mut fields = parts.uri.query().unwrap_or_default().split('&');
        fields.any(|field| field.split_once('=').is_some_and(|(name, _)| name == wanted))
    };
    names("AWSAccessKeyId") && names("Signature")
}

/// Splits a credential and checks its parts against the date of the request.
pub(crate) fn credential(text: &str, amz_date: &AmzDate, kind: Kind) -> Result<(String, Scope), AuthError> {
    let malformed = |error| AuthError::MalformedCredential { error, kind };
    let parts: Vec<&str> = text.split('/').collect();
    let [access_key_id, date, region, service, terminator] = *parts.as_slice() else {
        return Err(malformed(MalformedCredential::Parts { credential: text.to_owned() }));
    };
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    if ![access_key_id, region, service].into_iter().all(is_word) {
        return Err(malformed(MalformedCredential::Parts { credential: text.to_owned() }));
    }
    if terminator != TERMINATOR {
        return Err(malformed(MalformedCredential::Terminator { terminator: terminator.to_owned() }));
    }
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed(MalformedCredential::Date { date: date.to_owned() }));
    }
    if date != amz_date.day() {
        return Err(AuthError::DateMismatch {
            scope_date: date.to_owned(),
            amz_date: amz_date.text().to_owned(),
            kind,
        });
    }
    let scope = Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() };
    Ok((access_key_id.to_owned(), scope))
}

/// Splits a list of signed headers: lower case, sorted, each once, so that there is one way to write it.
pub(crate) fn signed_headers(text: &str) -> Result<Vec<String>, AuthError> {
    let names: Vec<String> = text.split(';').take(limits::SIGNED_HEADERS + 1).map(str::to_owned).collect();
    if names.len() > limits::SIGNED_HEADERS {
        return Err(AuthError::TooLong { what: "the list of signed headers", limit: limits::SIGNED_HEADERS });
    }
    let is_name = |name: &String| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && byte != b',')
    };
    if !names.iter().all(is_name) || !names.is_sorted_by(|one, next| one < next) {
        return Err(AuthError::MalformedSignedHeaders);
    }
    Ok(names)
}

/// The one value of a header, `None` where it is not there. Several are ambiguous, and treated as `malformed`.
pub(crate) fn single_header<'a>(
    parts: &'a Parts,
    name: &str,
    malformed: impl FnOnce(String) -> AuthError,
) -> Result<Option<&'a str>, AuthError> {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(value), None) => Ok(Some(value.trim())),
        _ => Err(malformed(String::from_utf8_lossy(value.as_bytes()).into_owned())),
    }
}

/// What the request says about its body. S3 demands `x-amz-content-sha256` of a request that is signed in its header;
/// a presigned one says nothing as a rule, and means `UNSIGNED-PAYLOAD`.
pub(crate) fn payload(
    parts: &Parts,
    service: &str,
    kind: Kind,
    in_query: Option<&str>,
) -> Result<PayloadHash, AuthError> {
    if !is_s3(service) {
        return Ok(PayloadHash::OfBody);
    }
    let malformed = |presented| AuthError::ContentSha256Malformed { presented };
    let presented = single_header(parts, "x-amz-content-sha256", malformed)?.or(in_query);
    match (presented, kind) {
        (Some(text), _) => PayloadHash::read(text).ok_or_else(|| malformed(text.to_owned())),
        (None, Kind::Query { .. }) => Ok(PayloadHash::Unsigned),
        (None, Kind::Header) => Err(AuthError::ContentSha256Missing),
    }
}
