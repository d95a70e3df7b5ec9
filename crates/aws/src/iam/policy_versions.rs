//! Versions of managed policies: made, shown, listed, put in force and deleted.
//!
//! Source: IAM user guide, "Versioning IAM policies"; IAM API reference, "CreatePolicyVersion" and its siblings; the
//! words are observed.

use crate::account::{ManagedPolicy, PolicyVersion};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::iam::policy_names::{self, ARN, POLICY_ARN};
use crate::iam::{managed_policies, policy_shape, quotas, trust_policies};
use crate::outcome::{Event, Outcome};
use crate::shape::Shape;

/// CreatePolicyVersion, in force at once with `SetAsDefault`.
///
/// # Errors
/// `NoSuchEntity`; `MalformedPolicyDocument`; `LimitExceeded` for the size or a sixth version; `AccessDenied` for
/// policies that AWS manages; `MalformedInput` for `SetAsDefault`.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let text = check.required("PolicyDocument", trust_policies::DOCUMENT);
    let set_as_default = check.flag("SetAsDefault")?;
    let mut policy = ManagedPolicy::clone(policy_names::own(call.account, check, arn)?);
    let document = managed_policies::read(text)?;
    if policy.versions.len() >= quotas::VERSIONS_PER_POLICY {
        return Err(AwsError::limit_exceeded(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
             version.",
        ));
    }
    policy.versions_made = policy.versions_made.saturating_add(1);
    let id = format!("v{}", policy.versions_made);
    let version = PolicyVersion { id: id.clone(), document, is_default: false, created: call.now };
    policy.versions.push(version);
    policy.updated = call.now;
    if set_as_default {
        put_in_force(&mut policy, &id);
    }
    let made = policy.version(&id).ok_or_else(|| policy_names::no_version(arn, &id))?;
    let result = Shape::structure([("PolicyVersion", policy_shape::version(made, false))]);
    let event = Event { response_elements: Some(policy_shape::version_event(made)), ..Event::default() };
    Ok(Outcome { result, event, ..managed_policies::put(policy) })
}

/// GetPolicyVersion. The document is percent-encoded.
///
/// # Errors
/// `NoSuchEntity` for the policy or the version.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let id = policy_names::version(&mut check);
    let policy = policy_names::existing(call.account, check, arn)?;
    let version = policy.version(id).ok_or_else(|| policy_names::no_version(arn, id))?;
    let shape = policy_shape::version(version, true);
    Ok(Outcome::read(Shape::structure([("PolicyVersion", shape)]), None))
}

/// ListPolicyVersions: the newest first, without their documents.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let page = PageRequest::read(check)?;
    let policy = policy_names::existing(call.account, call.parameters.check(), arn)?;
    let newest_first = policy.versions.iter().rev();
    let versions = newest_first.map(|version| (list_key(version), policy_shape::version(version, false)));
    Ok(Outcome::read(page.cut(versions).into_result("Versions"), None))
}

/// DeletePolicyVersion.
///
/// # Errors
/// `NoSuchEntity` for the policy or the version; `DeleteConflict` for the one in force; `AccessDenied` for policies
/// that AWS manages.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let id = policy_names::version(&mut check);
    let mut policy = ManagedPolicy::clone(policy_names::own(call.account, check, arn)?);
    let version = policy.version(id).ok_or_else(|| policy_names::no_version(arn, id))?;
    if version.is_default {
        return Err(AwsError::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.retain(|version| version.id != id);
    Ok(managed_policies::put(policy))
}

/// SetDefaultPolicyVersion: every role that uses the policy has this version from now on.
///
/// # Errors
/// `NoSuchEntity` for the policy or the version; `AccessDenied` for policies that AWS manages.
pub fn set_default(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let arn = check.required(POLICY_ARN, ARN);
    let id = policy_names::version(&mut check);
    let mut policy = ManagedPolicy::clone(policy_names::own(call.account, check, arn)?);
    if policy.version(id).is_none() {
        return Err(policy_names::no_version(arn, id));
    }
    put_in_force(&mut policy, id);
    Ok(managed_policies::put(policy))
}

fn put_in_force(policy: &mut ManagedPolicy, id: &str) {
    for version in &mut policy.versions {
        version.is_default = version.id == id;
    }
}

/// The higher the number, the earlier in the list.
fn list_key(version: &PolicyVersion) -> String {
    let number: u32 = version.id.trim_start_matches('v').parse().unwrap_or_default();
    format!("{:010}", u32::MAX - number)
}
