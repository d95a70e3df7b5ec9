//! The request as it goes on: written anew from what was identified, with nothing of how the caller signed or connected.
//!
//! Headers pass by a list of those that mean something to one of the services, so that a header nobody thought of can
//! neither change what a call is nor how it is framed (RFC 9110 section 7.6.1; RFC 9112 section 6).

use std::borrow::Cow;

use daypass_wire::refusal::Refusal;
use http::header::CONTENT_ENCODING;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request};

use super::connection;
use super::shape::Shape;

/// Headers that pass, besides `x-amz-*` and `amz-sdk-*`.
const PASSING: [&str; 15] = [
    "accept",
    "accept-encoding",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
    "user-agent",
];
/// Those of `x-amz-*` that say how the caller signed or framed the request.
const OF_CALLER: [&str; 5] = [
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
];
/// What says that there is a checksum in a header or trailer; without one it is an error.
const CHECKSUM_ALGORITHM: &str = "x-amz-sdk-checksum-algorithm";
/// Query parameters of a caller's signature, in lower case: versions 4 and 2.
const SIGNATURE: [&str; 10] = [
    "awsaccesskeyid",
    "signature",
    "x-amz-algorithm",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];
/// Further `x-amz-*` parameters that may pass: presigning SDKs put them into the query, and they change no call's meaning.
const HARMLESS: [&str; 2] = ["x-amz-checksum-", "x-amz-sdk-checksum-algorithm"];

/// The request without its body; `bucket` is what the Host named, and goes into the path.
///
/// # Errors
/// The refusal of a request whose query holds what the gateway does not look at.
pub(super) fn anew(parts: &Parts, bucket: Option<&str>, shape: &Shape) -> Result<Parts, Refusal> {
    let path = parts.uri.path();
    let path = match bucket {
        Some(bucket) => Cow::Owned(format!("/{bucket}{path}")),
        None => Cow::Borrowed(path),
    };
    let query = query(parts.uri.query().unwrap_or_default(), shape)?;
    let target = if query.is_empty() { path.into_owned() } else { format!("{path}?{query}") };
    let unwritable = |_| shape.invalid("The address of this request cannot be passed on.");
    let target: PathAndQuery = target.try_into().map_err(unwritable)?;
    let (mut forwarded, ()) = Request::new(()).into_parts();
    forwarded.method = parts.method.clone();
    forwarded.uri = target.into();
    forwarded.headers = headers(&parts.headers);
    Ok(forwarded)
}

/// The query as it came, without the caller's signature.
fn query(query: &str, shape: &Shape) -> Result<String, Refusal> {
    // `Expires` is a part of version 2's signature alone.
    let is_version_2 = query.split('&').any(|field| field.starts_with("AWSAccessKeyId="));
    let mut kept = Vec::new();
    for field in query.split('&').filter(|field| !field.is_empty()) {
        let name = field.split('=').next().unwrap_or_default();
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
        let is_signature = SIGNATURE.contains(&name.as_str()) || (is_version_2 && name == "expires");
        if is_signature {
            continue;
        }
        if name.starts_with("x-amz-") && !HARMLESS.iter().any(|harmless| name.starts_with(harmless)) {
            // S3 takes some headers from the query, and the call that was identified is the one without it.
            let message = format!("The query parameter {name} must be sent as a header.");
            return Err(shape.invalid(message));
        }
        kept.push(field);
    }
    Ok(kept.join("&"))
}

fn headers(from: &HeaderMap) -> HeaderMap {
    let connection = connection::named_in(from);
    let has_trailer = from.contains_key("x-amz-trailer");
    let mut headers = HeaderMap::new();
    for (name, value) in from {
        let text = name.as_str();
        let passes = PASSING.contains(&text)
            || text.starts_with("amz-sdk-")
            || (text.starts_with("x-amz-") && !OF_CALLER.contains(&text));
        // Its checksum was in the trailer, is verified here, and goes no further.
        let is_left = has_trailer && text == CHECKSUM_ALGORITHM;
        if passes && !is_left && !connection.iter().any(|named| named == text) {
            headers.append(name, value.clone());
        }
    }
    without_chunks(&mut headers);
    headers
}

/// Takes `aws-chunked` out of `Content-Encoding`: the framing is taken off here.
fn without_chunks(headers: &mut HeaderMap) {
    let codings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_owned())
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    headers.remove(CONTENT_ENCODING);
    if let (false, Ok(value)) = (codings.is_empty(), HeaderValue::from_str(&codings.join(","))) {
        headers.insert(CONTENT_ENCODING, value);
    }
}

#[cfg(test)]
mod tests {
    use daypass_targets::gateway::Service;

    use super::*;

    fn forwarded(request: http::request::Builder, bucket: Option<&str>) -> Result<Parts, Refusal> {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        anew(&parts, bucket, &Shape::of(Service::S3, &parts))
    }

    #[test]
    fn nothing_of_the_connection_and_of_the_signature_passes() {
        let request =
            Request::put("http://evil.example/b/k%2F?x-id=PutObject&X-Amz-Signature=a&x%2Damz-date=b")
                .header("host", "evil.example")
                .header("authorization", "AWS4-HMAC-SHA256 ...")
                .header("x-amz-security-token", "token")
                .header("x-amz-date", "20261126T000000Z")
                .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                .header("x-amz-meta-a", "kept")
                .header("x-amz-meta-hop", "named by Connection")
                .header("connection", "close, X-Amz-Meta-Hop")
                .header("transfer-encoding", "chunked")
                .header("content-length", "5")
                .header("te", "trailers")
                .header("trailer", "x")
                .header("upgrade", "h2c")
                .header("expect", "100-continue")
                .header("proxy-authorization", "x")
                .header("forwarded", "for=1.2.3.4")
                .header("x-forwarded-host", "evil.example")
                .header("cookie", "a=b")
                .header("content-encoding", "aws-chunked, gzip")
                .header("x-http-method-override", "DELETE");
        let parts = forwarded(request, None).unwrap();
        assert_eq!(parts.uri.to_string(), "/b/k%2F?x-id=PutObject");
        let mut names: Vec<&str> = parts.headers.keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-encoding", "x-amz-meta-a"]);
        assert_eq!(parts.headers["content-encoding"], "gzip");
    }

    #[test]
    fn a_bucket_of_the_host_goes_into_the_path() {
        let parts = forwarded(Request::get("/a//../b?prefix=%2f&list-type=2"), Some("site")).unwrap();
        assert_eq!(parts.uri.to_string(), "/site/a//../b?prefix=%2f&list-type=2");
    }

    #[test]
    fn a_header_in_the_query_is_refused() {
        for query in ["x-amz-copy-source=/other/secret", "X-Amz-Acl=public-read", "x%2Damz%2Dacl=public-read"]
        {
            let refused = forwarded(Request::put(format!("/b/k?{query}")), None).unwrap_err();
            assert_eq!((refused.status, &*refused.code), (400, "InvalidRequest"), "{query}");
        }
        let version_2 = "/b/k?AWSAccessKeyId=A&Expires=1&Signature=b&versionId=c";
        assert_eq!(forwarded(Request::get(version_2), None).unwrap().uri.to_string(), "/b/k?versionId=c");
    }
}
