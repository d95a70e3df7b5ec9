//! `/_daypass/runs`: what starts runs, and what a runner says of their jobs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use daypass_github::gate::State as GateState;
use daypass_github::run::{Conclusion, JobStatus, Phase, Run, RunJob};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::{ControlError, read};
use crate::data_directory::Secret;
use crate::github::hub::register::Registration;
use crate::github::hub::{Author, Holdings, HubError};
use crate::github::jobs::Holder;
use crate::github::mint::MintError;
use crate::github::token::request_url;
use crate::state::App;

/// What starts a run; see [`Registration`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    repository: String,
    path: String,
    /// Texts of workflow files that count for this run: of this repository and of others.
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    event: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    sha: Option<String>,
    head_ref: Option<String>,
    base_ref: Option<String>,
    pull_request: Option<u64>,
    #[serde(default)]
    from_fork: bool,
    actor: Option<String>,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default)]
    variables: Map<String, Value>,
    changed_paths: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    repository: String,
    path: String,
    text: String,
}

/// A run as the command line sees it.
#[derive(Serialize)]
pub(super) struct Shown {
    run: Run,
    status: &'static str,
    conclusion: Option<&'static str>,
    url: String,
    jobs: Vec<ShownJob>,
}

#[derive(Serialize)]
struct ShownJob {
    id: u64,
    key: String,
    name: String,
    status: &'static str,
    conclusion: Option<&'static str>,
    reason: Option<String>,
    environment: Option<String>,
    gate: Option<Value>,
}

/// What a job that starts is handed: nothing to ask with where it has no `id-token: write`.
#[derive(Serialize)]
pub(super) struct Started {
    request_url: Option<String>,
    request_token: Option<Secret>,
}

/// What came of a job.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finish {
    conclusion: String,
    #[serde(default)]
    outputs: BTreeMap<String, String>,
}

/// `POST /_daypass/runs`
pub(super) async fn start(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Shown>, ControlError> {
    let asked: Start = read(body)?;
    let owner = asked.repository.split('/').next().unwrap_or_default().to_owned();
    let registration = Registration {
        repository: asked.repository,
        path: asked.path,
        files: asked.files.into_iter().map(|file| ((file.repository, file.path), file.text)).collect(),
        event: asked.event.unwrap_or_else(|| "push".to_owned()),
        reference: asked.reference,
        sha: asked.sha,
        head_ref: asked.head_ref,
        base_ref: asked.base_ref,
        pull_request: asked.pull_request,
        from_fork: asked.from_fork,
        actor: asked.actor.unwrap_or(owner),
        inputs: asked.inputs,
        variables: asked.variables,
        changed_paths: asked.changed_paths,
        ..Registration::default()
    };
    let now = app.clock.now();
    let run = app.hub.register(&Author::operator(), now, registration).await?;
    // Who operates the sandbox says by it that the ref is there.
    app.hub
        .write(&Author::operator(), now, |draft| {
            draft.repository_or_new(&run.repository)?.know_reference(&run.reference);
            Ok(())
        })
        .await?;
    Ok(Json(shown(&app, &run, now)))
}

/// `GET /_daypass/runs/{run}`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(run): Path<u64>,
) -> Result<Json<Shown>, ControlError> {
    let now = app.clock.now();
    app.hub.settle_run(run, now).await?;
    let run = found(&app, run).await?;
    Ok(Json(shown(&app, &run, now)))
}

