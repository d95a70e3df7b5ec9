//! Permissions boundaries of roles: the managed policy that says what a role may at most be allowed.
//!
//! A boundary allows nothing by itself. Whoever may make roles only with a certain boundary cannot make one that may do
//! more: the condition key `iam:PermissionsBoundary` is there for that, see [`crate::iam::condition_keys`].
//!
//! Source: IAM user guide, "Permissions boundaries for IAM entities"; IAM API reference,
//! "PutRolePermissionsBoundary" and "DeleteRolePermissionsBoundary".

use crate::account::{Change, Role};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::policy_names::{self, ARN};
use crate::iam::role_names::{self, ROLE_NAME};
use crate::outcome::{Event, Outcome};
use crate::shape::Shape;

/// The parameter that names the policy.
pub const PERMISSIONS_BOUNDARY: &str = "PermissionsBoundary";

/// PutRolePermissionsBoundary: a boundary where there was none, or another one.
///
/// # Errors
/// `NoSuchEntity` for the role or the policy; `InvalidInput` for what is no ARN of a policy.
pub fn put(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let arn = check.required(PERMISSIONS_BOUNDARY, ARN);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    role.boundary = Some(policy_names::boundary(call.account, arn)?.arn.clone());
    Ok(changed(role))
}

/// DeleteRolePermissionsBoundary. Where there is none, there is nothing to do: AWS's answer to that was not observed.
///
/// # Errors
/// `NoSuchEntity` for the role.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    let mut role = Role::clone(role_names::existing(call.account, check, name)?);
    role.boundary = None;
    Ok(changed(role))
}

fn changed(role: Role) -> Outcome {
    Outcome {
        result: Shape::empty(),
        changes: vec![Change::PutRole(Box::new(role))],
        event: Event::default(),
    }
}
