//! The client of every comparison: one connection, one request at a time, every answer checked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use daypass_client::Credentials;
use daypass_wire::sigv4::{Credentials as Signing, Payload, PayloadHash, Signer};
use jiff::Timestamp;

use crate::failure::Outcome;

/// How long a server may let its client wait before nothing is measured.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// What is read at once.
const BUFFER_BYTES: usize = 256 * 1024;
/// A body that goes out together with its head.
const TOGETHER_BYTES: usize = 16 * 1024;

/// A key pair, with its session token where it has one.
#[derive(Clone)]
pub(crate) struct Keys {
    id: String,
    secret: String,
    token: Option<String>,
}

impl Keys {
    /// For servers that check nothing.
    pub(crate) fn any() -> Self {
        Self { id: "any".to_owned(), secret: "any".to_owned(), token: None }
    }
}

impl From<Credentials> for Keys {
    fn from(credentials: Credentials) -> Self {
        Self {
            id: credentials.access_key_id,
            secret: credentials.secret_access_key.to_string(),
            token: credentials.session_token.map(|token| token.to_string()),
        }
    }
}

/// A request: its head as bytes, without a signature's cost in what is measured, and its body.
pub(crate) struct Prepared<'a> {
    head: Vec<u8>,
    body: &'a [u8],
}

/// What is asked of whom.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) keys: Option<&'a Keys>,
    pub(crate) service: &'static str,
    pub(crate) region: &'a str,
    pub(crate) method: &'static str,
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(&'static str, &'static str)],
    pub(crate) body: &'a [u8],
    /// The SHA-256 of the body.
    pub(crate) hash: &'a str,
}

impl<'a> Asked<'a> {
    /// Signs it.
    pub(crate) fn prepare(&self) -> Outcome<Prepared<'a>> {
        let mut request = http::Request::builder().method(self.method).uri(self.target);
        request = request.header("host", self.address.to_string());
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(())?.into_parts();
        if let Some(keys) = self.keys {
            let credentials = Signing {
                access_key_id: &keys.id,
                secret_access_key: &keys.secret,
                session_token: keys.token.as_deref(),
            };
            let signer =
                Signer { credentials, region: self.region, service: self.service, now: Timestamp::now() };
            let signed = PayloadHash::Signed(self.hash.to_owned());
            let payload =
                if self.service == "s3" { Payload::Word(&signed) } else { Payload::Body(self.body) };
            signer.sign(&mut parts, payload)?;
        }
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &parts.headers {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        if !self.body.is_empty() || self.method == "PUT" || self.method == "POST" {
            head.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        Ok(Prepared { head, body: self.body })
    }
}

/// A connection that is kept for as long as the server keeps it, and opened again where it does not.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<Stream>,
}

/// What is told by the head of an answer.
struct Head {
    status: u16,
    length: u64,
    is_chunked: bool,
    closes: bool,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Outcome<Self> {
        Ok(Self { address, stream: Some(Stream::open(address)?) })
    }

    /// Sends a request and reads its answer to the end: status, and bytes of the body.
    pub(crate) fn send(&mut self, request: &Prepared<'_>) -> Outcome<(u16, u64)> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => Stream::open(self.address)?,
        };
        let (head, read) = stream.exchange(request)?;
        if !head.closes {
            self.stream = Some(stream);
        }
        Ok((head.status, read))
    }
}

struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIME))?;
        stream.set_write_timeout(Some(ANSWER_TIME))?;
        Ok(Self(BufReader::with_capacity(BUFFER_BYTES, stream)))
    }

    fn exchange(&mut self, request: &Prepared<'_>) -> Outcome<(Head, u64)> {
        let stream = self.0.get_mut();
        if request.body.len() <= TOGETHER_BYTES {
            stream.write_all(&[&request.head, request.body].concat())?;
        } else {
            stream.write_all(&request.head)?;
            stream.write_all(request.body)?;
        }
        let head = self.head()?;
        let read = match (request.head.starts_with(b"HEAD "), head.is_chunked) {
            (true, _) => 0,
            (false, true) => self.chunks()?,
            (false, false) => self.exactly(head.length)?,
        };
        Ok((head, read))
    }

    fn head(&mut self) -> Outcome<Head> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| format!("`{}` is no answer", line.trim()))?;
        let mut head = Head { status, length: 0, is_chunked: false, closes: false };
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let text = line.trim().to_ascii_lowercase();
            if text.is_empty() {
                return Ok(head);
            }
            if let Some(value) = text.strip_prefix("content-length:") {
                head.length = value.trim().parse()?;
            }
            head.is_chunked |= text == "transfer-encoding: chunked";
            head.closes |= text == "connection: close";
        }
    }

    fn exactly(&mut self, length: u64) -> Outcome<u64> {
        let read = std::io::copy(&mut self.0.by_ref().take(length), &mut std::io::sink())?;
        if read == length { Ok(read) } else { Err("an answer ended early".into()) }
    }

    fn chunks(&mut self) -> Outcome<u64> {
        let (mut total, mut line) = (0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let size = u64::from_str_radix(line.trim(), 16)?;
            total += self.exactly(size)?;
            line.clear();
            self.0.read_line(&mut line)?;
            if size == 0 {
                return Ok(total);
            }
        }
    }
}
