//! What every answer has: GitHub's headers, and JSON in its own words for text.

use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use super::links::{ENTERPRISE, Prefix};
use super::problem::Problem;
use crate::random::SystemRandom;

/// What a handler gives back.
pub(super) type Answer = Result<Response, Problem>;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-github-request-id");
const MEDIA_TYPE: HeaderName = HeaderName::from_static("x-github-media-type");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The id that a call is known by: in its answer, and in the trail.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) String);

/// 200 with a body.
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// Another status with a body.
pub(super) fn with(status: StatusCode, body: Value) -> Answer {
    Ok((status, Json(body)).into_response())
}

/// A status and nothing else.
pub(super) fn empty(status: StatusCode) -> Answer {
    Ok(status.into_response())
}

/// An instant as the API has it: whole seconds.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// Gives a call its id, and its answer GitHub's headers.
pub(super) async fn dress(mut request: Request, next: Next) -> Response {
    let id = SystemRandom::new().uuid();
    request.extensions_mut().insert(RequestId(id.clone()));
    dressed(next.run(request).await, id)
}

/// An answer with GitHub's headers.
pub(super) fn dressed(mut response: Response, id: String) -> Response {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(MEDIA_TYPE, HeaderValue::from_static("github.v3; format=json"));
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
        headers.insert(CONTENT_TYPE, JSON);
    }
    response
}

/// Notes that a call came below an enterprise's prefix.
pub(super) async fn below_prefix(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Prefix(ENTERPRISE));
    next.run(request).await
}
