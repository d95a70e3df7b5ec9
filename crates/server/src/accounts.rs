//! The accounts of one server: the first, which every server has, and those that the configuration adds.
//!
//! Each has its own snapshot, administrator's key, sealing keys and documents, so nothing that one account signs or seals
//! means anything to another. A request is of the account whose key signed it.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use daypass_aws::account::Change;
use daypass_aws::seal::OpenError;
use daypass_aws::{Account, AccountId, AccountSettings, SealingKeys, Session};
use daypass_store::sqlite::Database;
use daypass_store::{Commit, Journal as _};
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::account_documents::{self, Place};
use crate::config::AccountEntry;
use crate::data_directory::{Administrator, DataDirectory};
use crate::opened_sessions::{OpenedSession, OpenedSessions};
use crate::start_error::StartError;
use crate::state::sealing_keys;

/// One account. Handlers read its snapshot and never wait for the database to do so.
pub struct HostedAccount {
    /// Its number.
    pub id: AccountId,
    /// What the configuration calls it.
    pub name: Option<String>,
    /// Its administrator's key.
    pub administrator: Administrator,
    /// The keys that seal its session tokens.
    pub sealing_keys: SealingKeys,
    /// Held from reading the snapshot to swapping it: writes follow each other.
    pub writing: tokio::sync::Mutex<()>,
    /// Where its documents lie in the store.
    pub(crate) place: Place,
    snapshot: ArcSwap<Account>,
}

impl HostedAccount {
    async fn open(
        id: AccountId,
        name: Option<String>,
        place: Place,
        directory: &DataDirectory,
        database: &Database,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let administrator = match &place {
            Place::First => directory.administrator()?,
            Place::Further(id) => directory.further_administrator(id)?,
        };
        let sealing_keys = sealing_keys(database, &id, &place).await?;
        begin(database, &place, now).await?;
        let snapshot = account_documents::load(database, id.clone(), &place)?;
        let (snapshot, writing) = (ArcSwap::from_pointee(snapshot), tokio::sync::Mutex::new(()));
        Ok(Self { id, name, administrator, sealing_keys, writing, place, snapshot })
    }

    /// The account as it is now, for a look.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Account>> {
        self.snapshot.load()
    }

    /// The account as it is now, to keep.
    #[must_use]
    pub fn load_full(&self) -> Arc<Account> {
        self.snapshot.load_full()
    }

    /// Swaps the account whole. Only for whoever holds [`writing`](Self::writing).
    pub fn store(&self, next: Arc<Account>) {
        self.snapshot.store(next);
    }
}

/// Notes when an account was made, where nothing says so yet.
async fn begin(database: &Database, place: &Place, now: Timestamp) -> Result<(), StartError> {
    if account_documents::settings(database, place)?.is_some() {
        return Ok(());
    }
    let change = Change::PutSettings(Box::new(AccountSettings::new(now)));
    let change =
        account_documents::of(&change).map_err(|error| StartError::document("settings", "new", &error))?;
    let changes = vec![place.document(change)];
    Ok(database.commit(Commit { changes, ..Commit::default() }).await?)
}

/// All accounts of a server.
pub struct Accounts {
    first: Arc<HostedAccount>,
    further: Vec<Arc<HostedAccount>>,
    opened: OpenedSessions,
}

impl Accounts {
    /// Opens them all: a server that cannot read one of them does not start, since nobody could tell what that one
    /// would have denied.
    ///
    /// # Errors
    /// [`StartError`]: a key or document that cannot be read, an account that is listed twice.
    pub(crate) async fn open(
        first: AccountId,
        entries: &[AccountEntry],
        directory: &DataDirectory,
        database: &Database,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let first = HostedAccount::open(first, None, Place::First, directory, database, now).await?;
        let mut further = Vec::with_capacity(entries.len());
        for AccountEntry { id, name } in entries {
            if *id == first.id {
                return Err(StartError::Configuration(format!(
                    "the account {id} is the first one: leave it out of [[accounts]]"
                )));
            }
            directory.prepare_further(id)?;
            let place = Place::Further(id.clone());
            let opened =
                HostedAccount::open(id.clone(), name.clone(), place, directory, database, now).await?;
            further.push(Arc::new(opened));
        }
        Ok(Self { first: Arc::new(first), further, opened: OpenedSessions::default() })
    }

    /// The first account: the one of `--account`.
    #[must_use]
    pub const fn first(&self) -> &Arc<HostedAccount> {
        &self.first
    }

    /// All of them, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<HostedAccount>> {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// The account with this number; `None` for a stranger's.
    #[must_use]
    pub fn numbered(&self, id: &str) -> Option<&Arc<HostedAccount>> {
        self.iter().find(|account| account.id.as_str() == id)
    }

    /// The account whose administrator's key this is. Every key is compared, in constant time.
    #[must_use]
    pub fn of_administrator(&self, access_key_id: &str) -> Option<&Arc<HostedAccount>> {
        let mut found = None;
        for account in self.iter() {
            let known = account.administrator.access_key_id.as_bytes();
            if bool::from(known.ct_eq(access_key_id.as_bytes())) {
                found = Some(account);
            }
        }
        found
    }

    /// The session of a token, with the account that sealed it. A token opens with the keys of its own account alone, and
    /// only as a session of that account.
    ///
    /// # Errors
    /// [`OpenError`] where no account opens it.
    pub(crate) fn of_session(&self, token: &str) -> Result<Arc<OpenedSession>, OpenError> {
        if let Some(opened) = self.opened.find(token) {
            return Ok(opened);
        }
        let (account, session) = self.open_session(token)?;
        let secret =
            account.sealing_keys.secret_of(token, &session.access_key_id).ok_or(OpenError::UnknownKey)?;
        let opened = Arc::new(OpenedSession::new(token, Arc::clone(account), session, secret));
        self.opened.keep(&opened);
        Ok(opened)
    }

    fn open_session(&self, token: &str) -> Result<(&Arc<HostedAccount>, Session), OpenError> {
        let mut reason = OpenError::UnknownKey;
        for account in self.iter() {
            match account.sealing_keys.open(token) {
                Ok(session) if session.account == account.id => return Ok((account, session)),
                Ok(_) => reason = OpenError::Altered,
                Err(OpenError::Malformed) => return Err(OpenError::Malformed),
                Err(OpenError::UnknownKey) => {}
                Err(OpenError::Altered) => reason = OpenError::Altered,
            }
        }
        Err(reason)
    }
}
