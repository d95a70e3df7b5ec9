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
//! | [`size`] | how large a run may become |
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
pub mod size;
#[cfg(test)]
mod tests;
pub mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use daypass_github::run::Run;
use daypass_store::sqlite::Database;
use daypass_store::{Commit, Journal as _, StoreError};
use jiff::Timestamp;
use tokio::sync::{OwnedMutexGuard, watch};

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
    kept: Arc<Kept>,
    writing: Arc<tokio::sync::Mutex<()>>,
    /// The GitHub address: the context `github.server_url`.
    server_url: String,
    /// Whether an environment is refused whose subject would be another one's.
    strict_environment_names: bool,
}

/// What readers see.
struct Kept {
    snapshot: ArcSwap<Snapshot>,
    /// Counts what was written.
    changes: watch::Sender<u64>,
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
            kept: Arc::new(Kept { snapshot: ArcSwap::from_pointee(set), changes: watch::Sender::new(0) }),
            writing: Arc::default(),
            server_url: server_url.to_owned(),
            strict_environment_names: config.strict_environment_names,
        })
    }

    /// Everything as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.kept.snapshot.load_full()
    }

    /// Tells whenever something was written.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.kept.changes.subscribe()
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
        let writing = Arc::clone(&self.writing).lock_owned().await;
        let before = self.snapshot();
        let mut draft = Draft::new(&before, now, self.strict_environment_names);
        let result = change(&mut draft)?;
        self.keep(writing, &before, draft, author).await?;
        Ok(result)
    }

    /// The same for a change that takes long: away from the threads that answer requests, and after `allowed`, which is quick,
    /// has had its say.
    ///
    /// # Errors
    /// As of [`Hub::write`], and what `allowed` says.
    pub async fn write_slowly<T: Send + 'static>(
        &self,
        author: &Author,
        now: Timestamp,
        allowed: impl FnOnce(&mut Draft) -> Result<(), HubError>,
        change: impl FnOnce(&mut Draft) -> Result<T, HubError> + Send + 'static,
    ) -> Result<T, HubError> {
        let writing = Arc::clone(&self.writing).lock_owned().await;
        let before = self.snapshot();
        let mut draft = Draft::new(&before, now, self.strict_environment_names);
        allowed(&mut draft)?;
        let changed = tokio::task::spawn_blocking(move || change(&mut draft).map(|result| (draft, result)));
        let changed = changed.await.map_err(|error| HubError::Document(error.to_string()))?;
        let (draft, result) = changed?;
        self.keep(writing, &before, draft, author).await?;
        Ok(result)
    }

    /// Commits a draft and swaps the snapshot.
    async fn keep(
        &self,
        writing: OwnedMutexGuard<()>,
        before: &Snapshot,
        draft: Draft,
        author: &Author,
    ) -> Result<(), HubError> {
        let Draft { mut snapshot, activities, now, .. } = draft;
        let changes = snapshot.holdings.changes_from(&before.holdings)?;
        let runs = runs::rows(&before.runs, &mut snapshot.runs, now)?;
        let entries = activities
            .iter()
            .map(|activity| activity.entry(author))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| HubError::Document(error.to_string()))?;
        if !(changes.is_empty() && runs.is_empty() && entries.is_empty()) {
            let commit = self.database.commit(Commit { entries, changes, runs, ..Commit::default() });
            let kept = Arc::clone(&self.kept);
            // From here on the store may have it. A caller who goes away (a client that hangs up) ends this future at its next
            // wait: so a task of its own waits for the store, swaps the snapshot and only then lets the next writer begin.
            // Otherwise memory would stay behind the store, and the numbers of runs be given twice.
            let done = tokio::spawn(async move {
                let _writing = writing;
                commit.await?;
                kept.snapshot.store(Arc::new(snapshot));
                kept.changes.send_modify(|count| *count = count.wrapping_add(1));
                Ok::<_, StoreError>(())
            });
            done.await.map_err(|error| StoreError::Failed(error.to_string()))??;
        }
        Ok(())
    }

    /// Lets time do to every run what it does: timers end, reviews expire, jobs wait too long. Each is written by itself, so
    /// that one which cannot be kept stops no other.
    ///
    /// # Errors
    /// [`HubError::Store`] where the store takes nothing.
    pub async fn settle(&self, now: Timestamp) -> Result<(), HubError> {
        let snapshot = self.snapshot();
        for id in snapshot.runs.iter().filter(|(_, run)| run.is_due(now)).map(|(id, _)| *id) {
            match self.settle_run(id, now).await {
                Ok(()) => {}
                // So would all the others.
                Err(error @ HubError::Store(_)) => return Err(error),
                Err(error) => tracing::error!(run = id, %error, "what time does to a run was not kept"),
            }
        }
        Ok(())
    }

    /// The same for one run; nothing where it is over or was never there.
    ///
    /// # Errors
    /// [`HubError::Store`]
    pub async fn settle_run(&self, id: u64, now: Timestamp) -> Result<(), HubError> {
        if !self.snapshot().runs.get(&id).is_some_and(|run| run.is_due(now)) {
            return Ok(());
        }
        self.write(&Author::time(), now, |draft| {
            draft.advance(id);
            Ok(())
        })
        .await
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let snapshot = self.snapshot();
        formatter
            .debug_struct("Hub")
            .field("repositories", &snapshot.holdings.repositories.len())
            .field("unfinished_runs", &snapshot.runs.len())
            .finish_non_exhaustive()
    }
}
