//! Client ids of a provider: the audiences that its tokens may be made out to.
//!
//! Source: IAM API reference, "CreateOpenIDConnectProvider" and "AddClientIDToOpenIDConnectProvider".

use crate::error::AwsError;
use crate::iam::quotas;
use crate::parameters::{Check, Text};

/// The most characters of a client id.
pub const CLIENT_ID_CHARACTERS_MAX: usize = 255;

/// What one client id may look like.
pub const CLIENT_ID: Text = Text::of(1, CLIENT_ID_CHARACTERS_MAX);

/// Checks each item of `ClientIDList`; AWS names the item's type in the error, not its place.
pub fn check(check: &mut Check<'_>, items: &[&str]) {
    for item in items {
        check.value("ClientID", item, CLIENT_ID);
    }
}

/// The list without its repetitions, in the order of first mention.
///
/// # Errors
/// `LimitExceeded` over the quota of a provider.
pub fn distinct(items: &[&str]) -> Result<Vec<String>, AwsError> {
    let mut kept: Vec<String> = Vec::with_capacity(items.len().min(quotas::CLIENT_IDS_PER_PROVIDER));
    for item in items {
        add(&mut kept, item)?;
    }
    Ok(kept)
}

/// Adds a client id; one that is there already stays where it is. Tells whether anything changed.
///
/// # Errors
/// `LimitExceeded` over the quota of a provider.
pub fn add(client_ids: &mut Vec<String>, item: &str) -> Result<bool, AwsError> {
    if client_ids.iter().any(|known| known == item) {
        return Ok(false);
    }
    if client_ids.len() >= quotas::CLIENT_IDS_PER_PROVIDER {
        return Err(quotas::exceeded("ClientIdsPerOpenIdConnectProvider", quotas::CLIENT_IDS_PER_PROVIDER));
    }
    client_ids.push(item.to_owned());
    Ok(true)
}
