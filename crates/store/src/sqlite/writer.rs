//! The one thread that writes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::oneshot;

use super::pen::{Desk, Pen};
use crate::error::StoreError;
use crate::model::{Commit, Durability};

/// Commits that share one transaction and one flush.
pub(super) const BATCH_COMMITS_MAX: usize = 256;
/// Bytes that share one transaction: what is written while the first of them waits.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// How long the writer lets more commits come before it flushes, where lately more came together. A flush costs more
/// than this, in time and in work, and callers who were answered together tend to come again together.
const GATHERING: Duration = Duration::from_micros(200);

/// What the writer is asked to do.
pub(super) enum Job {
    /// Commit.
    Commit(Waiting),
    /// Look for what was laid aside.
    Aside,
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
    desk: Arc<Desk>,
    queue: Receiver<Job>,
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

    fn take(&mut self, desk: &Desk, pen: &Pen, job: Job) {
        match job {
            Job::Commit(waiting) => {
                self.batch.extend(desk.take_aside().into_iter().inspect(|aside| {
                    self.bytes = self.bytes.saturating_add(aside.bytes);
                }));
                pen.shared().waiting_bytes.fetch_sub(waiting.bytes, Ordering::AcqRel);
                self.bytes = self.bytes.saturating_add(waiting.bytes);
                self.batch.push_back(waiting);
            }
            Job::Aside => {}
            Job::Checkpoint => self.checkpoint = true,
            Job::LimitPages(pages) => pen.limit_pages(pages),
        }
    }

    fn flushes(&self) -> bool {
        self.batch.iter().any(|waiting| waiting.commit.durability == Durability::Flushed)
    }
}

impl Writer {
    pub(super) const fn new(desk: Arc<Desk>, queue: Receiver<Job>) -> Self {
        Self { desk, queue, together: 0 }
    }

    /// Works until nobody can commit any more and everything that waited is done.
    pub(super) fn run(mut self) {
        let desk = Arc::clone(&self.desk);
        let mut left = false;
        while let Some(first) =
            if left { Some(self.queue.try_recv().unwrap_or(Job::Aside)) } else { self.queue.recv().ok() }
        {
            self.work(&mut desk.pen(), first);
            left = !desk.write_aside();
        }
        self.desk.pen().put_down();
    }

    /// Does the job and everything that waits behind it.
    fn work(&mut self, pen: &mut Pen, first: Job) {
        let mut turn = Turn::default();
        turn.take(&self.desk, pen, first);
        self.take_waiting(pen, &mut turn);
        if turn.flushes() {
            if turn.batch.len() < self.together {
                std::thread::sleep(GATHERING);
                self.take_waiting(pen, &mut turn);
            }
            self.together = turn.batch.len();
        }
        if !turn.batch.is_empty() {
            pen.commit(turn.batch);
            pen.wake_checkpointer(turn.bytes);
        }
        if turn.checkpoint {
            pen.carry_over();
        }
    }

    fn take_waiting(&self, pen: &Pen, turn: &mut Turn) {
        while turn.has_room()
            && let Ok(job) = self.queue.try_recv()
        {
            turn.take(&self.desk, pen, job);
        }
    }
}
