//! GitHub's side as it is kept: users, organisations, repositories with their environments, and runs.
//!
//! Readers take a snapshot and wait for nobody. Writers follow each other: [`Hub::write`] hands a draft of everything to its
//! caller, commits what came of it together with what happened, for the trail, and swaps the snapshot only then. So each
//! transition of a gate is on record before anybody sees it, and a store that does not take it leaves all as it was.
//!
//! | module | what it holds |
//! |---|---|
//! | [`author`] | who does something, and from where |
//! | [`draft`] | what a writer works on |
//! | [`error`] | why nothing was done |
//! | [`holdings`] | users, organisations, repositories |
//! | [`job_context`] | the job that a token speaks of |
//! | [`numbers`] | numbers that no two things have |
//! | [`record`] | what happened, as the trail has it |
//! | [`register`] | a run from its workflow's file |
//! | [`runs`] | reading runs |
//! | [`users`] | who shows which token |

pub mod author;
pub mod draft;
pub mod error;
pub mod holdings;
pub mod job_context;
pub mod numbers;
pub mod record;
pub mod register;
pub mod runs;
pub mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use daypass_github::run::Run;
use daypass_store::sqlite::Database;
use daypass_store::{Commit, Journal as _};
use jiff::Timestamp;
use tokio::sync::watch;

pub use author::Author;
pub use draft::Draft;
pub use error::HubError;
pub use holdings::Holdings;

use crate::config::Config;
use crate::start_error::StartError;

/// Runs that are not over, by number.
pub type Runs = BTreeMap<u64, Arc<Run>>;

/// The most runs that are not over. Each may take some kilobytes of memory; GitHub itself queues 500 of a repository.
pub const UNFINISHED_RUNS_MAX: usize = 20_000;

/// GitHub's side.
pub struct Hub {
    database: Arc<Database>,
    snapshot: ArcSwap<Snapshot>,
    writing: tokio::sync::Mutex<()>,
    /// Counts what was written.
    changes: watch::Sender<u64>,
    /// The GitHub address: the context `github.server_url`.
    server_url: String,
    /// Whether an environment is refused whose subject would be another one's.
    strict_environment_names: bool,
}

/// Everything as it is at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Users, organisations, repositories.
    pub holdings: Holdings,
    /// Runs that are not over.
    pub runs: Runs,
    /// The highest number that a run was given.
    pub last_run: u64,
}

impl Hub {
    /// Reads what is kept, and sets what the configuration says.
    ///
    /// # Errors
    /// [`StartError`] where a document cannot be read, or the configuration names what cannot be.
    pub(crate) async fn open(
        database: &Arc<Database>,
        config: &Config,
        server_url: &str,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let kept = Snapshot {
            holdings: Holdings::load(&**database)?,
            runs: runs::unfinished(database)?,
            last_run: runs::last(database)?,
        };
        let mut set = kept.clone();
        set.holdings.set(config, now)?;
        let changes = set.holdings.changes_from(&kept.holdings)?;
        if !changes.is_empty() {
            database.commit(Commit { changes, ..Commit::default() }).await?;
        }
        Ok(Self {
            database: Arc::clone(database),
            snapshot: ArcSwap::from_pointee(set),
            writing: tokio::sync::Mutex::new(()),
            changes: watch::Sender::new(0),
            server_url: server_url.to_owned(),
            strict_environment_names: config.strict_environment_names,
        })
    }

    /// Everything as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Tells whenever something was written.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Changes something: all of it or nothing.
    ///
    /// # Errors
    /// What `change` says, and [`HubError::Store`] where it could not be kept; all is as it was then.
    pub async fn write<T>(
        &self,
        author: &Author,
        now: Timestamp,
        change: impl FnOnce(&mut Draft) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let _writing = self.writing.lock().await;
        let before = self.snapshot.load_full();
        let mut draft = Draft::new(&before, now, self.strict_environment_names);
        let result = change(&mut draft)?;
        let Draft { mut snapshot, activities, .. } = draft;
        let changes = snapshot.holdings.changes_from(&before.holdings)?;
        let runs = runs::rows(&before.runs, &mut snapshot.runs, now)?;
        let entries = activities
            .iter()
            .map(|activity| activity.entry(author))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| HubError::Document(error.to_string()))?;
        if !(changes.is_empty() && runs.is_empty() && entries.is_empty()) {
            self.database.commit(Commit { entries, changes, runs, ..Commit::default() }).await?;
            self.snapshot.store(Arc::new(snapshot));
            self.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        Ok(result)
    }

    /// Lets time do to every run what it does: timers end, reviews expire, jobs wait too long.
    ///
    /// # Errors
    /// [`HubError::Store`]
    pub async fn settle(&self, now: Timestamp) -> Result<(), HubError> {
        let is_due = self.snapshot.load().runs.values().any(|run| run.is_due(now));
        if !is_due {
            return Ok(());
        }
        self.write(&Author::time(), now, |draft| {
            draft.advance_all();
            Ok(())
        })
        .await
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let snapshot = self.snapshot.load();
        formatter
            .debug_struct("Hub")
            .field("repositories", &snapshot.holdings.repositories.len())
            .field("unfinished_runs", &snapshot.runs.len())
            .finish_non_exhaustive()
    }
}
