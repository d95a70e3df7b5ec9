//! Users: there are none. The administrator, as the account's root user, may still ask who it is.
//!
//! Source: IAM API reference, "GetUser", "ListUsers", "CreateUser".

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::{Page, PageRequest};
use crate::iam::role_names::{self, PATH};
use crate::outcome::Outcome;
use crate::parameters::{Text, is_name_character};
use crate::shape::Shape;

/// What the name of a user, of its path's last part, may look like when it is asked for.
const EXISTING_NAME: Text = Text::of(1, 128).matching("[\\w+=,.@-]+", is_name_character);
/// What the name of a new user may look like.
const NEW_NAME: Text = Text::of(1, 64).matching("[\\w+=,.@-]+", is_name_character);

/// ListUsers: none.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    nothing_under_path(call, "Users")
}

/// CreateUser: refused.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.required("UserName", NEW_NAME);
    check.finish()?;
    Err(super::refused("a user"))
}

/// Any operation on a user that is named.
///
/// # Errors
/// `ValidationError` for the name; otherwise `NoSuchEntity`.
pub fn absent(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("UserName", EXISTING_NAME);
    check.finish()?;
    Err(unknown(name))
}

/// GetUser: the root user for the administrator, where no name is sent.
///
/// # Errors
/// `NoSuchEntity` for a name; `ValidationError` for a session that sends none.
pub fn show(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    if !is_implied(call)? {
        return absent(call);
    }
    let account = call.account;
    let user = Shape::structure([
        ("UserId", Shape::text(&account.id)),
        ("Arn", Shape::Text(crate::arn::root(&account.id))),
        ("CreateDate", Shape::time(account.settings.created)),
    ]);
    Ok(Outcome::read(Shape::structure([("User", user)]), None))
}

/// A list of what a user has: empty for the root user, where no name is sent.
///
/// # Errors
/// `NoSuchEntity` for a name; `ValidationError` for a session that sends none, and for the page that is asked for.
pub(super) fn nothing_of_user(call: &mut Call<'_>, list: &'static str) -> Result<Outcome, AwsError> {
    let implied = is_implied(call)?;
    let mut check = call.parameters.check();
    let name = check.optional("UserName", EXISTING_NAME).unwrap_or_default();
    PageRequest::read(check)?;
    if implied { Ok(Outcome::read(empty(list), None)) } else { Err(unknown(name)) }
}

/// A list of what lies under a path: empty.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub(super) fn nothing_under_path(call: &Call<'_>, list: &'static str) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let prefix = check.optional("PathPrefix", PATH).unwrap_or("/");
    PageRequest::read(check)?;
    role_names::check_path_prefix(prefix)?;
    Ok(Outcome::read(empty(list), None))
}

/// The result of a listing operation that found nothing.
pub(super) fn empty(list: &'static str) -> Shape {
    Page { items: Vec::new(), marker: None }.into_result(list)
}

/// `NoSuchEntity` for a user.
pub(super) fn unknown(name: &str) -> AwsError {
    AwsError::no_such_entity(format!("The user with name {name} cannot be found."))
}

/// Whether the caller asks about itself, by sending no name, and is the root user.
fn is_implied(call: &Call<'_>) -> Result<bool, AwsError> {
    match (call.parameters.text("UserName"), call.caller) {
        (Some(_), _) => Ok(false),
        (None, Caller::Administrator { .. }) => Ok(true),
        (None, Caller::Session(_)) => {
            Err(AwsError::validation("Must specify userName when calling with non-User credentials"))
        }
    }
}
