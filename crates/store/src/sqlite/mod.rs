//! The SQLite engine: one file, one writer thread with group commit, readers beside it.
//!
//! The write-ahead log lets readers read while the writer writes. The writer takes everything that waits, up to a bound,
//! into one transaction, and flushes once for all of it. The trail's table is append-only and has no index but its own
//! order; what events are looked up by is indexed behind it, when the writer is idle or a reader waits.

mod index;
mod lock;
mod open;
mod reader;
mod schema;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

pub use lock::Lock;
pub use open::OpenError;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::model::{Commit, DOCUMENT_BYTES_MAX, RECORD_BYTES_MAX};
use crate::model::{Change, ObjectChange};
use crate::traits::{Journal, Pending};
use reader::Readers;
use writer::{Job, Writer};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "daypass.sqlite";

/// Commits that may wait for the writer; more are refused as busy.
const QUEUE_COMMITS_MAX: usize = 4_096;

/// A database that this process holds. Dropping it finishes what was committed and lets go of the lock.
pub struct Database {
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
    readers: Readers,
    /// The last event that was committed.
    appended: Arc<AtomicI64>,
    lock: Lock,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the database of a data directory, or makes it. `holder` tells others who holds it.
    ///
    /// # Errors
    /// [`OpenError`]: in use, damaged, or of a newer version. Nothing that is there is overwritten.
    pub fn open(directory: &Path, holder: Option<&str>) -> Result<Self, OpenError> {
        let lock = Lock::take(directory, holder)?;
        let path = directory.join(DATABASE_FILE);
        let connection = open::writer_connection(&path)?;
        let last = index::last_event(&connection).map_err(|error| OpenError::damaged(&path, &error))?;
        let appended = Arc::new(AtomicI64::new(last));
        let (jobs, queue) = sync_channel(QUEUE_COMMITS_MAX);
        let writer = Writer::new(connection, queue, Arc::clone(&appended));
        let handle = std::thread::Builder::new()
            .name("daypass-store".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| OpenError::File { path: path.clone(), source })?;
        Ok(Self { jobs: Some(jobs), writer: Some(handle), readers: Readers::new(path), appended, lock })
    }

    /// Tells others who holds the database, e.g. the addresses it is served at.
    ///
    /// # Errors
    /// Where the lock's file cannot be written.
    pub fn describe_holder(&self, holder: &str) -> std::io::Result<()> {
        self.lock.describe(holder)
    }

    /// Copies the whole database, as it is at one moment, to a new file.
    ///
    /// # Errors
    /// [`StoreError`] where the copy fails.
    pub fn snapshot_to(&self, path: &Path) -> Result<(), StoreError> {
        self.readers.with(|connection| {
            connection.execute("VACUUM INTO ?1", [path.to_string_lossy().as_ref()]).map(|_| ())
        })
    }

    /// Waits until everything committed so far can be looked up.
    fn wait_for_index(&self) -> Result<(), StoreError> {
        let wanted = self.appended.load(Ordering::Acquire);
        let (reply, answer) = std::sync::mpsc::channel();
        let closed = || StoreError::Closed("it was stopped".to_owned());
        let jobs = self.jobs.as_ref().ok_or_else(closed)?;
        jobs.send(Job::Index { wanted, reply }).map_err(|_| closed())?;
        answer.recv().map_err(|_| closed())?
    }
}

impl Journal for Database {
    fn commit(&self, commit: Commit) -> Pending {
        let (reply, answer) = oneshot::channel();
        if let Err(error) = within_limits(&commit) {
            // The receiver is right here: sending cannot fail.
            let _ = reply.send(Err(error));
            return Pending(answer);
        }
        let Some(jobs) = &self.jobs else { return Pending(answer) };
        if let Err(TrySendError::Full(Job::Commit { reply, .. })) = jobs.try_send(Job::Commit { commit, reply }) {
            let _ = reply.send(Err(StoreError::Busy));
        }
        Pending(answer)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Closing the queue ends the writer once it has done what waits.
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

fn within_limits(commit: &Commit) -> Result<(), StoreError> {
    let check = |what, bytes, limit| {
        if bytes > limit { Err(StoreError::TooLarge { what, bytes, limit }) } else { Ok(()) }
    };
    for entry in &commit.entries {
        check("a record", entry.record.len(), RECORD_BYTES_MAX)?;
        check("an annotation", entry.annotation.as_ref().map_or(0, String::len), RECORD_BYTES_MAX)?;
    }
    for change in &commit.changes {
        if let Change::Put { document, .. } = change {
            check("a document", document.len(), DOCUMENT_BYTES_MAX)?;
        }
    }
    for change in &commit.objects {
        if let ObjectChange::Put { document, .. } = change {
            check("an object's document", document.len(), DOCUMENT_BYTES_MAX)?;
        }
    }
    Ok(())
}
