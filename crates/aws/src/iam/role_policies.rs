//! Inline permission policies of roles. Their names are compared with their case.
//!
//! Source: IAM API reference, "PutRolePolicy" and its siblings.

use daypass_policy::{Document, Kind};

use crate::account::{Change, Role, StoredPolicy};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::role_names::{self, POLICY_NAME, ROLE_NAME};
use crate::iam::{percent_encoding, quotas, trust_policies};
use crate::outcome::{Event, Outcome};
use crate::parameters::Check;
use crate::shape::Shape;

/// PutRolePolicy: a new policy, or another text for one that is there.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the names; `MalformedPolicyDocument`; `LimitExceeded` where the role's inline
/// policies together pass the quota.
pub fn put(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let (role_name, policy_name) = names(&mut check);
    let text = check.required("PolicyDocument", trust_policies::DOCUMENT);
    let mut role = Role::clone(existing(call, check, role_name, policy_name)?);
    let document = Document::parse(Kind::Identity, text)
        .map_err(|error| AwsError::malformed_policy(error.to_string()))?;
    role.policies.insert(policy_name.to_owned(), StoredPolicy::new(document));
    let size: usize = role.policies.values().map(|policy| quotas::policy_size(policy.text())).sum();
    if size > quotas::INLINE_POLICY_CHARACTERS_PER_ROLE {
        return Err(AwsError::limit_exceeded(format!(
            "Maximum policy size of {} bytes exceeded for role {role_name}",
            quotas::INLINE_POLICY_CHARACTERS_PER_ROLE
        )));
    }
    Ok(changed(role))
}

/// GetRolePolicy. The document is percent-encoded.
///
/// # Errors
/// `NoSuchEntity` for the role or the policy.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let (role_name, policy_name) = names(&mut check);
    let role = existing(call, check, role_name, policy_name)?;
    let policy = role.policies.get(policy_name).ok_or_else(|| absent(policy_name))?;
    let result = Shape::structure([
        ("RoleName", Shape::text(&role.name)),
        ("PolicyName", Shape::text(policy_name)),
        ("PolicyDocument", Shape::Text(percent_encoding::encode(policy.text()))),
    ]);
    Ok(Outcome::read(result, None))
}

/// ListRolePolicies: their names.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let page = PageRequest::read(check)?;
    let role = role_names::existing(call.account, call.parameters.check(), name)?;
    let policies = role.policies.keys().map(|policy| (policy.clone(), Shape::text(policy)));
    Ok(Outcome::read(page.cut(policies).into_result("PolicyNames"), None))
}

/// DeleteRolePolicy.
///
/// # Errors
/// `NoSuchEntity` for the role or the policy.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let (role_name, policy_name) = names(&mut check);
    let mut role = Role::clone(existing(call, check, role_name, policy_name)?);
    role.policies.remove(policy_name).ok_or_else(|| absent(policy_name))?;
    Ok(changed(role))
}

fn names<'a>(check: &mut Check<'a>) -> (&'a str, &'a str) {
    (check.required("RoleName", ROLE_NAME), check.required("PolicyName", POLICY_NAME))
}

fn existing<'a>(
    call: &Call<'a>,
    check: Check<'_>,
    role_name: &str,
    policy_name: &str,
) -> Result<&'a Role, AwsError> {
    check.finish()?;
    role_names::check_name("roleName", role_name)?;
    role_names::check_name("policyName", policy_name)?;
    role_names::find(call.account, role_name).map(|role| &**role)
}

fn absent(policy_name: &str) -> AwsError {
    AwsError::no_such_entity(format!("The role policy with name {policy_name} cannot be found."))
}

fn changed(role: Role) -> Outcome {
    Outcome {
        result: Shape::empty(),
        changes: vec![Change::PutRole(Box::new(role))],
        event: Event::default(),
    }
}
