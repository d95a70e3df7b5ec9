//! Connections to one upstream, and to nothing else: the address in a request's URI is not looked at.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a connection and its handshake may take: the upstream is on this machine.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A connection, in the clear or not.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

impl Connection for Box<dyn Io> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// Connects to an upstream.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) addresses: Arc<[SocketAddr]>,
    pub(super) tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Connector {
    async fn connect(self) -> io::Result<TokioIo<Box<dyn Io>>> {
        let stream = TcpStream::connect(&*self.addresses).await?;
        stream.set_nodelay(true)?;
        let Some((connector, name)) = self.tls else { return Ok(TokioIo::new(Box::new(stream))) };
        let stream = connector.connect(name, stream).await?;
        Ok(TokioIo::new(Box::new(stream)))
    }
}

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<Box<dyn Io>>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connecting = self.clone().connect();
        Box::pin(async {
            let connected = tokio::time::timeout(CONNECT_WITHIN, connecting).await;
            connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        })
    }
}
