//! Driving the server: a number of keep-alive connections, one request at a time on each, every answer checked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::failure::Outcome;
use crate::tokens::Request;

/// The requests that are left, shared by all connections.
#[derive(Debug)]
pub(crate) struct Load {
    address: SocketAddr,
    requests: Vec<Request>,
    next: AtomicUsize,
}

/// What a run saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The time of each answer.
    pub(crate) latencies: Vec<Duration>,
    /// The forged tokens among them, all refused.
    pub(crate) refused: usize,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
}

impl Seen {
    /// How many answers there were.
    pub(crate) fn answered(&self) -> usize {
        self.latencies.len()
    }

    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.refused += other.refused;
    }
}

impl Load {
    pub(crate) fn new(address: SocketAddr, requests: Vec<Request>) -> Self {
        Self { address, requests, next: AtomicUsize::new(0) }
    }
}

/// Sends requests until the time is up, `at_most` were sent, or none is left.
///
/// # Errors
/// The first answer that is not what it must be, or a connection that breaks.
pub(crate) async fn drive(
    load: &Arc<Load>,
    connections: usize,
    time: Option<Duration>,
    at_most: usize,
) -> Outcome<Seen> {
    let end = load.next.load(Ordering::Relaxed).saturating_add(at_most).min(load.requests.len());
    let start = Instant::now();
    let deadline = time.map(|time| start + time);
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(one_connection(Arc::clone(load), deadline, end));
    }
    let mut seen = Seen::default();
    while let Some(result) = tasks.join_next().await {
        seen.add(result??);
    }
    seen.took = start.elapsed();
    if time.is_some_and(|time| seen.took < time) {
        eprintln!("the tokens ran out after {:.1} s: prepare more with --tokens", seen.took.as_secs_f64());
    }
    Ok(seen)
}

async fn one_connection(load: Arc<Load>, deadline: Option<Instant>, end: usize) -> Outcome<Seen> {
    let stream = TcpStream::connect(load.address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let host = load.address.to_string();
    let mut seen = Seen::default();
    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
        let number = load.next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = load.requests.get(number).filter(|_| number < end) else { break };
        let start = Instant::now();
        let (status, body) = send(&mut sender, &host, request.body.clone()).await?;
        seen.latencies.push(start.elapsed());
        check(request, status, &body)?;
        seen.refused += usize::from(request.is_forged);
    }
    Ok(seen)
}

async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    host: &str,
    body: Bytes,
) -> Outcome<(StatusCode, Bytes)> {
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/")
        .header(HOST, host)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(body))?;
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}

/// A valid token gets a session's key, a forged one a refusal, and nothing else is an answer.
fn check(request: &Request, status: StatusCode, body: &[u8]) -> Outcome {
    let is_right = if request.is_forged {
        status == StatusCode::BAD_REQUEST && contains(body, b"<Code>InvalidIdentityToken</Code>")
    } else {
        status == StatusCode::OK && contains(body, b"<AccessKeyId>ASIA")
    };
    if is_right {
        return Ok(());
    }
    let kind = if request.is_forged { "forged" } else { "valid" };
    Err(format!("a {kind} token was answered with {status}: {}", String::from_utf8_lossy(body)).into())
}

fn contains(body: &[u8], wanted: &[u8]) -> bool {
    body.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_answer_to_the_right_token_passes() {
        let valid = Request { body: Bytes::new(), is_forged: false };
        let forged = Request { body: Bytes::new(), is_forged: true };
        let session = b"<Credentials><AccessKeyId>ASIAX</AccessKeyId>";
        let refusal = b"<Error><Code>InvalidIdentityToken</Code>";
        check(&valid, StatusCode::OK, session).unwrap();
        check(&forged, StatusCode::BAD_REQUEST, refusal).unwrap();
        check(&forged, StatusCode::OK, session).unwrap_err();
        check(&valid, StatusCode::BAD_REQUEST, refusal).unwrap_err();
    }
}
