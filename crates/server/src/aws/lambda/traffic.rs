//! How much of functions' code is under way at a time: bodies that arrive, calls that have it in memory, downloads.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use daypass_targets::body::BoxError;
use daypass_targets::lambda::{LambdaError, limits};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::super::Body;
use super::arrival::Arrivals;

/// What is under way.
pub(crate) struct Traffic {
    pub(super) arrivals: Arc<Arrivals>,
    calls: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            arrivals: Arc::default(),
            calls: Arc::new(Semaphore::new(limits::CODE_REQUESTS_AT_ONCE)),
            downloads: Arc::new(Semaphore::new(limits::DOWNLOADS_AT_ONCE)),
        }
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

    /// A place among the downloads; `None` where there is none now.
    pub(super) fn download(&self) -> Option<Download> {
        let place = Arc::clone(&self.downloads).try_acquire_owned().ok()?;
        Some(Download { place, until: Instant::now() + limits::DOWNLOAD_TIME })
    }
}

/// A place among the downloads.
pub(super) struct Download {
    #[expect(dead_code, reason = "it is held, not read")]
    place: OwnedSemaphorePermit,
    until: Instant,
}

impl Download {
    /// The same body, which holds the place until it is read or left, and ends in the middle when its time is over. A
    /// reader who stops altogether is left by the listener.
    pub(super) fn of(self, body: Body) -> Body {
        Held { body, download: self }.boxed_unsync()
    }
}

struct Held {
    body: Body,
    download: Download,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if Instant::now() >= self.download.until {
            return Poll::Ready(Some(Err("the download took too long".into())));
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use daypass_targets::body::full;

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

    #[tokio::test(start_paused = true)]
    async fn a_download_holds_its_place_for_its_time() {
        let traffic = Traffic::default();
        let mut bodies: Vec<Body> = Vec::new();
        while let Some(download) = traffic.download() {
            bodies.push(download.of(full("code")));
        }
        assert_eq!(bodies.len(), limits::DOWNLOADS_AT_ONCE);
        let read = bodies.pop().unwrap().collect().await.unwrap().to_bytes();
        assert_eq!(read, "code");
        let late = traffic.download().unwrap().of(full("code"));
        tokio::time::advance(limits::DOWNLOAD_TIME).await;
        late.collect().await.unwrap_err();
        // Whoever did not begin before it was over has a new one.
        traffic.download().unwrap().of(full("code")).collect().await.unwrap();
    }
}
