//! The body of an upstream's answer, which is given up where it does not come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use daypass_targets::body::BoxError;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

/// An answer's body whose sender must keep sending. What is wrong with it breaks the connection to the caller off, who
/// therefore does not take half an answer for a whole one.
pub(crate) struct Attended {
    body: Incoming,
    silence: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    request_id: String,
}

impl Attended {
    /// `request_id` names the call in the log.
    pub(crate) fn new(body: Incoming, silence: Duration, request_id: &str) -> Self {
        Self { body, silence, timer: None, request_id: request_id.to_owned() }
    }
}

impl http_body::Body for Attended {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(polled) = Pin::new(&mut self.body).poll_frame(context) {
            self.timer = None;
            if let Some(Err(error)) = &polled {
                tracing::warn!(request_id = %self.request_id, %error, "the upstream broke its answer off");
            }
            return Poll::Ready(polled.map(|frame| frame.map_err(Into::into)));
        }
        let silence = self.silence;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + silence)));
        ready!(timer.as_mut().poll(context));
        tracing::warn!(request_id = %self.request_id, "the upstream fell silent in the middle of its answer");
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
