//! What a job's own token may do, and whether the job may ask for an identity token.
//!
//! Sources: GitHub docs, "Workflow syntax for GitHub Actions" (`permissions`), "Using OpenID Connect with reusable
//! workflows", "Troubleshooting Dependabot on GitHub Actions"; the check of called workflows follows the parser that GitHub
//! publishes with its runner.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{Body, Job, Workflow};
use super::permissions::{ID_TOKEN, Level, Permissions, SCOPES, Said};
use crate::event::Event;

/// The login that Dependabot's runs have.
const DEPENDABOT: &str = "dependabot[bot]";

/// What a job has where no `permissions` are written: a setting of the repository or its organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefaultPermissions {
    /// Read and write for everything but identity tokens.
    Permissive,
    /// Read for contents and packages: what repositories have that were made since February 2023.
    #[default]
    Restricted,
}

/// A job that calls the workflow which the next one is in.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The workflow that it is in.
    pub workflow: &'a Workflow,
    /// The job with `uses`.
    pub job: &'a Job,
    /// Whether the called workflow belongs to the owner, organisation or enterprise of the run's repository.
    pub is_trusted: bool,
}

/// What decides about the permissions of a job.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The event of the run.
    pub event: Event,
    /// Whether the run is of a pull request from a fork.
    pub from_fork: bool,
    /// Who started the run.
    pub actor: &'a str,
    /// What jobs have that say nothing.
    pub default: DefaultPermissions,
    /// The calls that lead to the job, the first one first; none for a job of the workflow that was started.
    pub callers: &'a [Caller<'a>],
    /// The workflow that the job is in.
    pub workflow: &'a Workflow,
    /// The job.
    pub job: &'a Job,
}

/// What a job's token may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Scopes by name; those that are not there allow nothing.
    pub scopes: BTreeMap<String, Level>,
    /// Whether the job may ask for an identity token.
    pub id_token: IdToken,
}

/// Whether a job may ask for an identity token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdToken {
    /// Whether it may.
    pub granted: bool,
    /// Why, with the line that decides.
    pub reason: String,
    /// The file of that line.
    pub path: String,
    /// The line that decides.
    pub line: usize,
}

/// A called workflow that asks for more than its caller has: GitHub starts no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path}:{line}: Error calling workflow '{uses}'. The {what} is requesting '{requested}', but is only allowed \
     '{allowed}'."
)]
pub struct PermissionsError {
    /// The caller's file.
    pub path: String,
    /// The line of the job that calls.
    pub line: usize,
    /// That job.
    pub caller: String,
    /// The workflow that it calls.
    pub uses: String,
    /// `workflow`, or `nested job 'NAME'`.
    pub what: String,
    /// What is asked for, `id-token: write`.
    pub requested: String,
    /// What there is, `id-token: none`.
    pub allowed: String,
}

impl PermissionsError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("add `{}` to the `permissions` of the job `{}`", self.requested, self.caller)
    }
}

/// What a job may do.
///
/// 1. A job's `permissions` stand in place of its workflow's; what a block does not name has nothing.
/// 2. Where neither says anything, [`DefaultPermissions`] hold; nobody has `id-token` by default.
/// 3. A called workflow has what the calling job has, or less. If it asks for more, no run is started. Where the caller
///    says nothing, is of the same owner, and the default is permissive, a called job may ask for `id-token: write`.
/// 4. A run of a pull request from a fork can write nothing. `pull_request_target` is not such a run.
/// 5. What Dependabot starts has the restricted default, and all that is written in its workflow.
///
/// The setting that sends write tokens to forks of private repositories is not modelled, nor are pull requests on
/// branches that Dependabot made.
///
/// # Errors
/// [`PermissionsError`]
pub fn granted(asking: &Asking<'_>) -> Result<Granted, PermissionsError> {
    let default = if is_of_dependabot(asking) { DefaultPermissions::Restricted } else { asking.default };
    let mut said: Option<(&Permissions, &Workflow)> = None;
    for (number, caller) in asking.callers.iter().enumerate() {
        said = own(caller.workflow, caller.job).or(said);
        let next = asking.callers.get(number + 1);
        let (workflow, job) =
            next.map_or((asking.workflow, asking.job), |caller| (caller.workflow, caller.job));
        let allowed = |scope: &str| match said {
            Some((permissions, _)) => permissions.level(scope),
            None => allowed_by_default(default, caller.is_trusted, scope),
        };
        check(caller, workflow.permissions.as_ref(), "workflow", allowed)?;
        let name = format!("nested job '{}'", job.id);
        check(caller, job.permissions.as_ref(), &name, allowed)?;
    }
    said = own(asking.workflow, asking.job).or(said);
    let is_capped = is_of_fork(asking);
    let level = |scope: &str| {
        let level =
            said.map_or_else(|| by_default(default, scope), |(permissions, _)| permissions.level(scope));
        let can_read = SCOPES.iter().any(|(name, can_read, _)| *name == scope && *can_read);
        match level {
            Level::Write if is_capped && can_read => Level::Read,
            Level::Write if is_capped => Level::None,
            level => level,
        }
    };
    let scopes = SCOPES.iter().map(|(scope, ..)| ((*scope).to_owned(), level(scope)));
    Ok(Granted {
        scopes: scopes.filter(|(_, level)| *level != Level::None).collect(),
        id_token: id_token(asking, said, is_capped),
    })
}

