//! What changed since a run was last let into an environment: a reviewer looks at the difference, not at everything.

use std::sync::Arc;

use daypass_aws::Account;
use daypass_github::gate::environment::is_same_name;
use daypass_github::hosting::Repository;
use daypass_github::run::{Run, RunJob};
use daypass_store::sqlite::Database;
use daypass_store::{RunFilter, RunIndex as _, StoreError, TrailReader as _};
use daypass_trail::LookupRequest;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::line_diff::{Line, difference};
use super::moment::Moment;
use super::waiting::{Opened, Waiting};
use crate::github::hub::HubError;
use crate::state::App;

/// Runs that are read at a time, and how often: the last one that was let in is nearly always among the first.
const RUNS_AT_ONCE: usize = 50;
const READS_MAX: usize = 4;
/// Events of a role that are looked through.
const EVENTS_MAX: usize = 50;
/// Roles whose history is looked up.
const ROLES_MAX: usize = 5;

/// What changed.
#[derive(Default)]
pub(super) struct Since {
    /// The run that was let in before; none where there is none among the latest.
    pub(super) before: Option<Before>,
    pub(super) differences: Vec<Difference>,
    /// The workflow's file, where it was changed.
    pub(super) file: Option<FileChange>,
    /// Whether nothing can be said of the file, since a text of it was too long to be kept.
    pub(super) file_unknown: bool,
    /// What was changed about the roles that the approval opens.
    pub(super) policies: Vec<PolicyChange>,
}

/// The run that was let in before.
pub(super) struct Before {
    pub(super) run: u64,
    pub(super) at: Moment,
    /// Who let it in, where a person did.
    pub(super) by: Option<String>,
}

/// One thing that is not as it was.
pub(super) struct Difference {
    pub(super) what: &'static str,
    pub(super) before: String,
    pub(super) now: String,
}

/// A file that is not as it was.
pub(super) struct FileChange {
    pub(super) path: String,
    pub(super) lines: Vec<FileLine>,
    /// Whether all of the difference is there.
    pub(super) is_whole: bool,
}

/// A line of it: `ins`, `del`, `span` for one that both have, `left` for lines left out.
pub(super) struct FileLine {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

/// A change of a role or of a policy that it has.
pub(super) struct PolicyChange {
    pub(super) role: String,
    pub(super) what: String,
    pub(super) by: String,
    pub(super) at: Moment,
    /// The event, where it is known.
    pub(super) event: Option<String>,
}

/// Compares a deployment that waits with the one before.
pub(super) async fn since_last(
    app: &Arc<App>,
    run: &Run,
    waiting: &Waiting,
    now: Timestamp,
) -> Result<Since, HubError> {
    let (repository, id) = (Repository::key(&run.repository), run.id);
    let environment = waiting.environment.clone();
    let before = reading(app, move |database| last_let_in(database, &repository, &environment, id)).await?;
    let Some((before, opened)) = before else {
        return Ok(Since::default());
    };
    let (differences, file) = (differences(&before, run), workflow_file(&before, run));
    let file_unknown = before.workflow.text.is_none() || run.workflow.text.is_none();
    let review =
        before.reviews.iter().rev().find(|review| review.environments.contains(&waiting.environment_id));
    let by = review.map(|review| review.user.login.clone());
    let policies = policies(app, &waiting.opens, opened, now).await?;
    let before = Some(Before { run: before.id, at: Moment::new(opened, now), by });
    Ok(Since { before, differences, file, file_unknown, policies })
}

/// The last run below a number that was let into an environment, and when.
fn last_let_in(
    database: &Database,
    repository: &str,
    environment: &str,
    below: u64,
) -> Result<Option<(Run, Timestamp)>, StoreError> {
    let mut below = i64::try_from(below).unwrap_or(i64::MAX);
    for _ in 0..READS_MAX {
        let filter = RunFilter {
            repository: Some(repository.to_owned()),
            before: Some(below),
            ..RunFilter::default()
        };
        let texts = database.runs(&filter, 0, RUNS_AT_ONCE)?;
        for text in &texts {
            // A run that cannot be read is none to compare with.
            let Ok(run) = serde_json::from_str::<Run>(text) else { continue };
            let is_at = |job: &&RunJob| {
                job.environment.as_ref().is_some_and(|known| is_same_name(&known.name, environment))
            };
            let opened = run.jobs.iter().filter(is_at).filter_map(|job| job.opened).max();
            if let Some(opened) = opened {
                return Ok(Some((run, opened)));
            }
            below = i64::try_from(run.id).unwrap_or(below);
        }
        if texts.len() < RUNS_AT_ONCE {
            break;
        }
    }
    Ok(None)
}

fn differences(before: &Run, run: &Run) -> Vec<Difference> {
    let compared = [
        ("Commit", &before.sha, &run.sha),
        ("Ref", &before.reference, &run.reference),
        ("Event", &before.event, &run.event),
        ("Started by", &before.actor.login, &run.actor.login),
        ("Workflow", &before.workflow.path, &run.workflow.path),
    ];
    let different = compared.into_iter().filter(|(_, before, now)| before != now);
    different
        .map(|(what, before, now)| Difference { what, before: before.clone(), now: now.clone() })
        .collect()
}

/// How the workflow's file is other than it was; `None` where it is another file, or where a text is not known.
fn workflow_file(before: &Run, run: &Run) -> Option<FileChange> {
    let (old, new) = (before.workflow.text.as_deref()?, run.workflow.text.as_deref()?);
    let (lines, is_whole) = difference(old, new);
    if before.workflow.path != run.workflow.path || lines.is_empty() {
        return None;
    }
    let line = |line: &Line<'_>| match line {
        Line::Added(text) => FileLine { kind: "ins", text: (*text).to_owned() },
        Line::Left => FileLine { kind: "left", text: String::new() },
        Line::Removed(text) => FileLine { kind: "del", text: (*text).to_owned() },
        Line::Same(text) => FileLine { kind: "span", text: (*text).to_owned() },
    };
    Some(FileChange { path: run.workflow.path.clone(), lines: lines.iter().map(line).collect(), is_whole })
}

