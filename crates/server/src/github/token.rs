//! A job's request for its token, by the protocol that GitHub's own clients speak:
//! `GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=...` with `Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN`,
//! answered by `{"value": "..."}`. Source: the client `@actions/core`, `getIDToken`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use daypass_github::run::{RunJob, TokenRefusal};
use daypass_github::{JobContext, JobError, TOKEN_LIFETIME_SECONDS};
use serde_json::{Map, Value, json};

use super::hub::job_context::{of_run as of_run_job, protected_environment};
use super::hub::record::TOKEN_ISSUED;
use super::hub::{Author, Draft, HubError};
use super::jobs::{Holder, Unauthorized};
use super::mint::{MintError, Minted, Minting, mint};
use super::{failure, source_ip};
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
    extensions: Extensions,
) -> Response {
    let Some(secret) = bearer(&headers) else {
        return failure(StatusCode::UNAUTHORIZED, "the request has no bearer token");
    };
    let holder = match app.jobs.authenticate(&id, secret, app.clock.now()) {
        Ok(holder) => holder,
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
    match issue(&app, &holder, audience, &source_ip(&extensions)).await {
        Ok(minted) => ([(CACHE_CONTROL, "no-store")], Json(json!({ "value": minted.token }))).into_response(),
        Err(refusal) => failure(refusal.status(), refusal.to_string()),
    }
}

/// Why a job gets no token.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Mint(#[from] MintError),
    #[error(transparent)]
    NotNow(#[from] TokenRefusal),
    #[error(transparent)]
    Protected(#[from] Protected),
}

/// A job that is of no run would deploy to a protected environment.
#[derive(Debug, thiserror::Error)]
#[error("the environment `{environment}` of {repository} is protected")]
pub(crate) struct Protected {
    /// The environment that has the subject.
    pub(crate) environment: String,
    /// Its repository.
    pub(crate) repository: String,
}

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NotNow(_)
            | Self::Protected(_)
            | Self::Mint(MintError::Replaced | MintError::NotOurs(_)) => StatusCode::FORBIDDEN,
            Self::Job(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Hub(_) | Self::Mint(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Makes a token, and gives it out once it is on record.
async fn issue(
    app: &App,
    holder: &Holder,
    audience: Option<&str>,
    source_ip: &str,
) -> Result<Minted, Refusal> {
    match holder {
        Holder::Described(job) => {
            let minted = mint_for(app, job, audience).await?;
            let parameters = json!({ "repository": job.full_name(), "job": job.to_string() });
            let note = Issued::of(&minted);
            let author = Author::job(&job.full_name(), source_ip);
            let protected = app
                .hub
                .write(&author, app.clock.now(), |draft| {
                    // It may have been protected since the job was let in.
                    if let Some(known) = protected_environment(job, &draft.snapshot().holdings) {
                        let (environment, repository) = (known.name.clone(), job.full_name());
                        return Ok(Some(Protected { environment, repository }));
                    }
                    note.write(draft, parameters)?;
                    Ok(None)
                })
                .await?;
            protected.map_or(Ok(minted), |protected| Err(protected.into()))
        }
        Holder::OfRun { run, job } => of_run(app, (*run, *job), audience, source_ip).await,
    }
}

/// As GitHub makes it: five minutes long, with nothing laid over.
async fn mint_for(app: &App, job: &JobContext, audience: Option<&str>) -> Result<Minted, MintError> {
    let (lifetime_seconds, overrides) = (TOKEN_LIFETIME_SECONDS, &Map::new());
    mint(app, &Minting { job, issuer: None, audience, lifetime_seconds, overrides }).await
}

async fn of_run(
    app: &App,
    (run_id, job_id): (u64, u64),
    audience: Option<&str>,
    source_ip: &str,
) -> Result<Minted, Refusal> {
    app.hub.settle_run(run_id, app.clock.now()).await?;
    let run = app.hub.run(run_id).await?.ok_or(TokenRefusal::NoSuchJob)?;
    let now = app.clock.now();
    let author = Author::job(run.job(job_id).map_or("", RunJob::key), source_ip);
    let job = match run.may_have_token(job_id, now) {
        Ok(job) => job,
        Err(refusal) => {
            let (run, text) = (Arc::clone(&run), refusal.to_string());
            let note = |draft: &mut Draft| {
                draft.note_refusal(&run, job_id, text);
                Ok(())
            };
            if let Err(error) = app.hub.write(&author, now, note).await {
                tracing::error!(%error, "a refused token was not recorded");
            }
            return Err(refusal.into());
        }
    };
    let context = of_run_job(&run, job, &app.hub.snapshot().holdings, &app.config)?;
    let minted = mint_for(app, &context, audience).await?;
    // What was true when the token was made must be true when it is given out, and on record before.
    let note = Issued::of(&minted);
    let refusal = app
        .hub
        .write(&author, now, |draft| {
            let Some(run) = draft.snapshot().runs.get(&run_id).cloned() else {
                return Ok(Some(TokenRefusal::NoSuchJob));
            };
            if let Err(refusal) = run.may_have_token(job_id, now) {
                return Ok(Some(refusal));
            }
            let parameters = json!({
                "runId": run.id.to_string(),
                "repository": run.repository,
                "job": context.to_string(),
                "environment": context.environment(),
            });
            note.write(draft, parameters)?;
            draft.count_token(run_id, job_id);
            Ok(None)
        })
        .await?;
    refusal.map_or(Ok(minted), |refusal| Err(refusal.into()))
}

/// What is on record of a token: everything but itself.
struct Issued {
    subject: Value,
    audience: Value,
    token_id: Value,
}

impl Issued {
    fn of(minted: &Minted) -> Self {
        let claim = |name| minted.claims.get(name).cloned().unwrap_or_default();
        Self { subject: claim("sub"), audience: claim("aud"), token_id: claim("jti") }
    }

    fn write(&self, draft: &mut Draft, parameters: Value) -> Result<(), HubError> {
        let result = json!({ "subject": self.subject, "audience": self.audience, "tokenId": self.token_id });
        draft.note_result(TOKEN_ISSUED, parameters, result);
        Ok(())
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
