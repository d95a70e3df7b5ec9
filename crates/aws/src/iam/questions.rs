//! The questions that a call puts to the caller's policies, and how a refusal words each.
//!
//! A call that makes something with tags asks twice: for making it, and for tagging it.
//!
//! What a refusal names is not always the ARN that the policies were asked about. Observed:
//!
//! | on | named as |
//! |---|---|
//! | roles | `role NAME`; their ARN in CreateRole, TagRole, UntagRole and PutRolePermissionsBoundary |
//! | managed policies | `policy ARN`; `policy NAME` where one is made |
//! | all policies | `policy path /` |
//! | all else | the ARN |
//!
//! UpdateRole, UpdateRoleDescription and UntagRole were not observed and follow the others.
//!
//! Source: IAM API reference, "CreateRole", "CreatePolicy" and "CreateOpenIDConnectProvider"; IAM user guide, "Tags for
//! AWS Identity and Access Management resources", tagging on creation.

use daypass_policy::Values;

use crate::account::Account;
use crate::iam::operation::{Operation, Target};
use crate::iam::policy_names::POLICY_ARN;
use crate::iam::{condition_keys, tags};
use crate::parameters::Parameters;

/// Operations on one role whose refusals name its ARN.
const ROLE_BY_ARN: &[&str] = &["PutRolePermissionsBoundary", "TagRole", "UntagRole"];

/// One question: may the caller do this action on this resource?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The action, e.g. `iam:CreateRole`.
    pub action: String,
    /// The ARN that policies are asked about, or `*`.
    pub resource: String,
    /// What a refusal names.
    pub shown: String,
    /// IAM's own condition keys.
    pub keys: Vec<(String, Values)>,
}

/// The questions of a call, in their order; the first that is denied refuses it.
pub(super) fn of(operation: &Operation, account: &Account, parameters: &Parameters) -> Vec<Question> {
    let resource = operation.resource(account, parameters);
    let first = Question {
        action: operation.action(),
        shown: shown(operation, &resource, parameters),
        keys: condition_keys::of(operation, account, parameters),
        resource,
    };
    let tagging = match operation.target {
        _ if tags::sent(parameters).is_empty() => None,
        Target::NewPolicy => Some("iam:TagPolicy"),
        Target::NewProvider => Some("iam:TagOpenIDConnectProvider"),
        Target::NewRole => Some("iam:TagRole"),
        Target::AllPolicies
        | Target::AllProviders
        | Target::Policy
        | Target::Provider
        | Target::Role
        | Target::RolesUnderPath => None,
    };
    let second = tagging.map(|action| {
        let mut keys = first.keys.clone();
        keys.retain(|(key, _)| key.starts_with("aws:"));
        Question { action: action.to_owned(), keys, ..first.clone() }
    });
    std::iter::once(first).chain(second).collect()
}

fn shown(operation: &Operation, resource: &str, parameters: &Parameters) -> String {
    let text = |name: &str| parameters.text(name).unwrap_or_default();
    match operation.target {
        Target::AllPolicies => format!("policy path {}", parameters.text("PathPrefix").unwrap_or("/")),
        Target::NewPolicy => format!("policy {}", text("PolicyName")),
        Target::Policy => format!("policy {}", text(POLICY_ARN)),
        Target::Role if !ROLE_BY_ARN.contains(&operation.name) => format!("role {}", text("RoleName")),
        Target::AllProviders
        | Target::NewProvider
        | Target::NewRole
        | Target::Provider
        | Target::Role
        | Target::RolesUnderPath => resource.to_owned(),
    }
}
