//! The query form: a presigned URL.
//!
//! Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".

use std::borrow::Cow;

use http::request::Parts;

use crate::sigv4::{ALGORITHM, AmzDate, AuthError, Kind, Presented, is_s3, parse};
use crate::{limits, percent};

/// The parameters of a query string that speak of its signature, decoded.
#[derive(Default)]
pub(super) struct AuthParameters<'a> {
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    session_token: Option<Cow<'a, str>>,
    content_sha256: Option<Cow<'a, str>>,
}

impl<'a> AuthParameters<'a> {
    /// Reads a query string; `None` where it has neither `X-Amz-Algorithm` nor `X-Amz-Signature`.
    pub(super) fn read(query: &'a str) -> Result<Option<Self>, AuthError> {
        if query.is_empty() {
            return Ok(None);
        }
        let mut parameters = Self::default();
        for (index, parameter) in query.split('&').enumerate() {
            if index >= limits::QUERY_PARAMETERS {
                return Err(AuthError::TooLong { what: "the query string", limit: limits::QUERY_PARAMETERS });
            }
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let Ok(name) = percent::decode(name.as_bytes()) else { continue };
            let Some(place) = parameters.place(&name) else { continue };
            // What cannot be decoded can be no credential; as text it will be refused for what it is.
            let value = percent::decode(value.as_bytes()).unwrap_or(Cow::Borrowed(value));
            if place.replace(value).is_some() {
                return Err(AuthError::RepeatedQueryParameter { name: name.into_owned() });
            }
        }
        let is_signed = parameters.algorithm.is_some() || parameters.signature.is_some();
        Ok(is_signed.then_some(parameters))
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<Cow<'a, str>>> {
        Some(match name {
            "X-Amz-Algorithm" => &mut self.algorithm,
            "X-Amz-Credential" => &mut self.credential,
            "X-Amz-Date" => &mut self.date,
            "X-Amz-Expires" => &mut self.expires,
            "X-Amz-SignedHeaders" => &mut self.signed_headers,
            "X-Amz-Signature" => &mut self.signature,
            "X-Amz-Security-Token" => &mut self.session_token,
            "X-Amz-Content-Sha256" => &mut self.content_sha256,
            _ => return None,
        })
    }

    /// Reads a request that is signed in these parameters.
    pub(super) fn present(self, parts: &Parts) -> Result<Presented, AuthError> {
        let missing = self.missing();
        let all = (&self.algorithm, &self.credential, &self.date, &self.signed_headers, &self.signature);
        let (Some(algorithm), Some(credential), Some(date), Some(signed_headers), Some(signature)) = all
        else {
            return Err(AuthError::MissingQueryParameters { missing });
        };
        let expires_seconds = self.expires.as_deref().map(expires).transpose()?;
        let kind = Kind::Query { expires_seconds };
        if algorithm != ALGORITHM {
            return Err(AuthError::UnsupportedAlgorithm { algorithm: algorithm.to_string(), kind });
        }
        let amz_date =
            AmzDate::parse(date).ok_or_else(|| AuthError::MalformedDate { date: date.to_string(), kind })?;
        let (access_key_id, scope) = parse::credential(credential, &amz_date, kind)?;
        if is_s3(&scope.service) && expires_seconds.is_none() {
            return Err(AuthError::MissingQueryParameters { missing: vec!["X-Amz-Expires"] });
        }
        let payload = parse::payload(parts, &scope.service, kind, self.content_sha256.as_deref())?;
        Ok(Presented {
            access_key_id,
            scope,
            signed_headers: parse::signed_headers(signed_headers)?,
            signature: signature.to_string(),
            session_token: self.session_token.map(Cow::into_owned),
            kind,
            payload,
            amz_date,
        })
    }

    fn missing(&self) -> Vec<&'static str> {
        let named = [
            ("X-Amz-Algorithm", &self.algorithm),
            ("X-Amz-Credential", &self.credential),
            ("X-Amz-Signature", &self.signature),
            ("X-Amz-Date", &self.date),
            ("X-Amz-SignedHeaders", &self.signed_headers),
        ];
        named.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect()
    }
}

/// `X-Amz-Expires`: 0 to 604,800 seconds.
fn expires(text: &str) -> Result<u32, AuthError> {
    let (digits, is_negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AuthError::ExpiresNotNumber);
    }
    if is_negative {
        return Err(AuthError::ExpiresNegative);
    }
    // So many digits that it does not fit is too long as well.
    match digits.parse() {
        Ok(seconds) if seconds <= limits::PRESIGNED_SECONDS => Ok(seconds),
        _ => Err(AuthError::ExpiresTooLong),
    }
}
