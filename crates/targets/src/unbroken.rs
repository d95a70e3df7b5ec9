//! A future that runs to its end, whoever stops waiting for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// A future that is run where it is waited for, and as a task of its own from when nobody does any more. A task from the
/// beginning would be moved to another thread and wake the one that waits, for every call.
pub(crate) struct Unbroken<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

/// The future panicked. What it held is gone.
#[derive(Debug, thiserror::Error)]
#[error("the work ended in a panic")]
pub(crate) struct Panicked;

impl<T: Send + 'static> Unbroken<T> {
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(future)))
    }
}

impl<T: Send + 'static> Future for Unbroken<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut future) = self.0.take() else { return Poll::Ready(Err(Panicked)) };
        // After a panic the future is dropped and never seen again, so nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => {
                self.0 = Some(future);
                Poll::Pending
            }
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

impl<T: Send + 'static> Drop for Unbroken<T> {
    fn drop(&mut self) {
        // Without a runtime the process ends, and so does every task.
        if let (Some(future), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            drop(runtime.spawn(future));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn it_gives_what_the_future_gives() {
        assert_eq!(Unbroken::new(async { 7 }).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn it_goes_on_when_nobody_waits_any_more() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, told) = oneshot::channel();
        let mut work = Box::pin(Unbroken::new(async move {
            gone.await.unwrap();
            done.send(7).unwrap();
        }));
        assert!(futures::poll!(work.as_mut()).is_pending());
        drop(work);
        go.send(()).unwrap();
        assert_eq!(told.await, Ok(7));
    }

    #[tokio::test]
    async fn one_that_was_never_waited_for_runs_too() {
        let (done, told) = oneshot::channel();
        drop(Unbroken::new(async move { done.send(7).unwrap() }));
        assert_eq!(told.await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        let failing = Unbroken::new(async {
            tokio::task::yield_now().await;
            panic!("no");
        });
        let answer: Result<(), Panicked> = failing.await;
        assert!(answer.is_err());
    }
}
