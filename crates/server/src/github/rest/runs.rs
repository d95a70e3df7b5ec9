//! `/repos/{owner}/{repo}/actions/runs` and jobs.
//!
//! Source: GitHub docs, REST API "Workflow runs" and "Workflow jobs".

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use daypass_github::hosting::{Need, Permission, Repository, Role};
use daypass_github::run::{Run, RunError};
use daypass_store::RunFilter;
use serde_json::json;

use super::answer::{Answer, ok, with};
use super::auth::{At, Call, Right, number};
use super::created;
use super::page::Page;
use super::problem::Problem;
use super::run_shape as shape;
use crate::github::hub::HubError;

/// Looking at runs and jobs.
pub(super) const READ: Need = Need::read(Permission::Actions);
/// Starting and cancelling runs.
pub(super) const WRITE: Need = Need::write(Permission::Actions, Role::Write);
/// Runs, the newest of a repository, that are read for a job of which only the number is known. Those that are not over are
/// in memory and looked through besides.
const RUNS_SEARCHED_MAX: usize = 30;

/// `GET /repos/{owner}/{repo}/actions/runs`
pub(super) async fn list(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    listed(&call, &repository, None).await
}

/// The runs of a repository, or of one of its workflows, that the query asks for.
pub(super) async fn listed(
    call: &Call,
    repository: &Repository,
    workflow: Option<u64>,
) -> Result<Response, Problem> {
    call.settle().await?;
    let owned = |name: &str| call.parameter(name).map(str::to_owned);
    if call.parameter("check_suite_id").is_some() {
        return Err(Problem::not_kept(
            "check_suite_id: the sandbox does not find runs by their check suites",
        ));
    }
    let (created_from, created_until) = match call.parameter("created") {
        Some(text) => created::read(text)?,
        None => (None, None),
    };
    let filter = RunFilter {
        repository: Some(Repository::key(&repository.full_name)),
        workflow: workflow.map(|id| i64::try_from(id).unwrap_or(i64::MAX)),
        status: owned("status"),
        event: owned("event"),
        branch: owned("branch"),
        actor: owned("actor").map(|actor| actor.to_ascii_lowercase()),
        sha: owned("head_sha"),
        created_from,
        created_until,
        ..RunFilter::default()
    };
    let page = Page::of(call);
    let found = call.app.hub.runs(filter, page.skip(), page.size()).await?;
    let pull_requests = call.parameter("exclude_pull_requests") != Some("true");
    let runs = found.runs.iter().map(|run| shape::run(call.view(), repository, run, pull_requests));
    let total = usize::try_from(found.total).unwrap_or(usize::MAX);
    Ok(page.counted(call, "workflow_runs", runs.collect(), total))
}

/// `GET /repos/{owner}/{repo}/actions/runs/{run_id}`
pub(super) async fn one(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, READ).await?;
    ok(shape::run(call.view(), &repository, &run, true))
}

/// `GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}`
pub(super) async fn attempt(
    call: Call,
    At((owner, name, id, attempt)): At<(String, String, String, String)>,
) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, READ).await?;
    check_attempt(&run, &attempt)?;
    ok(shape::run(call.view(), &repository, &run, true))
}

/// `GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs`
pub(super) async fn jobs(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let (_, run) = found(&call, &owner, &name, &id, READ).await?;
    Ok(jobs_of(&call, &run))
}

/// `GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`
pub(super) async fn jobs_of_attempt(
    call: Call,
    At((owner, name, id, attempt)): At<(String, String, String, String)>,
) -> Answer {
    let (_, run) = found(&call, &owner, &name, &id, READ).await?;
    check_attempt(&run, &attempt)?;
    Ok(jobs_of(&call, &run))
}

/// `GET /repos/{owner}/{repo}/actions/jobs/{job_id}`: a job of a run that is not over, or of one of the newest
/// [`RUNS_SEARCHED_MAX`]. One of an older run is not found: its run lists it.
pub(super) async fn job(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let id = number(&id)?;
    let is_of = |run: &&Arc<Run>| run.repository.eq_ignore_ascii_case(&repository.full_name);
    let snapshot = call.app.hub.snapshot();
    if let Some(run) = snapshot.runs.values().rev().filter(is_of).find(|run| run.job(id).is_some()) {
        call.app.hub.settle_run(run.id, call.now).await?;
        let run = call.app.hub.run(run.id).await?.ok_or_else(Problem::missing)?;
        return run
            .job(id)
            .map_or_else(|| Err(Problem::missing()), |job| ok(shape::job(call.view(), &run, job)));
    }
    let filter =
        RunFilter { repository: Some(Repository::key(&repository.full_name)), ..RunFilter::default() };
    let found = call.app.hub.runs(filter, 0, RUNS_SEARCHED_MAX).await?;
    let found = found.runs.iter().find_map(|run| Some((run, run.job(id)?)));
    found.map_or_else(|| Err(Problem::missing()), |(run, job)| ok(shape::job(call.view(), run, job)))
}

/// `POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel`
pub(super) async fn cancel(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let (repository, run) = known(&call, &owner, &name, number(&id)?, WRITE).await?;
    let cancelled = call
        .write(Right::Repository(&repository.full_name, WRITE), |draft, who| {
            draft.cancel_run(run.id, Some(&who.user.login))
        })
        .await;
    match cancelled {
        Ok(()) => with(StatusCode::ACCEPTED, json!({})),
        Err(HubError::Missing(_) | HubError::Run(RunError::Over)) => {
            Err(Problem::conflict("Cannot cancel a workflow run that is completed."))
        }
        Err(error) => Err(error.into()),
    }
}

/// A run of a repository, as it is now.
pub(super) async fn found(
    call: &Call,
    owner: &str,
    name: &str,
    id: &str,
    need: Need,
) -> Result<(Arc<Repository>, Arc<Run>), Problem> {
    call.repository(owner, name, need)?;
    let id = number(id)?;
    call.app.hub.settle_run(id, call.now).await?;
    known(call, owner, name, id, need).await
}

/// A run of a repository, as it was left.
async fn known(
    call: &Call,
    owner: &str,
    name: &str,
    id: u64,
    need: Need,
) -> Result<(Arc<Repository>, Arc<Run>), Problem> {
    let repository = call.repository(owner, name, need)?;
    let run = call.app.hub.run(id).await?.ok_or_else(Problem::missing)?;
    if run.repository.eq_ignore_ascii_case(&repository.full_name) {
        Ok((repository, run))
    } else {
        Err(Problem::missing())
    }
}

fn check_attempt(run: &Run, attempt: &str) -> Result<(), Problem> {
    if number(attempt)? == u64::from(run.attempt) { Ok(()) } else { Err(Problem::missing()) }
}

fn jobs_of(call: &Call, run: &Run) -> Response {
    let page = Page::of(call);
    let jobs = page.cut(&run.jobs).into_iter().map(|job| shape::job(call.view(), run, job));
    page.counted(call, "jobs", jobs.collect(), run.jobs.len())
}
