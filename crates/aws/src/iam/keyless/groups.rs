//! Groups: there are none.
//!
//! Source: IAM API reference, "ListGroups", "GetGroup", "CreateGroup".

use super::users;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::outcome::Outcome;
use crate::parameters::{Text, is_name_character};

const NAME: Text = Text::of(1, 128).matching("[\\w+=,.@-]+", is_name_character);

/// ListGroups: none.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_under_path(call, "Groups")
}

/// CreateGroup: refused.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.required("GroupName", NAME);
    check.finish()?;
    Err(super::refused("a group"))
}

/// Any operation on a group that is named.
///
/// # Errors
/// `ValidationError` for the name; otherwise `NoSuchEntity`.
pub fn absent(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("GroupName", NAME);
    check.finish()?;
    Err(AwsError::no_such_entity(format!("The group with name {name} cannot be found.")))
}
