//! `POST /_daypass/events`: something happened in a repository, as GitHub's webhooks tell it, and starts what it starts.
//!
//! The header `X-GitHub-Event` names the event, the body is the webhook's payload. Every workflow that is kept of the
//! repository is asked; those that the event does not start are listed with the reason.
//!
//! Source: GitHub docs, "Webhook events and payloads" and "Events that trigger workflows".

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use daypass_github::Event;
use daypass_github::workflow::PlanError;
use serde::Serialize;
use serde_json::{Map, Value};

use super::error::{ControlError, read};
use crate::github::hub::register::Registration;
use crate::github::hub::{Author, Draft, HubError};
use crate::state::App;

/// The largest payload, in bytes: a run keeps it, since its jobs may read it as `github.event`.
pub(super) const BODY_BYTES_MAX: usize = 256 * 1024;
/// What `after` is where a branch or tag was deleted: nothing runs then.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// What came of an event.
#[derive(Serialize)]
pub(super) struct Answer {
    runs: Vec<Started>,
    /// Workflows that the event does not start.
    not_started: Vec<Left>,
    /// Workflows that it would start, and that cannot run.
    failed: Vec<Left>,
}

#[derive(Serialize)]
struct Started {
    id: u64,
    path: String,
}

#[derive(Serialize)]
struct Left {
    path: String,
    reason: String,
}

pub(super) async fn receive(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, ControlError> {
    let name = headers.get("x-github-event").and_then(|name| name.to_str().ok()).ok_or_else(|| {
        ControlError::bad("the header X-GitHub-Event names the event").hint("e.g. X-GitHub-Event: push")
    })?;
    let event =
        Event::from_name(name).ok_or_else(|| ControlError::bad(format!("GitHub has no event `{name}`")))?;
    let payload: Map<String, Value> = read(body)?;
    let named = text(&payload, "/repository/full_name").ok_or_else(|| {
        ControlError::bad("the payload names no repository").hint("it stands in repository.full_name")
    })?;
    let snapshot = app.hub.snapshot();
    let repository = snapshot
        .holdings
        .repository(&named)
        .ok_or_else(|| ControlError::missing(format!("there is no repository `{named}`")))?;
    let only = text(&payload, "/workflow").filter(|_| event == Event::WORKFLOW_DISPATCH);
    let registration = registration(event, &repository.full_name, repository.owner(), payload);
    note_reference(&app, event, &repository.full_name, &registration).await?;
    let mut answer = Answer { runs: Vec::new(), not_started: Vec::new(), failed: Vec::new() };
    if registration.sha.as_deref() == Some(NO_COMMIT) {
        return Ok(Json(answer));
    }
    let is_kept = |path: &str| snapshot.holdings.workflow_text(&repository.full_name, path).is_some();
    for path in repository.workflows.keys().filter(|path| is_kept(path)) {
        if only.as_ref().is_some_and(|only| only != path) {
            continue;
        }
        let registration = Registration { path: path.clone(), ..registration.clone() };
        let (path, now) = (path.clone(), app.clock.now());
        match app.hub.register(&Author::operator(), now, registration).await {
            Ok(run) => answer.runs.push(Started { id: run.id, path }),
            Err(error @ HubError::Plan(PlanError::NotTriggered { .. } | PlanError::NoDispatch { .. })) => {
                answer.not_started.push(Left { path, reason: error.to_string() });
            }
            Err(error @ HubError::Store(_)) => return Err(error.into()),
            Err(error) => answer.failed.push(Left { path, reason: error.to_string() }),
        }
    }
    Ok(Json(answer))
}

/// What the payload says of ref, commit, branches and who did it.
fn registration(event: Event, full_name: &str, owner: &str, payload: Map<String, Value>) -> Registration {
    let at = |path: &str| text(&payload, path);
    let mut registration = Registration {
        repository: full_name.to_owned(),
        event: event.name().to_owned(),
        actor: at("/sender/login").unwrap_or_else(|| owner.to_owned()),
        activity: at("/action"),
        ..Registration::default()
    };
    if payload.contains_key("pull_request") {
        registration.pull_request = value(&payload, "/pull_request/number").and_then(Value::as_u64);
        registration.head_ref = at("/pull_request/head/ref");
        registration.base_ref = at("/pull_request/base/ref");
        registration.sha = at("/pull_request/merge_commit_sha").or_else(|| at("/pull_request/head/sha"));
        // GitHub says `null` where the fork was deleted: what is not plainly of this repository is of a fork.
        let base = at("/pull_request/base/repo/full_name").or_else(|| at("/repository/full_name"));
        registration.from_fork = at("/pull_request/head/repo/full_name")
            .is_none_or(|head| base.is_none_or(|base| !head.eq_ignore_ascii_case(&base)));
        if event.is_pull_request_target() {
            registration.sha = at("/pull_request/base/sha");
        }
    }
    match event.name() {
        "push" => {
            registration.reference = at("/ref");
            registration.sha = at("/after");
            registration.changed_paths = changed_paths(&payload);
        }
        "workflow_dispatch" => {
            registration.reference = at("/ref");
            if let Some(Value::Object(inputs)) = payload.get("inputs") {
                registration.inputs.clone_from(inputs);
            }
        }
        "create" => {
            let kind = if at("/ref_type").as_deref() == Some("tag") { "tags" } else { "heads" };
            registration.reference = at("/ref").map(|name| format!("refs/{kind}/{name}"));
        }
        "release" => {
            registration.reference = at("/release/tag_name").map(|tag| format!("refs/tags/{tag}"));
        }
        "deployment" | "deployment_status" => {
            registration.reference = at("/deployment/ref");
            registration.sha = at("/deployment/sha");
        }
        "merge_group" => {
            registration.reference = at("/merge_group/head_ref");
            registration.base_ref =
                at("/merge_group/base_ref").map(|name| name.trim_start_matches("refs/heads/").to_owned());
            registration.sha = at("/merge_group/head_sha");
        }
        "workflow_run" => registration.head_ref = at("/workflow_run/head_branch"),
        _ => {}
    }
    registration.payload = payload;
    registration
}

/// Keeps the ref of a push or of a branch or tag that was made as known, until it is deleted.
async fn note_reference(
    app: &App,
    event: Event,
    full_name: &str,
    registration: &Registration,
) -> Result<(), HubError> {
    let Some(reference) = registration.reference.as_deref() else { return Ok(()) };
    if !["create", "push"].contains(&event.name()) {
        return Ok(());
    }
    let note = |draft: &mut Draft| {
        let known = draft.repository(full_name)?;
        if registration.sha.as_deref() == Some(NO_COMMIT) {
            known.forget_reference(reference);
        } else {
            known.know_reference(reference);
        }
        Ok(())
    };
    app.hub.write(&Author::operator(), app.clock.now(), note).await
}

/// The files that a push changed; unknown where it does not list its commits.
fn changed_paths(payload: &Map<String, Value>) -> Option<Vec<String>> {
    let commits = payload.get("commits")?.as_array().filter(|commits| !commits.is_empty())?;
    let of = |commit: &Value| -> Vec<String> {
        let lists =
            ["added", "modified", "removed"].into_iter().filter_map(|kind| commit.get(kind)?.as_array());
        lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Some(commits.iter().flat_map(of).collect())
}

fn value<'a>(payload: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut names = path.trim_start_matches('/').split('/');
    let first = payload.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

fn text(payload: &Map<String, Value>, path: &str) -> Option<String> {
    value(payload, path)?.as_str().map(str::to_owned)
}
