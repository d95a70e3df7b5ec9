//! The one thread that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, params};
use tokio::sync::oneshot;

use super::index;
use crate::error::StoreError;
use crate::model::{Category, Change, Commit, Durability, Entry, ObjectChange};

/// Commits that share one transaction and one flush.
const BATCH_COMMITS_MAX: usize = 256;
/// Idle time after which events are indexed unasked.
const IDLE_MS: u64 = 250;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Commit.
    Commit {
        /// What.
        commit: Commit,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<(), StoreError>>,
    },
    /// Index the trail up to an event.
    Index {
        /// The event.
        wanted: i64,
        /// Where the answer goes.
        reply: Sender<Result<(), StoreError>>,
    },
}

type Waiting = (Commit, oneshot::Sender<Result<(), StoreError>>);

pub(super) struct Writer {
    connection: Connection,
    queue: Receiver<Job>,
    appended: Arc<AtomicI64>,
    flushing: bool,
    /// Why it no longer writes: after a failed flush nobody knows what the disk holds.
    broken: Option<String>,
}

impl Writer {
    pub(super) fn new(connection: Connection, queue: Receiver<Job>, appended: Arc<AtomicI64>) -> Self {
        Self { connection, queue, appended, flushing: true, broken: None }
    }

    pub(super) fn run(mut self) {
        loop {
            match self.queue.recv_timeout(Duration::from_millis(IDLE_MS)) {
                Ok(job) => self.work(job),
                Err(RecvTimeoutError::Timeout) => {
                    // Nobody waits for this; whoever does hears of a failure then.
                    let _ = self.index_some();
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // A clean end leaves one file; a failure leaves the log, which the next start reads.
        let _ = self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE");
    }

    /// Takes the job and everything that waits behind it.
    fn work(&mut self, first: Job) {
        let mut batch = Vec::new();
        let mut next = Some(first);
        let mut index = None;
        while let Some(job) = next.take() {
            match job {
                Job::Commit { commit, reply } => batch.push((commit, reply)),
                Job::Index { wanted, reply } => index = Some((wanted, reply)),
            }
            if index.is_none() && batch.len() < BATCH_COMMITS_MAX {
                next = match self.queue.try_recv() {
                    Ok(job) => Some(job),
                    Err(TryRecvError::Disconnected | TryRecvError::Empty) => None,
                };
            }
        }
        if !batch.is_empty() {
            self.commit(batch);
        }
        if let Some((wanted, reply)) = index {
            // The reader may have gone.
            let _ = reply.send(self.index_up_to(wanted));
        }
    }

    fn commit(&mut self, batch: Vec<Waiting>) {
        match self.apply(&batch) {
            Ok(()) => {
                for (_, reply) in batch {
                    // The caller may have gone; what it committed is kept.
                    let _ = reply.send(Ok(()));
                }
            }
            Err(error) if batch.len() == 1 || self.broken.is_some() || error == StoreError::Full => {
                for (_, reply) in batch {
                    let _ = reply.send(Err(error.clone()));
                }
            }
            // One of them is at fault: let each stand for itself.
            Err(_) => {
                for waiting in batch {
                    self.commit(vec![waiting]);
                }
            }
        }
    }

    fn apply(&mut self, batch: &[Waiting]) -> Result<(), StoreError> {
        if let Some(reason) = &self.broken {
            return Err(StoreError::Closed(reason.clone()));
        }
        let flushing = batch.iter().any(|(commit, _)| commit.durability == Durability::Flushed);
        let result = self.transact(batch, flushing);
        result.map_err(|error| {
            if is_disk_failure(&error) {
                self.broken = Some(format!("the disk failed ({error}); restart to read what it holds"));
            }
            store_error(&error)
        })
    }

    fn transact(&mut self, batch: &[Waiting], flushing: bool) -> Result<(), rusqlite::Error> {
        if flushing != self.flushing {
            self.connection.pragma_update(None, "synchronous", if flushing { "FULL" } else { "NORMAL" })?;
            self.flushing = flushing;
        }
        let mut last = self.appended.load(Ordering::Acquire);
        let transaction = self.connection.transaction()?;
        for (commit, _) in batch {
            for entry in &commit.entries {
                last += 1;
                append(&transaction, last, entry)?;
            }
            for change in &commit.changes {
                change_document(&transaction, change)?;
            }
            for change in &commit.objects {
                change_object(&transaction, change)?;
            }
        }
        transaction.commit()?;
        self.appended.store(last, Ordering::Release);
        Ok(())
    }

    /// Indexes one step; whether there is more to do.
    fn index_some(&mut self) -> Result<bool, StoreError> {
        let last = self.appended.load(Ordering::Acquire);
        if self.broken.is_some() {
            return Ok(false);
        }
        index::step(&mut self.connection, last).map_err(|error| store_error(&error))
    }

    fn index_up_to(&mut self, wanted: i64) -> Result<(), StoreError> {
        loop {
            let indexed = index::indexed(&self.connection).map_err(|error| store_error(&error))?;
            if indexed >= wanted {
                return Ok(());
            }
            self.index_some()?;
        }
    }
}

fn append(transaction: &Transaction<'_>, sequence: i64, entry: &Entry) -> Result<(), rusqlite::Error> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO event (sequence, time, management, error, event_id, request_id, record, annotation)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute(params![
        sequence,
        entry.time.as_millisecond(),
        entry.category == Category::Management,
        entry.error,
        entry.event_id,
        entry.request_id,
        entry.record,
        entry.annotation,
    ])?;
    Ok(())
}

fn change_document(transaction: &Transaction<'_>, change: &Change) -> Result<(), rusqlite::Error> {
    match change {
        Change::Delete { collection, key } => transaction
            .prepare_cached("DELETE FROM document WHERE collection = ?1 AND key = ?2")?
            .execute(params![collection.number(), key])?,
        Change::Put { collection, key, document } => transaction
            .prepare_cached("INSERT OR REPLACE INTO document (collection, key, document) VALUES (?1, ?2, ?3)")?
            .execute(params![collection.number(), key, document])?,
    };
    Ok(())
}

fn change_object(transaction: &Transaction<'_>, change: &ObjectChange) -> Result<(), rusqlite::Error> {
    match change {
        ObjectChange::Delete { bucket, key } => transaction
            .prepare_cached("DELETE FROM object WHERE bucket = ?1 AND key = ?2")?
            .execute(params![bucket, key])?,
        ObjectChange::Put { bucket, key, document } => transaction
            .prepare_cached("INSERT OR REPLACE INTO object (bucket, key, document) VALUES (?1, ?2, ?3)")?
            .execute(params![bucket, key, document])?,
    };
    Ok(())
}

/// Whether the disk itself failed, so that nobody knows what it holds.
fn is_disk_failure(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// The engine's error in the store's terms.
pub(super) fn store_error(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Failed(error.to_string()),
    }
}
