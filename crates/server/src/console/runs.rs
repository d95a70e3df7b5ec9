//! The list of runs.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use daypass_github::hosting::Repository;
use daypass_github::run::{Conclusion, Run, RunStatus};
use daypass_store::{RunFilter, RunIndex as _};
use daypass_wire::form::Form;
use jiff::Timestamp;

use super::changes::reading;
use super::moment::Moment;
use super::page::{Chip, Frame, Here, PageError, render};
use super::viewer::Viewer;
use crate::github::hub::HubError;
use crate::state::App;

/// Runs on a page.
const PAGE: usize = 50;
/// The most repositories that are offered to choose from: a longer list is no help, and a name can be written.
const OFFERED_MAX: usize = 200;
/// Where a run can stand.
const STATUSES: [&str; 4] = ["waiting", "queued", "in_progress", "completed"];
/// What can come of a run.
const CONCLUSIONS: [&str; 5] = ["success", "failure", "cancelled", "skipped", "timed_out"];

#[derive(Template)]
#[template(path = "console/runs.html")]
struct Page {
    frame: Frame,
    runs: Vec<Row>,
    repository: String,
    status: String,
    /// What can be asked for.
    statuses: Vec<&'static str>,
    repositories: Vec<String>,
    /// The address of the page with older runs.
    older: Option<String>,
    /// Whether this is not the first page.
    is_further: bool,
}

/// A run in the list.
struct Row {
    id: u64,
    number: u64,
    title: String,
    repository: String,
    workflow: String,
    branch: String,
    sha: String,
    event: String,
    actor: String,
    status: &'static str,
    environments: Vec<String>,
    created: Moment,
}

impl Row {
    fn new(run: &Run, now: Timestamp) -> Self {
        let mut environments: Vec<String> = Vec::new();
        for environment in run.jobs.iter().filter_map(|job| job.environment.as_ref()) {
            if !environments.contains(&environment.name) {
                environments.push(environment.name.clone());
            }
        }
        Self {
            id: run.id,
            number: run.number,
            title: run.title.clone(),
            repository: run.repository.clone(),
            workflow: run.workflow.name.clone(),
            branch: run.branch().to_owned(),
            sha: run.sha.clone(),
            event: run.event.clone(),
            actor: run.actor.login.clone(),
            status: status(run, now),
            environments,
            created: Moment::new(run.created, now),
        }
    }
}

impl Row {
    fn chip(&self) -> Chip {
        Chip::of_state(self.status)
    }

    /// As much of the commit as tells it apart.
    fn short_sha(&self) -> &str {
        self.sha.get(..7).unwrap_or(&self.sha)
    }
}

/// Where a run stands, or what came of it.
pub(super) fn status(run: &Run, now: Timestamp) -> &'static str {
    let status = run.status(now);
    match run.conclusion() {
        Some(conclusion) if status == RunStatus::Completed => Conclusion::name(conclusion),
        _ => status.name(),
    }
}

/// `GET /console/runs`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, PageError> {
    let now = app.clock.now();
    app.hub.settle(now).await?;
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let text = |name: &str| query.text(name).unwrap_or_default().trim().to_owned();
    let (repository, status) = (text("repository"), text("status"));
    let is_one_of = |names: &[&str]| names.contains(&status.as_str());
    let (only_status, conclusion) = (is_one_of(&STATUSES), is_one_of(&CONCLUSIONS));
    let status = if only_status || conclusion { status } else { String::new() };
    let before: Option<i64> = query.text("before").and_then(|text| text.parse().ok());
    let filter = RunFilter {
        repository: (!repository.is_empty()).then(|| Repository::key(&repository)),
        only_status: only_status.then(|| status.clone()),
        conclusion: conclusion.then(|| status.clone()),
        repositories: (!viewer.sees_all()).then(|| granted(&viewer)),
        before,
        ..RunFilter::default()
    };
    let found = page(&app, filter).await?;
    let last = found.last().map(|run| run.id);
    let is_full = found.len() == PAGE;
    let runs = found.iter().filter(|run| viewer.sees(&run.repository)).map(|run| Row::new(run, now));
    let repositories = offered(&app, &viewer);
    let older = last.filter(|_| is_full).map(|last| address(&repository, &status, last));
    let page = Page {
        frame: viewer.frame(Here::Runs, "Runs"),
        runs: runs.collect(),
        repository,
        status,
        statuses: STATUSES.into_iter().chain(CONCLUSIONS).collect(),
        repositories,
        older,
        is_further: before.is_some(),
    };
    Ok(render(&page))
}

/// A page of runs, those that are not over as they are in memory.
async fn page(app: &Arc<App>, filter: RunFilter) -> Result<Vec<Arc<Run>>, HubError> {
    let texts = reading(app, move |database| database.runs(&filter, 0, PAGE)).await?;
    let snapshot = app.hub.snapshot();
    let read = |text: &String| {
        let run: Run = serde_json::from_str(text)
            .map_err(|error| HubError::Document(format!("a kept run cannot be read: {error}")))?;
        Ok(snapshot.runs.get(&run.id).map_or_else(|| Arc::new(run), Arc::clone))
    };
    texts.iter().map(read).collect()
}

/// Where a viewer has a role: what the store can sort out by. Whether each run may be seen is asked again.
fn granted(viewer: &Viewer) -> Vec<String> {
    viewer.who.user.grants.iter().map(|grant| grant.repositories.to_ascii_lowercase()).collect()
}

/// Repositories to choose from.
fn offered(app: &App, viewer: &Viewer) -> Vec<String> {
    let snapshot = app.hub.snapshot();
    let names = snapshot.holdings.repositories.values().map(|repository| &repository.full_name);
    names.filter(|name| viewer.sees(name)).take(OFFERED_MAX).cloned().collect()
}

fn address(repository: &str, status: &str, before: u64) -> String {
    let before = before.to_string();
    let fields = [("repository", repository), ("status", status), ("before", &before)];
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("/console/runs?{}", daypass_wire::form::encode(&fields))
}
