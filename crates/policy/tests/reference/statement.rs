//! Whether a statement speaks of the question: principal, action, resource and every condition.
//!
//! Source: IAM user guide, the pages "IAM JSON policy elements" of each element.

use serde_json::Value;

use crate::operators;
use crate::patterns::{is_alike, is_named};
use crate::question::{Asking, Question};

/// Where a policy hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the caller: its own, its boundary, its session's, its organisation's.
    Caller,
    Resource,
    ResourceControl,
    Trust,
}

pub(crate) fn each_statement(policy: &Value) -> &[Value] {
    match &policy["Statement"] {
        Value::Array(statements) => statements,
        one => std::slice::from_ref(one),
    }
}

pub(crate) fn effect(statement: &Value) -> &str {
    statement["Effect"].as_str().unwrap()
}

pub(crate) fn matches(question: &Question, place: Place, policy: &Value, statement: &Value) -> bool {
    // Variables came with the newer version of the language.
    let variables = policy["Version"] == "2012-10-17";
    let principal = match place {
        Place::Caller => true,
        Place::Resource | Place::ResourceControl | Place::Trust => is_meant(question, place, statement),
    };
    principal
        && has_action(question, statement)
        && (place == Place::Trust || has_resource(question, statement, variables))
        && conditions_hold(question, statement, variables)
}

/// A text alone, or the texts of a list; values of other kinds in words.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

fn has_action(question: &Question, statement: &Value) -> bool {
    let one_of = |patterns: &Value| {
        texts(patterns)
            .iter()
            .any(|pattern| is_alike(&pattern.to_lowercase(), &question.action.to_lowercase()))
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(patterns), None) => one_of(patterns),
        (None, Some(patterns)) => !one_of(patterns),
        _ => panic!("one of Action and NotAction"),
    }
}

fn has_resource(question: &Question, statement: &Value, variables: bool) -> bool {
    let one_of = |patterns: &Value| {
        texts(patterns).iter().any(|pattern| is_named(question, pattern, variables, &question.resource))
    };
    match (statement.get("Resource"), statement.get("NotResource")) {
        (Some(patterns), None) => one_of(patterns),
        (None, Some(patterns)) => !one_of(patterns),
        _ => panic!("one of Resource and NotResource"),
    }
}

fn conditions_hold(question: &Question, statement: &Value, variables: bool) -> bool {
    let Some(Value::Object(blocks)) = statement.get("Condition") else { return true };
    for (operator, keys) in blocks {
        for (key, wanted) in keys.as_object().unwrap() {
            if !operators::holds(question, operator, key, &texts(wanted), variables) {
                return false;
            }
        }
    }
    true
}

fn is_meant(question: &Question, place: Place, statement: &Value) -> bool {
    let denies = effect(statement) == "Deny";
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), None) => names(question, principal, denies || place == Place::ResourceControl),
        // Whoever has a boundary is denied by it in a resource's policy, whomever it names.
        (None, Some(principal)) => {
            (place == Place::Resource && question.boundary.is_some()) || !spares(question, principal)
        }
        _ => panic!("one of Principal and NotPrincipal"),
    }
}

fn all_named(principal: &Value, kind: &str) -> Vec<String> {
    principal.get(kind).map(texts).unwrap_or_default()
}

fn is_everybody(principal: &Value) -> bool {
    principal == "*" || all_named(principal, "AWS").iter().any(|name| name == "*")
}

/// A token's bearer is let in by its provider's name only, and kept out or held to limits by everybody's.
fn names(question: &Question, principal: &Value, bearers_too: bool) -> bool {
    let everybody = is_everybody(principal);
    match &question.asking {
        Asking::Anonymous => everybody,
        Asking::Aws { arns, account } => {
            everybody
                || all_named(principal, "AWS")
                    .iter()
                    .any(|name| is_account(name, account) || arns.contains(name))
        }
        Asking::Federated(provider) => {
            (everybody && bearers_too) || all_named(principal, "Federated").contains(provider)
        }
        Asking::Service(service) => everybody || all_named(principal, "Service").contains(service),
    }
}

/// Account, role and session must each be named.
fn spares(question: &Question, principal: &Value) -> bool {
    let everybody = is_everybody(principal);
    match &question.asking {
        Asking::Anonymous => everybody,
        Asking::Aws { arns, account } => {
            let named = all_named(principal, "AWS");
            everybody
                || (named.iter().any(|name| is_account(name, account))
                    && arns.iter().all(|arn| is_account(arn, account) || named.contains(arn)))
        }
        Asking::Federated(provider) => all_named(principal, "Federated").contains(provider),
        Asking::Service(service) => everybody || all_named(principal, "Service").contains(service),
    }
}

fn is_account(name: &str, account: &str) -> bool {
    name == account || name == format!("arn:aws:iam::{account}:root")
}