/// What the job or its workflow says.
fn own<'a>(workflow: &'a Workflow, job: &'a Job) -> Option<(&'a Permissions, &'a Workflow)> {
    job.permissions.as_ref().or(workflow.permissions.as_ref()).map(|permissions| (permissions, workflow))
}

/// Whether the run is one whose token cannot write.
fn is_of_fork(asking: &Asking<'_>) -> bool {
    asking.from_fork && asking.event.is_of_pull_request()
}

fn is_of_dependabot(asking: &Asking<'_>) -> bool {
    let events = ["create", "deployment", "deployment_status", "push"];
    asking.actor == DEPENDABOT && (asking.event.is_of_pull_request() || events.contains(&asking.event.name()))
}

fn by_default(default: DefaultPermissions, scope: &str) -> Level {
    match default {
        DefaultPermissions::Restricted if matches!(scope, "contents" | "packages") => Level::Read,
        DefaultPermissions::Restricted => Level::None,
        DefaultPermissions::Permissive if matches!(scope, ID_TOKEN | "copilot-requests") => Level::None,
        DefaultPermissions::Permissive => Permissions { line: 0, said: Said::WriteAll }.level(scope),
    }
}

/// What a called workflow may ask for where its caller says nothing.
fn allowed_by_default(default: DefaultPermissions, is_trusted: bool, scope: &str) -> Level {
    if scope == ID_TOKEN && is_trusted && default == DefaultPermissions::Permissive {
        return Level::Write;
    }
    by_default(default, scope)
}

fn check(
    caller: &Caller<'_>,
    requested: Option<&Permissions>,
    what: &str,
    allowed: impl Fn(&str) -> Level,
) -> Result<(), PermissionsError> {
    let Some(requested) = requested else { return Ok(()) };
    let too_much: Vec<(&str, Level, Level)> = SCOPES
        .iter()
        .map(|(scope, ..)| (*scope, requested.level(scope), allowed(scope)))
        .filter(|(_, requested, allowed)| requested > allowed)
        .collect();
    if too_much.is_empty() {
        return Ok(());
    }
    let list = |level: fn(&(&str, Level, Level)) -> Level| {
        let each = too_much.iter().map(|row| format!("{}: {}", row.0, level(row)));
        each.collect::<Vec<_>>().join(", ")
    };
    let uses = match &caller.job.body {
        Body::Call(call) => call.uses.value.clone(),
        Body::Steps(_) => String::new(),
    };
    Err(PermissionsError {
        path: caller.workflow.path.clone(),
        line: caller.job.line,
        caller: caller.job.id.clone(),
        uses,
        what: what.to_owned(),
        requested: list(|row| row.1),
        allowed: list(|row| row.2),
    })
}

fn id_token(asking: &Asking<'_>, said: Option<(&Permissions, &Workflow)>, is_capped: bool) -> IdToken {
    let job = asking.job;
    let Some((permissions, workflow)) = said else {
        let path = asking.workflow.path.clone();
        let reason = format!(
            "neither the job `{}` ({path}:{}) nor its workflow has `permissions`, and nobody has `id-token` by \
             default: add `id-token: write`",
            job.id, job.line
        );
        return IdToken { granted: false, reason, path, line: job.line };
    };
    let path = workflow.path.clone();
    let line = permissions.line_of(ID_TOKEN);
    let level = permissions.level(ID_TOKEN);
    let place = format!("{path}:{line}");
    let words = match &permissions.said {
        Said::Named(_) if permissions.names(ID_TOKEN) => format!("`id-token: {level}` at {place}"),
        Said::Named(_) => format!(
            "the `permissions` at {place} do not name `id-token`, and what they do not name has nothing: add \
             `id-token: write`"
        ),
        Said::ReadAll => format!("`read-all` at {place} holds no `id-token`, which cannot be read"),
        Said::WriteAll => format!("`write-all` at {place} holds `id-token: write`"),
    };
    let granted = level == Level::Write && !is_capped;
    let reason = if level == Level::Write && is_capped {
        format!("{words}, but the run is of a pull request from a fork, which can write nothing")
    } else {
        words
    };
    IdToken { granted, reason, path, line }
}
