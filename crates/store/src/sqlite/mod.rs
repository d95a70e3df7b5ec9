//! The SQLite engine: one file, one writer thread with group commit, readers beside it.
//!
//! The write-ahead log lets readers read while the writer writes. The writer takes everything that waits, up to a bound,
//! into one transaction, and flushes once for all of it; a small commit that needs no flush is written by its caller
//! where the writer has nothing to do. The trail's table is append-only and has no index but its own
//! order; what events are looked up by lies in a file of its own, which a second thread builds behind the trail. A third
//! carries the log over into the database's file.

mod apply;
mod checkpoint;
mod failure;
mod index;
mod lock;
mod open;
mod pen;
mod reader;
mod runs;
mod schema;
mod trail;
mod writer;

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

pub use index::INDEX_FILE;
pub use lock::Lock;
pub use open::OpenError;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::model::{Change, Commit, DOCUMENT_BYTES_MAX, KEY_BYTES_MAX, ObjectChange, RECORD_BYTES_MAX};
use crate::traits::{Journal, Pending};
use checkpoint::Checkpointer;
use index::Indexer;
use pen::{Desk, Laid, Pen};
use reader::Readers;
use writer::{Job, Shared, Waiting, Writer};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "daypass.sqlite";

/// Commits that may wait for the writer; more are refused as busy.
const QUEUE_COMMITS_MAX: usize = 4_096;
/// Bytes that may wait for the writer: a bound on the memory that they take.
const QUEUE_BYTES_MAX: usize = 64 << 20;
/// What an item of a commit takes besides its texts, in bytes; so that many small ones count too.
const ITEM_BYTES: usize = 256;

/// A database that this process holds. Dropping it finishes what was committed and lets go of the lock.
pub struct Database {
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
    checkpointer: Checkpointer,
    indexer: Indexer,
    readers: Readers,
    shared: Arc<Shared>,
    /// Before the lock: the connection closes first.
    desk: Arc<Desk>,
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
    /// [`OpenError`]: in use, damaged, of a newer version, or not ours. Nothing that is there is overwritten.
    pub fn open(directory: &Path, holder: Option<&str>) -> Result<Self, OpenError> {
        let lock = Lock::take(directory, holder)?;
        let path = directory.join(DATABASE_FILE);
        let index = directory.join(INDEX_FILE);
        let connection = open::writer_connection(&path)?;
        let last = schema::last_event(&connection).map_err(|error| OpenError::damaged(&path, &error))?;
        let shared = Arc::new(Shared::default());
        shared.appended.store(last, Ordering::Release);
        let indexer = Indexer::start(&index, &path, Arc::clone(&shared.appended))?;
        let (jobs, queue) = sync_channel(QUEUE_COMMITS_MAX);
        let checkpointer = Checkpointer::start(&path, Arc::clone(&shared), jobs.clone())?;
        let pen = Pen::new(connection, Arc::clone(&shared), checkpointer.thread());
        let desk = Arc::new(Desk::new(pen));
        let writer = Writer::new(Arc::clone(&desk), queue);
        let handle = std::thread::Builder::new()
            .name("daypass-store".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| OpenError::File { path: path.clone(), source })?;
        let readers = Readers::new(path, index);
        Ok(Self {
            jobs: Some(jobs),
            writer: Some(handle),
            checkpointer,
            indexer,
            readers,
            shared,
            desk,
            lock,
        })
    }

    /// Tells others who holds the database, e.g. the addresses it is served at.
    ///
    /// # Errors
    /// Where the lock's file cannot be written.
    pub fn describe_holder(&self, holder: &str) -> std::io::Result<()> {
        self.lock.describe(holder)
    }

