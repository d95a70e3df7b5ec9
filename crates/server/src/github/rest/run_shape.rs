//! Runs, jobs and deployments as the API shows them.

use daypass_github::gate::Environment;
use daypass_github::hosting::{Repository, number};
use daypass_github::run::{Conclusion, Run, RunJob};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::time;
use super::links::{Links, node, part};
use super::{repositories, users};
use crate::github::hub::Holdings;

/// What answers are made of.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) links: &'a Links,
    pub(super) holdings: &'a Holdings,
    pub(super) now: Timestamp,
}

/// A run. Its check suite has the run's own number, since nothing else is in one.
pub(super) fn run(view: View<'_>, repository: &Repository, run: &Run, pull_requests: bool) -> Value {
    let links = view.links;
    let full_name = &repository.full_name;
    let at = |rest: &str| links.repository(full_name, &format!("/actions/runs/{}{rest}", run.id));
    let actor = users::named(links, run.actor.id, &run.actor.login);
    let shown_repository = repositories::shown(links, view.holdings, repository);
    let pull_requests = if pull_requests { self::pull_requests(links, repository, run) } else { Vec::new() };
    json!({
        "id": run.id,
        "name": run.workflow.name,
        "node_id": node("WorkflowRun", run.id),
        "check_suite_id": run.id,
        "check_suite_node_id": node("CheckSuite", run.id),
        "head_branch": run.branch(),
        "head_sha": run.sha,
        "path": run.workflow.path,
        "run_number": run.number,
        "run_attempt": run.attempt,
        "referenced_workflows": [],
        "event": run.event,
        "display_title": run.title,
        "status": run.status(view.now).name(),
        "conclusion": run.conclusion().map(Conclusion::name),
        "workflow_id": run.workflow.id,
        "url": at(""),
        "html_url": links.page(&format!("/{full_name}/actions/runs/{}", run.id)),
        "pull_requests": pull_requests,
        "created_at": time(run.created),
        "updated_at": time(run.updated),
        "run_started_at": time(run.created),
        "actor": actor,
        "triggering_actor": actor,
        "jobs_url": at("/jobs"),
        "logs_url": at("/logs"),
        "check_suite_url": links.repository(full_name, &format!("/check-suites/{}", run.id)),
        "artifacts_url": at("/artifacts"),
        "cancel_url": at("/cancel"),
        "rerun_url": at("/rerun"),
        "previous_attempt_url": null,
        "workflow_url": links.repository(full_name, &format!("/actions/workflows/{}", run.workflow.id)),
        "head_commit": {
            "id": run.sha,
            "tree_id": run.sha,
            "message": run.title,
            "timestamp": time(run.created),
            "author": null,
            "committer": null,
        },
        "repository": shown_repository,
        "head_repository": if run.from_fork { Value::Null } else { shown_repository.clone() },
    })
}

/// The pull request that a run is of, unless it comes from a fork.
pub(super) fn pull_requests(links: &Links, repository: &Repository, run: &Run) -> Vec<Value> {
    let Some(number) = run.pull_request.filter(|_| !run.from_fork) else { return Vec::new() };
    let full_name = &repository.full_name;
    let place = json!({
        "id": repository.id,
        "url": links.repository(full_name, ""),
        "name": repository.name(),
    });
    let id = number::of_part(full_name, "pull-request", &number.to_string());
    vec![json!({
        "id": id,
        "number": number,
        "url": links.repository(full_name, &format!("/pulls/{number}")),
        "head": { "ref": run.head_ref, "sha": run.sha, "repo": place },
        "base": { "ref": run.base_ref, "sha": run.sha, "repo": place },
    })]
}

/// A job of a run.
pub(super) fn job(view: View<'_>, run: &Run, job: &RunJob) -> Value {
    let at = |rest: &str| view.links.repository(&run.repository, rest);
    let page = format!("/{}/actions/runs/{}/job/{}", run.repository, run.id, job.id);
    json!({
        "id": job.id,
        "run_id": run.id,
        "run_url": at(&format!("/actions/runs/{}", run.id)),
        "run_attempt": run.attempt,
        "node_id": node("CheckRun", job.id),
        "head_sha": run.sha,
        "head_branch": run.branch(),
        "url": at(&format!("/actions/jobs/{}", job.id)),
        "html_url": view.links.page(&page),
        "status": job.status(view.now).name(),
        "conclusion": job.conclusion().map(Conclusion::name),
        "created_at": time(run.created),
        "started_at": time(job.started.or(job.ready).unwrap_or(run.created)),
        "completed_at": job.completed.map(time),
        "name": job.name,
        "steps": [],
        "check_run_url": at(&format!("/check-runs/{}", job.id)),
        "labels": labels(job),
        "runner_id": null,
        "runner_name": null,
        "runner_group_id": null,
        "runner_group_name": null,
        "workflow_name": run.workflow.name,
    })
}

/// `runs-on` where it is written out.
fn labels(job: &RunJob) -> Vec<Value> {
    match job.planned.runs_on.as_ref().map(|placed| &placed.value) {
        Some(label @ Value::String(_)) => vec![label.clone()],
        Some(Value::Array(labels)) => labels.clone(),
        _ => Vec::new(),
    }
}

/// What an environment is called, and where it is found.
pub(super) fn environment(
    links: &Links,
    full_name: &str,
    repository: u64,
    environment: &Environment,
) -> Value {
    let page =
        format!("/{full_name}/deployments/activity_log?environments_filter={}", part(&environment.name));
    json!({
        "id": environment.id,
        "node_id": number::environment_node(repository, environment.id),
        "name": environment.name,
        "url": links.environment(full_name, &environment.name, ""),
        "html_url": links.page(&page),
    })
}

/// The deployment that a job with an environment is.
pub(super) fn deployment(view: View<'_>, run: &Run, job: &RunJob, environment: &Environment) -> Value {
    let id = number::of_part(&run.repository, "deployment", &format!("{}/{}", run.id, job.id));
    let at = |rest: &str| view.links.repository(&run.repository, rest);
    let created = job.gate.as_ref().map_or(run.created, daypass_github::gate::Gate::requested_at);
    json!({
        "url": at(&format!("/deployments/{id}")),
        "id": id,
        "node_id": node("Deployment", id),
        "sha": run.sha,
        "ref": run.branch(),
        "task": "deploy",
        "payload": {},
        "original_environment": environment.name,
        "environment": environment.name,
        "description": null,
        "creator": users::named(view.links, run.actor.id, &run.actor.login),
        "created_at": time(created),
        "updated_at": time(run.updated),
        "statuses_url": at(&format!("/deployments/{id}/statuses")),
        "repository_url": at(""),
        "transient_environment": false,
        "production_environment": environment.name.eq_ignore_ascii_case("production"),
    })
}
