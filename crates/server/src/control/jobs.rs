//! `POST /_daypass/jobs`: what a job finds in its environment, `ACTIONS_ID_TOKEN_REQUEST_URL` and `..._TOKEN`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::error::{ControlError, read};
use crate::data_directory::Secret;
use crate::github::hub::job_context::{describe, protected_environment};
use crate::github::jobs::Holder;
use crate::github::mint::MintError;
use crate::github::token::{Protected, request_url};
use crate::state::App;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    job: String,
}

#[derive(Serialize)]
pub(super) struct Answer {
    request_url: String,
    request_token: Secret,
}

pub(super) async fn admit(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, ControlError> {
    let asked: Asked = read(body)?;
    if app.config.replaces_stand_in() {
        return Err(MintError::Replaced.into());
    }
    let holdings = &app.hub.snapshot().holdings;
    let job = describe(&asked.job, holdings, &app.config)?;
    if let Some(environment) = protected_environment(&job, holdings) {
        let protected = Protected { environment: environment.name.clone(), repository: job.full_name() };
        return Err(ControlError::new(StatusCode::CONFLICT, protected.to_string()).hint(
            "a job of a run gets a token once its gate is open: `daypass rehearse` starts one; `daypass mint` makes a token to try policies with",
        ));
    }
    let admitted = app.jobs.admit(Holder::Described(job.into()), app.clock.now());
    let request_url = request_url(&app.endpoints.github_url, &admitted.id);
    Ok(Json(Answer { request_url, request_token: admitted.request_token }))
}
