//! What is attached to a role: managed policies. Instance profiles there are none.
//!
//! Source: IAM API reference, "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies",
//! "ListEntitiesForPolicy" and "ListInstanceProfilesForRole"; the words are observed.

use crate::account::{Change, Role, role_key};
use crate::arn::PolicyArn;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::{Page, PageRequest};
use crate::iam::policy_names::{self, ARN, POLICY_ARN};
use crate::iam::quotas;
use crate::iam::role_names::{self, PATH, ROLE_NAME};
use crate::outcome::{Event, Outcome};
use crate::shape::Shape;

/// AttachRolePolicy. One that is attached already stays so.
///
/// # Errors
/// `NoSuchEntity` for the role or the policy; `InvalidInput` for what is no ARN of a policy; `LimitExceeded` over the
/// quota.
pub fn attach(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let arn = check.required(POLICY_ARN, ARN);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    let policy = policy_names::attachable(call.account, arn)?;
    if !role.attached.contains(&policy.arn) {
        if role.attached.len() >= quotas::POLICIES_PER_ROLE {
            return Err(quotas::exceeded("PoliciesPerRole", quotas::POLICIES_PER_ROLE));
        }
        role.attached.push(policy.arn.clone());
    }
    Ok(changed(role))
}

/// DetachRolePolicy.
///
/// # Errors
/// `NoSuchEntity` for the role, or where the policy is not attached; `InvalidInput` for what is no ARN of a policy.
pub fn detach(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let arn = check.required(POLICY_ARN, ARN);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    policy_names::read(arn)?;
    // A policy that is gone by damage can still be detached.
    let place = role.attached.iter().position(|attached| attached == arn);
    role.attached.remove(place.ok_or_else(|| policy_names::not_found(arn))?);
    Ok(changed(role))
}

/// ListAttachedRolePolicies: those whose path begins with `PathPrefix`, by name.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the prefix and the page that is asked for.
pub fn list_attached_role_policies(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let prefix = policy_names::path(&mut check, "PathPrefix");
    let page = PageRequest::read(check)?;
    let role = role_names::existing(call.account, call.parameters.check(), name)?;
    let mut attached: Vec<(String, Shape)> = role
        .attached
        .iter()
        .filter_map(|arn| Some((arn, PolicyArn::parse(arn)?)))
        .filter(|(_, policy)| policy.path.starts_with(prefix))
        .map(|(arn, policy)| {
            let members = [("PolicyName", Shape::text(policy.name)), ("PolicyArn", Shape::text(arn))];
            (policy_names::list_key(arn), Shape::structure(members))
        })
        .collect();
    attached.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(Outcome::read(page.cut(attached.into_iter()).into_result("AttachedPolicies"), None))
}

/// ListEntitiesForPolicy: the roles that use a policy, be it as their boundary. Users and groups there are none.
///
/// # Errors
/// `NoSuchEntity`; `InvalidInput` for what is no ARN of a policy; `ValidationError` for the filters and the page.
pub fn list_entities_for_policy(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let kinds = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];
    let kind = check.one_of("EntityFilter", &kinds);
    let prefix = check.optional("PathPrefix", PATH).unwrap_or("/");
    let usage = check.one_of("PolicyUsageFilter", &["PermissionsPolicy", "PermissionsBoundary"]);
    let page = PageRequest::read(check)?;
    role_names::check_path_prefix(prefix)?;
    policy_names::existing(call.account, call.parameters.check(), arn)?;
    let uses = |role: &Role| {
        let (attached, bounds) =
            (role.attached.iter().any(|known| known == arn), role.boundary.as_deref() == Some(arn));
        match usage {
            None => attached || bounds,
            Some("PermissionsBoundary") => bounds,
            Some(_) => attached,
        }
    };
    let roles = call
        .account
        .roles()
        .filter(|role| kind.is_none_or(|kind| kind == "Role") && role.path.starts_with(prefix) && uses(role))
        .map(|role| {
            let members = [("RoleName", Shape::text(&role.name)), ("RoleId", Shape::text(&role.id))];
            (role_key(&role.name), Shape::structure(members))
        });
    let found = page.cut(roles);
    let mut members = vec![
        ("PolicyGroups", Shape::List(Vec::new())),
        ("PolicyUsers", Shape::List(Vec::new())),
        ("PolicyRoles", Shape::List(found.items)),
        ("IsTruncated", Shape::text(found.marker.is_some())),
    ];
    members.extend(found.marker.map(|marker| ("Marker", Shape::Text(marker))));
    Ok(Outcome::read(Shape::Structure(members), None))
}

/// ListInstanceProfilesForRole: none. Tools ask for them before they delete a role.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_instance_profiles_for_role(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    PageRequest::read(check)?;
    role_names::existing(call.account, call.parameters.check(), name)?;
    Ok(Outcome::read(Page { items: Vec::new(), marker: None }.into_result("InstanceProfiles"), None))
}

fn changed(role: Role) -> Outcome {
    Outcome {
        result: Shape::empty(),
        changes: vec![Change::PutRole(Box::new(role))],
        event: Event::default(),
    }
}
