//! Numbers of things that nobody gave one: the same names always give the same number, so that what is said of a login
//! before its user was added stays true.

use crate::identifier;

/// The number itself where it is free, else the next one that is: names can be made whose numbers are the same.
#[must_use]
pub fn free(first: u64, is_taken: impl Fn(u64) -> bool) -> u64 {
    (first..).find(|id| !is_taken(*id)).unwrap_or(first)
}

/// A user's or an organisation's number.
#[must_use]
pub fn of_owner(login: &str) -> u64 {
    parsed(&identifier::number("owner", login))
}

/// A repository's number, by `owner/name`.
#[must_use]
pub fn of_repository(full_name: &str) -> u64 {
    parsed(&identifier::number("repository", full_name))
}

/// The number of an environment of a repository.
#[must_use]
pub fn of_environment(full_name: &str, environment: &str) -> u64 {
    parsed(&identifier::number("environment", &format!("{full_name}\n{environment}")))
}

/// The number of a workflow of a repository.
#[must_use]
pub fn of_workflow(full_name: &str, path: &str) -> u64 {
    parsed(&identifier::number("workflow", &format!("{full_name}\n{path}")))
}

/// The number of a team of an organisation.
#[must_use]
pub fn of_team(organization: &str, slug: &str) -> u64 {
    parsed(&identifier::number("team", &format!("{organization}\n{slug}")))
}

/// The number of anything else that a repository has: a pattern, a custom rule.
#[must_use]
pub fn of_part(full_name: &str, kind: &str, name: &str) -> u64 {
    parsed(&identifier::number(kind, &format!("{full_name}\n{name}")))
}

/// The number of a job of a run: that of its check run.
#[must_use]
pub fn of_job(run: u64, key: &str) -> u64 {
    parsed(&identifier::run_number("check run", &format!("{run} {key}")))
}

/// An environment's node id, `EN_...`, by the repository's and its own number.
#[must_use]
pub fn environment_node(repository: u64, environment: u64) -> String {
    identifier::packed_node("EN", repository, environment)
}

/// Numbers made here have eleven digits at the most.
fn parsed(number: &str) -> u64 {
    number.parse().unwrap_or(u64::MAX)
}
