//! Where the keys come from that identity tokens are verified with.
//!
//! Every issuer has one [`Source`]: the sandbox's own keys, a pinned file, or HTTPS discovery (OpenID Connect Discovery
//! 1.0, section 4). Fetched keys are kept; [`REFETCH_FLOOR`], [`FRESH`] and [`FAILURE_KEPT`] say when they are fetched
//! again. What a stranger can make this server do is bounded here: an issuer is asked at most once a minute for keys that
//! it did not have, a fetch has a time and a size, and an issuer that no operator listed is only ever sought at a public
//! address.

mod address;
mod cache;
mod client;
mod discovery;
mod error;
mod file;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use daypass_token::KeySet;

pub use address::is_public;
pub use cache::{FAILURE_KEPT, FRESH, REFETCH_FLOOR};
pub use discovery::{DISCOVERY_BYTES_MAX, FETCH_TIME_MAX};
pub use error::IssuerError;

use address::Reach;
use cache::Entry;
use client::Clients;
use discovery::Discovery;

/// The most issuers that are remembered without being listed. An account has at most 100 OpenID Connect providers, so
/// this is only reached by one that replaces them all; then the one that was asked for longest ago is forgotten.
pub const UNLISTED_ISSUERS_MAX: usize = 200;

/// The present keys of an issuer that is part of this process.
pub type OwnKeys = Arc<dyn Fn() -> Arc<KeySet> + Send + Sync>;

/// A clock that never goes back and that nobody moves: the time since some fixed moment.
pub type Monotonic = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Where the keys of one issuer come from.
#[derive(Clone)]
pub enum Source {
    /// HTTPS, trusting the public roots and those in `ca_file` (PEM), the latter for this issuer alone.
    Discovery {
        /// More certificates to trust.
        ca_file: Option<PathBuf>,
    },
    /// A file with a JWKS document, for machines with no way out. Read again when a token names a key it lacks.
    Pinned {
        /// The file.
        jwks_file: PathBuf,
    },
    /// This process.
    Own(OwnKeys),
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discovery { ca_file } => {
                formatter.debug_struct("Discovery").field("ca_file", ca_file).finish()
            }
            Self::Pinned { jwks_file } => {
                formatter.debug_struct("Pinned").field("jwks_file", jwks_file).finish()
            }
            Self::Own(_) => formatter.debug_tuple("Own").finish_non_exhaustive(),
        }
    }
}

/// One issuer and where its keys come from.
#[derive(Debug, Clone)]
pub struct IssuerConfig {
    /// The issuer as its tokens' `iss` has it.
    pub url: String,
    /// Where its keys come from.
    pub source: Source,
    /// Whether an operator listed it: only then may it, or its keys, lie at a private address.
    pub listed: bool,
}

/// The keys of all issuers.
pub struct Issuers {
    configured: HashMap<String, Known>,
    unlisted: Mutex<Unlisted>,
    clients: Arc<Clients>,
    clock: Monotonic,
}

/// An issuer with its place in memory.
enum Known {
    Own(OwnKeys),
    Kept(Arc<Entry>),
}

/// Issuers that came up without being listed, with the count of questions at which each was last asked for.
#[derive(Default)]
struct Unlisted {
    entries: HashMap<String, (Arc<Entry>, u64)>,
    questions: u64,
}

impl Issuers {
    /// Takes the configured issuers; of two with one URL the later one counts. Pinned files and certificate files are
    /// read now, so that a mistake shows at the start; nothing is fetched.
    ///
    /// # Errors
    /// [`IssuerError`] for a malformed URL or an unreadable file.
    pub fn new(configured: Vec<IssuerConfig>) -> Result<Self, IssuerError> {
        let start = tokio::time::Instant::now();
        Self::with_clock(configured, Arc::new(move || start.elapsed()))
    }

    /// The same, with a clock of the caller's.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_clock(configured: Vec<IssuerConfig>, clock: Monotonic) -> Result<Self, IssuerError> {
        let clients = Arc::new(Clients::default());
        let mut known = HashMap::new();
        for issuer in configured {
            let reach = if issuer.listed { Reach::Anywhere } else { Reach::PublicOnly };
            let entry = match issuer.source {
                Source::Own(keys) => Known::Own(keys),
                Source::Pinned { jwks_file } => {
                    Known::Kept(Entry::pinned(issuer.url.clone(), jwks_file, Arc::clone(&clock))?)
                }
                Source::Discovery { ca_file } => {
                    let discovery = Discovery::new(&issuer.url, reach, ca_file.as_deref(), &clients)?;
                    Known::Kept(Entry::discovered(issuer.url.clone(), discovery, Arc::clone(&clock)))
                }
            };
            known.insert(issuer.url, entry);
        }
        Ok(Self { configured: known, unlisted: Mutex::default(), clients, clock })
    }

    /// The keys to verify a token of an issuer with. `key_id` is what the token names: if the kept keys lack it, the
    /// issuer is asked again, at most once in [`REFETCH_FLOOR`]; the answer may lack it still.
    ///
    /// Any number of callers at once make one fetch. While the issuer does not answer, the last good keys are served.
    ///
    /// # Errors
    /// [`IssuerError`] where there are no keys, new or old.
    pub async fn keys(&self, issuer_url: &str, key_id: Option<&str>) -> Result<Arc<KeySet>, IssuerError> {
        let entry = match self.configured.get(issuer_url) {
            Some(Known::Own(keys)) => return Ok(keys()),
            Some(Known::Kept(entry)) => Arc::clone(entry),
            None => self.unlisted(issuer_url)?,
        };
        entry.keys(key_id).await
    }

    /// How many issuers are remembered without being listed; at most [`UNLISTED_ISSUERS_MAX`].
    #[must_use]
    pub fn unlisted_count(&self) -> usize {
        self.unlisted.lock().unwrap_or_else(PoisonError::into_inner).entries.len()
    }

    /// The place of an issuer that nobody listed; made on the first question.
    fn unlisted(&self, url: &str) -> Result<Arc<Entry>, IssuerError> {
        let mut unlisted = self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
        unlisted.questions += 1;
        let question = unlisted.questions;
        if let Some((entry, asked)) = unlisted.entries.get_mut(url) {
            *asked = question;
            return Ok(Arc::clone(entry));
        }
        let discovery = Discovery::new(url, Reach::PublicOnly, None, &self.clients)?;
        if unlisted.entries.len() >= UNLISTED_ISSUERS_MAX {
            let oldest =
                unlisted.entries.iter().min_by_key(|(_, (_, asked))| *asked).map(|(url, _)| url.clone());
            oldest.and_then(|url| unlisted.entries.remove(&url));
        }
        let entry = Entry::discovered(url.to_owned(), discovery, Arc::clone(&self.clock));
        unlisted.entries.insert(url.to_owned(), (Arc::clone(&entry), question));
        Ok(entry)
    }
}

impl fmt::Debug for Issuers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Issuers").field("configured", &self.configured.keys()).finish_non_exhaustive()
    }
}
