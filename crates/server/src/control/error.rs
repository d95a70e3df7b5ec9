//! How a control call says no: `{"error": "...", "hint": "..."}`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use daypass_github::JobError;
use daypass_store::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::ClockError;
use crate::github::hub::HubError;
use crate::github::mint::MintError;

/// What went wrong with a control call.
#[derive(Debug, Serialize)]
pub(super) struct ControlError {
    #[serde(skip)]
    status: StatusCode,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl ControlError {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), hint: None }
    }

    /// The caller sent something of no use.
    pub(super) fn bad(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// What was asked for is not there.
    pub(super) fn missing(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// The server itself failed.
    pub(super) fn internal(error: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(error = %self.error, "a control call failed");
        }
        (self.status, Json(self)).into_response()
    }
}

impl From<ClockError> for ControlError {
    fn from(error: ClockError) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<JobError> for ControlError {
    fn from(error: JobError) -> Self {
        let hint = error.hint();
        Self { hint, ..Self::bad(error.to_string()) }
    }
}

impl From<HubError> for ControlError {
    fn from(error: HubError) -> Self {
        let status = match &error {
            HubError::Denied(_) => StatusCode::FORBIDDEN,
            HubError::Unauthenticated => StatusCode::UNAUTHORIZED,
            HubError::Missing(_) => StatusCode::NOT_FOUND,
            HubError::Exists(_) | HubError::Run(_) => StatusCode::CONFLICT,
            HubError::Document(_) => StatusCode::INTERNAL_SERVER_ERROR,
            HubError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { hint: error.hint(), ..Self::new(status, error.to_string()) }
    }
}

impl From<MintError> for ControlError {
    fn from(error: MintError) -> Self {
        let status = match &error {
            MintError::Replaced | MintError::NotOurs(_) => StatusCode::CONFLICT,
            MintError::Keys(_) | MintError::Signing(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self { hint: error.hint().map(str::to_owned), ..Self::new(status, error.to_string()) }
    }
}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("the store does not answer: {error}"))
    }
}

/// Reads a call's body, which is JSON.
pub(super) fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, ControlError> {
    let body = body.map_err(|rejection| ControlError::new(rejection.status(), rejection.body_text()))?;
    serde_json::from_slice(&body)
        .map_err(|error| ControlError::bad(format!("the body is not as it should be: {error}")))
}