    /// Copies the whole database, as it is at one moment, to a new file of mode 0600, and flushes it. The index is not
    /// copied: it is made anew from the trail.
    ///
    /// # Errors
    /// [`StoreError`] where the file is there already or the copy fails.
    pub fn snapshot_to(&self, path: &Path) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| StoreError::Failed(format!("`{}`: {error}", path.display()));
        let name = path
            .to_str()
            .ok_or_else(|| StoreError::Failed(format!("`{}`: the name is not UTF-8", path.display())))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        let copied = self
            .readers
            .with(|connection| connection.execute("VACUUM main INTO ?1", [name]).map(|_| ()))
            .and_then(|()| file.sync_all().map_err(failed));
        if copied.is_err() {
            // What was begun is no snapshot; the error that counts is the copy's.
            let _ = std::fs::remove_file(path);
        }
        copied
    }

    /// Lets the database grow no further than this many pages of 8 KiB, as if the disk were full then.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) {
        if let Some(jobs) = &self.jobs {
            // With the writer gone there is nothing to limit.
            let _ = jobs.send(Job::LimitPages(pages));
        }
    }
}

impl Journal for Database {
    fn commit(&self, commit: Commit) -> Pending {
        let (reply, answer) = oneshot::channel();
        let bytes = match measured(&commit) {
            Ok(bytes) => bytes,
            Err(error) => {
                // The receiver is right here: sending cannot fail.
                let _ = reply.send(Err(error));
                return Pending(answer);
            }
        };
        let Some(jobs) = &self.jobs else { return Pending(answer) };
        let waiting = match self.desk.lay_aside(Waiting { commit, bytes, reply }) {
            Laid::Back(waiting) => waiting,
            Laid::Done => return Pending(answer),
            Laid::Left => {
                // Where the queue is full the writer is at work, and looks there after it.
                let _ = jobs.try_send(Job::Aside);
                return Pending(answer);
            }
        };
        let before = self.shared.waiting_bytes.fetch_add(bytes, Ordering::AcqRel);
        let job = Job::Commit(waiting);
        // One commit is taken whatever its size, so that none is refused for ever.
        let room = before == 0 || before.saturating_add(bytes) <= QUEUE_BYTES_MAX;
        let refused = if room { jobs.try_send(job) } else { Err(TrySendError::Full(job)) };
        if let Err(error) = refused {
            self.shared.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
            if let TrySendError::Full(Job::Commit(waiting)) = error {
                let _ = waiting.reply.send(Err(StoreError::Busy));
            }
        }
        Pending(answer)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Of each file the connection that writes is the last to close: then SQLite carries its log over.
        self.checkpointer.stop();
        self.readers.close();
        self.indexer.stop();
        // Closing the queue ends the writer once it has done what waits.
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            // A panic there was reported there, and whoever waited was told that the store is closed.
            let _ = writer.join();
        }
    }
}

/// Checks a commit against the limits; the bytes that it takes in memory.
fn measured(commit: &Commit) -> Result<usize, StoreError> {
    let mut total = 0_usize;
    let mut check = |what, bytes: usize, limit| {
        total = total.saturating_add(bytes).saturating_add(ITEM_BYTES);
        if bytes > limit { Err(StoreError::TooLarge { what, bytes, limit }) } else { Ok(()) }
    };
    for entry in &commit.entries {
        check("an event's id", entry.event_id.len().max(entry.request_id.len()), KEY_BYTES_MAX)?;
        check("a record", entry.record.len(), RECORD_BYTES_MAX)?;
        check("an annotation", entry.annotation.as_ref().map_or(0, String::len), RECORD_BYTES_MAX)?;
    }
    for change in &commit.changes {
        let (Change::Delete { key, .. } | Change::Put { key, .. }) = change;
        check("a document's key", key.len(), KEY_BYTES_MAX)?;
        if let Change::Put { document, .. } = change {
            check("a document", document.len(), DOCUMENT_BYTES_MAX)?;
        }
    }
    for change in &commit.objects {
        let (ObjectChange::Delete { bucket, key } | ObjectChange::Put { bucket, key, .. }) = change;
        check("an object's key", bucket.len().max(key.len()), KEY_BYTES_MAX)?;
        if let ObjectChange::Put { document, .. } = change {
            check("an object's document", document.len(), DOCUMENT_BYTES_MAX)?;
        }
    }
    for row in &commit.runs {
        let names = [&row.repository, &row.status, &row.event, &row.branch, &row.actor, &row.sha];
        check("a run's name", names.into_iter().map(String::len).max().unwrap_or_default(), KEY_BYTES_MAX)?;
        check("a run", row.document.len(), DOCUMENT_BYTES_MAX)?;
    }
    Ok(total)
}
