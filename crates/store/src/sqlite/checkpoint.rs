//! Carrying the log over into the database's file, beside the writer instead of in its way.
//!
//! A checkpoint writes and flushes for milliseconds. SQLite would do it in the middle of a commit; here a thread of its
//! own does, while the writer goes on. A log begins anew only where all of it was carried over at the moment of the
//! next write, which never comes under load: so when the thread has done nearly all, it asks the writer to carry over
//! the small rest between two commits.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::failure::is_disk_failure;
use super::open::{self, OpenError};
use super::writer::{Job, Shared};

/// Bytes that were committed since the last checkpoint, at which the next one begins.
pub(super) const LOG_BYTES: usize = 4 << 20;
/// Pages of the log at which it should begin anew: 16 MiB.
const RESTART_PAGES: i64 = 2_048;
/// Bytes that a log's file keeps when it begins anew, where a long reader had made it grow beyond.
pub(super) const LOG_FILE_BYTES: i64 = 64 << 20;

/// The thread. Dropping it stops it.
pub(super) struct Checkpointer {
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path, shared: Arc<Shared>, jobs: SyncSender<Job>) -> Result<Self, OpenError> {
        let connection = open::connect(path).map_err(|error| OpenError::damaged(path, &error))?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let thread = std::thread::Builder::new()
            .name("daypass-checkpoint".to_owned())
            .spawn(move || run(&connection, &shared, &jobs, &stop))
            .map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        Ok(Self { stopping, thread: Some(thread) })
    }

    /// Whom the writer wakes when there is something to carry over.
    pub(super) fn thread(&self) -> Option<std::thread::Thread> {
        self.thread.as_ref().map(|thread| thread.thread().clone())
    }

    /// Stops the thread and closes its connection.
    pub(super) fn stop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic there was reported there; the log is carried over at the next start.
            let _ = thread.join();
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(connection: &Connection, shared: &Shared, jobs: &SyncSender<Job>, stopping: &AtomicBool) {
    while !stopping.load(Ordering::Acquire) && shared.broken.get().is_none() {
        if shared.log_bytes.load(Ordering::Acquire) < LOG_BYTES {
            std::thread::park();
            continue;
        }
        shared.log_bytes.store(0, Ordering::Release);
        if carry_over(connection, shared) {
            // Where the queue is full there will be another time.
            let _ = jobs.try_send(Job::Checkpoint);
        }
    }
}

/// Carries over what is in the log; whether the log is long enough to begin anew.
pub(super) fn carry_over(connection: &Connection, shared: &Shared) -> bool {
    let pages = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(1));
    match pages {
        Ok(pages) => pages >= RESTART_PAGES,
        Err(error) if is_disk_failure(&error) => {
            // After a failed flush the system may say of the next one that it went well, with the pages gone. The log
            // still has them: it is left as it is until the next start.
            shared.fail(&error);
            false
        }
        Err(error) => {
            tracing::warn!(%error, "the log was not carried over; it is tried again");
            false
        }
    }
}
