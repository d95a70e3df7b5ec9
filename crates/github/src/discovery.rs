//! What an issuer publishes about itself (OpenID Connect Discovery 1.0, section 3), as GitHub does.

use serde_json::{Value, json};

/// Where the discovery document lies, below the issuer's URL.
pub const DOCUMENT_PATH: &str = "/.well-known/openid-configuration";
/// Where the keys lie, below the issuer's URL.
pub const KEYS_PATH: &str = "/.well-known/jwks";

/// The issuer that GitHub's own tokens name.
pub const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// The claims that the document lists.
const CLAIMS: &[&str] = &[
    "sub",
    "aud",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "ref",
    "sha",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "enterprise",
    "enterprise_id",
    "run_id",
    "run_number",
    "run_attempt",
    "actor",
    "actor_id",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "head_ref",
    "base_ref",
    "event_name",
    "ref_type",
    "ref_protected",
    "environment",
    "environment_node_id",
    "job_workflow_ref",
    "job_workflow_sha",
    "repository_visibility",
    "runner_environment",
    "check_run_id",
];

/// The discovery document: `issuer` is what tokens say, `base` is where this issuer can be reached. On GitHub they are
/// the same; a stand-in is reached elsewhere.
#[must_use]
pub fn document(issuer: &str, base: &str) -> Value {
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{base}{KEYS_PATH}"),
        "subject_types_supported": ["public", "pairwise"],
        "response_types_supported": ["id_token"],
        "claims_supported": CLAIMS,
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
    })
}
