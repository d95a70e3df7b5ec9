//! The sandbox's time: the wall clock's, moved and stretched by whoever runs the sandbox.
//!
//! Token and session lifetimes follow this clock. Request signatures are measured against the wall clock, since
//! unmodified clients sign with theirs; and an `Expiration` in an answer is the wall-clock instant at which this clock
//! will reach it ([`Clock::wall_at`]), so that unmodified clients refresh in time.
//!
//! **Invariant: the time never goes back by itself.** A wall clock that jumps back would bring expired tokens back to
//! life; this clock stands still until the wall has caught up. Only an explicit [`Motion::Set`] goes back.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

/// The key of the kept [`ClockState`] among the store's settings.
pub const STORE_KEY: &str = "clock";

/// The fastest rate, in sandbox seconds per second: a year in five minutes.
pub const RATE_MAX: f64 = 100_000.0;

/// The first instant that can be set, 2000-01-01T00:00:00Z: identity tokens are younger than that.
pub const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);

/// The last instant that is reached, 2200-01-01T00:00:00Z; the clock stands still there. Wide enough for any test,
/// and far from where arithmetic on times overflows.
pub const LATEST: Timestamp = Timestamp::constant(7_258_118_400, 0);

/// Why the clock was not moved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClockError {
    /// The length to advance by is zero or less.
    #[error("the clock advances by one second or more, not by {0}; going back is a `set`")]
    Backwards(i64),
    /// The instant is before [`EARLIEST`] or after [`LATEST`].
    #[error("the clock goes from 2000-01-01 to 2200-01-01, and this would be outside")]
    OutOfRange,
    /// The rate is no number above 0 and up to [`RATE_MAX`].
    #[error("the rate is above 0 and at most {RATE_MAX}, not {0}")]
    Rate(f64),
}

/// A way of moving the clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Motion {
    /// Forward by so many seconds; the rate stays.
    Advance(i64),
    /// To another rate, in sandbox seconds per second, from now on.
    Rate(f64),
    /// To an instant, forward or back; the rate stays.
    Set(Timestamp),
}

/// What the clock follows from: at the wall's `wall_base` the sandbox's time was `base`, and it has run at `rate`
/// since. Kept in the store, so that a restart goes on where the sandbox's time would be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockState {
    base: Timestamp,
    wall_base: Timestamp,
    rate: f64,
}

impl ClockState {
    /// The wall clock's own time, at its own rate.
    #[must_use]
    pub fn wall() -> Self {
        let now = Timestamp::now();
        Self { base: now, wall_base: now, rate: 1.0 }
    }

    /// Beginning now with another instant, at the wall's rate.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`]
    pub fn starting_at(instant: Timestamp) -> Result<Self, ClockError> {
        Ok(Self { base: in_range(instant)?, ..Self::wall() })
    }

    /// The sandbox's time when the wall clock says `wall`.
    fn at(&self, wall: Timestamp) -> Timestamp {
        // Before its beginning a clock stands still: the wall was put back between two runs.
        let elapsed = wall.duration_since(self.wall_base).max(SignedDuration::ZERO).as_nanos();
        let scaled = if self.rate == 1.0 { elapsed } else { scale(elapsed, self.rate) };
        timestamp(self.base.as_nanosecond().saturating_add(scaled)).min(LATEST)
    }

    /// The wall clock's time when the sandbox's time is `instant`.
    fn wall_at(&self, instant: Timestamp) -> Timestamp {
        let ahead = instant.duration_since(self.base).as_nanos();
        let scaled = if self.rate == 1.0 { ahead } else { scale(ahead, 1.0 / self.rate) };
        timestamp(self.wall_base.as_nanosecond().saturating_add(scaled))
    }

