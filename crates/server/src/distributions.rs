//! The distributions of all accounts as they are now, and the lock of whoever changes them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use daypass_aws::AccountId;
use daypass_store::sqlite::Database;
use daypass_store::{Commit, Durability, Journal as _};
use daypass_targets::cloudfront::{Circumstances, Snapshot};
use jiff::Timestamp;

use crate::accounts::Accounts;
use crate::config::DistributionEntry;
use crate::random::SystemRandom;
use crate::start_error::StartError;

/// CloudFront's state.
pub struct CloudFront {
    /// Held from reading the snapshot to swapping it: writes follow each other, whatever account they are of, since
    /// alternate domain names are everybody's.
    pub(crate) writing: tokio::sync::Mutex<()>,
    snapshot: ArcSwap<Snapshot>,
}

impl CloudFront {
    /// Opens what is kept, and makes what the configuration wants to be there.
    ///
    /// # Errors
    /// [`StartError`] where a document is damaged, or an entry names an account that the server does not have.
    pub(crate) async fn open(
        database: &Database,
        entries: &[DistributionEntry],
        accounts: &Accounts,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let mut snapshot =
            Snapshot::load(database).map_err(|error| StartError::Configuration(error.to_string()))?;
        let mut changes = Vec::new();
        for DistributionEntry { id, account } in entries {
            let account = account.as_ref().unwrap_or(&accounts.first().id);
            if accounts.numbered(account.as_str()).is_none() {
                return Err(StartError::Configuration(unknown(id, account)));
            }
            let mut random = SystemRandom::new();
            let mut fill = |buffer: &mut [u8]| daypass_aws::identifier::Random::fill(&mut random, buffer);
            let circumstances = Circumstances { account: account.as_str(), now, random: &mut fill };
            if let Some((change, next)) = snapshot.declared(id, circumstances) {
                changes.push(change);
                snapshot = next;
            }
        }
        if !changes.is_empty() {
            let durability = Durability::Flushed;
            database.commit(Commit { changes, durability, ..Commit::default() }).await?;
        }
        Ok(Self { writing: tokio::sync::Mutex::new(()), snapshot: ArcSwap::from_pointee(snapshot) })
    }

    /// The distributions as they are now.
    pub(crate) fn load(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Swaps them. Only for whoever holds [`writing`](Self::writing).
    pub(crate) fn store(&self, next: Snapshot) {
        self.snapshot.store(Arc::new(next));
    }
}

fn unknown(id: &str, account: &AccountId) -> String {
    format!(
        "the distribution {id} is of the account {account}, which the server does not have: add it to [[accounts]]"
    )
}
