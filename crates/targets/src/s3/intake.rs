//! From a verified request to the one `s3s` sees: no trace of a signature, no chunk framing, and the decoded length.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use percent_encoding::percent_decode_str;
use s3s::{S3Error, S3Result};

use super::checksum::Promise;
use super::error;
use super::reception::{Promises, Reader, Reception};
use crate::body::Body;

/// Headers that belong to the signature or to the chunk framing.
const STRIPPED_HEADERS: [&str; 6] = [
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amz-sdk-checksum-algorithm",
];

/// Query parameters of a presigned URL, signature version 4, compared without regard to case.
const SIGNATURE_4: [&str; 8] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

/// Query parameters of a presigned URL, signature version 2.
const SIGNATURE_2: [&str; 3] = ["AWSAccessKeyId", "Signature", "Expires"];

/// Headers that version 2 lets a signer move to the query, beside `x-amz-*`.
const MOVED_2: [&str; 2] = ["content-type", "content-md5"];

/// `s3s` takes it for the last no bytes; it is no range (RFC 9110, section 14.1.2).
const EMPTY_RANGE: &str = "bytes=-";

/// One query parameter: as it came, and decoded.
pub(crate) struct Pair<'a> {
    raw: &'a str,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Splits a query string. Text that is not UTF-8 is replaced; `s3s` refuses it anyway.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = Pair<'_>> {
    query.split('&').filter(|raw| !raw.is_empty()).map(|raw| {
        let (name, value) = raw.split_once('=').unwrap_or((raw, ""));
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        Pair { raw, name: decode(name), value: decode(value) }
    })
}

/// Takes the signature's parameters out of the query, and puts the headers that a signer moved there where they belong.
pub(crate) fn unpack(parts: &mut Parts) -> S3Result<()> {
    for (name, value) in strip_query(parts)? {
        if !parts.headers.contains_key(&name) {
            parts.headers.insert(name, value);
        }
    }
    Ok(())
}

/// Reads the promises about the body and splits it off.
pub(crate) fn receive(parts: &Parts, body: Body) -> Result<Arc<Reception>, S3Error> {
    let checksum = Promise::of(&parts.headers).map_err(|malformed| error::malformed_checksum(&malformed))?;
    let md5 = match parts.headers.get("content-md5") {
        None => None,
        Some(value) => Some(Promises::parse_md5(value.as_bytes()).ok_or_else(error::invalid_digest)?),
    };
    let declared = declared_length(&parts.headers)?;
    Ok(Arc::new(Reception::new(body, declared, Promises { md5, checksum })))
}

/// The object's length: `x-amz-decoded-content-length` where the body came in chunks, `Content-Length` otherwise.
fn declared_length(headers: &HeaderMap) -> S3Result<Option<u64>> {
    let Some(value) = headers.get("x-amz-decoded-content-length").or_else(|| headers.get(CONTENT_LENGTH))
    else {
        return Ok(None);
    };
    let parsed = value.to_str().ok().and_then(|text| text.parse().ok());
    parsed.map(Some).ok_or_else(|| error::invalid_argument("The content length is not a number."))
}

/// Makes the request that `s3s` sees, of one that was [unpacked](unpack).
pub(crate) fn prepare(mut parts: Parts, reception: &Arc<Reception>) -> S3Result<Request<s3s::Body>> {
    refuse_form_upload(&parts)?;
    parts.headers.remove(AUTHORIZATION);
    for name in STRIPPED_HEADERS {
        parts.headers.remove(name);
    }
    strip_chunked(&mut parts.headers)?;
    strip_unreadable_range(&mut parts.headers);
    parts.headers.remove(TRANSFER_ENCODING);
    parts.headers.remove(CONTENT_LENGTH);
    if let Some(declared) = reception.declared {
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(declared));
    }
    Ok(Request::from_parts(parts, s3s::Body::http_body_unsync(Reader(Arc::clone(reception)))))
}

/// `s3s` would read the form, and the file in it, before its access hook: browser uploads are not offered.
fn refuse_form_upload(parts: &Parts) -> S3Result<()> {
    let form = parts.headers.get(CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"))
    });
    if form && parts.method == Method::POST {
        return Err(error::operation_not_implemented("PostObject"));
    }
    Ok(())
}

/// Takes the signature's parameters out of the query, and, where there was one, the headers that the signer moved
/// there (`x-amz-meta-...`, `x-amz-acl`). In version 2 they are signed as the headers that they stand for. S3 ignores checksums in a query, which the JavaScript SDK puts there for an
/// empty body when it signs a PUT.
fn strip_query(parts: &mut Parts) -> S3Result<Vec<(HeaderName, HeaderValue)>> {
    let Some(query) = parts.uri.query() else { return Ok(Vec::new()) };
    let version_2 =
        ["AWSAccessKeyId", "Signature"].iter().all(|name| pairs(query).any(|pair| pair.name == *name));
    let presigned = version_2 || pairs(query).any(|pair| pair.name.eq_ignore_ascii_case("x-amz-signature"));
    let mut kept = Vec::new();
    let mut headers = Vec::new();
    for pair in pairs(query) {
        let lower = pair.name.to_ascii_lowercase();
        if SIGNATURE_4.contains(&lower.as_str()) || SIGNATURE_2.contains(&pair.name.as_str()) {
            continue;
        }
        let moved =
            presigned && lower.starts_with("x-amz-") || version_2 && MOVED_2.contains(&lower.as_str());
        if !moved {
            kept.push(pair.raw);
        } else if !lower.starts_with("x-amz-checksum-") || lower == "x-amz-checksum-mode" {
            let name = HeaderName::try_from(lower.as_str());
            let value = HeaderValue::try_from(pair.value.trim());
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(error::invalid_argument(format!("Invalid query parameter {}", pair.name)));
            };
            if !STRIPPED_HEADERS.contains(&lower.as_str()) {
                headers.push((name, value));
            }
        }
    }
    let path = parts.uri.path();
    let target = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
    parts.uri = with_target(&parts.uri, &target)?;
    Ok(headers)
}

