//! The end of a connection whose client is still sending.
//!
//! A request may be refused before its body was read. To close the socket there and then would answer the bytes still
//! on their way with a reset, which makes the client's system throw away the answer that it has not read yet. So the
//! half that sends is closed first, and what still comes is read and thrown away for a while (RFC 9112, section 9.6).

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Bytes that are thrown away at most: what a fast client has in flight, not what a hostile one likes to send.
const BYTES_MAX: usize = 16 << 20;
/// Bytes that are thrown away at a time.
const CHUNK_BYTES: usize = 8 << 10;

/// Reads what a client sends after the last answer, until it ends.
#[derive(Debug)]
pub(super) struct Linger {
    timer: Pin<Box<Sleep>>,
    left: usize,
}

impl Linger {
    /// For so long at most.
    pub(super) fn new(limit: Duration) -> Self {
        Self { timer: Box::pin(sleep(limit)), left: BYTES_MAX }
    }

    /// Ready when the client has closed its half, is gone, or was borne with for long enough.
    pub(super) fn poll(&mut self, stream: &mut TcpStream, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; CHUNK_BYTES];
        while self.timer.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer));
            let count = buffer.filled().len();
            self.left = self.left.saturating_sub(count);
            if read.is_err() || count == 0 || self.left == 0 {
                break;
            }
        }
        Poll::Ready(())
    }
}
