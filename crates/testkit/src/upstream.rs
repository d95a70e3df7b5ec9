//! A service behind the gateway, as a test wants it: it answers every request with one script, and keeps what it was
//! sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Longer than anybody waits for an answer.
const LONG: Duration = Duration::from_secs(600);

/// What an upstream does with each connection.
#[derive(Debug, Clone)]
pub enum Script {
    /// Reads the whole request, and writes these bytes.
    Bytes(Vec<u8>),
    /// Reads the request, and says nothing until it is stopped.
    Silence,
    /// Reads the request, and ends the connection.
    Hangup,
    /// Ends the connection after so many bytes of the request.
    HangupAfter(usize),
    /// Reads the request, writes these bytes, and says nothing more until it is stopped.
    Stall(Vec<u8>),
}

impl Script {
    /// An answer with status, headers (each line ended) and body; its length is added.
    #[must_use]
    pub fn answer(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let text = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}");
        Self::Bytes(text.into_bytes())
    }
}

/// A running one; it is stopped when dropped.
pub struct ScriptedUpstream {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl ScriptedUpstream {
    /// Starts one on a free loopback port.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), Arc::clone(&kept)));
            }
        });
        Self { address, seen, task }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was sent, head and body, as far as it came.
    ///
    /// # Panics
    /// Where a connection's task panicked.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("nobody panicked").clone()
    }
}

impl Drop for ScriptedUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, script: Script, seen: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let most = if let Script::HangupAfter(bytes) = script { bytes } else { usize::MAX };
    while request.len() < most && !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => request.extend(buffer.iter().take(count)),
        }
    }
    if request.is_empty() {
        return;
    }
    seen.lock().expect("nobody panicked").push(String::from_utf8_lossy(&request).into_owned());
    match script {
        Script::Bytes(bytes) => {
            // The gateway may have gone away; that is for the test to see at its own side.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Script::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(LONG).await;
        }
        Script::Silence => tokio::time::sleep(LONG).await,
        Script::Hangup | Script::HangupAfter(_) => {}
    }
}

/// Whether the head and as many bytes as it announces are here.
fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    request.len() >= end + 4 + length.unwrap_or(0_usize)
}
