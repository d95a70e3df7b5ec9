//! GitHub's side of the sandbox: the issuer that stands in for `https://token.actions.githubusercontent.com`.
//!
//! | module | what it answers |
//! |---|---|
//! | [`discovery`] | `/.well-known/openid-configuration` and `/.well-known/jwks`, to anybody |
//! | [`token`] | a job's request for its token, by GitHub's own protocol |
//! | [`hub`] | what is kept of users, repositories and runs |
//! | [`jobs`] | which jobs may ask |
//! | [`mint`] | the token itself |
//! | `rest` | GitHub's REST API: environments, runs, approvals |
//! | [`signing`] | the keys that sign it |

pub mod discovery;
pub mod hub;
pub mod jobs;
pub mod mint;
pub(crate) mod rest;
pub mod signing;
pub mod token;

use axum::Json;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::listener::Connection;

pub use hub::Hub;
pub use jobs::Jobs;
pub use signing::IssuerKeys;

/// The address that a request came from; an empty text where it came by no connection.
pub(crate) fn source_ip(extensions: &Extensions) -> String {
    extensions.get::<Connection>().map(|connection| connection.peer.ip().to_string()).unwrap_or_default()
}

/// An error as GitHub's services send it: clients show `message`.
pub(crate) fn failure(status: StatusCode, message: impl AsRef<str>) -> Response {
    (status, Json(json!({ "message": message.as_ref() }))).into_response()
}
