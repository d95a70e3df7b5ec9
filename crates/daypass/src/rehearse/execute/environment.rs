//! The environment of a step: the runner's own variables, and nothing of the caller's but where programs are.
//!
//! Source: GitHub docs, "Variables reference", default environment variables.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::room::Room;
use super::work::{Place, Ticket, Work};

/// Variables by name.
pub(super) type Variables = BTreeMap<String, String>;

/// The members of the context `github` that are variables too.
const OF_GITHUB: &[&str] = &[
    "actor",
    "actor_id",
    "api_url",
    "base_ref",
    "event_name",
    "graphql_url",
    "head_ref",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
];

/// What a job begins with; its workflow may say otherwise.
pub(super) fn base(place: &Place, room: &Room) -> Variables {
    let mut variables: Variables = [
        ("AWS_ENDPOINT_URL", place.aws_url.as_str()),
        // A machine's own role is nobody's business here.
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("CI", "true"),
        ("LANG", "C.UTF-8"),
        ("PATH", &place.path),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    variables.insert("HOME".to_owned(), room.home.display().to_string());
    if let Some(authority) = &place.authority {
        variables.insert("AWS_CA_BUNDLE".to_owned(), authority.display().to_string());
    }
    variables
}

/// What the runner says in every step, whatever the workflow says.
pub(super) fn of_runner(work: &Work, room: &Room, ticket: Option<&Ticket>, action: &str) -> Variables {
    let mut variables = Variables::new();
    let mut say = |name: &str, value: String| variables.insert(name.to_owned(), value);
    let github = work.contexts.base.get("github").and_then(Value::as_object);
    for (name, value) in github.into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => continue,
        };
        if OF_GITHUB.contains(&name.as_str()) {
            say(&format!("GITHUB_{}", name.to_ascii_uppercase()), text);
        }
    }
    say("GITHUB_ACTIONS", "true".to_owned());
    say("GITHUB_ACTION", action.to_owned());
    say("GITHUB_JOB", work.id.clone());
    say("GITHUB_WORKSPACE", room.workspace.display().to_string());
    say("GITHUB_EVENT_PATH", room.event.display().to_string());
    if let Value::Object(runner) = runner(work, room) {
        for (name, value) in runner {
            say(
                &format!("RUNNER_{}", name.to_ascii_uppercase()),
                value.as_str().unwrap_or_default().to_owned(),
            );
        }
    }
    if let Some(ticket) = ticket {
        say("ACTIONS_ID_TOKEN_REQUEST_URL", ticket.url.clone());
        say("ACTIONS_ID_TOKEN_REQUEST_TOKEN", ticket.token.clone());
    }
    variables
}

/// The context `runner`.
pub(super) fn runner(work: &Work, room: &Room) -> Value {
    json!({
        "name": "daypass rehearse",
        "os": if cfg!(target_os = "macos") { "macOS" } else { "Linux" },
        "arch": if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" },
        "environment": work.runner_environment,
        "temp": room.temporary,
        "tool_cache": room.tools,
    })
}
