//! Which roles the contexts open.

use std::sync::Arc;

use daypass_aws::Account;
use daypass_github::hosting::Repository;
use jiff::Timestamp;
use serde_json::Value;

use super::super::opens::{OpenedRole, opened_roles};
use super::context::{self, Context};
use crate::github::hub::job_context::complete;
use crate::github::mint::foreseen;
use crate::state::App;

/// The most contexts that are looked at: each asks every role, and a larger picture says nothing.
pub(super) const CONTEXTS_MAX: usize = 200;
/// The most ways that are drawn and told of.
pub(super) const WAYS_MAX: usize = 500;

/// From a context to a role.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) context: Context,
    pub(super) role: OpenedRole,
    /// The workflows that it is for, where it is not for all that are known.
    pub(super) workflows: Vec<String>,
}

/// Contexts, roles, and the ways between them.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// The ways, by repository and context.
    pub(super) ways: Vec<Way>,
    /// Contexts that open nothing.
    pub(super) closed: Vec<Context>,
    /// The ARNs of roles that no context opens.
    pub(super) unopened: Vec<String>,
    /// How many contexts there are.
    pub(super) contexts: usize,
    /// How many of them were not looked at.
    pub(super) left_out: usize,
    /// How many ways were not told of.
    pub(super) ways_left_out: usize,
}

impl Map {
    /// Asks every role of every account about every context.
    pub(super) fn new(app: &App, now: Timestamp) -> Self {
        let holdings = app.hub.snapshot().holdings.clone();
        let accounts: Vec<Arc<Account>> = app.accounts.iter().map(|account| account.load_full()).collect();
        let all = holdings.repositories.values().map(|repository| context::count(repository)).sum();
        let mut map = Self { contexts: all, ..Self::default() };
        let contexts = holdings
            .repositories
            .values()
            .flat_map(|repository| {
                context::of_repository(repository).into_iter().map(|context| (&**repository, context))
            })
            .take(CONTEXTS_MAX);
        let mut looked_at = 0;
        for (repository, context) in contexts {
            looked_at += 1;
            let ways = ways(app, &holdings, &accounts, (repository, &context), now);
            if ways.is_empty() {
                map.closed.push(context);
            }
            map.ways.extend(ways);
        }
        map.left_out = all.saturating_sub(looked_at);
        map.ways_left_out = map.ways.len().saturating_sub(WAYS_MAX);
        let is_opened = |arn: &String| map.ways.iter().any(|way| way.role.arn == *arn);
        let roles = accounts.iter().flat_map(|account| account.roles().map(|role| role.arn(&account.id)));
        map.unopened = roles.filter(|arn| !is_opened(arn)).collect();
        map.ways.truncate(WAYS_MAX);
        map
    }
}

/// The roles that a context opens, by any of its workflows.
fn ways(
    app: &App,
    holdings: &crate::github::hub::Holdings,
    accounts: &[Arc<Account>],
    (repository, context): (&Repository, &Context),
    now: Timestamp,
) -> Vec<Way> {
    let jobs = context.jobs(repository).unwrap_or_default();
    let asked = jobs.len();
    let mut found: Vec<Way> = Vec::new();
    for builder in jobs {
        let Ok(job) = complete(builder, &repository.full_name, None, holdings, &app.config) else { continue };
        let claims = foreseen(&app.config, &job, now);
        let workflow = claims.get("workflow").and_then(Value::as_str).unwrap_or_default().to_owned();
        for role in opened_roles(accounts.iter().map(|account| &**account), &claims, now) {
            match found.iter_mut().find(|way| way.role.arn == role.arn) {
                Some(way) => way.workflows.push(workflow.clone()),
                None => found.push(Way { context: context.clone(), role, workflows: vec![workflow.clone()] }),
            }
        }
    }
    for way in found.iter_mut().filter(|way| way.workflows.len() == asked) {
        way.workflows.clear();
    }
    found
}
