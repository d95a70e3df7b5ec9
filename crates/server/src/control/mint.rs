//! `POST /_daypass/mint`: a token for a job, and for jobs that GitHub would not have.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use daypass_github::TOKEN_LIFETIME_SECONDS;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::{ControlError, read};
use crate::github::hub::job_context::describe_for;
use crate::github::hub::{Author, Draft, record};
use crate::github::mint::{self, Minting};
use crate::state::App;

/// How long a token may live, in seconds. GitHub's live five minutes; a day is enough to try any refresh.
const LIFETIME_SECONDS: RangeInclusive<i64> = 1..=86_400;
/// The most claims that are replaced or added.
const CLAIMS_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    job: String,
    /// Of several issuers that the sandbox stands in for.
    issuer: Option<String>,
    audience: Option<String>,
    lifetime_seconds: Option<i64>,
    #[serde(default)]
    claims: Map<String, Value>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    token: String,
    claims: Map<String, Value>,
    /// The claims that are not what GitHub would have said.
    overridden: Vec<String>,
}

pub(super) async fn mint(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<([(HeaderName, &'static str); 1], Json<Answer>), ControlError> {
    let asked: Asked = read(body)?;
    let lifetime_seconds = asked.lifetime_seconds.unwrap_or(TOKEN_LIFETIME_SECONDS);
    if !LIFETIME_SECONDS.contains(&lifetime_seconds) {
        let problem = format!("a token lives from 1 second to 86400, not {lifetime_seconds}");
        return Err(ControlError::bad(problem).hint("leave it out for the five minutes of GitHub's tokens"));
    }
    if asked.claims.len() > CLAIMS_MAX {
        return Err(ControlError::bad(format!("more than {CLAIMS_MAX} claims are replaced")));
    }
    let issuer = asked.issuer.as_deref();
    let job = describe_for(&asked.job, issuer, &app.hub.snapshot().holdings, &app.config)?;
    let minting = Minting {
        job: &job,
        issuer,
        audience: asked.audience.as_deref(),
        lifetime_seconds,
        overrides: &asked.claims,
    };
    let minted = mint::mint(&app, &minting).await?;
    let overridden: Vec<String> = asked.claims.into_iter().map(|(name, _)| name).collect();
    let parameters = json!({ "repository": job.full_name(), "job": job.to_string(), "issuer": minted.claims.get("iss"), "overridden": overridden });
    let claim = |name: &str| minted.claims.get(name).cloned().unwrap_or_default();
    let result = json!({ "subject": claim("sub"), "audience": claim("aud"), "tokenId": claim("jti") });
    let note = |draft: &mut Draft| {
        draft.note_result(record::TOKEN_MINTED, parameters, result);
        Ok(())
    };
    app.hub.write(&Author::operator(), app.clock.now(), note).await?;
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(Answer { token: minted.token, claims: minted.claims, overridden }),
    ))
}
