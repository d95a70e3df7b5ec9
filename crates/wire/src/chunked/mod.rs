//! `aws-chunked`: a body in pieces, each with its size and perhaps a signature before it, and trailers after it.
//!
//! ```text
//! 10000;chunk-signature=ad80...\r\n      10000\r\n
//! DATA\r\n                               DATA\r\n
//! 0;chunk-signature=b6c6...\r\n          0\r\n
//! x-amz-checksum-crc32c:sOO8/Q==\r\n     x-amz-checksum-crc32c:sOO8/Q==\r\n
//! x-amz-trailer-signature:d81f...\r\n    \r\n
//! \r\n
//! ```
//!
//! Source: Amazon S3 API Reference, "Transferring Payload in Multiple Chunks" and "Signature calculations for trailing
//! headers".

mod trailers;

use aws_lc_rs::digest;
use bytes::Bytes;
use http::request::Parts;
use subtle::ConstantTimeEq as _;

pub use trailers::Trailers;

use crate::checksum::{Algorithm, Checksum};
use crate::sigv4::{ChunkChain, PayloadHash, Verified};
use crate::{hex, limits};

/// How a body is framed.
#[derive(Clone)]
pub enum Framing {
    /// Signed chunks.
    Signed(ChunkChain),
    /// Signed chunks, then a signed trailer.
    SignedWithTrailer(ChunkChain),
    /// Unsigned chunks, then an unsigned trailer.
    UnsignedWithTrailer,
}

impl Framing {
    /// The framing that a verified request announces; `None` where its body is not chunked.
    #[must_use]
    pub fn of(verified: &Verified) -> Option<Self> {
        match verified.payload() {
            PayloadHash::StreamingSigned => Some(Self::Signed(verified.chunks())),
            PayloadHash::StreamingSignedTrailer => Some(Self::SignedWithTrailer(verified.chunks())),
            PayloadHash::StreamingUnsignedTrailer => Some(Self::UnsignedWithTrailer),
            PayloadHash::OfBody | PayloadHash::Signed(_) | PayloadHash::Unsigned => None,
        }
    }
}

/// Why a chunked body was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant and the names of its fields say what it is")]
pub enum ChunkError {
    #[error("the request does not declare the length of its decoded body")]
    LengthNotDeclared,
    #[error("the line before a chunk is malformed")]
    MalformedChunk,
    #[error(
        "chunk {number} has {size} bytes, only the last may have less than {}",
        limits::CHUNK_BYTES_LEAST
    )]
    ChunkTooSmall { number: u64, size: u64 },
    #[error("the signature of chunk {number} does not match")]
    ChunkSignatureMismatch { number: u64 },
    #[error("the signature of the trailer does not match")]
    TrailerSignatureMismatch,
    #[error("the trailer is malformed")]
    MalformedTrailer,
    #[error("the trailer lacks `{name}`, which was announced")]
    TrailerMissing { name: String },
    #[error("the checksum {} of the trailer is not the body's", algorithm.name())]
    ChecksumMismatch { algorithm: Algorithm },
    #[error("the body has more or less bytes than the {declared} that were declared")]
    LengthMismatch { declared: u64 },
    #[error("the body ends before its last chunk, or goes on after it")]
    Incomplete,
}

enum State {
    ChunkLine,
    Data { left: u64 },
    AfterData,
    AfterLastChunk,
    Trailer,
    Done,
    Failed(ChunkError),
}

/// Decodes a body as it arrives.
///
/// Decoded bytes are handed out before the signature over their chunk has been seen whole, so that a chunk of any size
/// needs no buffer. What was made of them may become visible only after [`Decoder::finish`].
pub struct Decoder {
    state: State,
    chain: Option<ChunkChain>,
    has_trailer: bool,
    line: Vec<u8>,
    chunk_hash: digest::Context,
    chunk_signature: String,
    number: u64,
    last_size: u64,
    decoded: u64,
    declared: u64,
    trailers: Trailers,
    checksums: Vec<Checksum>,
}

