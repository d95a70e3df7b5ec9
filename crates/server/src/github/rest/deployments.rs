//! `/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments` and `/approvals`: who lets a job go on.
//!
//! Which reviewer may do what is the gate's to say; see `daypass_github::gate`. GitHub has no call for what an administrator
//! does past the reviewers: `pending_deployments/bypass` and `/revoke` are the sandbox's own.
//!
//! Source: GitHub docs, REST API "Workflow runs", "Review pending deployments for a workflow run".

use daypass_github::gate::{Gate, Input, Person, State};
use daypass_github::hosting::{Need, Permission, Repository, Role};
use daypass_github::run::{Run, RunError, RunJob};
use serde_json::{Value, json};

use super::answer::{Answer, ok, time};
use super::auth::{At, Call, Right};
use super::environment_shape::reviewers;
use super::fields::{Fields, Given, Sent};
use super::problem::{Problem, echo};
use super::run_shape as shape;
use super::runs::{READ, found};
use super::users;
use crate::github::hub::HubError;

/// Reviewing: whoever may read the repository, and is a reviewer.
pub(super) const REVIEW: Need = Need::write(Permission::Deployments, Role::Read);
/// Opening a gate without waiting, and closing one.
pub(super) const ADMINISTER: Need = Need::write(Permission::Deployments, Role::Admin);
/// The most environments of one call.
const ENVIRONMENTS_MAX: usize = 100;

/// `GET .../pending_deployments`
pub(super) async fn pending(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, READ).await?;
    let person = call.holdings().person(&call.who.user, &repository);
    let mut listed: Vec<u64> = Vec::new();
    let mut pending = Vec::new();
    for gate in run.jobs.iter().filter(|job| job.is_waiting(call.now)).filter_map(|job| job.gate.as_ref()) {
        let environment = gate.environment();
        if listed.contains(&environment.id) {
            continue;
        }
        listed.push(environment.id);
        let wants_review = matches!(gate.state(call.now), State::Waiting(waiting) if waiting.for_review);
        let timer = (environment.wait_minutes > 0).then(|| time(gate.requested_at()));
        pending.push(json!({
            "environment": shape::environment(&call.links, &repository.full_name, repository.id, environment),
            "wait_timer": environment.wait_minutes,
            "wait_timer_started_at": timer,
            "current_user_can_approve": wants_review && gate.may_review(&person),
            "reviewers": reviewers(&call, environment),
        }));
    }
    ok(Value::Array(pending))
}

/// `POST .../pending_deployments`
pub(super) async fn review(
    call: Call,
    At((owner, name, id)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, REVIEW).await?;
    let fields = Fields::read(body)?;
    let environments = environments(&fields)?;
    let state = fields.required_text("state")?;
    let comment = fields.required_text("comment")?;
    let act = match state.as_str() {
        "approved" => Act::Approve,
        "rejected" => Act::Reject,
        other => {
            let problem = format!("\"{}\" is not a member of [\"approved\", \"rejected\"].", echo(other));
            return Err(fields.wrong("state", &problem));
        }
    };
    at_gates(&call, &repository, run.id, &environments, act, &comment).await
}

/// `POST .../pending_deployments/bypass`: an administrator does not wait for the reviewers.
pub(super) async fn bypass(
    call: Call,
    At((owner, name, id)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    administer(call, (owner, name, id), body, Act::Bypass).await
}

/// `POST .../pending_deployments/revoke`: an administrator closes an open gate.
pub(super) async fn revoke(
    call: Call,
    At((owner, name, id)): At<(String, String, String)>,
    body: Sent,
) -> Answer {
    administer(call, (owner, name, id), body, Act::Revoke).await
}

async fn administer(call: Call, (owner, name, id): (String, String, String), body: Sent, act: Act) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, ADMINISTER).await?;
    let fields = Fields::read(body)?;
    let environments = environments(&fields)?;
    let comment = fields.required_text("comment")?;
    at_gates(&call, &repository, run.id, &environments, act, &comment).await
}

