//! How the kinds of policies come together.
//!
//! Source: IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access", box by box, and
//! "Cross-account policy evaluation logic".

use serde_json::Value;

use crate::question::{Answer, Asking, Question};
use crate::statement::{Place, each_statement, effect, matches};

pub(crate) fn answer(question: &Question) -> Answer {
    // Deny evaluation: a Deny in any policy that applies ends it.
    let everything = question
        .identity
        .iter()
        .map(|policy| (Place::Caller, policy))
        .chain(question.session.iter().flatten().map(|policy| (Place::Caller, policy)))
        .chain(question.boundary.iter().map(|policy| (Place::Caller, policy)))
        .chain(question.service_control.iter().flatten().map(|policy| (Place::Caller, policy)))
        .chain(question.resource_policies.iter().map(|policy| (Place::Resource, policy)))
        .chain(question.resource_control.iter().flatten().map(|policy| (Place::ResourceControl, policy)));
    for (place, policy) in everything {
        if has(question, place, policy, "Deny") {
            return Answer::ExplicitlyDenied;
        }
    }
    // Control policies: each level has to allow.
    for level in &question.resource_control {
        if !any_allows(question, Place::ResourceControl, level) {
            return Answer::ImplicitlyDenied;
        }
    }
    for level in &question.service_control {
        if !any_allows(question, Place::Caller, level) {
            return Answer::ImplicitlyDenied;
        }
    }
    let is_allowed = if is_cross_account(question) { across(question) } else { within(question) };
    if is_allowed { Answer::Allowed } else { Answer::ImplicitlyDenied }
}

/// In one account: the resource's policy first, whose reach depends on how it names the caller.
fn within(question: &Question) -> bool {
    let mut stands_in_for_identity = false;
    for policy in &question.resource_policies {
        for statement in each_statement(policy) {
            if effect(statement) != "Allow" || !matches(question, Place::Resource, policy, statement) {
                continue;
            }
            match reach(question, &statement["Principal"]) {
                Reach::Everything => return true,
                Reach::Identity => stands_in_for_identity = true,
                Reach::Nothing => {}
            }
        }
    }
    let identity = stands_in_for_identity || any_allows(question, Place::Caller, &question.identity);
    identity && is_within_limits(question)
}

/// Across accounts: the caller's account must allow by its own policies, and the owner's by the resource's.
fn across(question: &Question) -> bool {
    any_allows(question, Place::Resource, &question.resource_policies)
        && any_allows(question, Place::Caller, &question.identity)
        && is_within_limits(question)
}

fn is_within_limits(question: &Question) -> bool {
    let boundary =
        question.boundary.as_ref().is_none_or(|policy| has(question, Place::Caller, policy, "Allow"));
    let session =
        question.session.as_ref().is_none_or(|policies| any_allows(question, Place::Caller, policies));
    boundary && session
}

fn is_cross_account(question: &Question) -> bool {
    match (&question.asking, &question.resource_account) {
        (Asking::Aws { account, .. }, Some(owner)) => account != owner,
        _ => false,
    }
}

/// What an Allow in a resource's policy makes up for.
enum Reach {
    Everything,
    Identity,
    Nothing,
}

/// An account passes the grant on to its own policies; a role's name stands in for them; a session's own name, everybody
/// and whoever is no identity of an account need nothing else... but for a federated caller or a service, who has
/// neither boundary nor session: for these the grant stands in for the identity policies and the rest says nothing.
fn reach(question: &Question, principal: &Value) -> Reach {
    let mut reach = Reach::Nothing;
    let asking = &question.asking;
    if !matches!(asking, Asking::Federated(_)) && (principal == "*" || lists(principal, "AWS", "*")) {
        return Reach::Everything;
    }
    match asking {
        Asking::Aws { arns, .. } => {
            for (place, arn) in arns.iter().enumerate() {
                // The root's ARN is one of the account's names.
                if !arn.ends_with(":root") && lists(principal, "AWS", arn) {
                    // A role's grant is limited by its boundary, also where the role itself is asked about.
                    if place == 0 && !arn.contains(":role/") {
                        return Reach::Everything;
                    }
                    reach = Reach::Identity;
                }
            }
        }
        Asking::Federated(provider) if lists(principal, "Federated", provider) => reach = Reach::Identity,
        Asking::Service(name) if lists(principal, "Service", name) => reach = Reach::Identity,
        _ => {}
    }
    reach
}

fn lists(principal: &Value, kind: &str, wanted: &str) -> bool {
    match &principal[kind] {
        Value::String(text) => text == wanted,
        Value::Array(texts) => texts.iter().any(|text| text == wanted),
        _ => false,
    }
}

/// A trust policy alone decides: it is the role's resource policy.
pub(crate) fn answer_of_trust(question: &Question) -> Answer {
    match (
        has(question, Place::Trust, &question.trust, "Deny"),
        has(question, Place::Trust, &question.trust, "Allow"),
    ) {
        (true, _) => Answer::ExplicitlyDenied,
        (false, true) => Answer::Allowed,
        (false, false) => Answer::ImplicitlyDenied,
    }
}

fn any_allows(question: &Question, place: Place, policies: &[Value]) -> bool {
    policies.iter().any(|policy| has(question, place, policy, "Allow"))
}

fn has(question: &Question, place: Place, policy: &Value, wanted: &str) -> bool {
    each_statement(policy)
        .iter()
        .any(|statement| effect(statement) == wanted && matches(question, place, policy, statement))
}