fn with_target(uri: &Uri, target: &str) -> S3Result<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query =
        Some(PathAndQuery::try_from(target).map_err(|_| error::invalid_argument("Invalid URI"))?);
    Uri::from_parts(parts).map_err(|_| error::invalid_argument("Invalid URI"))
}

/// A `Range` that cannot be read is ignored (RFC 9110, section 14.2), and so is more than one range.
fn strip_unreadable_range(headers: &mut HeaderMap) {
    let readable = headers.get(RANGE).is_none_or(|value| {
        value.to_str().is_ok_and(|text| s3s::dto::Range::parse(text).is_ok() && text != EMPTY_RANGE)
    });
    if !readable {
        headers.remove(RANGE);
    }
}

/// Removes `aws-chunked` from `Content-Encoding` and leaves the rest, which describes the object.
fn strip_chunked(headers: &mut HeaderMap) -> S3Result<()> {
    let Some(value) = headers.get(CONTENT_ENCODING) else { return Ok(()) };
    let text = value.to_str().map_err(|_| error::invalid_argument("Invalid Content-Encoding"))?;
    if !text.to_ascii_lowercase().contains("aws-chunked") {
        return Ok(());
    }
    let rest: Vec<&str> =
        text.split(',').map(str::trim).filter(|name| !name.eq_ignore_ascii_case("aws-chunked")).collect();
    let rest = rest.join(", ");
    if rest.is_empty() {
        headers.remove(CONTENT_ENCODING);
    } else if let Ok(value) = HeaderValue::try_from(rest) {
        headers.insert(CONTENT_ENCODING, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(request: http::request::Builder) -> S3Result<Request<s3s::Body>> {
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        unpack(&mut parts)?;
        let reception = receive(&parts, crate::body::empty())?;
        prepare(parts, &reception)
    }

    #[test]
    fn no_trace_of_a_signature_is_left() {
        let request = Request::builder()
            .uri("/b/k?X-Amz-Algorithm=a&x-amz-signature=s&X%2DAmz%2DCredential=c&X-Amz-Date=d&AWSAccessKeyId=k\
                  &Signature=s&Expires=1&list-type=2&X-Amz-Security-Token=t&x-amz-meta-colour=deep%20red")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=x")
            .header("x-amz-date", "d")
            .header("x-amz-security-token", "t")
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        let prepared = prepared(request).unwrap();
        assert_eq!(prepared.uri(), "/b/k?list-type=2");
        let headers: Vec<_> = prepared.headers().iter().map(|(name, value)| (name.as_str(), value)).collect();
        assert_eq!(headers, [("x-amz-meta-colour", &HeaderValue::from_static("deep red"))]);
    }

    #[test]
    fn version_2_moves_more_headers_to_the_query() {
        let target = "/b/k?AWSAccessKeyId=k&content-type=text%2Fplain&Content-MD5=1B2M2Y8AsgTpgAmY7PhCfg%3D%3D\
                      &x-amz-meta-a=b&x-amz-security-token=t&versionId=null&Expires=1";
        let request = || Request::builder().method(Method::PUT);
        let presigned = prepared(request().uri(format!("{target}&Signature=s"))).unwrap();
        assert_eq!(presigned.uri(), "/b/k?versionId=null");
        let mut headers: Vec<_> = presigned
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        headers.sort_unstable();
        let md5 = ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(headers, [md5, ("content-type", "text/plain"), ("x-amz-meta-a", "b")]);
        let broken = format!("{target}&Signature=s").replace("1B2M", "1%0A");
        assert_eq!(prepared(request().uri(broken)).unwrap_err().code().as_str(), "InvalidArgument");
        // Without a signature they are no headers.
        assert_eq!(prepared(request().uri(target)).unwrap().headers().len(), 0);
        let with_header = request().uri(format!("{target}&Signature=s")).header("content-type", "text/html");
        assert_eq!(prepared(with_header).unwrap().headers().get("content-type").unwrap(), "text/html");
    }

    #[test]
    fn a_checksum_in_a_presigned_query_is_ignored() {
        let request = Request::builder().method(Method::PUT).uri(
            "/b/k?X-Amz-Signature=s&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&x-amz-checksum-mode=ENABLED",
        );
        let prepared = prepared(request).unwrap();
        assert_eq!(prepared.uri(), "/b/k");
        let headers: Vec<_> = prepared.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(headers, ["x-amz-checksum-mode"]);
    }

    #[test]
    fn chunk_framing_is_taken_off() {
        let request = Request::builder()
            .method(Method::PUT)
            .uri("/b/k")
            .header("content-encoding", "aws-chunked, gzip")
            .header("content-length", "900")
            .header("transfer-encoding", "chunked")
            .header("x-amz-decoded-content-length", "64");
        let prepared = prepared(request).unwrap();
        assert_eq!(prepared.headers().get("content-encoding").unwrap(), "gzip");
        assert_eq!(prepared.headers().get("content-length").unwrap(), "64");
        assert_eq!(prepared.headers().get("transfer-encoding"), None);
    }

    #[test]
    fn a_form_upload_is_refused_before_it_is_read() {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/b")
            .header("content-type", "Multipart/form-data; boundary=x");
        assert_eq!(prepared(request).unwrap_err().code().as_str(), "NotImplemented");
    }
}
