//! The claim `sub`: what a trust policy compares.
//!
//! Source: GitHub docs, "OpenID Connect reference", section "Example subject claims"; the escaping and the form with
//! numbers are observed.

use crate::job::JobContext;

/// The subject of a job's token.
///
/// 1. A job that names an environment has `repo:O/R:environment:NAME`, whatever the event.
/// 2. Else a run of a pull request has `repo:O/R:pull_request`.
/// 3. Else it has `repo:O/R:ref:REF`. There is no form for `workflow_dispatch`.
///
/// With immutable subjects, `repo:O/R` becomes `repo:O@OWNER_ID/R@REPOSITORY_ID`.
///
/// `:` in a name becomes `%3A`, but `%` stays: the environments `a:b` and `a%3Ab` have the same subject, as on GitHub.
#[must_use]
pub fn subject(job: &JobContext) -> String {
    let repository = if job.immutable {
        format!("{}@{}/{}@{}", job.owner, job.owner_id, job.repository, job.repository_id)
    } else {
        job.full_name()
    };
    match &job.environment {
        Some(environment) => format!("repo:{repository}:environment:{}", escaped(&environment.name)),
        None if job.event.is_of_pull_request() => format!("repo:{repository}:pull_request"),
        None => format!("repo:{repository}:ref:{}", escaped(&job.reference)),
    }
}

/// A value as it stands in a subject.
pub(crate) fn escaped(value: &str) -> String {
    value.replace(':', "%3A")
}
