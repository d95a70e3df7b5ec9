//! Everything that a token says.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::job::JobContext;
use crate::reference::ReferenceKind;
use crate::subject::subject;

/// How long a token of GitHub's is valid after it was issued, in seconds. Observed.
pub const TOKEN_LIFETIME_SECONDS: i64 = 300;
/// How long before it was issued a token of GitHub's is valid, in seconds. Observed.
pub const NOT_BEFORE_SECONDS: i64 = 300;

/// The prefix of the claims that hold a repository's custom properties.
pub(crate) const CUSTOM_PREFIX: &str = "repo_property_";

/// The parts of a token that do not follow from the job.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    /// The claim `iss`.
    pub issuer: &'a str,
    /// The claim `aud`; where none is asked for it is [`default_audience`].
    pub audience: Option<&'a str>,
    /// The claim `iat`.
    pub now: Timestamp,
    /// From `iat` to `exp`, in seconds; on GitHub [`TOKEN_LIFETIME_SECONDS`].
    pub lifetime_seconds: i64,
    /// The claim `jti`, a UUID.
    pub token_id: &'a str,
}

/// The audience of a token for which none was asked: the owner's page.
#[must_use]
pub fn default_audience(job: &JobContext) -> String {
    format!("https://github.com/{}", job.owner)
}

/// The names of the claims that tell something of the job, and not of the token.
const OF_JOB: [&str; 28] = [
    "actor",
    "actor_id",
    "base_ref",
    "check_run_id",
    "enterprise",
    "enterprise_id",
    "environment",
    "environment_node_id",
    "event_name",
    "head_ref",
    "job_workflow_ref",
    "job_workflow_sha",
    "ref",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "run_attempt",
    "run_id",
    "run_number",
    "runner_environment",
    "sha",
    "workflow",
    "workflow_ref",
    "workflow_sha",
];

/// Whether a token may have this claim of its job; every custom property is one.
pub(crate) fn is_of_job(name: &str) -> bool {
    OF_JOB.contains(&name) || name.strip_prefix(CUSTOM_PREFIX).is_some_and(|property| !property.is_empty())
}

/// One claim of a job; `None` where this job has not got it.
pub(crate) fn of_job(job: &JobContext, name: &str) -> Option<String> {
    if let Some(property) = name.strip_prefix(CUSTOM_PREFIX) {
        return job.properties.get(property).cloned();
    }
    Some(match name {
        "actor" => job.actor.clone(),
        "actor_id" => job.actor_id.clone(),
        "base_ref" => job.base_ref.clone(),
        "check_run_id" => job.check_run_id.clone(),
        "enterprise" => job.enterprise.as_ref()?.slug.clone(),
        "enterprise_id" => job.enterprise.as_ref()?.id.clone(),
        "environment" => job.environment.as_ref()?.name.clone(),
        "environment_node_id" => job.environment.as_ref()?.node_id.clone(),
        "event_name" => job.event.name().to_owned(),
        "head_ref" => job.head_ref.clone(),
        "job_workflow_ref" => job.job_workflow_ref(),
        "job_workflow_sha" => job.job_workflow_sha.clone().unwrap_or_else(|| job.sha.clone()),
        "ref" => job.reference.clone(),
        "ref_protected" => job.reference_protected.to_string(),
        "ref_type" => if job.reference_kind == ReferenceKind::Tag { "tag" } else { "branch" }.to_owned(),
        "repository" => job.full_name(),
        "repository_id" => job.repository_id.clone(),
        "repository_owner" => job.owner.clone(),
        "repository_owner_id" => job.owner_id.clone(),
        "repository_visibility" => job.visibility.clone(),
        "run_attempt" => job.run_attempt.clone(),
        "run_id" => job.run_id.clone(),
        "run_number" => job.run_number.clone(),
        "runner_environment" => job.runner_environment.clone(),
        "sha" | "workflow_sha" => job.sha.clone(),
        "workflow" => job.workflow.clone(),
        "workflow_ref" => job.workflow_ref(),
        _ => return None,
    })
}

/// The claims of a job's token; sorted by name, as GitHub's are.
///
/// Numbers and booleans are texts, except for the three times. `base_ref` and `head_ref` are there even if empty.
#[must_use]
pub fn claims(job: &JobContext, request: &TokenRequest<'_>) -> Map<String, Value> {
    let issued_at = request.now.as_second();
    let audience = request.audience.map_or_else(|| default_audience(job), str::to_owned);
    let of_token = [
        ("aud", json!(audience)),
        ("exp", json!(issued_at.saturating_add(request.lifetime_seconds))),
        ("iat", json!(issued_at)),
        ("iss", json!(request.issuer)),
        ("jti", json!(request.token_id)),
        ("nbf", json!(issued_at.saturating_sub(NOT_BEFORE_SECONDS))),
        ("sub", json!(subject(job))),
    ];
    let properties = job.properties.keys().map(|name| format!("{CUSTOM_PREFIX}{name}"));
    let names = OF_JOB.into_iter().map(str::to_owned).chain(properties);
    let of_job = names.filter_map(|name| of_job(job, &name).map(|value| (name, json!(value))));
    let mut all: Vec<_> = of_token.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.extend(of_job);
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.into_iter().collect()
}