    fn moved(&self, motion: Motion, now: Timestamp, wall: Timestamp) -> Result<Self, ClockError> {
        let (base, rate) = match motion {
            Motion::Advance(seconds) if seconds <= 0 => return Err(ClockError::Backwards(seconds)),
            Motion::Advance(seconds) => {
                let base = now.checked_add(SignedDuration::from_secs(seconds));
                (base.map_err(|_| ClockError::OutOfRange)?, self.rate)
            }
            Motion::Rate(rate) if rate > 0.0 && rate <= RATE_MAX => (now, rate),
            Motion::Rate(rate) => return Err(ClockError::Rate(rate)),
            Motion::Set(instant) => (instant, self.rate),
        };
        Ok(Self { base: in_range(base)?, wall_base: wall, rate })
    }

    /// Whether a state read from the store is one that this clock could have written.
    ///
    /// # Errors
    /// The first limit that it breaks.
    pub fn check(&self) -> Result<(), ClockError> {
        in_range(self.base)?;
        in_range(self.wall_base)?;
        if self.rate > 0.0 && self.rate <= RATE_MAX { Ok(()) } else { Err(ClockError::Rate(self.rate)) }
    }
}

/// One state with the latest time that was told under it. They are swapped together: a reader of the old state cannot
/// hold back the new one.
struct Span {
    state: ClockState,
    latest: AtomicI64,
}

impl Span {
    fn new(state: ClockState) -> Self {
        Self { state, latest: AtomicI64::new(i64::MIN) }
    }
}

/// The sandbox's clock. Reading it costs an atomic load and the wall clock.
pub struct Clock {
    span: ArcSwap<Span>,
    moving: Mutex<()>,
    wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Clock {
    /// A clock over the machine's wall clock.
    #[must_use]
    pub fn new(state: ClockState) -> Self {
        Self::over(state, Timestamp::now)
    }

    /// A clock over another wall clock, for tests.
    pub fn over(state: ClockState, wall: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { span: ArcSwap::from_pointee(Span::new(state)), moving: Mutex::new(()), wall: Box::new(wall) }
    }

    /// The sandbox's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let span = self.span.load();
        let now = span.state.at((self.wall)());
        // Up to 2200 the nanoseconds since 1970 fit in 64 bits.
        let nanoseconds = i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX);
        let latest = span.latest.fetch_max(nanoseconds, Ordering::Relaxed);
        if latest > nanoseconds { timestamp(i128::from(latest)) } else { now }
    }

    /// The wall-clock instant at which the sandbox's time reaches `instant`: for one that is past, the instant at
    /// which it did, by the present rate.
    #[must_use]
    pub fn wall_at(&self, instant: Timestamp) -> Timestamp {
        self.span.load().state.wall_at(instant)
    }

    /// Sandbox seconds per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.span.load().state.rate
    }

    /// What to keep so that a restart goes on.
    #[must_use]
    pub fn state(&self) -> ClockState {
        self.span.load().state
    }

    /// The state that a motion would lead to; nothing moves yet. Whoever keeps the state keeps this one first and
    /// [`applies`](Self::apply) it afterwards, so that a time that was told is never forgotten.
    ///
    /// # Errors
    /// [`ClockError`]
    pub fn plan(&self, motion: Motion) -> Result<ClockState, ClockError> {
        self.state().moved(motion, self.now(), (self.wall)())
    }

    /// Goes on from a state that [`plan`](Self::plan) gave.
    pub fn apply(&self, state: ClockState) {
        self.span.store(Span::new(state).into());
    }

    /// Held from [`plan`](Self::plan) to [`apply`](Self::apply): motions follow each other.
    pub async fn moving(&self) -> MutexGuard<'_, ()> {
        self.moving.lock().await
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Clock").field("state", &self.state()).finish_non_exhaustive()
    }
}

fn in_range(instant: Timestamp) -> Result<Timestamp, ClockError> {
    if (EARLIEST..=LATEST).contains(&instant) { Ok(instant) } else { Err(ClockError::OutOfRange) }
}

/// Nanoseconds times a factor. A double holds ten years of them to 64 nanoseconds, far below what a token can tell
/// apart; the conversion back saturates.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "64 nanoseconds of error in ten years are far below the second that a token can tell apart"
)]
fn scale(nanoseconds: i128, factor: f64) -> i128 {
    (nanoseconds as f64 * factor) as i128
}

fn timestamp(nanoseconds: i128) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(if nanoseconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
