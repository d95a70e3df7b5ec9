//! A job's request for its token, by the protocol that GitHub's own clients speak:
//! `GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=...` with `Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN`,
//! answered by `{"value": "..."}`. Source: the client `@actions/core`, `getIDToken`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use daypass_github::TOKEN_LIFETIME_SECONDS;
use serde_json::{Map, json};

use super::failure;
use super::jobs::Unauthorized;
use super::mint::{MintError, Minting, mint};
use crate::bearer::bearer;
use crate::state::App;

/// The route; the id names a job.
pub(crate) const ROUTE: &str = "/_services/token/{id}/idtoken";
/// The only version of the protocol.
const API_VERSION: &str = "2.0";
/// The longest audience, in bytes: far longer than any, and short enough for a header of AWS's limits.
const AUDIENCE_BYTES_MAX: usize = 2_048;

/// The address that a job asks, as GitHub hands it out: its clients append `&audience=...`.
#[must_use]
pub fn request_url(base: &str, id: &str) -> String {
    format!("{base}/_services/token/{id}/idtoken?api-version={API_VERSION}")
}

/// Answers a job.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Some(secret) = bearer(&headers) else {
        return failure(StatusCode::UNAUTHORIZED, "the request has no bearer token");
    };
    let job = match app.jobs.authenticate(&id, secret, app.clock.now()) {
        Ok(job) => job,
        Err(error @ Unauthorized::Unknown) => return failure(StatusCode::UNAUTHORIZED, error.to_string()),
        Err(error @ Unauthorized::OtherJob) => return failure(StatusCode::FORBIDDEN, error.to_string()),
    };
    let Ok(Query(fields)) = query else {
        return failure(StatusCode::BAD_REQUEST, "the query cannot be read");
    };
    let audience = match audience(&fields) {
        Ok(audience) => audience,
        Err(problem) => return failure(StatusCode::BAD_REQUEST, problem),
    };
    let overrides = Map::new();
    let minting =
        Minting { job: &job, audience, lifetime_seconds: TOKEN_LIFETIME_SECONDS, overrides: &overrides };
    match mint(&app, &minting).await {
        Ok(minted) => ([(CACHE_CONTROL, "no-store")], Json(json!({ "value": minted.token }))).into_response(),
        Err(error @ MintError::Replaced) => failure(StatusCode::FORBIDDEN, error.to_string()),
        Err(error) => failure(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}

/// The audience asked for, and whether the rest of the query is as the protocol has it.
fn audience(fields: &[(String, String)]) -> Result<Option<&str>, &'static str> {
    let mut versions =
        fields.iter().filter(|(name, _)| name == "api-version").map(|(_, value)| value.as_str());
    if (versions.next(), versions.next()) != (Some(API_VERSION), None) {
        return Err("the api-version must be 2.0");
    }
    let mut audiences = fields.iter().filter(|(name, _)| name == "audience").map(|(_, value)| value.as_str());
    match (audiences.next(), audiences.next()) {
        (_, Some(_)) => Err("the audience is given twice"),
        (Some(audience), None) if audience.len() > AUDIENCE_BYTES_MAX => {
            Err("the audience is over 2048 bytes")
        }
        (Some(audience), None) if audience.chars().any(char::is_control) => {
            Err("the audience has control characters")
        }
        (audience, None) => Ok(audience.filter(|audience| !audience.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Option<String>, &'static str> {
        let uri: http::Uri = format!("/x?{query}").parse().unwrap();
        let Query(fields) = Query::<Vec<(String, String)>>::try_from_uri(&uri).unwrap();
        audience(&fields).map(|audience| audience.map(str::to_owned))
    }

    #[test]
    fn the_audience_is_what_the_client_encoded() {
        assert_eq!(
            read("api-version=2.0&audience=sts.amazonaws.com"),
            Ok(Some("sts.amazonaws.com".to_owned()))
        );
        let encoded = "api-version=2.0&audience=https%3A%2F%2Fgithub.com%2Focto-org%3Fa%26b";
        assert_eq!(read(encoded), Ok(Some("https://github.com/octo-org?a&b".to_owned())));
        assert_eq!(read("api-version=2.0"), Ok(None));
        assert_eq!(read("api-version=2.0&audience="), Ok(None));
    }

    #[test]
    fn a_query_with_two_meanings_is_refused() {
        assert_eq!(read("api-version=2.0&audience=a&audience=b"), Err("the audience is given twice"));
        assert_eq!(read("audience=a"), Err("the api-version must be 2.0"));
        assert_eq!(read("api-version=1.0&api-version=2.0"), Err("the api-version must be 2.0"));
        assert_eq!(read("api-version=2.0&audience=a%0ab"), Err("the audience has control characters"));
        let long = format!("api-version=2.0&audience={}", "a".repeat(AUDIENCE_BYTES_MAX + 1));
        assert_eq!(read(&long), Err("the audience is over 2048 bytes"));
    }
}
