//! A client that keeps one connection to GitHub's side and asks for one page after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::failure::Outcome;

/// How long is waited for an answer.
const ANSWER_SECONDS_MAX: u64 = 30;

/// A connection.
pub(crate) struct Pages {
    stream: BufReader<TcpStream>,
    authority: String,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    /// The cookie that was set, without what is said about it.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Pages {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))?;
        Ok(Self { stream: BufReader::new(stream), authority: address.to_string() })
    }

    /// Asks, and reads the answer to its end.
    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Outcome<Page> {
        let (authority, length) = (&self.authority, body.len());
        // As a browser says it of a form on a page of this address; the console takes no other.
        let origin = if method == "POST" { format!("origin: http://{authority}\r\n") } else { String::new() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {authority}\r\n{origin}content-length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| format!("`{line}` is no answer"))?;
        let (mut length, mut cookie) = (None, None);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse::<usize>().ok();
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                cookie = value.split(';').next().map(str::to_owned);
            }
        }
        let mut body = vec![0; length.ok_or("an answer without its length")?];
        self.stream.read_exact(&mut body)?;
        Ok(Page { status, cookie, body })
    }
}
