//! GetAccessKeyInfo: which account does an access key id belong to? It says nothing about whether the key is good.
//!
//! Source: STS API reference, "GetAccessKeyInfo".

use serde_json::json;

use crate::account::AccountId;
use crate::error::AwsError;
use crate::outcome::Outcome;
use crate::parameters::{Parameters, Text};
use crate::shape::Shape;

/// The access key id that is asked about.
///
/// # Errors
/// `ValidationError` where it is no access key id: 16 to 128 word characters, of a prefix that AWS gives out.
pub fn asked(parameters: &Parameters) -> Result<String, AwsError> {
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
    Ok(id.to_owned())
}

/// The answer, once the key's account is known.
#[must_use]
pub fn access_key_info(id: &str, account: &AccountId) -> Outcome {
    let result = Shape::structure([("Account", Shape::text(account))]);
    Outcome::read(result, Some(json!({ "accessKeyId": id })))
}
