//! The claim `sub`: what a trust policy compares.
//!
//! Source: GitHub docs, "OpenID Connect reference", section "Example subject claims"; the escaping and the form with
//! numbers are observed.

use crate::event::SubjectContext;
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
///
/// A repository or an organisation may choose other claims, and an issuer that is not GitHub other forms:
/// [`SubjectRules`](crate::SubjectRules).
#[must_use]
pub fn subject(job: &JobContext) -> String {
    job.subject_rules.subject(job).unwrap_or_else(|| format!("{}:{}", repository(job), context(job)))
}

/// `repo:O/R`, the part that the claim key `repo` stands for.
pub(crate) fn repository(job: &JobContext) -> String {
    if job.immutable {
        return format!("repo:{}@{}/{}@{}", job.owner, job.owner_id, job.repository, job.repository_id);
    }
    format!("repo:{}", job.full_name())
}

/// What the claim key `context` stands for: the environment, `pull_request`, or the ref.
pub(crate) fn context(job: &JobContext) -> String {
    if let Some(environment) = &job.environment {
        return format!("environment:{}", escaped(&environment.name));
    }
    match job.subject_rules.context(job.event) {
        SubjectContext::PullRequest => "pull_request".to_owned(),
        SubjectContext::Ref => format!("ref:{}", escaped(&job.reference)),
    }
}

/// A value as it stands in a subject.
pub(crate) fn escaped(value: &str) -> String {
    value.replace(':', "%3A")
}
