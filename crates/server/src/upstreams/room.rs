//! Memory for bodies that are read whole before it is known what they are.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Bytes of whole bodies that are held at once: fifteen of the largest. A body is read before its signature can be
/// verified, so that whoever knows a key's id may send one.
const HELD_BYTES_MAX: u32 = 256 * 1024 * 1024;
/// Bytes of a body that waits for nobody: nearly every honest one, and on a thousand connections a quarter of what large
/// ones are given.
const SMALL_BYTES: usize = 64 * 1024;
/// How long a large body waits for room.
const WAIT: Duration = Duration::from_secs(10);

/// What is left of it.
pub(crate) struct Room(Arc<Semaphore>);

/// There is none.
#[derive(Debug)]
pub(crate) struct Full;

/// A place, which is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place(
    #[expect(dead_code, reason = "it is held, and not looked at")] Option<OwnedSemaphorePermit>,
);

impl Room {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(HELD_BYTES_MAX as usize)))
    }

    /// Waits for room for so many bytes.
    ///
    /// # Errors
    /// [`Full`] where there is none for too long.
    pub(crate) async fn take(&self, bytes: usize) -> Result<Place, Full> {
        if bytes <= SMALL_BYTES {
            return Ok(Place(None));
        }
        let bytes = u32::try_from(bytes).unwrap_or(HELD_BYTES_MAX).min(HELD_BYTES_MAX);
        match timeout(WAIT, Arc::clone(&self.0).acquire_many_owned(bytes)).await {
            Ok(Ok(permit)) => Ok(Place(Some(permit))),
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = 16 * 1024 * 1024;

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_and_small_ones_do_not() {
        let room = Room::new();
        let mut held = Vec::new();
        for _ in 0..16 {
            held.push(room.take(LARGE).await.unwrap());
        }
        assert!(room.take(LARGE).await.is_err(), "it is full");
        assert!(room.take(SMALL_BYTES + 1).await.is_err(), "it is full");
        assert!(room.take(SMALL_BYTES).await.is_ok());
        let waiting = room.take(LARGE);
        let leaving = async {
            tokio::time::sleep(WAIT / 2).await;
            held.pop();
        };
        let (taken, ()) = tokio::join!(waiting, leaving);
        assert!(taken.is_ok(), "one left");
        drop((taken, held));
        assert!(room.take(usize::MAX).await.is_ok(), "all of it, and no more");
    }
}
