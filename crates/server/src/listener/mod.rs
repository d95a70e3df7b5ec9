//! Listening: sockets, TLS and HTTP/1.1 with a limit on everything that a client may take or hold.
//!
//! Every request passes the [`Guard`] before its handler sees it; there is no way to serve without one.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::guard::{Exposure, Guard, NotLoopback, Refusal, admit};

mod idle;
mod linger;
mod tls_details;

pub use tls_details::TlsDetails;

/// What one client, or all of them together, may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait in the system's queue. Each holds a few kilobytes.
    pub connections: usize,
    /// Headers of a request; more are answered with 431. S3 metadata and SigV4 need some thirty.
    pub headers: usize,
    /// Bytes of a request's line and headers together; more are answered with 431. A session token may take 4 KiB,
    /// S3 metadata 2 KiB, a presigned URL 8 KiB.
    pub header_bytes: usize,
    /// How long the headers of a request may take, counted from the end of the one before: also how long a
    /// connection may rest. Against clients that send a byte now and then.
    pub header_time: Duration,
    /// How long a connection may go without a byte in either direction.
    pub idle_time: Duration,
    /// How long a TLS handshake may take.
    pub handshake_time: Duration,
    /// How long a client may go on sending after its connection's last answer, so that it gets to read that answer.
    pub linger_time: Duration,
    /// How long requests in progress may go on once the server is asked to stop.
    pub grace_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            headers: 100,
            header_bytes: 64 * 1_024,
            header_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(60),
            handshake_time: Duration::from_secs(10),
            linger_time: Duration::from_secs(3),
            grace_time: Duration::from_secs(5),
        }
    }
}

/// What is read of a connection at once, which a head must fit in; hyper's own limit is three times as much. What lies in
/// such a buffer keeps all of it, and an upload holds some of them until its block is written.
const READ_BYTES: usize = 128 * 1_024;
/// How long the listener rests when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Connections that the system queues before they are accepted.
const BACKLOG: u32 = 1_024;

/// What a handler knows of the connection that a request came on.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The client's address.
    pub peer: SocketAddr,
    /// What was agreed on, where the connection is encrypted.
    pub tls: Option<TlsDetails>,
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// It is not loopback and was not asked for by the dangerous name.
    #[error(transparent)]
    NotLoopback(#[from] NotLoopback),
    /// The system refused, most often since something listens there already.
    #[error("cannot listen on `{address}`: {source}")]
    System {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
}

impl BindError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotLoopback(error) => Some(error.hint()),
            Self::System { source, .. } if source.kind() == io::ErrorKind::AddrInUse => Some(
                "something else listens there: stop it, or choose another port (0 takes a free one)"
                    .to_owned(),
            ),
            Self::System { .. } => None,
        }
    }
}

/// Binds an address. Must be called inside the runtime.
///
/// # Errors
/// [`BindError`]
pub fn bind(address: SocketAddr, exposure: Exposure) -> Result<TcpListener, BindError> {
    admit(address, exposure)?;
    let bound = || {
        let socket = if address.is_ipv4() {
            tokio::net::TcpSocket::new_v4()?
        } else {
            tokio::net::TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    bound().map_err(|source| BindError::System { address, source })
}

/// A listener with all that it needs but its handler.
#[derive(Debug)]
pub struct Serving {
    /// The bound socket.
    pub listener: TcpListener,
    /// The names that it answers to.
    pub guard: Guard,
    /// TLS, where it is spoken.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The limits.
    pub limits: Limits,
}

impl Serving {
    /// Answers requests until `stop` becomes true (or its sender is gone), then lets those in progress end within
    /// [`Limits::grace_time`] and cuts off the rest.
    pub async fn run<H, F, B>(self, handler: H, mut stop: watch::Receiver<bool>)
    where
        H: Fn(Request<Incoming>, Connection) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let permits = Arc::new(Semaphore::new(self.limits.connections));
        let shared =
            Arc::new(Shared { guard: self.guard, limits: self.limits, http: http(&self.limits), handler });
        let acceptor = self.tls.map(TlsAcceptor::from);
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.listener, &permits) => accepted,
                Some(_) = connections.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Some((stream, peer, permit)) = accepted else { continue };
            let (shared, acceptor, stop) = (Arc::clone(&shared), acceptor.clone(), stop.clone());
            connections.spawn(async move {
                if let Err(error) = connect(&shared, acceptor, stream, peer, stop).await {
                    tracing::debug!(%peer, %error, "connection ended");
                }
                drop(permit);
            });
        }
        // No new ones while the old ones end.
        drop(self.listener);
        let ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(self.limits.grace_time, ended).await.is_err() {
            connections.shutdown().await;
        }
    }
}

/// What every connection of a listener shares.
struct Shared<H> {
    guard: Guard,
    limits: Limits,
    http: http1::Builder,
    handler: H,
}

fn http(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_headers(limits.headers)
        .max_header_size(limits.header_bytes)
        .max_buf_size(READ_BYTES.max(limits.header_bytes.saturating_mul(2)))
        // A client that has said all it wants may close its half and still gets its answer.
        .half_close(true);
    builder
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

type Failure = Box<dyn Error + Send + Sync>;

async fn connect<H, F, B>(
    shared: &Arc<Shared<H>>,
    acceptor: Option<TlsAcceptor>,
    stream: TcpStream,
    peer: SocketAddr,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure>
where
    H: Fn(Request<Incoming>, Connection) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Failure>,
{
    stream.set_nodelay(true)?;
    let stream = idle::Watched::new(stream, &shared.limits, stop.clone());
    match acceptor {
        None => converse(shared, stream, Connection { peer, tls: None }, stop).await,
        Some(acceptor) => {
            let stream =
                tokio::time::timeout(shared.limits.handshake_time, acceptor.accept(stream)).await??;
            let tls = Some(TlsDetails::of(stream.get_ref().1));
            converse(shared, stream, Connection { peer, tls }, stop).await
        }
    }
}

async fn converse<S, H, F, B>(
    shared: &Arc<Shared<H>>,
    stream: S,
    connection: Connection,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request<Incoming>, Connection) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Failure>,
{
    let answer = |request: Request<Incoming>| {
        let allowed = shared.guard.check(request.uri(), request.headers(), connection.tls.is_some());
        let answered = allowed.map(|()| (shared.handler)(request, connection.clone()));
        async move {
            Ok::<_, Infallible>(match answered {
                Ok(answered) => answered.await.map(Either::Right),
                Err(refusal) => refused(&refusal).map(Either::Left),
            })
        }
    };
    let conversation = shared.http.serve_connection(TokioIo::new(stream), service_fn(answer));
    let mut conversation = std::pin::pin!(conversation);
    tokio::select! {
        ended = conversation.as_mut() => return Ok(ended?),
        _ = stop.wait_for(|stop| *stop) => conversation.as_mut().graceful_shutdown(),
    }
    Ok(conversation.await?)
}

/// 403: the request was not meant for this listener, or a page of somebody else's sent it.
fn refused(refusal: &Refusal) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{refusal}\n")));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}
