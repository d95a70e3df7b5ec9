//! Names and paths of roles, and names of their policies.
//!
//! Source: IAM user guide, "IAM identifiers", and IAM's observed words.

use std::sync::Arc;

use crate::account::{Account, Role};
use crate::error::AwsError;
use crate::parameters::{Check, Text, is_name_character};

/// The most characters of a role's name.
pub const ROLE_NAME_CHARACTERS_MAX: usize = 64;
/// The most characters of a policy's name.
pub const POLICY_NAME_CHARACTERS_MAX: usize = 128;
/// The most characters of a path.
pub const PATH_CHARACTERS_MAX: usize = 512;

/// What a role's name may look like; its alphabet is checked by [`check_name`], which has words of its own.
pub const ROLE_NAME: Text = Text::of(1, ROLE_NAME_CHARACTERS_MAX);
/// What a policy's name may look like; see [`ROLE_NAME`].
pub const POLICY_NAME: Text = Text::of(1, POLICY_NAME_CHARACTERS_MAX);
/// What a path may look like; see [`check_path`].
pub const PATH: Text = Text::of(1, PATH_CHARACTERS_MAX);

/// Checks a name's alphabet. `member` is the parameter as errors name it, e.g. `roleName`.
///
/// # Errors
/// `ValidationError`.
pub fn check_name(member: &str, name: &str) -> Result<(), AwsError> {
    if name.chars().all(is_name_character) {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "The specified value for {member} is invalid. \
         It must contain only alphanumeric characters and/or the following: +=,.@_-"
    )))
}

/// Checks a path: `/`, or printable characters between two slashes, and no empty part.
///
/// # Errors
/// `ValidationError`. AWS's sentence says "alphanumeric" and its rule is "printable".
pub fn check_path(path: &str) -> Result<(), AwsError> {
    if is_path(path) {
        return Ok(());
    }
    Err(AwsError::validation(
        "The specified value for path is invalid. \
         It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ))
}

/// Checks the prefix of a path: it begins with a slash and goes on with printable characters.
///
/// # Errors
/// `ValidationError`.
pub fn check_path_prefix(prefix: &str) -> Result<(), AwsError> {
    if prefix.starts_with('/') && prefix.chars().all(|character| matches!(character, '!'..='\u{7f}')) {
        return Ok(());
    }
    Err(AwsError::validation(
        "The specified value for pathPrefix is invalid. \
         It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    ))
}

/// Whether this is a path.
#[must_use]
pub fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && path.ends_with('/')
        && !path.contains("//")
        && path.chars().all(|character| character.is_ascii_graphic())
}

/// The role that `RoleName` names, once all checks have ended well.
///
/// # Errors
/// `ValidationError` with every broken constraint; `NoSuchEntity`.
pub fn existing<'a>(account: &'a Account, check: Check<'_>, name: &str) -> Result<&'a Arc<Role>, AwsError> {
    check.finish()?;
    check_name("roleName", name)?;
    find(account, name)
}

/// The role of a name that was checked before.
///
/// # Errors
/// `NoSuchEntity`.
pub fn find<'a>(account: &'a Account, name: &str) -> Result<&'a Arc<Role>, AwsError> {
    account
        .role(name)
        .ok_or_else(|| AwsError::no_such_entity(format!("The role with name {name} cannot be found.")))
}