impl Decoder {
    /// A decoder for a body of `declared_length` decoded bytes (`x-amz-decoded-content-length`), whose trailer holds the
    /// names in `announced` (`x-amz-trailer`, split at commas) and no others. The checksums among them are verified.
    #[must_use]
    pub fn new(framing: Framing, declared_length: u64, announced: &[&str]) -> Self {
        let (chain, has_trailer) = match framing {
            Framing::Signed(chain) => (Some(chain), false),
            Framing::SignedWithTrailer(chain) => (Some(chain), true),
            Framing::UnsignedWithTrailer => (None, true),
        };
        let algorithms = announced.iter().filter_map(|name| Algorithm::from_header(name.trim()));
        Self {
            state: State::ChunkLine,
            chain,
            has_trailer,
            line: Vec::new(),
            chunk_hash: digest::Context::new(&digest::SHA256),
            chunk_signature: String::new(),
            number: 0,
            last_size: u64::MAX,
            decoded: 0,
            declared: declared_length,
            trailers: Trailers::announced(announced),
            checksums: algorithms.map(Checksum::new).collect(),
        }
    }

    /// A decoder for the body of a verified request, as its headers announce it; `None` where it is not chunked.
    ///
    /// # Errors
    /// [`ChunkError::LengthNotDeclared`] where `x-amz-decoded-content-length` is missing or no number,
    /// [`ChunkError::MalformedTrailer`] where the body is to have a trailer and `x-amz-trailer` does not say which.
    pub fn of(verified: &Verified, parts: &Parts) -> Result<Option<Self>, ChunkError> {
        let Some(framing) = Framing::of(verified) else { return Ok(None) };
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let declared = header("x-amz-decoded-content-length")
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or(ChunkError::LengthNotDeclared)?;
        let announced: Vec<&str> = match framing {
            Framing::Signed(_) => Vec::new(),
            Framing::SignedWithTrailer(_) | Framing::UnsignedWithTrailer => {
                header("x-amz-trailer").ok_or(ChunkError::MalformedTrailer)?.split(',').collect()
            }
        };
        Ok(Some(Self::new(framing, declared, &announced)))
    }

    /// Takes bytes from the front of `input` and gives the next decoded ones; `None` when `input` is used up. The
    /// result shares `input`'s memory.
    ///
    /// # Errors
    /// [`ChunkError`], and the same again on every later call.
    pub fn decode(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, ChunkError> {
        let result = self.advance(input);
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
        }
        result
    }

    /// Ends the body.
    ///
    /// # Errors
    /// [`ChunkError::Incomplete`] where the end was not reached, or the error that was met before.
    pub fn finish(self) -> Result<Trailers, ChunkError> {
        match self.state {
            State::Done => Ok(self.trailers),
            State::Failed(error) => Err(error),
            _ => Err(ChunkError::Incomplete),
        }
    }

