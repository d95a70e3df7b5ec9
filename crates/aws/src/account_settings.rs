//! What belongs to the account as a whole and to none of its entities.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is kept of the account as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSettings {
    /// When the account was made, in its own time: what AWS tells of the root user.
    pub created: Timestamp,
    /// The name that stands for the account's number in sign-in addresses.
    #[serde(default)]
    pub alias: Option<String>,
    /// When the last credential report was asked for.
    #[serde(default)]
    pub credential_report: Option<Timestamp>,
}

impl AccountSettings {
    /// Those of a new account.
    #[must_use]
    pub const fn new(created: Timestamp) -> Self {
        Self { created, alias: None, credential_report: None }
    }
}
