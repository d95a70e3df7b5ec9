//! What an issuer publishes, to anybody: its discovery document and its keys (OpenID Connect Discovery 1.0 section 4).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use daypass_github::discovery::{GITHUB_ISSUER, document};

use super::failure;
use super::mint::MintError;
use crate::state::App;

/// `GET /.well-known/openid-configuration`: the issuer is GitHub's, the keys are here.
pub(crate) async fn configuration(State(app): State<Arc<App>>) -> Response {
    if app.config.replaces_stand_in() {
        return failure(StatusCode::NOT_FOUND, MintError::Replaced.to_string());
    }
    Json(document(GITHUB_ISSUER, &app.endpoints.github_url)).into_response()
}

/// `GET /.well-known/jwks`: the public keys.
pub(crate) async fn keys(State(app): State<Arc<App>>) -> Response {
    if app.config.replaces_stand_in() {
        return failure(StatusCode::NOT_FOUND, MintError::Replaced.to_string());
    }
    match app.issuer_keys.complete().await {
        Ok(keys) => ([(CONTENT_TYPE, "application/json; charset=utf-8")], keys.document()).into_response(),
        Err(error) => failure(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}
