//! What an issuer publishes, to anybody: its discovery document and its keys (OpenID Connect Discovery 1.0 section 4).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use daypass_github::discovery::{DOCUMENT_PATH, GITHUB_ISSUER, KEYS_PATH, document};

use super::failure;
use super::mint::MintError;
use crate::config::Config;
use crate::state::App;

/// `GET /.well-known/openid-configuration`: the issuer is GitHub's, the keys are here.
pub(crate) async fn configuration(State(app): State<Arc<App>>) -> Response {
    if app.config.replaces_stand_in() {
        return failure(StatusCode::NOT_FOUND, MintError::Replaced.to_string());
    }
    Json(document(GITHUB_ISSUER, &app.endpoints.github_url)).into_response()
}

/// `GET /SLUG/.well-known/openid-configuration`: that of an enterprise's own issuer.
pub(crate) async fn enterprise_configuration(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
) -> Response {
    if app.config.enterprise_with_issuer(&slug) != Some(&slug) {
        return failure(StatusCode::NOT_FOUND, "Not Found");
    }
    let base = format!("{}/{slug}", app.endpoints.github_url);
    Json(document(&app.config.issuer_of(Some(&slug)), &base)).into_response()
}

/// `GET /SLUG/.well-known/jwks`: the same keys.
pub(crate) async fn enterprise_keys(state: State<Arc<App>>, Path(slug): Path<String>) -> Response {
    if state.config.enterprise_with_issuer(&slug) != Some(&slug) {
        return failure(StatusCode::NOT_FOUND, "Not Found");
    }
    keys(state).await
}

/// Whether a path is one of an enterprise's issuer.
pub(crate) fn is_of_enterprise(config: &Config, path: &str) -> bool {
    let slug = path.strip_suffix(DOCUMENT_PATH).or_else(|| path.strip_suffix(KEYS_PATH));
    let slug = slug.and_then(|slug| slug.strip_prefix('/'));
    slug.is_some_and(|slug| config.enterprise_with_issuer(slug) == Some(slug))
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
