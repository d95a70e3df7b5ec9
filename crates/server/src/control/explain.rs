//! `GET /_daypass/explain`: why a call was allowed or denied, with all that was kept about it.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use daypass_aws::Explanation;
use daypass_store::TrailReader as _;
use daypass_trail::StoredEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::ControlError;
use super::trail::{ID_BYTES_MAX, reading, record};
use crate::mend;
use crate::state::App;

/// Which call, where none is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    last: bool,
    #[serde(default)]
    denied: bool,
}

#[derive(Serialize)]
pub(super) struct Answer {
    request_id: Option<String>,
    event: Value,
    annotation: Value,
}

/// `/explain/{request_id}`; an event's id is taken too.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Answer>, ControlError> {
    if id.len() > ID_BYTES_MAX {
        return Err(ControlError::bad("no request id is as long as that"));
    }
    let asked = id.clone();
    let found = reading(&app, move |database| database.by_id(&asked)).await?;
    let event = found.ok_or_else(|| {
        ControlError::missing(format!("no call has the request id `{id}`")).hint(
            "`daypass explain --last` explains the last one, and --last --denied the last that was denied",
        )
    })?;
    Ok(Json(answer(&event)))
}

/// `/explain?last=true&denied=true`: the last call, or the last that was denied.
pub(super) async fn last(
    State(app): State<Arc<App>>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Answer>, ControlError> {
    let Query(which) = which.map_err(|rejection| ControlError::bad(rejection.body_text()))?;
    if !which.last {
        return Err(ControlError::bad("name a request id, or ask for the last call with last=true"));
    }
    let found = reading(&app, move |database| database.last(which.denied)).await?;
    let event = found.ok_or_else(|| {
        let what = if which.denied { "no call was denied yet" } else { "there was no call yet" };
        ControlError::missing(what)
    })?;
    Ok(Json(answer(&event)))
}

fn answer(event: &StoredEvent) -> Answer {
    let record = record(event);
    let request_id = record.get("requestID").and_then(Value::as_str).map(str::to_owned);
    let mut annotation = event.annotation.as_ref().map_or(Value::Null, |annotation| json!(annotation));
    if let Some(explanation) = annotation.get_mut("explanation") {
        add_mend(explanation);
    }
    Answer { request_id, event: record, annotation }
}

/// Says how to mend it, unless that was said when the call was decided.
fn add_mend(explanation: &mut Value) {
    let Ok(read) = Explanation::deserialize(&*explanation) else { return };
    if read.mend.is_some() {
        return;
    }
    if let (Some(sentence), Some(members)) = (mend::in_sandbox(&read), explanation.as_object_mut()) {
        members.insert("mend".to_owned(), Value::String(sentence));
    }
}
