//! How much of functions' code is under way at a time: bodies that arrive, calls that have it in memory.

use std::sync::Arc;

use daypass_targets::lambda::{LambdaError, limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::arrival::Arrivals;

/// What is under way.
pub(crate) struct Traffic {
    pub(super) arrivals: Arc<Arrivals>,
    calls: Arc<Semaphore>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self { arrivals: Arc::default(), calls: Arc::new(Semaphore::new(limits::CODE_REQUESTS_AT_ONCE)) }
    }
}

impl Traffic {
    /// A place among the calls that have code in memory. For callers who are known: it is waited for.
    ///
    /// # Errors
    /// `TooManyRequestsException` where there was none for too long.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, LambdaError> {
        let waited = timeout(limits::CODE_WAIT, Arc::clone(&self.calls).acquire_owned()).await;
        waited.ok().and_then(Result::ok).ok_or_else(LambdaError::too_much_code)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_place_is_not_waited_for_without_end() {
        let traffic = Traffic::default();
        let mut held = Vec::new();
        for _ in 0..limits::CODE_REQUESTS_AT_ONCE {
            held.push(traffic.place().await.unwrap());
        }
        let error = traffic.place().await.unwrap_err();
        assert_eq!((error.code, error.status), ("TooManyRequestsException", 429));
        let leave = async {
            tokio::time::sleep(limits::CODE_WAIT - Duration::from_secs(1)).await;
            held.pop();
        };
        let (waited, ()) = tokio::join!(traffic.place(), leave);
        drop(waited.unwrap());
    }
}
