//! IAM's own condition keys of a call.
//!
//! | key | where |
//! |---|---|
//! | `aws:RequestTag/KEY`, `aws:TagKeys` | calls that bring tags or take them away |
//! | `aws:ResourceTag/KEY`, `iam:ResourceTag/KEY` | calls on one thing that is there and can be tagged |
//! | `iam:PolicyARN` | AttachRolePolicy and DetachRolePolicy: the policy |
//! | `iam:PermissionsBoundary` | calls on one role: the boundary that it has, or in CreateRole and PutRolePermissionsBoundary the one it is to get |
//!
//! A role without a boundary has no key: `StringEquals` then fails, and `StringNotEquals` and `...IfExists` hold.
//! Of a role's reads, GetRole alone has its boundary; that was observed.
//!
//! Source: service authorization reference, "Actions, resources, and condition keys for AWS Identity and Access
//! Management".

use daypass_policy::Values;

use crate::account::{Account, Tags};
use crate::arn;
use crate::iam::boundaries::PERMISSIONS_BOUNDARY;
use crate::iam::operation::{Operation, Target};
use crate::iam::policy_names::POLICY_ARN;
use crate::iam::tags;
use crate::parameters::Parameters;

/// Operations that look at the boundary which their role has.
const BOUNDARY_OF_ROLE: &[&str] = &[
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "GetRole",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
];

/// Operations that look at the boundary which their role is to get.
const BOUNDARY_ASKED_FOR: &[&str] = &["CreateRole", "PutRolePermissionsBoundary"];

/// Operations that look at the policy they attach or detach.
const POLICY_NAMED: &[&str] = &["AttachRolePolicy", "DetachRolePolicy"];

/// The keys of a call of this operation.
pub(super) fn of(operation: &Operation, account: &Account, parameters: &Parameters) -> Vec<(String, Values)> {
    let mut keys = Vec::new();
    let mut add = |key: &str, value: &str| keys.push((key.to_owned(), Values::One(value.to_owned())));
    if POLICY_NAMED.contains(&operation.name)
        && let Some(policy) = parameters.text(POLICY_ARN)
    {
        add("iam:PolicyARN", policy);
    }
    if let Some(boundary) = boundary(operation, account, parameters) {
        add("iam:PermissionsBoundary", boundary);
    }
    for (key, value) in present(operation.target, account, parameters).into_iter().flatten() {
        add(&format!("aws:ResourceTag/{key}"), value);
        add(&format!("iam:ResourceTag/{key}"), value);
    }
    let brought = tags::sent(parameters);
    for (key, value) in &brought {
        add(&format!("aws:RequestTag/{key}"), value);
    }
    let mut tag_keys: Vec<String> = brought.into_iter().map(|(key, _)| key.to_owned()).collect();
    tag_keys.extend(parameters.list("TagKeys").into_iter().flatten().map(str::to_owned));
    if !tag_keys.is_empty() {
        keys.push(("aws:TagKeys".to_owned(), Values::Many(tag_keys)));
    }
    keys
}

fn boundary<'a>(operation: &Operation, account: &'a Account, parameters: &'a Parameters) -> Option<&'a str> {
    if BOUNDARY_ASKED_FOR.contains(&operation.name) {
        return parameters.text(PERMISSIONS_BOUNDARY);
    }
    if !BOUNDARY_OF_ROLE.contains(&operation.name) {
        return None;
    }
    account.role(parameters.text("RoleName")?)?.boundary.as_deref()
}

/// The tags of the thing that the operation works on.
fn present<'a>(target: Target, account: &'a Account, parameters: &Parameters) -> Option<&'a Tags> {
    match target {
        Target::AllPolicies
        | Target::AllProviders
        | Target::NewPolicy
        | Target::NewProvider
        | Target::NewRole
        | Target::RolesUnderPath => None,
        Target::Policy => account.policy(parameters.text(POLICY_ARN)?).map(|policy| &policy.tags),
        Target::Provider => {
            let name = parameters.text("OpenIDConnectProviderArn")?;
            account.provider(arn::provider_location(&account.id, name)?).map(|provider| &provider.tags)
        }
        Target::Role => account.role(parameters.text("RoleName")?).map(|role| &role.tags),
    }
}
