//! The canonical request: the one text that client and server must both arrive at.
//!
//! Source: IAM User Guide, "Create a signed AWS API request", step 1; Amazon S3 API Reference, "Signature Calculations
//! for the Authorization Header".

use http::request::Parts;

use crate::percent;
use crate::sigv4::is_s3;

/// How a service writes the path into the canonical request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathRules {
    /// Remove `.`, `..` and empty segments (RFC 3986, section 5.2.4).
    pub normalize: bool,
    /// Encode what is already encoded once more: `%20` becomes `%2520`.
    pub encode_again: bool,
}

impl PathRules {
    /// S3 takes the path as it was sent, since `a//b` and `a/../b` are object keys.
    pub const S3: Self = Self { normalize: false, encode_again: false };
    /// Every other service.
    pub const OTHERS: Self = Self { normalize: true, encode_again: true };

    /// The rules of the service that a scope names.
    #[must_use]
    pub fn of_service(service: &str) -> Self {
        if is_s3(service) { Self::S3 } else { Self::OTHERS }
    }
}

/// What a client may leave out of what it signs, and AWS still accepts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Variation {
    /// `host` was signed without its default port, `:80` or `:443`.
    pub(crate) host_without_port: bool,
    /// `X-Amz-Security-Token` was added to the query after signing (not for S3).
    pub(crate) query_without_token: bool,
}

/// Writes the canonical request. `None` where a header in `signed_headers` is not in the request.
pub(crate) fn request(
    parts: &Parts,
    signed_headers: &[impl AsRef<str>],
    payload_hash: &str,
    rules: PathRules,
    variation: Variation,
) -> Option<Vec<u8>> {
    const USUAL_BYTES: usize = 1024;
    let mut text = Vec::with_capacity(USUAL_BYTES);
    text.extend_from_slice(parts.method.as_str().as_bytes());
    text.push(b'\n');
    path(&mut text, parts.uri.path(), rules);
    text.push(b'\n');
    query(&mut text, parts.uri.query().unwrap_or_default(), variation);
    text.push(b'\n');
    for name in signed_headers {
        header(&mut text, parts, name.as_ref(), variation)?;
    }
    text.push(b'\n');
    for (index, name) in signed_headers.iter().enumerate() {
        if index > 0 {
            text.push(b';');
        }
        text.extend_from_slice(name.as_ref().as_bytes());
    }
    text.push(b'\n');
    text.extend_from_slice(payload_hash.as_bytes());
    Some(text)
}

fn path(text: &mut Vec<u8>, path: &str, rules: PathRules) {
    let normalized;
    let path = if rules.normalize && (path.contains("/.") || path.contains("//")) {
        normalized = normalize(path);
        &normalized
    } else {
        path
    };
    let path = if path.is_empty() { "/" } else { path };
    if rules.encode_again {
        percent::encode_path(text, path.as_bytes());
    } else {
        percent::complete_path(text, path.as_bytes());
    }
}

/// Removes dot segments, and empty ones with them.
fn normalize(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let ends_in_directory = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let mut normalized = String::with_capacity(path.len());
    for segment in &segments {
        normalized.push('/');
        normalized.push_str(segment);
    }
    if ends_in_directory || normalized.is_empty() {
        normalized.push('/');
    }
    normalized
}

/// Sorted by encoded name, then by encoded value; a missing value is an empty one; the signature signs itself not.
fn query(text: &mut Vec<u8>, query: &str, variation: Variation) {
    if query.is_empty() {
        return;
    }
    // All names and values in one buffer, since a request has many small ones.
    let mut encoded = Vec::with_capacity(query.len() + query.len() / 4);
    let mut ranges = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let start = encoded.len();
        percent::recode_query(&mut encoded, name.as_bytes());
        let middle = encoded.len();
        percent::recode_query(&mut encoded, value.as_bytes());
        ranges.push((start..middle, middle..encoded.len()));
    }
    let mut parameters: Vec<(&[u8], &[u8])> = ranges
        .into_iter()
        .map(|(name, value)| (encoded.get(name).unwrap_or_default(), encoded.get(value).unwrap_or_default()))
        .filter(|(name, _)| {
            *name != b"X-Amz-Signature"
                && !(variation.query_without_token && *name == b"X-Amz-Security-Token")
        })
        .collect();
    parameters.sort_unstable();
    for (index, (name, value)) in parameters.into_iter().enumerate() {
        if index > 0 {
            text.push(b'&');
        }
        text.extend_from_slice(name);
        text.push(b'=');
        text.extend_from_slice(value);
    }
}

/// `name:value`, values of several headers of the name joined by a comma, runs of white space folded into one space.
fn header(text: &mut Vec<u8>, parts: &Parts, name: &str, variation: Variation) -> Option<()> {
    text.extend_from_slice(name.as_bytes());
    text.push(b':');
    if name == "host" {
        let host = host(parts)?;
        let host =
            if variation.host_without_port { without_default_port(host).unwrap_or(host) } else { host };
        fold(text, host);
    } else {
        let mut values = parts.headers.get_all(name).iter().peekable();
        values.peek()?;
        while let Some(value) = values.next() {
            fold(text, value.as_bytes());
            if values.peek().is_some() {
                text.push(b',');
            }
        }
    }
    text.push(b'\n');
    Some(())
}

/// The `Host` header, or the authority of a request target in absolute form where there is none.
fn host(parts: &Parts) -> Option<&[u8]> {
    match parts.headers.get(http::header::HOST) {
        Some(host) => Some(host.as_bytes()),
        None => parts.uri.authority().map(|authority| authority.as_str().as_bytes()),
    }
}

/// The host without `:80` or `:443`, where it ends in one of them: a client leaves these out of the signature when it
/// knows the scheme, and the connection's library may still send them.
fn without_default_port(host: &[u8]) -> Option<&[u8]> {
    host.strip_suffix(b":80").or_else(|| host.strip_suffix(b":443"))
}

/// Whether the host could have been signed without its port.
pub(crate) fn has_default_port(parts: &Parts) -> bool {
    host(parts).and_then(without_default_port).is_some()
}

fn fold(text: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_removed() {
        for (path, expected) in [
            ("/", "/"),
            ("/./", "/"),
            ("/..", "/"),
            ("/a/..", "/"),
            ("/a/b/../..", "/"),
            ("/a/./b", "/a/b"),
            ("//a//", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/../../a", "/a"),
            ("/a/..b", "/a/..b"),
        ] {
            assert_eq!(normalize(path), expected, "{path}");
        }
    }

    #[test]
    fn queries_are_sorted_by_name_then_value() {
        for (raw, expected) in [
            ("", ""),
            ("a", "a="),
            ("a=", "a="),
            ("b=1&a=2", "a=2&b=1"),
            ("a=2&a=1&a", "a=&a=1&a=2"),
            ("a-b=1&a=2", "a=2&a-b=1"),
            ("a=x=y", "a=x%3Dy"),
            ("&&a=1&", "a=1"),
            ("é=ü", "%C3%A9=%C3%BC"),
            ("a=1&X-Amz-Signature=abc", "a=1"),
        ] {
            let mut text = Vec::new();
            query(&mut text, raw, Variation::default());
            assert_eq!(String::from_utf8(text).unwrap(), expected, "{raw}");
        }
    }
}
