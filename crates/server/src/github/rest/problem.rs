//! How the API says no, in GitHub's words where GitHub has some.
//!
//! Source: GitHub docs, REST API "Troubleshooting the REST API" and "Getting started", client errors.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use daypass_github::hosting::Denied;
use serde_json::{Value, json};

use crate::github::hub::HubError;

/// Where GitHub describes its API.
const DOCUMENTATION: &str = "https://docs.github.com/rest";
/// Where the sandbox says what it offers.
const GUIDE: &str = "GUIDE.md";
/// Characters of what a caller sent that are shown again.
const ECHO_CHARACTERS_MAX: usize = 200;

/// Why a call was not done.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    status: StatusCode,
    message: String,
    errors: Vec<Value>,
    documentation: &'static str,
}

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new(), documentation: DOCUMENTATION }
    }

    /// No token was shown.
    pub(super) fn anonymous() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Requires authentication")
    }

    /// The token is nobody's.
    pub(super) fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Bad credentials")
    }

    /// It is not there, or not for this caller to know of.
    pub(super) fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    /// The caller may not.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// What was asked for and what is there do not go together.
    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// The body is not as the call's schema has it.
    pub(super) fn malformed(detail: impl AsRef<str>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("Invalid request.\n\n{}", detail.as_ref()))
    }

    /// The body is well formed, and asks for what cannot be; with one sentence that says why.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        let errors = vec![Value::String(detail.into())];
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed") }
    }

    /// The same about one field of a resource.
    pub(super) fn invalid_field(resource: &str, field: &str, message: impl Into<String>) -> Self {
        let error =
            json!({ "resource": resource, "field": field, "code": "custom", "message": message.into() });
        Self { errors: vec![error], ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed") }
    }

    /// It cannot be done, in one sentence.
    pub(super) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// GitHub has such a call; the sandbox does not.
    pub(super) fn not_offered(method: &str, path: &str) -> Self {
        let path = echo(path);
        let message = format!("Not Found: the sandbox does not offer {method} {path}");
        Self { documentation: GUIDE, ..Self::new(StatusCode::NOT_FOUND, message) }
    }

    /// GitHub keeps such a thing; the sandbox does not.
    pub(super) fn not_kept(message: impl Into<String>) -> Self {
        Self { documentation: GUIDE, ..Self::unprocessable(message) }
    }
}

/// What a caller sent, short enough to be shown again.
pub(super) fn echo(text: &str) -> String {
    text.chars().take(ECHO_CHARACTERS_MAX).collect()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(error = %self.message, "a call of GitHub's API failed");
        }
        let mut body = json!({
            "message": self.message,
            "documentation_url": self.documentation,
            "status": self.status.as_str(),
        });
        if let (false, Some(members)) = (self.errors.is_empty(), body.as_object_mut()) {
            members.insert("errors".to_owned(), Value::Array(self.errors));
        }
        (self.status, Json(body)).into_response()
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::missing(),
            Denied::NotAdmin | Denied::NotWriter | Denied::Token => Self::forbidden(denied.to_string()),
        }
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Denied(denied) => denied.into(),
            HubError::Missing(_) => Self::missing(),
            HubError::Unauthenticated => Self::bad_credentials(),
            HubError::Document(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            HubError::Store(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            HubError::CreateEnvironment(_)
            | HubError::Environment(_)
            | HubError::Exists(_)
            | HubError::Invalid(_)
            | HubError::Job(_)
            | HubError::NoRoom(_)
            | HubError::Plan(_)
            | HubError::Run(_)
            | HubError::Template(_)
            | HubError::TooLarge { .. }
            | HubError::TooMany(_)
            | HubError::User(_) => Self::invalid(error.to_string()),
        }
    }
}
