//! GetAccessKeyInfo: which account does an access key id belong to? It says nothing about whether the key is good.
//!
//! Source: STS API reference, "GetAccessKeyInfo".

use serde_json::json;

use crate::account::Account;
use crate::error::AwsError;
use crate::outcome::Outcome;
use crate::parameters::{Parameters, Text};
use crate::shape::Shape;

/// The account of an access key id that has the form of one. This service is one account, and so answers with it.
///
/// # Errors
/// `ValidationError` where it is no access key id: 16 to 128 word characters, of a prefix that AWS gives out.
pub fn access_key_info(account: &Account, parameters: &Parameters) -> Result<Outcome, AwsError> {
    let mut check = parameters.check();
    let id = check.required(
        "AccessKeyId",
        Text::of(16, 128)
            .matching("[\\w]*", |character| character.is_ascii_alphanumeric() || character == '_'),
    );
    check.finish()?;
    if !["AKIA", "ASIA"].iter().any(|prefix| id.starts_with(prefix)) {
        return Err(AwsError::validation(format!(
            "`{id}` is not an access key id: it begins with AKIA or ASIA"
        )));
    }
    let result = Shape::structure([("Account", Shape::text(&account.id))]);
    Ok(Outcome::read(result, Some(json!({ "accessKeyId": id }))))
}
