//! The keys that sign the sandbox's tokens: made once, kept in the store, published together.
//!
//! Making an RSA key takes a few tenths of a second. A first start does not wait for it: the keys are made in the
//! background, and whoever needs one waits for it.

use std::fmt;
use std::sync::{Arc, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Documents as _, Durability, Journal as _};
use daypass_token::{KeySet, SigningKey, key_set_document};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, watch};
use zeroize::Zeroizing;

use crate::data_directory::Secret;

/// Keys that are published. The first one signs; the second is known to verifiers before it ever does, so that the
/// two can change places without a token that nobody can verify.
const KEYS: usize = 2;
/// What the names of the keys in the store begin with.
const PREFIX: &str = "issuer/";

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerKeysError {
    /// A kept key cannot be read.
    #[error("the kept signing key `{0}` is damaged")]
    Damaged(String),
    /// The server was stopped before the key was made.
    #[error("the server was stopped before there was a signing key")]
    Interrupted,
    /// A key could not be made, or its public half not be published.
    #[error("a signing key could not be made: {0}")]
    Making(String),
    /// The store did not give or take a key.
    #[error("the store failed: {0}")]
    Store(String),
}

impl From<daypass_store::StoreError> for IssuerKeysError {
    fn from(error: daypass_store::StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// The keys as they are at one moment.
#[derive(Debug)]
pub struct Published {
    keys: Vec<Arc<SigningKey>>,
    key_set: Arc<KeySet>,
    document: Bytes,
}

impl Published {
    fn new(keys: Vec<Arc<SigningKey>>) -> Result<Self, IssuerKeysError> {
        let document = Bytes::from(key_set_document(keys.iter().map(AsRef::as_ref)).to_string());
        let key_set = KeySet::parse(&document).map_err(|error| IssuerKeysError::Making(error.to_string()))?;
        Ok(Self { keys, key_set: key_set.into(), document })
    }

    /// The key that signs.
    ///
    /// # Errors
    /// [`IssuerKeysError::Making`] where there is none, which does not happen.
    pub fn signing(&self) -> Result<&SigningKey, IssuerKeysError> {
        self.keys
            .first()
            .map(AsRef::as_ref)
            .ok_or_else(|| IssuerKeysError::Making("there is none".to_owned()))
    }

    /// The keys as those who verify need them.
    #[must_use]
    pub const fn key_set(&self) -> &Arc<KeySet> {
        &self.key_set
    }

    /// The JWKS document (RFC 7517 section 5).
    #[must_use]
    pub fn document(&self) -> Bytes {
        self.document.clone()
    }
}

#[derive(Debug, Clone, Default)]
struct State {
    published: Option<Arc<Published>>,
    failure: Option<IssuerKeysError>,
}

/// The keys of the sandbox's issuer, there or still being made.
#[derive(Clone)]
pub struct IssuerKeys {
    state: watch::Receiver<State>,
    store: Store,
}

/// The store, as the making in the background holds it: it must not keep open what everybody else has let go of.
type Store = Arc<Mutex<Weak<Database>>>;

impl IssuerKeys {
    /// Takes up the kept keys and makes those that are missing in the background. Must be called inside the runtime.
    ///
    /// # Errors
    /// [`IssuerKeysError`] for a kept key that cannot be read.
    pub fn start(database: &Arc<Database>) -> Result<Self, IssuerKeysError> {
        let mut keys = Vec::new();
        for (name, document) in database.all(Collection::Key)? {
            if name.starts_with(PREFIX) {
                let key = Kept::read(&document).ok_or(IssuerKeysError::Damaged(name))?;
                keys.push(Arc::new(key));
            }
        }
        let published = if keys.is_empty() { None } else { Some(Arc::new(Published::new(keys.clone())?)) };
        let (sender, state) = watch::channel(State { published, failure: None });
        let store = Arc::new(Mutex::new(Arc::downgrade(database)));
        if keys.len() < KEYS {
            tokio::spawn(complete(Arc::clone(&store), keys, sender));
        }
        Ok(Self { state, store })
    }

    /// Lets go of the store. A key that is still being made is not kept; the next start makes it.
    pub async fn release(&self) {
        *self.store.lock().await = Weak::new();
    }

    /// The keys that are there at this moment.
    #[must_use]
    pub fn key_set(&self) -> Option<Arc<KeySet>> {
        self.state.borrow().published.as_ref().map(|published| Arc::clone(published.key_set()))
    }

    /// The keys, as soon as there is one to sign with.
    ///
    /// # Errors
    /// [`IssuerKeysError`] where none could be made.
    pub async fn ready(&self) -> Result<Arc<Published>, IssuerKeysError> {
        self.once(1).await
    }

    /// The keys, as soon as all of them are there: what is published must not lack one that will sign.
    ///
    /// # Errors
    /// [`IssuerKeysError`] where one could not be made.
    pub async fn complete(&self) -> Result<Arc<Published>, IssuerKeysError> {
        self.once(KEYS).await
    }

    async fn once(&self, count: usize) -> Result<Arc<Published>, IssuerKeysError> {
        let enough = |state: &State| {
            state.published.as_ref().filter(|published| published.keys.len() >= count).map(Arc::clone)
        };
        let mut state = self.state.clone();
        // An error means that the making ended; what it left behind decides.
        let _ = state.wait_for(|state| state.failure.is_some() || enough(state).is_some()).await;
        let state = state.borrow();
        let failure = || state.failure.clone().unwrap_or(IssuerKeysError::Interrupted);
        enough(&state).ok_or_else(failure)
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.state.borrow().published.as_ref().map_or(0, |published| published.keys.len());
        formatter.debug_struct("IssuerKeys").field("keys", &keys).finish_non_exhaustive()
    }
}

/// Makes the keys that are missing, one after the other: a first start has better use for the other processor.
async fn complete(store: Store, mut keys: Vec<Arc<SigningKey>>, sender: watch::Sender<State>) {
    while keys.len() < KEYS {
        let published = match make(&store, keys.len() + 1).await {
            Ok(key) => {
                keys.push(key);
                Published::new(keys.clone())
            }
            Err(error) => Err(error),
        };
        match published {
            Ok(published) => sender.send_modify(|state| state.published = Some(published.into())),
            Err(error) => {
                if error != IssuerKeysError::Interrupted {
                    tracing::error!(%error, "the issuer has too few signing keys");
                }
                sender.send_modify(|state| state.failure = Some(error));
                return;
            }
        }
    }
}

/// Makes one key and keeps it. It is used only once it is kept: no token may outlive its key.
async fn make(store: &Mutex<Weak<Database>>, number: usize) -> Result<Arc<SigningKey>, IssuerKeysError> {
    let making = |error: &dyn fmt::Display| IssuerKeysError::Making(error.to_string());
    let made = tokio::task::spawn_blocking(SigningKey::generate_rsa).await.map_err(|error| making(&error))?;
    let key = made.map_err(|error| making(&error))?;
    let document = Kept::write(&key)?;
    let change = Change::Put { collection: Collection::Key, key: format!("{PREFIX}{number}"), document };
    let commit = Commit { changes: vec![change], durability: Durability::Flushed, ..Commit::default() };
    let store = store.lock().await;
    let database = store.upgrade().ok_or(IssuerKeysError::Interrupted)?;
    database.commit(commit).await?;
    // The database goes before the lock: whoever waits in `release` finds nobody else holding it.
    drop(database);
    drop(store);
    Ok(Arc::new(key))
}

/// A key as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The private key (RFC 5208) in base 64.
    pkcs8: Secret,
}

impl Kept {
    fn write(key: &SigningKey) -> Result<String, IssuerKeysError> {
        let making = |error: &dyn fmt::Display| IssuerKeysError::Making(error.to_string());
        let der = key.to_pkcs8().map_err(|error| making(&error))?;
        let kept = Self { pkcs8: Secret::new(STANDARD.encode(der.as_slice())) };
        serde_json::to_string(&kept).map_err(|error| making(&error))
    }

    fn read(document: &str) -> Option<SigningKey> {
        let kept: Self = serde_json::from_str(document).ok()?;
        let der = Zeroizing::new(STANDARD.decode(kept.pkcs8.reveal()).ok()?);
        SigningKey::from_pkcs8(&der).ok()
    }
}
