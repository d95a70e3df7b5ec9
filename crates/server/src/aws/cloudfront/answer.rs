//! CloudFront's answers as bytes.

use daypass_targets::body::{empty, full};
use daypass_targets::cloudfront::NAMESPACE;
use daypass_targets::cloudfront::answer::Answer;
use daypass_wire::refusal::{Refusal, query_error};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::super::Body;
use super::super::call::Call;

/// A refusal: `ErrorResponse` with `Error` in it, as the query protocol has it.
///
/// Observed: `<ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/.../"><Error><Type>Sender</Type><Code>...`.
pub(super) fn refusal(refusal: &Refusal, request_id: &str) -> Response<Body> {
    query_error(NAMESPACE, refusal, request_id).map(full)
}

/// Where something that was made is found.
pub(super) fn location(answer: &Answer, call: &Call) -> Option<String> {
    answer.location.as_ref().map(|path| format!("{}{path}", call.app.endpoints.aws_url))
}

/// What was done.
pub(super) fn done(answer: &Answer, call: &Call) -> Response<Body> {
    let body = answer.body.as_ref().map(|body| body.document(NAMESPACE));
    let is_empty = body.is_none();
    let mut response = Response::new(body.map_or_else(empty, full));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    put(CONTENT_TYPE, (!is_empty).then_some("text/xml"));
    put(ETAG, answer.etag.as_deref());
    put(LOCATION, location(answer, call).as_deref());
    put(HeaderName::from_static("x-amzn-requestid"), Some(&call.request_id));
    response
}
