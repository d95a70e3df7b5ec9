//! Which claims of a token become condition keys of the trust decision.
//!
//! Every provider gives `aud`, `sub`, `amr`, `email` and `oaud`; some shared issuers give more. A claim that is not in
//! this table never becomes a key, so a condition on it never matches.
//!
//! Source: IAM user guide, "Available keys for AWS OIDC federation".

use daypass_policy::{Context, Values};
use daypass_token::Claimed;
use serde_json::Value;

/// The claims of one shared issuer that AWS makes into keys besides the five of every issuer.
struct SharedIssuer {
    /// The issuer's location; a path may follow (GitHub's enterprise issuers).
    location: &'static str,
    claims: &'static [&'static str],
}

const SHARED_ISSUERS: &[SharedIssuer] = &[
    SharedIssuer {
        location: "token.actions.githubusercontent.com",
        claims: &[
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        ],
    },
    SharedIssuer {
        location: "gitlab.com",
        claims: &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    },
    SharedIssuer {
        location: "agent.buildkite.com",
        claims: &[
            "build_branch",
            "cluster_id",
            "cluster_name",
            "organization_id",
            "organization_slug",
            "pipeline_id",
            "pipeline_slug",
        ],
    },
];

/// Puts the keys of a token into the context, under the provider's location as prefix. What the token leaves out is no
/// key.
pub fn insert(context: &mut Context, location: &str, token: &Claimed<'_>) {
    if let Some(audience) = &token.audience {
        context.insert(format!("{location}:aud"), audience.as_ref());
    }
    if let Some(subject) = &token.subject {
        context.insert(format!("{location}:sub"), subject.as_ref());
    }
    if let Some(original) = &token.original_audience {
        context.insert(format!("{location}:oaud"), Values::Many(original.to_vec()));
    }
    if !token.methods.is_empty() {
        context.insert(format!("{location}:amr"), Values::Many(token.methods.to_vec()));
    }
    let shared = SHARED_ISSUERS.iter().find(|issuer| is_of(location, issuer.location));
    let more = shared.map_or(&[] as &[_], |issuer| issuer.claims);
    for claim in ["email"].iter().chain(more) {
        if let Some(text) = token.claims.get(*claim).and_then(as_text) {
            context.insert(format!("{location}:{claim}"), text);
        }
    }
}

/// Whether a provider is the shared issuer itself or one of its paths.
#[must_use]
pub fn is_of(location: &str, issuer: &str) -> bool {
    location.strip_prefix(issuer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Null | Value::Object(_) => None,
    }
}
