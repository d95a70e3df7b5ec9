//! The keys of one issuer in memory, and when they are fetched again.
//!
//! | kept keys | token names | what happens |
//! |---|---|---|
//! | none | any | a fetch, which the caller waits for; after a failure that failure, for [`FAILURE_KEPT`] |
//! | some | one of them, or none | they are served |
//! | some | another | a fetch, which the caller waits for, unless the last began within [`REFETCH_FLOOR`] |
//! | older than [`FRESH`] | any | a fetch, with the same floor; waited for unless the last one failed |
//!
//! A fetch is a task of its own: it is shared by everyone who waits, and goes on when they have gone.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use daypass_token::{KEY_SET_BYTES_MAX, KeySet};
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};

use super::Monotonic;
use super::discovery::Discovery;
use super::error::IssuerError;
use super::file;

/// The least time from one fetch to the next while there are keys. A stranger can name any key, and so asks for one.
pub const REFETCH_FLOOR: Duration = Duration::from_secs(60);
/// How long a failure is remembered while there are no keys: long enough that nobody can make us knock in a loop, short
/// enough that an issuer that was late to start is soon found.
pub const FAILURE_KEPT: Duration = Duration::from_secs(10);
/// How long keys are served without asking whether one was withdrawn.
pub const FRESH: Duration = Duration::from_secs(15 * 60);

/// Where a fetch goes.
enum Origin {
    Pinned(PathBuf),
    Discovered(Discovery),
}

/// One issuer.
pub(super) struct Entry {
    issuer: String,
    origin: Origin,
    clock: Monotonic,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last good keys, and when they came.
    keys: Option<(Arc<KeySet>, Duration)>,
    /// When the last fetch began.
    attempted: Option<Duration>,
    /// Why the last fetch failed, if it did.
    failure: Option<IssuerError>,
    running: Option<Shared<BoxFuture<'static, ()>>>,
}

/// What to do for a caller.
enum Step {
    Serve(Arc<KeySet>),
    Refuse(IssuerError),
    Wait,
    Refresh(Arc<KeySet>),
}

impl Entry {
    pub(super) fn discovered(issuer: String, discovery: Discovery, clock: Monotonic) -> Arc<Self> {
        let origin = Origin::Discovered(discovery);
        Arc::new(Self { issuer, origin, clock, state: Mutex::default() })
    }

    /// Reads the file right away.
    pub(super) fn pinned(issuer: String, path: PathBuf, clock: Monotonic) -> Result<Arc<Self>, IssuerError> {
        let now = clock();
        let keys = Some((Arc::new(read_pinned(&issuer, &path)?), now));
        let state = Mutex::new(State { keys, attempted: Some(now), ..State::default() });
        Ok(Arc::new(Self { issuer, origin: Origin::Pinned(path), clock, state }))
    }

    pub(super) async fn keys(self: &Arc<Self>, key_id: Option<&str>) -> Result<Arc<KeySet>, IssuerError> {
        let running = {
            let mut state = self.lock();
            match state.step((self.clock)(), key_id) {
                Step::Serve(keys) => return Ok(keys),
                Step::Refuse(failure) => return Err(failure),
                Step::Refresh(keys) => {
                    // Nobody waits for it: it is a task of its own.
                    drop(self.fetch(&mut state));
                    return Ok(keys);
                }
                Step::Wait => self.fetch(&mut state),
            }
        };
        running.await;
        let state = self.lock();
        match (&state.keys, &state.failure) {
            (Some((keys, _)), _) => Ok(Arc::clone(keys)),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => Err(IssuerError::Interrupted { issuer: self.issuer.clone() }),
        }
    }

    /// Joins the fetch that is running, or starts one.
    fn fetch(self: &Arc<Self>, state: &mut State) -> Shared<BoxFuture<'static, ()>> {
        if let Some(running) = state.running() {
            return running.clone();
        }
        state.attempted = Some((self.clock)());
        let entry = Arc::clone(self);
        let task = tokio::spawn(async move {
            let outcome = entry.origin.fetch(&entry.issuer).await;
            entry.arrived(outcome);
        });
        // A task that was cancelled leaves nothing behind, which whoever waits then sees.
        let running = task.map(drop).boxed().shared();
        state.running = Some(running.clone());
        running
    }

    fn arrived(&self, outcome: Result<KeySet, IssuerError>) {
        let mut state = self.lock();
        state.running = None;
        match outcome {
            Ok(keys) => {
                tracing::debug!(issuer = self.issuer, keys = keys.usable_key_ids().count(), "fetched keys");
                state.keys = Some((Arc::new(keys), (self.clock)()));
                state.failure = None;
            }
            Err(failure) => {
                tracing::warn!(issuer = self.issuer, kept = state.keys.is_some(), "no keys: {failure}");
                state.failure = Some(failure);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin {
    async fn fetch(&self, issuer: &str) -> Result<KeySet, IssuerError> {
        match self {
            Self::Discovered(discovery) => discovery.fetch().await,
            Self::Pinned(path) => {
                let (issuer, path) = (issuer.to_owned(), path.clone());
                let interrupted = IssuerError::Interrupted { issuer: issuer.clone() };
                tokio::task::spawn_blocking(move || read_pinned(&issuer, &path))
                    .await
                    .unwrap_or(Err(interrupted))
            }
        }
    }
}

impl State {
    fn step(&self, now: Duration, key_id: Option<&str>) -> Step {
        let since_attempt = self.attempted.map(|attempted| now.saturating_sub(attempted));
        let Some((keys, fetched)) = &self.keys else {
            return match &self.failure {
                Some(failure)
                    if self.running().is_none()
                        && since_attempt.is_some_and(|since| since < FAILURE_KEPT) =>
                {
                    Step::Refuse(failure.clone())
                }
                _ => Step::Wait,
            };
        };
        let known = key_id.is_none_or(|key_id| keys.contains(key_id));
        let may_fetch = self.running().is_some() || since_attempt.is_none_or(|since| since >= REFETCH_FLOOR);
        let stale = now.saturating_sub(*fetched) >= FRESH;
        match (known, may_fetch) {
            (false, true) => Step::Wait,
            (true, true) if stale && self.failure.is_none() => Step::Wait,
            (true, true) if stale => Step::Refresh(Arc::clone(keys)),
            _ => Step::Serve(Arc::clone(keys)),
        }
    }

    /// The fetch that has not ended yet.
    fn running(&self) -> Option<&Shared<BoxFuture<'static, ()>>> {
        self.running.as_ref().filter(|running| running.peek().is_none())
    }
}

fn read_pinned(issuer: &str, path: &std::path::Path) -> Result<KeySet, IssuerError> {
    let document = file::read(path, KEY_SET_BYTES_MAX as u64)?;
    KeySet::parse(&document).map_err(|source| IssuerError::Keys { issuer: issuer.to_owned(), source })
}
