//! GetAccountAuthorizationDetails: every role and every managed policy with all that is in them, in one list of pages.
//!
//! Of AWS's managed policies those are told that are in use, as AWS does. Users and groups there are none.
//!
//! Source: IAM API reference, "GetAccountAuthorizationDetails", "RoleDetail", "ManagedPolicyDetail".

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::account::{Account, ManagedPolicy, Role, role_key};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::policy_shape::{self, Detail, Uses};
use crate::iam::{percent_encoding, role_shape, tags};
use crate::outcome::Outcome;
use crate::shape::Shape;

/// What can be asked for, as AWS names it.
const KINDS: [&str; 5] = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/// One entry of the list of pages.
enum Entry<'a> {
    Policy(&'a ManagedPolicy),
    Role(&'a Role),
}

/// GetAccountAuthorizationDetails.
///
/// # Errors
/// `ValidationError` for the filter and the page that are asked for.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let filter = call.parameters.list("Filter").unwrap_or_default();
    if filter.iter().any(|kind| !KINDS.contains(kind)) {
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '[{}]' at 'filter' failed to satisfy constraint: Member must satisfy \
             constraint: [Member must satisfy enum value set: [{}]]",
            filter.join(", "),
            KINDS.join(", ")
        )));
    }
    let page = PageRequest::read(call.parameters.check())?;
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let account = call.account;
    let uses = Uses::count(account);
    let mut entries: BTreeMap<String, Entry<'_>> = BTreeMap::new();
    if wanted("Role") {
        entries
            .extend(account.roles().map(|role| (format!("1/{}", role_key(&role.name)), Entry::Role(role))));
    }
    if wanted("LocalManagedPolicy") {
        entries.extend(account.policies().map(|policy| entry("2", policy)));
    }
    if wanted("AWSManagedPolicy") {
        let used =
            |policy: &&Arc<ManagedPolicy>| uses.attached(&policy.arn) + uses.boundaries(&policy.arn) > 0;
        entries.extend(account.aws_policies().filter(used).map(|policy| entry("3", policy)));
    }
    let page = page.cut(entries.into_iter());
    let (mut roles, mut policies) = (Vec::new(), Vec::new());
    for entry in page.items {
        match entry {
            Entry::Role(role) => roles.push(role_detail(account, role)),
            Entry::Policy(policy) => policies.push(policy_detail(policy, &uses)),
        }
    }
    let mut members = vec![
        ("UserDetailList", Shape::List(Vec::new())),
        ("GroupDetailList", Shape::List(Vec::new())),
        ("RoleDetailList", Shape::List(roles)),
        ("Policies", Shape::List(policies)),
        ("IsTruncated", Shape::text(page.marker.is_some())),
    ];
    members.extend(page.marker.map(|marker| ("Marker", Shape::Text(marker))));
    Ok(Outcome::read(Shape::Structure(members), None))
}

/// A policy's place in the list. Its name stands for it, since an ARN may be longer than a marker.
fn entry<'a>(place: &str, policy: &'a Arc<ManagedPolicy>) -> (String, Entry<'a>) {
    (format!("{place}/{}", policy.name.to_ascii_lowercase()), Entry::Policy(policy))
}

fn role_detail(account: &Account, role: &Role) -> Shape {
    let inline = role.policies.iter().map(|(name, policy)| {
        Shape::structure([
            ("PolicyName", Shape::text(name)),
            ("PolicyDocument", Shape::Text(percent_encoding::encode(policy.text()))),
        ])
    });
    let attached = role.attached.iter().map(|arn| {
        let name = arn.rsplit('/').next().unwrap_or_default();
        Shape::structure([("PolicyName", Shape::text(name)), ("PolicyArn", Shape::text(arn))])
    });
    let mut members = vec![
        ("Path", Shape::text(&role.path)),
        ("RoleName", Shape::text(&role.name)),
        ("RoleId", Shape::text(&role.id)),
        ("Arn", Shape::Text(role.arn(&account.id))),
        ("CreateDate", Shape::time(role.created)),
        ("AssumeRolePolicyDocument", Shape::Text(percent_encoding::encode(role.trust.text()))),
        ("InstanceProfileList", Shape::List(Vec::new())),
        ("RolePolicyList", Shape::List(inline.collect())),
        ("AttachedManagedPolicies", Shape::List(attached.collect())),
    ];
    if let Some(arn) = &role.boundary {
        members.push(("PermissionsBoundary", role_shape::boundary_shape(arn)));
    }
    members.push(("Tags", tags::shape(&role.tags)));
    let last_use = account.last_uses.of(&role.id);
    members.push(("RoleLastUsed", role_shape::last_use_shape(last_use.as_ref())));
    Shape::Structure(members)
}

/// The structure `Policy` in full, and all versions with their documents, the newest first.
fn policy_detail(policy: &ManagedPolicy, uses: &Uses<'_>) -> Shape {
    let Shape::Structure(mut members) = policy_shape::shape(policy, uses, Detail::Full) else {
        return Shape::empty();
    };
    // Of a policy's tags this operation says nothing.
    members.retain(|(name, _)| *name != "Tags");
    let versions = policy.versions.iter().rev().map(|version| policy_shape::version(version, true));
    members.push(("PolicyVersionList", Shape::List(versions.collect())));
    Shape::Structure(members)
}
