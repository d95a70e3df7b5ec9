//! Fetching an identity token as a job does.
//!
//! Source: GitHub documentation, "OpenID Connect reference", methods for requesting the OIDC token; the protocol is that
//! of the toolkit's OIDC client.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::error::ClientError;

/// The token that the URL and bearer token of a job (`ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN`) give for an audience.
///
/// # Errors
/// [`ClientError`] where the issuer refuses or answers without a token.
pub async fn id_token(
    http: &reqwest::Client,
    request_url: &str,
    request_token: &str,
    audience: Option<&str>,
) -> Result<String, ClientError> {
    let address = match audience {
        Some(audience) => {
            format!("{request_url}&audience={}", utf8_percent_encode(audience, NON_ALPHANUMERIC))
        }
        None => request_url.to_owned(),
    };
    let response =
        http.get(address).bearer_auth(request_token).header("accept", "application/json").send().await?;
    let status = response.status();
    let body = response.bytes().await?;
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !status.is_success() {
        return Err(ClientError::Refused {
            operation: "the token request".to_owned(),
            status: status.as_u16(),
            code: status.canonical_reason().unwrap_or_default().to_owned(),
            message: answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned(),
            request_id: None,
        });
    }
    answer.get("value").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| ClientError::Answer {
        operation: "the token request".to_owned(),
        detail: "no `value`".to_owned(),
    })
}
