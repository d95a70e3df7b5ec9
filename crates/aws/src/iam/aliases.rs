//! The account's alias: at most one name that stands for the account's number in sign-in addresses.
//!
//! Source: IAM API reference, "CreateAccountAlias", "DeleteAccountAlias", "ListAccountAliases"; AWS Sign-In user guide,
//! "Creating, deleting, and listing an AWS account alias": a new alias takes the place of the old one.

use crate::account::{AccountSettings, Change};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::outcome::{Event, Outcome};
use crate::parameters::Text;
use crate::shape::Shape;

/// The fewest and the most characters of an alias.
const ALIAS: Text = Text::of(3, 63);
/// The pattern as AWS words it.
const PATTERN: &str = "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";

/// CreateAccountAlias.
///
/// # Errors
/// `ValidationError` for the alias; `EntityAlreadyExists` for the one that the account has.
pub fn create(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let alias = read(call)?;
    if call.account.settings.alias.as_deref() == Some(alias) {
        return Err(AwsError::already_exists(format!("The account alias {alias} already exists.")));
    }
    Ok(changed(call, Some(alias.to_owned())))
}

/// DeleteAccountAlias.
///
/// # Errors
/// `ValidationError` for the alias; `NoSuchEntity` for another than the account's.
pub fn delete(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let alias = read(call)?;
    if call.account.settings.alias.as_deref() != Some(alias) {
        return Err(AwsError::no_such_entity(format!("The account alias {alias} cannot be found.")));
    }
    Ok(changed(call, None))
}

/// ListAccountAliases: none or one.
///
/// # Errors
/// `ValidationError` for the page that is asked for.
pub fn list(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let page = PageRequest::read(call.parameters.check())?;
    let aliases = call.account.settings.alias.iter().map(|alias| (alias.clone(), Shape::text(alias)));
    Ok(Outcome::read(page.cut(aliases).into_result("AccountAliases"), None))
}

fn read<'a>(call: &Call<'a>) -> Result<&'a str, AwsError> {
    let mut check = call.parameters.check();
    let alias = check.required("AccountAlias", ALIAS);
    check.finish()?;
    if is_alias(alias) {
        return Ok(alias);
    }
    Err(AwsError::validation(format!(
        "1 validation error detected: Value '{alias}' at 'accountAlias' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: {PATTERN}"
    )))
}

/// Lower case letters, digits and single hyphens inside. A number of twelve digits would look like an account's.
fn is_alias(text: &str) -> bool {
    let is_number = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let is_framed = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
    has_letters && is_framed && !is_number
}

fn changed(call: &Call<'_>, alias: Option<String>) -> Outcome {
    let settings = AccountSettings { alias, ..AccountSettings::clone(&call.account.settings) };
    let changes = vec![Change::PutSettings(Box::new(settings))];
    Outcome { result: Shape::empty(), changes, event: Event::default() }
}
