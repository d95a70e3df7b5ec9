//! The connection that writes, and how small commits are written without waking the writer's thread.
//!
//! A record of a read must be written before its answer leaves, and need not be flushed: waking a thread for it, and being
//! woken by it, takes more than the write. So such a commit is laid aside, and whoever has the pen writes everything that
//! lies there: the one who laid it, if the pen is free, or else the one who has it, before turning to something else.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::Thread;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::apply::apply;
use super::checkpoint;
use super::failure::{is_disk_failure, store_error};
use super::writer::{BATCH_COMMITS_MAX, Shared, Waiting};
use crate::error::StoreError;
use crate::model::{Commit, Durability};

/// Bytes of a commit that may be laid aside: a data event and its annotation have about four thousand.
const ASIDE_BYTES_MAX: usize = 64 << 10;
/// How often one caller writes what others laid aside before the writer's thread has to.
const ROUNDS_MAX: usize = 4;

/// The pen, for one at a time, and what lies beside it.
pub(super) struct Desk {
    pen: Mutex<Pen>,
    aside: Mutex<VecDeque<Waiting>>,
    shared: Arc<Shared>,
}

/// What became of a commit that was to be laid aside.
pub(super) enum Laid {
    /// It is written, or somebody who has the pen writes it.
    Done,
    /// It has to queue.
    Back(Waiting),
    /// There is more than one caller should write: the writer's thread is to be woken.
    Left,
}

impl Desk {
    pub(super) fn new(pen: Pen) -> Self {
        let shared = Arc::clone(&pen.shared);
        Self { pen: Mutex::new(pen), aside: Mutex::default(), shared }
    }

    /// The pen, once it is free. A transaction that a panic cut short was rolled back: the pen is whole after it.
    pub(super) fn pen(&self) -> MutexGuard<'_, Pen> {
        self.pen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn aside(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lays a small commit that needs no flush aside, and sees that it is written.
    ///
    /// It keeps its place behind what the same caller committed before: that is in the queue's bytes, or was taken out of
    /// them by a writer who has had the pen ever since. And before what that caller commits after: the writer takes what
    /// lies aside before each commit of the queue.
    pub(super) fn lay_aside(&self, waiting: Waiting) -> Laid {
        let is_small = waiting.bytes <= ASIDE_BYTES_MAX && waiting.commit.durability == Durability::Written;
        if !is_small || self.shared.waiting_bytes.load(Ordering::Acquire) > 0 {
            return Laid::Back(waiting);
        }
        {
            let mut aside = self.aside();
            if aside.len() >= BATCH_COMMITS_MAX {
                return Laid::Back(waiting);
            }
            aside.push_back(waiting);
        }
        if self.write_aside() { Laid::Done } else { Laid::Left }
    }

    /// What lies aside, for whoever has the pen.
    pub(super) fn take_aside(&self) -> VecDeque<Waiting> {
        std::mem::take(&mut *self.aside())
    }

    /// Writes what lies aside, unless somebody else has the pen: whoever puts it down looks again. Not for ever: says
    /// whether nothing is left to do here.
    pub(super) fn write_aside(&self) -> bool {
        for _ in 0..ROUNDS_MAX {
            if self.aside().is_empty() {
                return true;
            }
            let mut pen = match self.pen.try_lock() {
                Ok(pen) => pen,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return true,
            };
            let batch = self.take_aside();
            let bytes = batch.iter().map(|waiting| waiting.bytes).sum();
            pen.commit(batch);
            pen.wake_checkpointer(bytes);
        }
        self.aside().is_empty()
    }
}

/// The connection that writes.
pub(super) struct Pen {
    connection: Connection,
    shared: Arc<Shared>,
    checkpointer: Option<Thread>,
    flushing: bool,
}

impl Pen {
    pub(super) const fn new(
        connection: Connection,
        shared: Arc<Shared>,
        checkpointer: Option<Thread>,
    ) -> Self {
        Self { connection, shared, checkpointer, flushing: true }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Nothing is written any more.
    pub(super) fn put_down(&self) {
        if self.shared.broken.get().is_some() {
            // Closing would carry the log over. If even this fails, closing does what it does.
            let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }

    /// Carries over the rest of the log.
    pub(super) fn carry_over(&self) {
        if self.shared.broken.get().is_none() {
            checkpoint::carry_over(&self.connection, &self.shared);
        }
    }

    pub(super) fn wake_checkpointer(&self, bytes: usize) {
        let before = self.shared.log_bytes.fetch_add(bytes, Ordering::AcqRel);
        if before.saturating_add(bytes) >= checkpoint::LOG_BYTES
            && let Some(checkpointer) = &self.checkpointer
        {
            checkpointer.unpark();
        }
    }

    pub(super) fn commit(&mut self, batch: VecDeque<Waiting>) {
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
        let transaction = Transaction::begin(&self.connection)?;
        for commit in batch {
            last = apply(transaction.0, commit, last)?;
        }
        transaction.commit()?;
        self.shared.appended.store(last, Ordering::Release);
        Ok(())
    }

    pub(super) fn limit_pages(&self, pages: u32) {
        let limited = self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()));
        if let Err(error) = limited {
            tracing::warn!(%error, "the database's growth was not limited");
        }
    }
}

/// A transaction that is rolled back where it is dropped while it is open. Its statements are kept: parsing them took as
/// long as a small insertion.
struct Transaction<'a>(&'a Connection);

impl<'a> Transaction<'a> {
    fn begin(connection: &'a Connection) -> Result<Self, rusqlite::Error> {
        connection.prepare_cached("BEGIN")?.execute([])?;
        Ok(Self(connection))
    }

    fn commit(self) -> Result<(), rusqlite::Error> {
        self.0.prepare_cached("COMMIT")?.execute([]).map(drop)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit()
            && let Err(error) = self.0.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction was not rolled back");
        }
    }
}
