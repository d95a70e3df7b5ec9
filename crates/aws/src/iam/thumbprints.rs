//! Certificate thumbprints of a provider: kept and shown, and nothing more.
//!
//! AWS itself no longer looks at them where it knows the issuer's certificate authority, as it does GitHub's. daypass
//! trusts an issuer's keys through its own configuration, never through a thumbprint. Where none is given, AWS fetches
//! the issuer's certificate and keeps its thumbprint; this room opens no sockets, so the list stays empty.
//!
//! Source: IAM API reference, "CreateOpenIDConnectProvider", and IAM's observed answers.

use crate::error::AwsError;
use crate::iam::quotas;

/// Characters of a thumbprint: SHA-1 in hexadecimal. That they are hexadecimal is not checked, as AWS does not.
pub const THUMBPRINT_CHARACTERS: usize = 40;

/// The list in lower case, repetitions and order kept.
///
/// # Errors
/// `InvalidInput` for more than five, or for one that has not 40 characters. AWS's sentence says "fewer than 5" and
/// five are taken.
pub fn read(items: &[&str]) -> Result<Vec<String>, AwsError> {
    if items.len() > quotas::THUMBPRINTS_PER_PROVIDER {
        return Err(AwsError::invalid_input("Thumbprint list must contain fewer than 5 entries."));
    }
    if items.iter().any(|item| item.chars().count() != THUMBPRINT_CHARACTERS) {
        return Err(AwsError::invalid_input("Thumbprint must be exactly 40 characters."));
    }
    Ok(items.iter().map(|item| item.to_lowercase()).collect())
}

/// The list that replaces another one: it may not be empty.
///
/// # Errors
/// As [`read`], and `InvalidInput` for an empty list.
pub fn replacement(items: &[&str]) -> Result<Vec<String>, AwsError> {
    if items.is_empty() {
        return Err(AwsError::invalid_input("Thumbprint list must contain at least one entry."));
    }
    read(items)
}
