//! Who acts at a gate.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A user of the sandbox, as far as a gate cares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user's number.
    pub id: u64,
    /// The login.
    pub login: String,
    /// The numbers of the teams that the user is in.
    pub teams: BTreeSet<u64>,
    /// Whether the user administers the repository.
    pub is_administrator: bool,
}
