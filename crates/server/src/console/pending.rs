//! The deployments that wait, and what a reviewer needs to know of each.

use std::sync::Arc;

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use daypass_github::run::Run;
use daypass_wire::form::Form;
use jiff::Timestamp;

use super::changes::{Since, since_last};
use super::gate_state::gate_state;
use super::page::{Frame, Here, PageError, render};
use super::viewer::Viewer;
use super::waiting::{self, Waiting};
use crate::github::hub::Snapshot;
use crate::random::hexadecimal;
use crate::state::App;

/// Deployments on a page: each is told of at length, and asks every role's trust policy.
const SHOWN_MAX: usize = 10;

#[derive(Template)]
#[template(path = "console/pending.html")]
struct Page {
    frame: Frame,
    csrf_token: String,
    deployments: Vec<(Waiting, Since)>,
    /// How many there are on all pages.
    total: usize,
    /// How many come before those that are shown.
    skipped: usize,
    /// Where the pages before and after begin.
    earlier: Option<usize>,
    later: Option<usize>,
    /// What is waiting, in one text: a page that is open asks whether it still is.
    seen: String,
}

#[derive(Template)]
#[template(path = "console/pending_news.html")]
struct News {
    seen: String,
    total: usize,
    /// Whether something else waits than what was seen.
    is_new: bool,
}

/// `GET /console/pending`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, PageError> {
    let now = app.clock.now();
    app.hub.settle(now).await?;
    let snapshot = app.hub.snapshot();
    let all = all(&snapshot, &viewer, now);
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let skipped = query.text("after").and_then(|text| text.parse().ok()).unwrap_or(0).min(all.len());
    let mut deployments = Vec::new();
    for (run, environment) in all.iter().skip(skipped).take(SHOWN_MAX) {
        let found = waiting::of_run_at(&app, &snapshot.holdings, &viewer, (run, *environment), now);
        if let Some(found) = found {
            let since = since_last(&app, run, &found, now).await?;
            deployments.push((found, since));
        }
    }
    let shown = skipped.saturating_add(SHOWN_MAX);
    Ok(render(&Page {
        frame: viewer.frame(Here::Pending, "Pending approvals"),
        csrf_token: viewer.csrf_token().to_owned(),
        deployments,
        total: all.len(),
        skipped,
        earlier: (skipped > 0).then(|| skipped.saturating_sub(SHOWN_MAX)),
        later: (shown < all.len()).then_some(shown),
        seen: seen(&all, now),
    }))
}

/// `GET /console/pending/news?seen=...`: whether what waits is still the same.
pub(super) async fn news(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, PageError> {
    let now = app.clock.now();
    app.hub.settle(now).await?;
    let snapshot = app.hub.snapshot();
    let all = all(&snapshot, &viewer, now);
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let Some(shown) = query.text("seen").filter(|shown| shown.bytes().all(|byte| byte.is_ascii_hexdigit()))
    else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let is_new = shown != seen(&all, now);
    Ok(render(&News { seen: shown.to_owned(), total: all.len(), is_new }))
}

/// Every deployment that waits and that the viewer may see, the one that waits longest first.
fn all(snapshot: &Snapshot, viewer: &Viewer, now: Timestamp) -> Vec<(Arc<Run>, u64)> {
    let runs = snapshot.runs.values().filter(|run| run.jobs.iter().any(|job| job.is_waiting(now)));
    let runs = runs.filter(|run| viewer.sees(&run.repository));
    runs.flat_map(|run| {
        waiting::environments(run, now).into_iter().map(|environment| (Arc::clone(run), environment))
    })
    .collect()
}

fn seen(all: &[(Arc<Run>, u64)], now: Timestamp) -> String {
    let states: Vec<String> =
        all.iter().map(|(run, environment)| gate_state(run, *environment, now)).collect();
    hexadecimal(digest(&SHA256, states.concat().as_bytes()).as_ref())
}
