//! `GET /_daypass/trace/{id}` and `GET /_daypass/events`: reading the trail.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use daypass_github::gate::environment::is_same_name;
use daypass_github::run::Review;
use daypass_store::sqlite::Database;
use daypass_store::{StoreError, TrailReader};
use daypass_trail::{Annotation, Chain, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ControlError;
use crate::state::App;

/// The longest id that is looked for, in bytes: event and request ids are UUIDs, and S3's request ids shorter.
pub(super) const ID_BYTES_MAX: usize = 128;
/// Events on a page.
const LIMIT: RangeInclusive<usize> = 1..=1_000;
/// Events on a page where nothing is said.
const LIMIT_DEFAULT: usize = 100;

/// Which page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    after: i64,
    limit: Option<usize>,
}

#[derive(Serialize)]
pub(super) struct Event {
    sequence: i64,
    record: Value,
    annotation: Option<Annotation>,
}

#[derive(Serialize)]
pub(super) struct Page {
    events: Vec<Event>,
    /// What to ask for as `after` to go on; none where this was the end.
    next: Option<i64>,
}

/// From a call back to its beginning, and who let the run through.
#[derive(Serialize)]
pub(super) struct Traced {
    #[serde(flatten)]
    chain: Chain,
    approvals: Vec<String>,
}

/// From a call back to the token behind it.
pub(super) async fn trace(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Traced>, ControlError> {
    if id.len() > ID_BYTES_MAX {
        return Err(ControlError::bad("no id is as long as that"));
    }
    let asked = id.clone();
    let chain = reading(&app, move |database| daypass_trail::trace(&Reader(database), &asked)).await?;
    let chain = chain
        .ok_or_else(|| ControlError::missing(format!("no call has the event id or request id `{id}`")))?;
    let approvals = approvals(&app, &chain).await?;
    Ok(Json(Traced { chain, approvals }))
}

/// Who let the run behind a call through, where it is one of the sandbox's.
async fn approvals(app: &App, chain: &Chain) -> Result<Vec<String>, ControlError> {
    let claim = |name: &str| chain.origin.as_ref()?.claims.get(name)?.as_str();
    let Some(run) = claim("run_id").and_then(|id| id.parse().ok()) else { return Ok(Vec::new()) };
    let Some(run) = app.hub.run(run).await? else { return Ok(Vec::new()) };
    let environment = claim("environment").unwrap_or_default();
    let gates = run.jobs.iter().filter_map(|job| job.gate.as_ref());
    let here: Vec<u64> = gates
        .filter(|gate| is_same_name(&gate.environment().name, environment))
        .map(|gate| gate.environment().id)
        .collect();
    let reviews = run.reviews.iter().filter(|review| review.environments.iter().any(|id| here.contains(id)));
    let line = |review: &Review| {
        let comment = review.comment.replace(char::is_control, " ");
        let said = if comment.is_empty() { String::new() } else { format!(": \"{comment}\"") };
        let (state, by, at) = (review.state.name(), &review.user.login, review.at);
        format!("{state} for {environment} by {by} at {at:.0}{said}")
    };
    Ok(reviews.map(line).collect())
}

/// The events in the order in which they were written.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Page>, ControlError> {
    let Query(which) = which.map_err(|rejection| ControlError::bad(rejection.body_text()))?;
    let limit = which.limit.unwrap_or(LIMIT_DEFAULT);
    if !LIMIT.contains(&limit) {
        return Err(ControlError::bad(format!("a page has 1 to 1000 events, not {limit}")));
    }
    let found = reading(&app, move |database| database.range(which.after, limit)).await?;
    let next = if found.len() == limit { found.last().map(|event| event.sequence) } else { None };
    let events = found
        .into_iter()
        .map(|event| Event { sequence: event.sequence, record: record(&event), annotation: event.annotation })
        .collect();
    Ok(Json(Page { events, next }))
}

/// The store as the trail's room wants it.
pub(crate) struct Reader<'a>(pub(crate) &'a Database);

impl daypass_trail::Events for Reader<'_> {
    type Error = StoreError;

    fn event(&self, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.0.by_id(id)
    }

    fn issuing(&self, access_key_id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.0.by_issued_access_key(access_key_id)
    }
}

/// The record as a value.
pub(super) fn record(event: &StoredEvent) -> Value {
    serde_json::from_str(&event.record).unwrap_or_default()
}

/// Reads the trail, away from the threads that answer requests.
pub(super) async fn reading<T: Send + 'static>(
    app: &App,
    read: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ControlError> {
    let database = Arc::clone(&app.database);
    let read = tokio::task::spawn_blocking(move || read(&database)).await;
    Ok(read.map_err(|error| ControlError::internal(format!("reading the trail broke off: {error}")))??)
}
