//! A connection on which nothing moves is closed: a client that stops in the middle of a body would hold it for ever.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use super::Limits;
use super::linger::Linger;

/// A socket with a watch on it. The timer is armed only while somebody waits for the client, and looked at again at
/// most once per limit: a busy connection never touches the runtime's timers.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    limit: Duration,
    /// Something moved since the timer was armed.
    moved: bool,
    timer: Pin<Box<Sleep>>,
    armed: bool,
    linger_time: Duration,
    linger: Option<Linger>,
    stop: watch::Receiver<bool>,
}

impl Watched {
    /// A server that is asked to stop does not linger: its clients keep connections open that they do not use.
    pub(super) fn new(stream: TcpStream, limits: &Limits, stop: watch::Receiver<bool>) -> Self {
        Self {
            stream,
            limit: limits.idle_time,
            moved: false,
            timer: Box::pin(tokio::time::sleep(limits.idle_time)),
            armed: true,
            linger_time: limits.linger_time,
            linger: None,
            stop,
        }
    }

    /// Ready with an error when nothing moved for the limit.
    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            if !self.armed {
                self.timer.as_mut().reset(Instant::now() + self.limit);
                self.armed = true;
            }
            if self.timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.armed = false;
            if !std::mem::take(&mut self.moved) {
                return Poll::Ready(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "nothing moved on the connection",
                ));
            }
        }
    }

    fn watch<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.moved = true;
            return polled;
        }
        self.poll_idle(context).map(Err)
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, polled)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let watched = &mut *self;
        if watched.linger.is_none() {
            ready!(Pin::new(&mut watched.stream).poll_shutdown(context))?;
        }
        if *watched.stop.borrow() {
            return Poll::Ready(Ok(()));
        }
        let limit = watched.linger_time;
        let linger = watched.linger.get_or_insert_with(|| Linger::new(limit));
        linger.poll(&mut watched.stream, context).map(Ok)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.watch(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
