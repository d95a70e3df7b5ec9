//! GitHub's side of the sandbox: the issuer that stands in for `https://token.actions.githubusercontent.com`.
//!
//! | module | what it answers |
//! |---|---|
//! | [`discovery`] | `/.well-known/openid-configuration` and `/.well-known/jwks`, to anybody |
//! | [`token`] | a job's request for its token, by GitHub's own protocol |
//! | [`jobs`] | which jobs may ask |
//! | [`mint`] | the token itself |
//! | [`signing`] | the keys that sign it |

pub mod discovery;
pub mod jobs;
pub mod mint;
pub mod signing;
pub mod token;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

pub use jobs::Jobs;
pub use signing::IssuerKeys;

/// An error as GitHub's services send it: clients show `message`.
pub(crate) fn failure(status: StatusCode, message: impl AsRef<str>) -> Response {
    (status, Json(json!({ "message": message.as_ref() }))).into_response()
}
