//! The one thread that writes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::oneshot;

use super::apply::apply;
use super::checkpoint;
use super::failure::{is_disk_failure, store_error};
use crate::error::StoreError;
use crate::model::{Commit, Durability};

/// Commits that share one transaction and one flush.
const BATCH_COMMITS_MAX: usize = 256;
/// Bytes that share one transaction: what is written while the first of them waits.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// How long the writer lets more commits come before it flushes, where lately more came together. A flush costs more
/// than this, in time and in work, and callers who were answered together tend to come again together.
const GATHERING: Duration = Duration::from_micros(200);

/// What the writer is asked to do.
pub(super) enum Job {
    /// Commit.
    Commit(Waiting),
    /// Carry over the rest of the log.
    Checkpoint,
    /// Let the database grow no further than this.
    LimitPages(u32),
}

/// A commit, and who waits for it.
pub(super) struct Waiting {
    pub(super) commit: Commit,
    pub(super) bytes: usize,
    pub(super) reply: oneshot::Sender<Result<(), StoreError>>,
}

/// What the writer shares with those who commit and read.
#[derive(Default)]
pub(super) struct Shared {
    /// The last event that was committed.
    pub(super) appended: Arc<AtomicI64>,
    /// Bytes of commits that wait.
    pub(super) waiting_bytes: AtomicUsize,
    /// Bytes that were committed since the last checkpoint.
    pub(super) log_bytes: AtomicUsize,
    /// Why the store no longer writes: after a failed flush nobody knows what the disk holds.
    pub(super) broken: OnceLock<String>,
}

impl Shared {
    /// Takes no more writes.
    pub(super) fn fail(&self, error: &rusqlite::Error) {
        let reason = format!("the disk failed ({error}); restart to read what it holds");
        if self.broken.set(reason).is_ok() {
            tracing::error!(%error, "the disk failed; the store takes no more writes");
        }
    }
}

pub(super) struct Writer {
    connection: Connection,
    queue: Receiver<Job>,
    shared: Arc<Shared>,
    checkpointer: Option<Thread>,
    flushing: bool,
    /// How many commits the last flush was for.
    together: usize,
}

/// What one turn of the writer is about.
#[derive(Default)]
struct Turn {
    batch: VecDeque<Waiting>,
    bytes: usize,
    checkpoint: bool,
}

impl Turn {
    fn has_room(&self) -> bool {
        self.batch.len() < BATCH_COMMITS_MAX && self.bytes < BATCH_BYTES_MAX
    }

    fn flushes(&self) -> bool {
        self.batch.iter().any(|waiting| waiting.commit.durability == Durability::Flushed)
    }
}

impl Writer {
    pub(super) const fn new(
        connection: Connection,
        queue: Receiver<Job>,
        shared: Arc<Shared>,
        checkpointer: Option<Thread>,
    ) -> Self {
        Self { connection, queue, shared, checkpointer, flushing: true, together: 0 }
    }

    /// Works until nobody can commit any more and everything that waited is done.
    pub(super) fn run(mut self) {
        while let Ok(first) = self.queue.recv() {
            self.work(first);
        }
        if self.shared.broken.get().is_some() {
            // Closing would carry the log over. If even this fails, closing does what it does.
            let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }

    /// Does the job and everything that waits behind it.
    fn work(&mut self, first: Job) {
        let mut turn = Turn::default();
        self.take(&mut turn, first);
        self.take_waiting(&mut turn);
        if turn.flushes() {
            if turn.batch.len() < self.together {
                std::thread::sleep(GATHERING);
                self.take_waiting(&mut turn);
            }
            self.together = turn.batch.len();
        }
        if !turn.batch.is_empty() {
            self.commit(turn.batch);
            self.wake_checkpointer(turn.bytes);
        }
        if turn.checkpoint && self.shared.broken.get().is_none() {
            checkpoint::carry_over(&self.connection, &self.shared);
        }
    }

    fn take_waiting(&self, turn: &mut Turn) {
        while turn.has_room()
            && let Ok(job) = self.queue.try_recv()
        {
            self.take(turn, job);
        }
    }

    fn take(&self, turn: &mut Turn, job: Job) {
        match job {
            Job::Commit(waiting) => {
                self.shared.waiting_bytes.fetch_sub(waiting.bytes, Ordering::Relaxed);
                turn.bytes = turn.bytes.saturating_add(waiting.bytes);
                turn.batch.push_back(waiting);
            }
            Job::Checkpoint => turn.checkpoint = true,
            Job::LimitPages(pages) => self.limit_pages(pages),
        }
    }

    fn wake_checkpointer(&self, bytes: usize) {
        let before = self.shared.log_bytes.fetch_add(bytes, Ordering::AcqRel);
        if before.saturating_add(bytes) >= checkpoint::LOG_BYTES
            && let Some(checkpointer) = &self.checkpointer
        {
            checkpointer.unpark();
        }
    }

    fn commit(&mut self, batch: VecDeque<Waiting>) {
        match self.try_commit(batch.iter().map(|waiting| &waiting.commit)) {
            Err(_) if batch.len() > 1 && self.shared.broken.get().is_none() => {
                // One of them may be at fault, or too large for the room there is: let each stand for itself.
                for waiting in batch {
                    self.commit(VecDeque::from([waiting]));
                }
            }
            result => {
                for waiting in batch {
                    // The caller may have gone; what it committed is kept.
                    let _ = waiting.reply.send(result.clone());
                }
            }
        }
    }

    fn try_commit<'a>(&mut self, batch: impl Iterator<Item = &'a Commit> + Clone) -> Result<(), StoreError> {
        if let Some(reason) = self.shared.broken.get() {
            return Err(StoreError::Closed(reason.clone()));
        }
        self.transact(batch).map_err(|error| {
            if is_disk_failure(&error) {
                self.shared.fail(&error);
            }
            store_error(&error)
        })
    }

    fn transact<'a>(
        &mut self,
        batch: impl Iterator<Item = &'a Commit> + Clone,
    ) -> Result<(), rusqlite::Error> {
        let flushing = batch.clone().any(|commit| commit.durability == Durability::Flushed);
        if flushing != self.flushing {
            self.connection.pragma_update(None, "synchronous", if flushing { "FULL" } else { "NORMAL" })?;
            self.flushing = flushing;
        }
        let mut last = self.shared.appended.load(Ordering::Acquire);
        let transaction = self.connection.transaction()?;
        for commit in batch {
            last = apply(&transaction, commit, last)?;
        }
        transaction.commit()?;
        self.shared.appended.store(last, Ordering::Release);
        Ok(())
    }

    fn limit_pages(&self, pages: u32) {
        let limited = self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()));
        if let Err(error) = limited {
            tracing::warn!(%error, "the database's growth was not limited");
        }
    }
}
