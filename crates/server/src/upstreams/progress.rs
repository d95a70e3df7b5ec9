//! How far a request has got on its way to an upstream.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use daypass_targets::body::Integrity;
use tokio::time::Instant;

/// Shared by a request's body, which is sent, and by whoever waits for the answer.
#[derive(Debug)]
pub(crate) struct Progress {
    last: Mutex<Instant>,
    broken: OnceLock<Integrity>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { last: Mutex::new(Instant::now()), broken: OnceLock::new() }
    }

    /// More of the body was taken to be sent.
    pub(crate) fn note(&self) {
        if let Ok(mut last) = self.last.lock() {
            *last = Instant::now();
        }
    }

    /// The body is not sent to its end.
    pub(crate) fn break_off(&self, why: Integrity) {
        // The first reason is the reason.
        let _ = self.broken.set(why);
    }

    /// Why the body is not sent to its end, if so.
    pub(crate) fn broken(&self) -> Option<&Integrity> {
        self.broken.get()
    }

    /// When nothing will have moved for so long.
    pub(super) fn silent_at(&self, silence: Duration) -> Instant {
        self.last.lock().map_or_else(|_| Instant::now(), |last| *last) + silence
    }
}
