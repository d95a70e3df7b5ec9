//! `/repos/{owner}/{repo}/actions/workflows`, and starting one by hand.
//!
//! Source: GitHub docs, REST API "Workflows".

use axum::http::StatusCode;
use daypass_github::hosting::{Repository, WorkflowFile};
use daypass_github::workflow::{INPUTS_MAX, PlanError};
use serde_json::{Map, Value, json};

use super::answer::{Answer, empty, ok, time};
use super::auth::{At, Call, Right};
use super::fields::{Fields, Given, Sent};
use super::links::node;
use super::page::Page;
use super::problem::{Problem, echo};
use super::runs::{READ, WRITE, listed};
use crate::github::hub::register::Registration;
use crate::github::hub::{Draft, HubError};

/// `GET /repos/{owner}/{repo}/actions/workflows`
pub(super) async fn list(call: Call, At((owner, name)): At<(String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let page = Page::of(&call);
    let there: Vec<(&String, &WorkflowFile)> =
        repository.workflows.iter().filter(|(path, _)| is_there(&call, &repository, path)).collect();
    let total = there.len();
    let shown = page.cut(there).into_iter().map(|(path, file)| shown(&call, &repository, path, file));
    Ok(page.counted(&call, "workflows", shown.collect(), total))
}

/// `GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}`
pub(super) async fn one(call: Call, At((owner, name, workflow)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let (path, file) = found(&repository, &workflow)?;
    ok(shown(&call, &repository, path, file))
}

/// `GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs`
pub(super) async fn runs(call: Call, At((owner, name, workflow)): At<(String, String, String)>) -> Answer {
    let repository = call.repository(&owner, &name, READ)?;
    let (_, file) = found(&repository, &workflow)?;
    listed(&call, &repository, Some(file.id)).await
}

/// `POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches`
pub(super) async fn dispatch(
    call: Call,
    At((owner, name, workflow)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let repository = call.repository(&owner, &name, WRITE)?;
    let (path, _) = found(&repository, &workflow)?;
    let fields = Fields::read(body)?;
    let reference = fields.required_text("ref")?;
    let known = repository.find_reference(&reference).ok_or_else(|| no_reference(&reference))?;
    let inputs = inputs(&fields)?;
    let wants_details = fields.boolean("return_run_details")?.value() == Some(true);
    let registration = Registration {
        repository: repository.full_name.clone(),
        path: path.clone(),
        event: "workflow_dispatch".to_owned(),
        reference: Some(known),
        actor: call.who.user.login.clone(),
        inputs,
        ..Registration::default()
    };
    let right = Right::Repository(&repository.full_name, WRITE);
    let now = call.app.clock.now();
    let allowed = |draft: &mut Draft| call.again(draft, right).map(drop);
    let run = call.app.hub.register_if(&call.author(), now, registration, allowed).await;
    let run = run.map_err(|error| refusal(error, &reference))?;
    if !wants_details {
        return empty(StatusCode::NO_CONTENT);
    }
    let full_name = &repository.full_name;
    ok(json!({
        "workflow_run_id": run.id,
        "run_url": call.links.repository(full_name, &format!("/actions/runs/{}", run.id)),
        "html_url": call.links.page(&format!("/{full_name}/actions/runs/{}", run.id)),
    }))
}

/// The inputs; numbers and booleans are taken as GitHub takes them, as texts too.
fn inputs(fields: &Fields) -> Result<Map<String, Value>, Problem> {
    let Given::Value(given) = fields.object("inputs")? else { return Ok(Map::new()) };
    let mut inputs = Map::new();
    for name in given.names() {
        if let Given::Value(value) = given.raw(name) {
            if value.is_array() || value.is_object() {
                return Err(
                    fields.wrong(&format!("inputs/{}", echo(name)), "an input is no list and no object.")
                );
            }
            inputs.insert(name.to_owned(), value.clone());
        }
    }
    if inputs.len() > INPUTS_MAX {
        let problem =
            format!("No more than {INPUTS_MAX} properties are allowed; {} were supplied.", inputs.len());
        return Err(fields.wrong("inputs", &problem));
    }
    Ok(inputs)
}

/// Why a workflow is not started, in GitHub's words where they are known.
fn refusal(error: HubError, reference: &str) -> Problem {
    match error {
        HubError::Job(_) => no_reference(reference),
        HubError::Plan(PlanError::NoWorkflow { .. }) => Problem::missing(),
        HubError::Plan(error) => Problem::unprocessable(error.to_string()),
        error => error.into(),
    }
}

fn no_reference(reference: &str) -> Problem {
    Problem::unprocessable(format!("No ref found for: {}", echo(reference)))
}

/// A workflow by its number, its file's name, or its path.
fn found<'a>(repository: &'a Repository, named: &str) -> Result<(&'a String, &'a WorkflowFile), Problem> {
    let is_named = |path: &str, file: &WorkflowFile| {
        named.parse::<u64>().is_ok_and(|id| id == file.id)
            || path == named
            || path.strip_prefix(".github/workflows/") == Some(named)
    };
    let mut workflows = repository.workflows.iter();
    workflows.find(|(path, file)| is_named(path, file)).ok_or_else(Problem::missing)
}

/// Whether the file is there still. One that was deleted is known by its runs.
fn is_there(call: &Call, repository: &Repository, path: &str) -> bool {
    call.holdings().workflow_text(&repository.full_name, path).is_some()
}

fn shown(call: &Call, repository: &Repository, path: &str, file: &WorkflowFile) -> Value {
    let full_name = &repository.full_name;
    let name = path.rsplit('/').next().unwrap_or(path);
    let page = format!("/{full_name}/blob/{}/{path}", repository.default_branch);
    json!({
        "id": file.id,
        "node_id": node("Workflow", file.id),
        "name": file.name,
        "path": path,
        "state": if is_there(call, repository, path) { "active" } else { "deleted" },
        "created_at": time(file.created),
        "updated_at": time(file.updated),
        "url": call.links.repository(full_name, &format!("/actions/workflows/{}", file.id)),
        "html_url": call.links.page(&page),
        "badge_url": call.links.page(&format!("/{full_name}/actions/workflows/{name}/badge.svg")),
    })
}
