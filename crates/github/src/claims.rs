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

/// The claims of a job's token, in GitHub's order, which is alphabetical.
///
/// Numbers and booleans are texts, except for the three times. `base_ref` and `head_ref` are there even if empty.
#[must_use]
pub fn claims(job: &JobContext, request: &TokenRequest<'_>) -> Map<String, Value> {
    let issued_at = request.now.as_second();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("actor", json!(job.actor));
    put("actor_id", json!(job.actor_id));
    put("aud", request.audience.map_or_else(|| json!(default_audience(job)), |audience| json!(audience)));
    put("base_ref", json!(job.base_ref));
    put("check_run_id", json!(job.check_run_id));
    if let Some(enterprise) = &job.enterprise {
        put("enterprise", json!(enterprise.slug));
        put("enterprise_id", json!(enterprise.id));
    }
    if let Some(environment) = &job.environment {
        put("environment", json!(environment.name));
        put("environment_node_id", json!(environment.node_id));
    }
    put("event_name", json!(job.event.name()));
    put("exp", json!(issued_at.saturating_add(request.lifetime_seconds)));
    put("head_ref", json!(job.head_ref));
    put("iat", json!(issued_at));
    put("iss", json!(request.issuer));
    put("job_workflow_ref", json!(job.job_workflow_ref()));
    put("job_workflow_sha", json!(job.job_workflow_sha.as_ref().unwrap_or(&job.sha)));
    put("jti", json!(request.token_id));
    put("nbf", json!(issued_at.saturating_sub(NOT_BEFORE_SECONDS)));
    put("ref", json!(job.reference));
    put("ref_protected", json!(job.reference_protected.to_string()));
    put("ref_type", json!(if job.reference_kind == ReferenceKind::Tag { "tag" } else { "branch" }));
    for (name, value) in &job.properties {
        put(&format!("repo_property_{name}"), json!(value));
    }
    put("repository", json!(job.full_name()));
    put("repository_id", json!(job.repository_id));
    put("repository_owner", json!(job.owner));
    put("repository_owner_id", json!(job.owner_id));
    put("repository_visibility", json!(job.visibility));
    put("run_attempt", json!(job.run_attempt));
    put("run_id", json!(job.run_id));
    put("run_number", json!(job.run_number));
    put("runner_environment", json!(job.runner_environment));
    put("sha", json!(job.sha));
    put("sub", json!(subject(job)));
    put("workflow", json!(job.workflow));
    put("workflow_ref", json!(job.workflow_ref()));
    put("workflow_sha", json!(job.sha));
    claims
}