/// What happened to some roles since a time, the newest first.
async fn policies(
    app: &Arc<App>,
    opens: &[Opened],
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<PolicyChange>, HubError> {
    let mut changes = Vec::new();
    for opened in opens.iter().take(ROLES_MAX) {
        let Some(account) = app.accounts.numbered(opened.role.account.as_str()) else { continue };
        changes.extend(new_versions(&account.load(), opened, since, now));
        let (account, role) = (opened.role.account.to_string(), opened.role.name.clone());
        let found = reading(app, move |database| events(database, &account, &role, since, now)).await?;
        changes.extend(found.iter().filter_map(|record| change(record, opened, now)));
    }
    changes.sort_by(|one, other| other.at.exact.cmp(&one.at.exact));
    Ok(changes)
}

/// Managed policies of a role with a version that is newer than a time.
fn new_versions(account: &Account, opened: &Opened, since: Timestamp, now: Timestamp) -> Vec<PolicyChange> {
    let Some(role) = account.role(&opened.role.name) else { return Vec::new() };
    let policies = role.attached.iter().chain(&role.boundary).filter_map(|arn| account.policy(arn));
    policies
        .filter(|policy| !policy.is_aws_managed() && policy.updated > since)
        .map(|policy| PolicyChange {
            role: opened.role.name.clone(),
            what: format!("the policy {} has a new version", policy.name),
            by: String::new(),
            at: Moment::new(policy.updated, now),
            event: None,
        })
        .collect()
}

/// The records of calls that named a role since a time.
fn events(
    database: &Database,
    account: &str,
    role: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Value>, StoreError> {
    let question = json!({
        "LookupAttributes": [{ "AttributeKey": "ResourceName", "AttributeValue": role }],
        "StartTime": since.as_second(),
        "MaxResults": EVENTS_MAX,
    });
    let Ok(request) = LookupRequest::read(&question, now) else { return Ok(Vec::new()) };
    let page = database.lookup(account, &request, false)?;
    Ok(page.events.iter().filter_map(|event| serde_json::from_str(&event.record).ok()).collect())
}

/// A record as a change of a role; `None` for one that changed nothing.
fn change(record: &Value, opened: &Opened, now: Timestamp) -> Option<PolicyChange> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    let is_change = text("/eventSource") == Some("iam.amazonaws.com")
        && record.get("readOnly") == Some(&Value::Bool(false))
        && record.get("errorCode").is_none();
    if !is_change {
        return None;
    }
    let policy = text("/requestParameters/policyName").or_else(|| text("/requestParameters/policyArn"));
    let name = text("/eventName")?;
    Some(PolicyChange {
        role: opened.role.name.clone(),
        what: policy.map_or_else(|| name.to_owned(), |policy| format!("{name} {policy}")),
        by: text("/userIdentity/arn").unwrap_or_default().to_owned(),
        at: Moment::new(text("/eventTime")?.parse().ok()?, now),
        event: text("/eventID").map(str::to_owned),
    })
}

/// Reads the store, away from the threads that answer requests.
pub(super) async fn reading<T: Send + 'static>(
    app: &Arc<App>,
    read: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, HubError> {
    let database = Arc::clone(&app.database);
    let read = tokio::task::spawn_blocking(move || read(&database)).await;
    let broken = |error: tokio::task::JoinError| StoreError::Failed(error.to_string());
    Ok(read.map_err(broken)??)
}
