//! `POST /_daypass/jobs`: what a job finds in its environment, `ACTIONS_ID_TOKEN_REQUEST_URL` and `..._TOKEN`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use serde::{Deserialize, Serialize};

use super::error::{ControlError, read};
use crate::data_directory::Secret;
use crate::github::jobs::describe;
use crate::github::mint::MintError;
use crate::github::token::request_url;
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
    let job = describe(&asked.job, &app.config)?;
    let admitted = app.jobs.admit(job, app.clock.now());
    let request_url = request_url(&app.endpoints.github_url, &admitted.id);
    Ok(Json(Answer { request_url, request_token: admitted.request_token }))
}
