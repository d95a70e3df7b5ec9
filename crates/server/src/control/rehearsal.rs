//! `POST /_daypass/rehearsal`: what would happen to a job's token at STS, and to the calls of its session.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;

use super::error::{ControlError, read};
use crate::rehearsal::{Answer, Question, RehearsalError, rehearse};
use crate::state::App;

pub(super) async fn ask(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, ControlError> {
    let question: Question = read(body)?;
    Ok(Json(rehearse(&app, &question).await?))
}

impl From<RehearsalError> for ControlError {
    fn from(error: RehearsalError) -> Self {
        match error {
            RehearsalError::Hub(error) => error.into(),
            RehearsalError::Mint(error) => error.into(),
            RehearsalError::NotYet(_) => Self::new(StatusCode::CONFLICT, error.to_string()),
            RehearsalError::TooManyCalls => Self::bad(error.to_string()),
        }
    }
}