/// `POST /_daypass/runs/{run}/jobs/{job}/start`: a runner takes a job; it may ask again while it has it.
pub(super) async fn start_job(
    State(app): State<Arc<App>>,
    Path((run, job)): Path<(u64, u64)>,
) -> Result<Json<Started>, ControlError> {
    let now = app.clock.now();
    let known = found(&app, run).await?;
    let known = known.job(job).ok_or_else(|| ControlError::missing(format!("the run has no job {job}")))?;
    if known.planned.id_token.granted && app.config.replaces_stand_in() {
        return Err(MintError::Replaced.into());
    }
    let granted = known.planned.id_token.granted;
    let waits = known.is_waiting(now).then(|| waits_for(known, &app.hub.snapshot().holdings, now));
    if known.phase != Phase::Started {
        let started = app
            .hub
            .write(&Author::operator(), now, |draft| {
                draft.change_run(run, |run, now| Ok(run.start_job(job, now)?))
            })
            .await;
        started.map_err(|error| match (waits, error) {
            (Some(waits), HubError::Run(_)) => ControlError::new(StatusCode::CONFLICT, waits),
            // It was found above: it is over, and kept in the store only.
            (_, HubError::Missing(_)) => {
                ControlError::new(StatusCode::CONFLICT, "the run is over: none of its jobs can start")
            }
            (_, error) => error.into(),
        })?;
    }
    if !granted {
        return Ok(Json(Started { request_url: None, request_token: None }));
    }
    let admitted = app.jobs.admit(Holder::OfRun { run, job }, now);
    let request_url = Some(request_url(&app.endpoints.github_url, &admitted.id));
    Ok(Json(Started { request_url, request_token: Some(admitted.request_token) }))
}

/// `POST /_daypass/runs/{run}/jobs/{job}/finish`
pub(super) async fn finish_job(
    State(app): State<Arc<App>>,
    Path((run, job)): Path<(u64, u64)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Shown>, ControlError> {
    let asked: Finish = read(body)?;
    let conclusion = Conclusion::parse(&asked.conclusion)
        .ok_or_else(|| ControlError::bad(format!("`{}` is no conclusion", asked.conclusion)))?;
    let now = app.clock.now();
    app.hub
        .write(&Author::operator(), now, |draft| {
            draft.change_run(run, |run, now| Ok(run.finish_job(job, conclusion, asked.outputs, now)?))
        })
        .await?;
    let run = found(&app, run).await?;
    Ok(Json(shown(&app, &run, now)))
}

/// `POST /_daypass/runs/{run}/cancel`
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Path(run): Path<u64>,
) -> Result<Json<Shown>, ControlError> {
    let now = app.clock.now();
    app.hub.write(&Author::operator(), now, |draft| draft.cancel_run(run, None)).await?;
    let run = found(&app, run).await?;
    Ok(Json(shown(&app, &run, now)))
}

async fn found(app: &App, id: u64) -> Result<Arc<Run>, ControlError> {
    app.hub.run(id).await?.ok_or_else(|| ControlError::missing(format!("there is no run {id}")))
}

fn shown(app: &App, run: &Arc<Run>, now: Timestamp) -> Shown {
    let jobs = run.jobs.iter().map(|job| ShownJob {
        id: job.id,
        key: job.key().to_owned(),
        name: job.name.clone(),
        status: job.status(now).name(),
        conclusion: job.conclusion().map(Conclusion::name),
        reason: job.reason.clone(),
        environment: job.environment.as_ref().map(|environment| environment.name.clone()),
        gate: job.gate.as_ref().map(|gate| {
            let waits = (job.status(now) == JobStatus::Waiting)
                .then(|| waits_for(job, &app.hub.snapshot().holdings, now));
            json!({ "state": gate.state(now).name(), "waits_for": waits })
        }),
    });
    Shown {
        status: run.status(now).name(),
        conclusion: run.conclusion().map(Conclusion::name),
        url: format!("{}/{}/actions/runs/{}", app.endpoints.github_url, run.repository, run.id),
        jobs: jobs.collect(),
        run: Run::clone(run),
    }
}

/// What a waiting job waits for, in a sentence.
pub(crate) fn waits_for(job: &RunJob, holdings: &Holdings, now: Timestamp) -> String {
    let Some(gate) = &job.gate else { return String::new() };
    let GateState::Waiting(waiting) = gate.state(now) else { return String::new() };
    let environment = gate.environment();
    let mut parts = Vec::new();
    if waiting.for_review {
        let names: Vec<String> =
            environment.reviewers.iter().map(|reviewer| holdings.reviewer_name(*reviewer)).collect();
        parts.push(format!("a review by {}", names.join(" or ")));
    }
    if let Some(until) = waiting.until {
        parts.push(format!("its timer until {until:.0}"));
    }
    if !waiting.for_rules.is_empty() {
        parts.push(format!("{} custom rules", waiting.for_rules.len()));
    }
    format!(
        "the job {} waits at the environment {} for {}",
        job.key(),
        environment.name,
        parts.join(", and for ")
    )
}
