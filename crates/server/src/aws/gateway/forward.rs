//! The request as it goes on: written anew from what was identified, with nothing of how the caller signed or connected.
//!
//! Headers pass by a list of those that mean something to one of the services, so that a header nobody thought of can
//! neither change what a call is nor how it is framed (RFC 9110 section 7.6.1; RFC 9112 section 6).

use daypass_targets::gateway::{Service, Written};
use daypass_wire::refusal::Refusal;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use super::shape::Shape;

/// Headers that pass to S3, besides `x-amz-*` and `amz-sdk-*`.
const PASSING: [&str; 13] = [
    "accept",
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
];
/// Headers that pass to services that are called by JSON or a form: what the call is. Their bodies are written anew, so
/// that no checksum of a caller's holds any more.
const PASSING_CALLS: [&str; 1] = ["x-amz-target"];
/// Who calls there. The caller's own would pass for more than a name: moto reads the region from it.
const OWN_NAME: HeaderValue = HeaderValue::from_static(concat!("daypass/", env!("CARGO_PKG_VERSION")));
/// An error that is compressed could not be told from another one.
const PLAIN: HeaderValue = HeaderValue::from_static("identity");
const COPY_SOURCE: HeaderName = HeaderName::from_static("x-amz-copy-source");
/// Those of `x-amz-*` that say how the caller signed or framed the request.
const OF_CALLER: [&str; 7] = [
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
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

/// The request without its body.
///
/// # Errors
/// The refusal of a request whose query holds what the gateway does not look at.
pub(super) fn anew(
    parts: &Parts,
    written: &Written,
    service: Service,
    shape: &Shape,
) -> Result<Parts, Refusal> {
    let query = query(parts.uri.query().unwrap_or_default(), shape)?;
    let path = &written.path;
    let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let unwritable = || shape.invalid("The address of this request cannot be passed on.");
    let target: PathAndQuery = target.try_into().map_err(|_| unwritable())?;
    let (mut forwarded, ()) = Request::new(()).into_parts();
    forwarded.method = parts.method.clone();
    forwarded.uri = target.into();
    forwarded.headers = match service {
        Service::S3 => of_s3(&parts.headers),
        Service::DynamoDb | Service::Sqs => of_call(&parts.headers),
    };
    if let Some(source) = &written.copy_source {
        let source = HeaderValue::from_str(source).map_err(|_| unwritable())?;
        forwarded.headers.insert(COPY_SOURCE, source);
    }
    forwarded.headers.insert(USER_AGENT, OWN_NAME);
    forwarded.headers.insert(ACCEPT_ENCODING, PLAIN);
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

fn of_s3(from: &HeaderMap) -> HeaderMap {
    let has_trailer = from.contains_key("x-amz-trailer");
    let mut headers = HeaderMap::new();
    for (name, value) in from {
        let text = name.as_str();
        let passes = PASSING.contains(&text)
            || text.starts_with("amz-sdk-")
            || (text.starts_with("x-amz-") && !OF_CALLER.contains(&text));
        // Its checksum was in the trailer, is verified here, and goes no further.
        let is_left = has_trailer && text == CHECKSUM_ALGORITHM;
        if passes && !is_left {
            headers.append(name, value.clone());
        }
    }
    without_chunks(&mut headers);
    headers
}

fn of_call(from: &HeaderMap) -> HeaderMap {
    let passing = from.iter().filter(|(name, _)| {
        let text = name.as_str();
        PASSING_CALLS.contains(&text) || text.starts_with("amz-sdk-")
    });
    let mut headers: HeaderMap = passing.map(|(name, value)| (name.clone(), value.clone())).collect();
    // Without a parameter: the body is written in UTF-8.
    let kind = from.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(CONTENT_TYPE, kind);
    }
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

    fn forwarded(request: http::request::Builder, path: &str) -> Result<Parts, Refusal> {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let written = Written { path: path.to_owned(), copy_source: None };
        anew(&parts, &written, Service::S3, &Shape::of(Service::S3, &parts))
    }

    fn names(parts: &Parts) -> Vec<&str> {
        let mut names: Vec<&str> = parts.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn nothing_of_the_connection_and_of_the_signature_passes() {
        let request =
            Request::put("http://evil.example/b/k;?x-id=PutObject&X-Amz-Signature=a&x%2Damz-date=b")
                .header("host", "evil.example")
                .header("authorization", "AWS4-HMAC-SHA256 ...")
                .header("x-amz-security-token", "token")
                .header("x-amz-date", "20261126T000000Z")
                .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                .header("x-amz-copy-source", "/other/b;")
                .header("x-amz-meta-a", "kept")
                .header("connection", "close")
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
                .header("accept-encoding", "gzip")
                .header("user-agent", "aws-cli/2 region/eu-west-1")
                .header("x-amz-user-agent", "aws-cli/2 region/eu-west-1")
                .header("x-http-method-override", "DELETE");
        let parts = forwarded(request, "/b/k%3B").unwrap();
        assert_eq!(parts.uri.to_string(), "/b/k%3B?x-id=PutObject");
        assert_eq!(names(&parts), ["accept-encoding", "content-encoding", "user-agent", "x-amz-meta-a"]);
        assert_eq!(parts.headers["content-encoding"], "gzip");
        assert_eq!(parts.headers["accept-encoding"], "identity");
        assert_eq!(parts.headers["user-agent"], OWN_NAME);
    }

    #[test]
    fn a_call_by_json_or_form_is_its_target_and_type() {
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("content-md5", "x")
            .header("x-amz-target", "DynamoDB_20120810.GetItem")
            .header("x-amz-checksum-crc32", "x")
            .header("x-amz-nobody-knows", "x")
            .header("user-agent", "region/eu-west-1");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let written = Written { path: "/".to_owned(), copy_source: None };
        let shape = Shape::of(Service::Sqs, &parts);
        let forwarded = anew(&parts, &written, Service::Sqs, &shape).unwrap();
        assert_eq!(names(&forwarded), ["accept-encoding", "content-type", "user-agent", "x-amz-target"]);
        assert_eq!(forwarded.headers["content-type"], "application/x-www-form-urlencoded");
    }

    #[test]
    fn the_source_of_a_copy_is_the_one_that_was_looked_at() {
        let request = Request::put("/b/k").header("x-amz-copy-source", "/other/b;c");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let written = Written { path: "/b/k".to_owned(), copy_source: Some("/other/b%3Bc".to_owned()) };
        let shape = Shape::of(Service::S3, &parts);
        let forwarded = anew(&parts, &written, Service::S3, &shape).unwrap();
        assert_eq!(forwarded.headers["x-amz-copy-source"], "/other/b%3Bc");
    }

    #[test]
    fn a_header_in_the_query_is_refused() {
        for query in ["x-amz-copy-source=/other/secret", "X-Amz-Acl=public-read", "x%2Damz%2Dacl=public-read"]
        {
            let refused = forwarded(Request::put(format!("/b/k?{query}")), "/b/k").unwrap_err();
            assert_eq!((refused.status, &*refused.code), (400, "InvalidRequest"), "{query}");
        }
        let version_2 = "/b/k?AWSAccessKeyId=A&Expires=1&Signature=b&versionId=c";
        let parts = forwarded(Request::get(version_2), "/b/k").unwrap();
        assert_eq!(parts.uri.to_string(), "/b/k?versionId=c");
    }
}
