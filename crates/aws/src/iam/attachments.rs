//! What a role could have attached and in this version never has: managed policies and instance profiles.
//!
//! Tools ask for both before they delete a role, so the lists are answered, and are empty. Attaching is not offered.
//!
//! Source: IAM API reference, "ListAttachedRolePolicies" and "ListInstanceProfilesForRole".

use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::{Page, PageRequest};
use crate::iam::role_names::{self, PATH, ROLE_NAME};
use crate::outcome::Outcome;

/// ListAttachedRolePolicies: none.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_attached_role_policies(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    nothing(call, "AttachedPolicies")
}

/// ListInstanceProfilesForRole: none.
///
/// # Errors
/// `NoSuchEntity`; `ValidationError` for the page that is asked for.
pub fn list_instance_profiles_for_role(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    nothing(call, "InstanceProfiles")
}

fn nothing(call: &Call<'_>, list: &'static str) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("RoleName", ROLE_NAME);
    check.optional("PathPrefix", PATH);
    PageRequest::read(check)?;
    role_names::existing(call.account, call.parameters.check(), name)?;
    Ok(Outcome::read(Page { items: Vec::new(), marker: None }.into_result(list), None))
}