    fn advance(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, ChunkError> {
        while !input.is_empty() {
            match &self.state {
                State::Data { left } => return self.data(*left, input).map(Some),
                State::Done => return Err(ChunkError::Incomplete),
                State::Failed(error) => return Err(error.clone()),
                State::ChunkLine | State::AfterData | State::AfterLastChunk | State::Trailer => {
                    let Some(line) = self.take_line(input)? else { break };
                    self.state = self.after_line(&line)?;
                }
            }
        }
        match &self.state {
            State::Failed(error) => Err(error.clone()),
            _ => Ok(None),
        }
    }

    fn data(&mut self, left: u64, input: &mut Bytes) -> Result<Bytes, ChunkError> {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let data = input.split_to(length);
        if self.chain.is_some() {
            self.chunk_hash.update(&data);
        }
        for checksum in &mut self.checksums {
            checksum.update(&data);
        }
        let left = left - u64::try_from(length).unwrap_or(left);
        self.state = if left == 0 {
            self.check_chunk_signature()?;
            State::AfterData
        } else {
            State::Data { left }
        };
        Ok(data)
    }

    /// The next line without its CRLF, once all of it is there.
    fn take_line(&mut self, input: &mut Bytes) -> Result<Option<Vec<u8>>, ChunkError> {
        let end = input.iter().position(|byte| *byte == b'\n');
        let piece = input.split_to(end.map_or(input.len(), |end| end + 1));
        let (limit, error) = match self.state {
            State::Trailer => (limits::TRAILER_BYTES, ChunkError::MalformedTrailer),
            _ => (limits::CHUNK_LINE_BYTES, ChunkError::MalformedChunk),
        };
        if self.line.len() + piece.len() > limit {
            return Err(error);
        }
        self.line.extend_from_slice(&piece);
        if end.is_none() {
            return Ok(None);
        }
        let mut line = std::mem::take(&mut self.line);
        line.pop();
        if line.pop() != Some(b'\r') {
            return Err(error);
        }
        Ok(Some(line))
    }

    fn after_line(&mut self, line: &[u8]) -> Result<State, ChunkError> {
        match self.state {
            State::ChunkLine => self.chunk_line(line),
            State::AfterData if line.is_empty() => Ok(State::ChunkLine),
            State::AfterLastChunk if line.is_empty() => Ok(State::Done),
            State::Trailer if line.is_empty() => self.end_trailer(),
            State::Trailer => self.trailers.add(line, self.chain.is_some()).map(|()| State::Trailer),
            _ => Err(ChunkError::MalformedChunk),
        }
    }

    fn chunk_line(&mut self, line: &[u8]) -> Result<State, ChunkError> {
        let line = std::str::from_utf8(line).map_err(|_| ChunkError::MalformedChunk)?;
        let digits = if self.chain.is_some() {
            let (digits, signature) =
                line.split_once(";chunk-signature=").ok_or(ChunkError::MalformedChunk)?;
            signature.clone_into(&mut self.chunk_signature);
            digits
        } else {
            line
        };
        if digits.is_empty() || digits.len() > 16 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ChunkError::MalformedChunk);
        }
        let size = u64::from_str_radix(digits, 16).map_err(|_| ChunkError::MalformedChunk)?;
        let mismatch = ChunkError::LengthMismatch { declared: self.declared };
        self.decoded = self.decoded.checked_add(size).ok_or_else(|| mismatch.clone())?;
        if self.decoded > self.declared {
            return Err(mismatch);
        }
        self.number += 1;
        if size > 0 {
            if self.last_size < limits::CHUNK_BYTES_LEAST {
                // S3 counts the chunk that shows the one before it was not the last.
                return Err(ChunkError::ChunkTooSmall { number: self.number, size: self.last_size });
            }
            self.last_size = size;
            return Ok(State::Data { left: size });
        }
        self.check_chunk_signature()?;
        if self.decoded < self.declared {
            return Err(mismatch);
        }
        Ok(if self.has_trailer { State::Trailer } else { State::AfterLastChunk })
    }

    fn check_chunk_signature(&mut self) -> Result<(), ChunkError> {
        let Some(chain) = &mut self.chain else { return Ok(()) };
        let hash = std::mem::replace(&mut self.chunk_hash, digest::Context::new(&digest::SHA256)).finish();
        let expected = chain.next_chunk(&hex::encode(hash.as_ref()));
        if bool::from(expected.as_bytes().ct_eq(self.chunk_signature.as_bytes())) {
            Ok(())
        } else {
            Err(ChunkError::ChunkSignatureMismatch { number: self.number })
        }
    }

    fn end_trailer(&mut self) -> Result<State, ChunkError> {
        self.trailers.check_complete()?;
        if let Some(chain) = &self.chain {
            let expected = chain.trailer(&hex::sha256_hex(self.trailers.canonical().as_bytes()));
            let presented = self.trailers.signature().unwrap_or_default();
            if !bool::from(expected.as_bytes().ct_eq(presented.as_bytes())) {
                return Err(ChunkError::TrailerSignatureMismatch);
            }
        }
        for checksum in self.checksums.drain(..) {
            let algorithm = checksum.algorithm();
            if self.trailers.text(algorithm.header()) != Some(checksum.finish().as_str()) {
                return Err(ChunkError::ChecksumMismatch { algorithm });
            }
        }
        Ok(State::Done)
    }
}