/// What somebody does at gates.
#[derive(Debug, Clone, Copy)]
enum Act {
    Approve,
    Bypass,
    Reject,
    Revoke,
}

impl Act {
    const fn need(self) -> Need {
        match self {
            Self::Approve | Self::Reject => REVIEW,
            Self::Bypass | Self::Revoke => ADMINISTER,
        }
    }

    const fn by<'a>(self, by: &'a Person, comment: &'a str) -> Input<'a> {
        match self {
            Self::Approve => Input::Approve { by, comment },
            Self::Bypass => Input::Bypass { by, comment },
            Self::Reject => Input::Reject { by, comment },
            Self::Revoke => Input::Revoke { by, comment },
        }
    }
}

fn environments(fields: &Fields) -> Result<Vec<u64>, Problem> {
    let listed = match fields.list("environment_ids", ENVIRONMENTS_MAX)? {
        Given::Value(listed) => listed,
        Given::Null => return Err(fields.wrong("environment_ids", "nil is not an array.")),
        Given::Absent => return Err(Fields::not_supplied(&["environment_ids"])),
    };
    let read = listed.iter().enumerate().map(|(index, id)| {
        let wrong = || fields.wrong(&format!("environment_ids/{index}"), "an id is an integer.");
        id.as_u64().ok_or_else(wrong)
    });
    read.collect()
}

/// Does it at all of them or at none, and answers with the deployments that it was about.
async fn at_gates(
    call: &Call,
    repository: &Repository,
    run: u64,
    environments: &[u64],
    act: Act,
    comment: &str,
) -> Answer {
    let done = call
        .write(Right::Repository(&repository.full_name, act.need()), |draft, who| {
            let person = draft.snapshot().holdings.person(&who.user, repository);
            let input = act.by(&person, comment);
            draft.change_run(run, |run, now| Ok(run.at_gates(environments, input, now)?))
        })
        .await;
    done.map_err(refusal)?;
    let after = call.app.hub.run(run).await?.ok_or_else(Problem::missing)?;
    let of = |job: &RunJob| {
        let environment = job.gate.as_ref().map(Gate::environment)?;
        let is_meant = environments.contains(&environment.id);
        is_meant.then(|| shape::deployment(call.view(), &after, job, environment))
    };
    ok(Value::Array(after.jobs.iter().filter_map(of).collect()))
}

/// Why nothing was done. A run that is over is one whose gates are decided.
pub(super) fn refusal(error: HubError) -> Problem {
    match error {
        HubError::Missing(_) => HubError::Run(RunError::Over).into(),
        error => error.into(),
    }
}

/// `GET .../approvals`
pub(super) async fn approvals(call: Call, At((owner, name, id)): At<(String, String, String)>) -> Answer {
    let (repository, run) = found(&call, &owner, &name, &id, READ).await?;
    let reviews = run.reviews.iter().map(|review| {
        let environments: Vec<Value> =
            review.environments.iter().filter_map(|id| environment(&call, &repository, &run, *id)).collect();
        json!({
            "environments": environments,
            "state": review.state.name(),
            "user": users::named(&call.links, review.user.id, &review.user.login),
            "comment": review.comment,
            // GitHub has no such member, and lists a bypass as an approval: here nobody takes one for a review.
            "is_bypass": review.is_bypass,
        })
    });
    ok(Value::Array(reviews.collect()))
}

/// An environment as it was when the run asked for it.
fn environment(call: &Call, repository: &Repository, run: &Run, id: u64) -> Option<Value> {
    let mut gates = run.jobs.iter().filter_map(|job| job.gate.as_ref());
    let environment = gates.find(|gate| gate.environment().id == id)?.environment();
    let mut shown = shape::environment(&call.links, &repository.full_name, repository.id, environment);
    users::merge(
        &mut shown,
        json!({ "created_at": time(environment.created), "updated_at": time(environment.updated) }),
    );
    Some(shown)
}
