//! The string to sign: the one text that client and server must both arrive at.
//!
//! Source: Amazon S3 API Reference, "Signing and authenticating REST requests (AWS signature version 2)", sections
//! "Constructing the CanonicalizedResource element", "Constructing the CanonicalizedAmzHeaders element" and "Query
//! string request authentication alternative".
//!
//! The text can be read in one way only: none of the first four lines holds a line end, a line of a header begins with
//! `x-amz-`, and the resource, which begins with `/`, is the last.

use std::collections::BTreeMap;

use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::query::Parameters;
use crate::percent;
use crate::sigv4::AuthError;

/// All of a request that is signed, but for the bucket in its host.
pub(super) struct Signed {
    /// Method, `Content-MD5`, `Content-Type` and `Expires`, a line each.
    lines: Vec<u8>,
    headers: BTreeMap<String, Vec<u8>>,
    path: String,
    /// `?acl`, `?partNumber=1&uploadId=u`, or nothing.
    sub_resources: String,
}

impl Signed {
    pub(super) fn read(parts: &Parts, parameters: &Parameters<'_>) -> Result<Self, AuthError> {
        let mut lines = Vec::new();
        lines.extend_from_slice(parts.method.as_str().as_bytes());
        lines.push(b'\n');
        for name in ["content-md5", "content-type"] {
            lines.extend_from_slice(&standard_header(parts, parameters, name)?);
            lines.push(b'\n');
        }
        lines.extend_from_slice(parameters.expires.as_deref().unwrap_or_default().as_bytes());
        lines.push(b'\n');
        Ok(Self {
            lines,
            headers: amz_headers(parts, parameters)?,
            path: parts.uri.path().to_owned(),
            sub_resources: sub_resources(parameters),
        })
    }

    /// The value of an `x-amz-*` header, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// The text. `bucket` is the bucket in the host. A bucket in the path has a slash after it or has none, whatever the
    /// URL says: botocore signs `/bucket/` and sends `/bucket`; `with_slash` is that form.
    pub(super) fn string_to_sign(&self, bucket: Option<&str>, with_slash: bool) -> Vec<u8> {
        let mut text = self.lines.clone();
        for (name, value) in &self.headers {
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(value);
            text.push(b'\n');
        }
        if let Some(bucket) = bucket {
            text.push(b'/');
            // A bucket's name has nothing to encode; what has is none, and must not look like a bucket and a key.
            percent::encode(&mut text, bucket.as_bytes());
        }
        text.extend_from_slice(self.path.as_bytes());
        if with_slash && bucket.is_none() && self.is_bucket() {
            text.push(b'/');
        }
        text.extend_from_slice(self.sub_resources.as_bytes());
        text
    }

    /// Whether the path is a bucket without a slash after it. One with escapes may be a bucket and a key.
    fn is_bucket(&self) -> bool {
        let name = self.path.strip_prefix('/').unwrap_or_default();
        !name.is_empty() && name.bytes().all(|byte| !matches!(byte, b'/' | b'%'))
    }
}

/// `Content-MD5` or `Content-Type`: the header, or what stands for it in the query; nothing where neither is there.
fn standard_header(
    parts: &Parts,
    parameters: &Parameters<'_>,
    name: &'static str,
) -> Result<Vec<u8>, AuthError> {
    let mut values = parts.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.as_bytes().trim_ascii().to_vec()),
        (Some(_), Some(_)) => Err(AuthError::AmbiguousHeader { name: name.to_owned() }),
        (None, _) => match parameters.headers.get(name) {
            Some(value) => header_value(name, value),
            None => Ok(Vec::new()),
        },
    }
}

/// The `x-amz-*` headers, those in the query with them: values without the white space around them, several of one name
/// joined by a comma.
fn amz_headers(parts: &Parts, parameters: &Parameters<'_>) -> Result<BTreeMap<String, Vec<u8>>, AuthError> {
    let mut headers: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (name, value) in parts.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
        let value = value.as_bytes().trim_ascii();
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push(b',');
                joined.extend_from_slice(value);
            })
            .or_insert_with(|| value.to_vec());
    }
    for (name, value) in parameters.headers.iter().filter(|(name, _)| name.starts_with("x-amz-")) {
        let value = header_value(name, value)?;
        // One of the two would be signed, and the other might be obeyed.
        if headers.get(name).is_some_and(|header| *header != value) {
            return Err(AuthError::AmbiguousHeader { name: name.clone() });
        }
        headers.insert(name.clone(), value);
    }
    Ok(headers)
}

/// A value from the query, where it could stand in a header: no line end, above all.
fn header_value(name: &str, value: &str) -> Result<Vec<u8>, AuthError> {
    let is_header = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok();
    if is_header {
        Ok(value.trim_ascii().as_bytes().to_vec())
    } else {
        Err(AuthError::AmbiguousQueryParameter { name: name.to_owned() })
    }
}

fn sub_resources(parameters: &Parameters<'_>) -> String {
    let mut text = String::new();
    for (name, value) in &parameters.sub_resources {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        if let Some(value) = value {
            text.push('=');
            text.push_str(value);
        }
    }
    text
}
