//! `GET` and `POST /_daypass/clock`: the sandbox's time, and moving it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use daypass_store::{Change, Collection, Commit, Durability, Journal as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::{ControlError, read};
use crate::clock::{Clock, ClockState, Motion, STORE_KEY};
use crate::state::App;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    advance_seconds: Option<i64>,
    rate: Option<f64>,
    set: Option<String>,
}

impl Asked {
    fn motion(&self) -> Result<Motion, ControlError> {
        match (self.advance_seconds, self.rate, &self.set) {
            (Some(seconds), None, None) => Ok(Motion::Advance(seconds)),
            (None, Some(rate), None) => Ok(Motion::Rate(rate)),
            (None, None, Some(text)) => text.parse().map(Motion::Set).map_err(|_| {
                let problem = format!("`{text}` is not an instant");
                ControlError::bad(problem).hint("write it as in 2026-11-23T10:00:00Z (RFC 3339)")
            }),
            _ => Err(ControlError::bad(
                "the clock is moved in one way at a time: advance_seconds, rate or set",
            )),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Answer {
    now: Timestamp,
    rate: f64,
}

impl Answer {
    fn of(clock: &Clock) -> Json<Self> {
        Json(Self { now: clock.now(), rate: clock.rate() })
    }
}

pub(super) async fn show(State(app): State<Arc<App>>) -> Json<Answer> {
    Answer::of(&app.clock)
}

/// The new time is kept before it is told: a restart must not bring back what has expired.
pub(super) async fn go(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, ControlError> {
    let motion = read::<Asked>(body)?.motion()?;
    let moving = app.clock.moving().await;
    let state = app.clock.plan(motion)?;
    keep(&app, state).await?;
    app.clock.apply(state);
    drop(moving);
    Ok(Answer::of(&app.clock))
}

async fn keep(app: &App, state: ClockState) -> Result<(), ControlError> {
    let document =
        serde_json::to_string(&state).map_err(|error| ControlError::internal(error.to_string()))?;
    let change = Change::Put { collection: Collection::Setting, key: STORE_KEY.to_owned(), document };
    let commit = Commit { changes: vec![change], durability: Durability::Flushed, ..Commit::default() };
    Ok(app.database.commit(commit).await?)
}
