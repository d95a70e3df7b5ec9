//! How long a start takes: from the call that starts the process to the first byte of an HTTP answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::Outcome;
use crate::server::{Server, end, spawn};

/// Starts that are timed; the figure is the middle one.
const STARTS: usize = 5;

/// How long is waited for an answer.
const ANSWER_SECONDS_MAX: u64 = 10;

/// The times of first starts, sorted, each on a directory that does not exist.
pub(crate) fn on_new_directories(binary: &Path) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let scratch = tempfile::tempdir()?;
        times.push(time_one(binary, &scratch.path().join("data"))?);
    }
    times.sort();
    Ok(times)
}

/// The time of another start on the directory of a server that was under load, and was killed.
pub(crate) fn on_a_used_directory(server: Server, binary: &Path) -> Outcome<Duration> {
    time_one(binary, &server.kill())
}

fn time_one(binary: &Path, data: &Path) -> Outcome<Duration> {
    let (aws, github) = free_addresses()?;
    let start = Instant::now();
    let mut child = spawn(binary, data, aws, github, None)?;
    let answer = wait_for_answer(aws, start);
    end(&mut child);
    answer
}

/// Two addresses that nobody listens on.
fn free_addresses() -> Outcome<(SocketAddr, SocketAddr)> {
    let first = TcpListener::bind(("127.0.0.1", 0))?;
    let second = TcpListener::bind(("127.0.0.1", 0))?;
    Ok((first.local_addr()?, second.local_addr()?))
}

fn wait_for_answer(address: SocketAddr, start: Instant) -> Outcome<Duration> {
    while start.elapsed() < Duration::from_secs(ANSWER_SECONDS_MAX) {
        if let Ok(mut stream) = TcpStream::connect(address) {
            stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))?;
            let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
            stream.write_all(request.as_bytes())?;
            let mut head = [0; 9];
            stream.read_exact(&mut head)?;
            if &head == b"HTTP/1.1 " {
                return Ok(start.elapsed());
            }
            return Err("the first answer is not HTTP".into());
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    Err(format!("no answer within {ANSWER_SECONDS_MAX} s").into())
}
