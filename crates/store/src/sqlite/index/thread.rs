//! The thread that indexes, and how readers wait for it.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::super::open::{self, OpenError};
use super::{file, step};

/// Without anything new for this long, events are indexed unasked.
const IDLE: Duration = Duration::from_millis(250);
/// Events that may gather before they are indexed in spite of the load: a reader waits about two seconds for as many.
const BACKLOG_EVENTS_MAX: i64 = 100_000;

#[derive(Default)]
struct State {
    /// The last event that is indexed.
    indexed: i64,
    /// The last event that somebody waits for.
    wanted: i64,
    /// How often indexing failed, so that who waits does not wait for ever.
    failures: u64,
    stopping: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    /// The state is whole after any statement that changes it, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread, for those who wait for it. Dropping it stops the thread after the step that it is at.
pub(in super::super) struct Indexer {
    shared: Arc<Shared>,
    appended: Arc<AtomicI64>,
    thread: Option<JoinHandle<()>>,
}

impl Indexer {
    /// Opens the index beside a trail and starts the thread. `appended` is the last event of the trail.
    pub(in super::super) fn start(
        index: &Path,
        trail: &Path,
        appended: Arc<AtomicI64>,
    ) -> Result<Self, OpenError> {
        let damaged = |error: rusqlite::Error| OpenError::damaged(trail, &error);
        let trail_connection = open::reader_connection(trail, None).map_err(damaged)?;
        let (connection, indexed) = file::open(index, &trail_connection)?;
        let shared = Arc::new(Shared::default());
        shared.lock().indexed = indexed;
        let work = Work {
            index: connection,
            trail: trail_connection,
            shared: Arc::clone(&shared),
            appended: Arc::clone(&appended),
        };
        let thread = std::thread::Builder::new()
            .name("daypass-index".to_owned())
            .spawn(move || work.run())
            .map_err(|source| OpenError::File { path: index.to_owned(), source })?;
        Ok(Self { shared, appended, thread: Some(thread) })
    }

    /// Waits until everything that was appended so far is indexed. Where indexing fails, e.g. for want of room, the
    /// answer is how far the index goes: what comes after must be read in the trail itself.
    pub(in super::super) fn catch_up(&self) -> Indexed {
        let appended = self.appended.load(Ordering::Acquire);
        let mut state = self.shared.lock();
        let failures = state.failures;
        if state.indexed < appended && state.wanted < appended {
            state.wanted = appended;
            self.shared.changed.notify_all();
        }
        while state.indexed < appended && state.failures == failures && !state.stopping {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Indexed { up_to: state.indexed, complete: state.indexed >= appended }
    }
}

impl Indexer {
    /// Stops the thread after the step that it is at, and closes its connections.
    pub(in super::super) fn stop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic there was reported there; what is not indexed is read in the trail.
            let _ = thread.join();
        }
    }
}

/// How far the index goes.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Indexed {
    /// The last event that is indexed.
    pub(in super::super) up_to: i64,
    /// Whether that is everything that had been appended when it was asked for.
    pub(in super::super) complete: bool,
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Work {
    index: Connection,
    trail: Connection,
    shared: Arc<Shared>,
    appended: Arc<AtomicI64>,
}

impl Work {
    fn run(mut self) {
        let _ending = Ending(Arc::clone(&self.shared));
        let mut seen = self.appended.load(Ordering::Acquire);
        loop {
            let Some((indexed, wanted)) = self.wait() else { return };
            let appended = self.appended.load(Ordering::Acquire);
            let idle = appended == seen;
            seen = appended;
            let due = wanted > indexed || idle || appended.saturating_sub(indexed) > BACKLOG_EVENTS_MAX;
            if due && appended > indexed {
                self.advance(indexed, appended);
            }
        }
    }

    /// Waits until somebody waits, or for a while; how far the index goes and how far it is wanted, or the end.
    fn wait(&self) -> Option<(i64, i64)> {
        let state = self.shared.lock();
        let nothing = |state: &mut State| !state.stopping && state.wanted <= state.indexed;
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, IDLE, nothing)
            .unwrap_or_else(PoisonError::into_inner);
        (!state.stopping).then_some((state.indexed, state.wanted))
    }

    fn advance(&mut self, indexed: i64, appended: i64) {
        let result = step::step(&mut self.index, &self.trail, indexed, appended);
        let mut state = self.shared.lock();
        match result {
            Ok(until) => state.indexed = until,
            Err(error) => {
                tracing::warn!(%error, "the trail was not indexed; it is read itself until it can be");
                state.failures = state.failures.wrapping_add(1);
                // Who waits goes on without; the next try is the next reader's or the next idle moment's.
                state.wanted = state.indexed;
            }
        }
        self.shared.changed.notify_all();
    }
}

/// Lets go of everyone who waits, however the thread ends.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().stopping = true;
        self.0.changed.notify_all();
    }
}
