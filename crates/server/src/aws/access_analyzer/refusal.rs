//! How Access Analyzer refuses: REST and JSON, the code in a header.
//!
//! Source: Access Analyzer API reference, "ValidatePolicy", errors, and "ValidationExceptionField".

use daypass_aws::AwsError;
use daypass_wire::refusal::Refusal;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::{Body, respond};

/// Characters of a path that are repeated.
const ECHO_CHARACTERS: usize = 128;

/// A refusal, and what a `ValidationException` says besides.
#[derive(Debug, Clone)]
pub(super) struct Invalid {
    pub(super) error: AwsError,
    code: String,
    reason: Option<&'static str>,
    field: Option<(&'static str, String)>,
}

impl Invalid {
    /// A parameter that cannot be.
    pub(super) fn field(name: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let error = AwsError::bad_request("ValidationException", format!("{name}: {message}"));
        Self { reason: Some("fieldValidationFailed"), field: Some((name, message)), ..error.into() }
    }

    /// A body that cannot be read.
    pub(super) fn body(detail: &str) -> Self {
        let error = AwsError::bad_request(
            "ValidationException",
            format!("The request body is no JSON object: {detail}"),
        );
        Self { reason: Some("cannotParse"), ..error.into() }
    }

    /// Another operation than the one that is offered.
    pub(super) fn operation(parts: &Parts) -> Self {
        let path: String = parts.uri.path().chars().take(ECHO_CHARACTERS).collect();
        let message = format!("{} {path} is not offered by daypass", parts.method);
        let error = AwsError { code: "UnknownOperationException", message: message.into(), status: 404 };
        Self { reason: Some("unknownOperation"), ..error.into() }
    }
}

impl From<AwsError> for Invalid {
    fn from(error: AwsError) -> Self {
        Self { code: error.code.to_owned(), error, reason: None, field: None }
    }
}

impl From<Refusal> for Invalid {
    fn from(refusal: Refusal) -> Self {
        let error =
            AwsError { code: "AccessDeniedException", message: refusal.message, status: refusal.status };
        Self { code: refusal.code.into_owned(), ..error.into() }
    }
}

/// The refusal as bytes.
pub(super) fn response(invalid: &Invalid, request_id: &str) -> Response<Body> {
    let mut body = json!({ "message": invalid.error.message });
    if let Some(members) = body.as_object_mut() {
        members.extend(invalid.reason.map(|reason| ("reason".to_owned(), json!(reason))));
        let fields = |(name, message): &(&'static str, String)| -> Value {
            json!([{ "name": name, "message": message }])
        };
        members.extend(invalid.field.as_ref().map(|field| ("fieldList".to_owned(), fields(field))));
    }
    let status = StatusCode::from_u16(invalid.error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, body.to_string(), request_id);
    if let Ok(code) = HeaderValue::from_str(&invalid.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}
