//! Names, paths and ARNs of managed policies, and how one is found.
//!
//! Source: IAM API reference, "CreatePolicy" and its siblings, and IAM's observed words.

use std::sync::Arc;

use crate::account::{Account, ManagedPolicy};
use crate::arn::{AWS, PolicyArn};
use crate::error::AwsError;
use crate::iam::role_names::{self, PATH_CHARACTERS_MAX, POLICY_NAME, POLICY_NAME_CHARACTERS_MAX};
use crate::parameters::{Check, Text, is_name_character};

/// The fewest and the most characters of an ARN.
pub const ARN: Text = Text::of(20, 2_048);
/// The parameter that names a managed policy.
pub const POLICY_ARN: &str = "PolicyArn";

const PATH_PATTERN: &str = "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/";
const VERSION_PATTERN: &str = "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?";

/// Checks `PolicyName`; its alphabet is checked by [`check_name`].
pub fn name<'a>(check: &mut Check<'a>) -> &'a str {
    check.required("PolicyName", POLICY_NAME)
}

/// Checks the alphabet of a policy's name.
///
/// # Errors
/// `ValidationError`.
pub fn check_name(name: &str) -> Result<(), AwsError> {
    role_names::check_name("policyName", name)
}

/// Checks a path under `parameter`: a slash, or names with the letters of names between slashes. `/` where none was
/// sent.
pub fn path<'a>(check: &mut Check<'a>, parameter: &str) -> &'a str {
    let Some(path) = check.optional(parameter, Text::of(1, PATH_CHARACTERS_MAX)) else { return "/" };
    check.pattern(parameter, path, PATH_PATTERN, is_path(path));
    path
}

/// Whether this is a path of a policy: a role's path may hold more kinds of characters.
#[must_use]
pub fn is_path(path: &str) -> bool {
    let letters = |character| is_name_character(character) || character == '/';
    role_names::is_path(path) && path.chars().all(letters)
}

/// Checks `VersionId`: `v` and a number.
pub fn version<'a>(check: &mut Check<'a>) -> &'a str {
    /// Any more digits are no version that there could ever be.
    const VERSION: Text = Text::of(0, POLICY_NAME_CHARACTERS_MAX);
    let version = check.required("VersionId", VERSION);
    check.pattern("VersionId", version, VERSION_PATTERN, is_version(version));
    version
}

fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let (number, suffix) = rest.split_once('.').unwrap_or((rest, ""));
    !number.is_empty()
        && !number.starts_with('0')
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Reads an ARN after the checks have ended.
///
/// # Errors
/// `InvalidInput` where it is no managed policy's.
pub fn read(arn: &str) -> Result<PolicyArn<'_>, AwsError> {
    PolicyArn::parse(arn).ok_or_else(|| AwsError::invalid_input(format!("ARN {arn} is not valid.")))
}

/// The policy that `PolicyArn` names, once all checks have ended well.
///
/// # Errors
/// `ValidationError` with every broken constraint; `InvalidInput`; `NoSuchEntity`.
pub fn existing<'a>(
    account: &'a Account,
    check: Check<'_>,
    arn: &str,
) -> Result<&'a Arc<ManagedPolicy>, AwsError> {
    check.finish()?;
    read(arn)?;
    account.policy(arn).ok_or_else(|| not_found(arn))
}

/// As [`existing`], for what changes or deletes the policy.
///
/// # Errors
/// As [`existing`], and `AccessDenied` for policies that AWS manages or another account has.
pub fn own<'a>(
    account: &'a Account,
    check: Check<'_>,
    arn: &str,
) -> Result<&'a Arc<ManagedPolicy>, AwsError> {
    check.finish()?;
    let name = read(arn)?;
    if name.account == AWS || name.account != account.id.as_str() {
        return Err(AwsError::access_denied("Policy is outside your own account."));
    }
    account.policy(arn).ok_or_else(|| not_found(arn))
}

/// The policy that is to be attached to a role.
///
/// # Errors
/// `InvalidInput`; `NoSuchEntity`, also for a policy of another account.
pub fn attachable<'a>(account: &'a Account, arn: &str) -> Result<&'a Arc<ManagedPolicy>, AwsError> {
    read(arn)?;
    account
        .policy(arn)
        .ok_or_else(|| AwsError::no_such_entity(format!("Policy {arn} does not exist or is not attachable.")))
}

/// The policy that is to become a permissions boundary.
///
/// # Errors
/// `InvalidInput`; `NoSuchEntity`, also for a policy of another account.
pub fn boundary<'a>(account: &'a Account, arn: &str) -> Result<&'a Arc<ManagedPolicy>, AwsError> {
    read(arn)?;
    account.policy(arn).ok_or_else(|| {
        AwsError::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
    })
}

/// `NoSuchEntity`: there is no such policy, or it is not attached.
#[must_use]
pub fn not_found(arn: &str) -> AwsError {
    AwsError::no_such_entity(format!("Policy {arn} was not found."))
}

/// `NoSuchEntity`: the policy has no such version.
#[must_use]
pub fn no_version(arn: &str, version: &str) -> AwsError {
    AwsError::no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

/// The key of a policy in a list: the account's own before AWS's, then by name without regard to case. It is shorter
/// than an ARN may be, so that it fits a marker.
#[must_use]
pub fn list_key(arn: &str) -> String {
    PolicyArn::parse(arn).map_or_else(
        || "2".to_owned(),
        |name| format!("{}{}", u8::from(name.account == AWS), name.name.to_ascii_lowercase()),
    )
}
