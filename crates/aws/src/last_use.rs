//! When each role was last used: `RoleLastUsed` of GetRole.
//!
//! Every call of a role's session is a use. That is no management write, so it is not part of the account's snapshots:
//! all snapshots share one ledger. AWS shows a use after some minutes and keeps 400 days of them; here it shows at once,
//! to the minute.
//!
//! Source: IAM API reference, "RoleLastUsed".

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A use is noted anew after this many seconds: a busy role does not cost a write for each of its calls.
pub const RESOLUTION_SECONDS: u64 = 60;

/// When and where a role was last used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When, in the account's time.
    pub at: Timestamp,
    /// In which region.
    pub region: String,
}

/// The last use of each role, by the role's unique id.
#[derive(Debug, Default)]
pub struct LastUses(Mutex<BTreeMap<String, LastUse>>);

impl LastUses {
    /// Notes a use. Gives back what is to be kept, or `None` where the use that is noted already is near enough.
    pub fn note(&self, role_id: &str, at: Timestamp, region: &str) -> Option<LastUse> {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = uses.get(role_id)
            && known.region == region
            && at.duration_since(known.at).unsigned_abs().as_secs() < RESOLUTION_SECONDS
        {
            return None;
        }
        let noted = LastUse { at, region: region.to_owned() };
        uses.insert(role_id.to_owned(), noted.clone());
        Some(noted)
    }

    /// Takes over a use that was kept.
    pub fn restore(&self, role_id: String, last_use: LastUse) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(role_id, last_use);
    }

    /// The last use of a role; `None` where it was never used.
    #[must_use]
    pub fn of(&self, role_id: &str) -> Option<LastUse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(role_id).cloned()
    }
}
