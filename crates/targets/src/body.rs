//! The bodies that targets take and give, and how a broken one says what is wrong with it.

mod arrival;
mod file;

use bytes::Bytes;
use daypass_wire::checksum::Algorithm;
use daypass_wire::chunked::ChunkError;
use daypass_wire::refusal::{Family, Refusal};
use daypass_wire::sigv4::AuthError;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};

pub use arrival::{IDLE, arriving, arriving_whole};
pub use file::of_file;

/// Anything that can go wrong while a body is read. An [`Integrity`] inside it becomes its own S3 error; everything
/// else means that the client went away.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A request body after `aws-chunked` is taken off it, and every answer's body.
///
/// A request body yields the object's own bytes, then at most one trailer frame with the trailing headers
/// (`x-amz-checksum-...`), and ends cleanly only if everything that the signature promised about it held.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// What turned out to be wrong with a request body while it was read. Nothing of such a request becomes visible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Integrity {
    /// The `aws-chunked` framing, a signature in it, or the trailer is wrong.
    #[error("the chunked body is refused")]
    Chunks(#[from] ChunkError),
    /// The SHA-256 of the body is not the one that was signed in `x-amz-content-sha256`.
    #[error("the body's sha-256 does not match `x-amz-content-sha256`")]
    PayloadHash {
        /// The hash the client signed, lower-case hexadecimal.
        declared: String,
        /// The hash of what arrived.
        computed: String,
    },
    /// `Content-MD5` does not match.
    #[error("the body's md5 does not match `Content-MD5`")]
    ContentMd5,
    /// An `x-amz-checksum-...` header or trailer does not match.
    #[error("the body's checksum does not match the declared {}", algorithm.name())]
    Checksum {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The body ended before, or went on after, the declared length; or the connection broke.
    #[error("the body's length is not the declared one")]
    Length,
    /// The body is larger than the operation takes.
    #[error("the body is larger than allowed")]
    TooLarge,
    /// The client stopped sending for longer than the server waits.
    #[error("the client stopped sending")]
    Timeout,
}

impl Integrity {
    /// Finds what is wrong in an error from a body's stream, however deep it is wrapped. An error that is none of
    /// ours is a connection that broke, which S3 calls an incomplete body.
    #[must_use]
    pub fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut current = Some(error);
        while let Some(candidate) = current {
            if let Some(integrity) = candidate.downcast_ref::<Self>() {
                return integrity.clone();
            }
            current = candidate.source();
        }
        Self::Length
    }

    /// What S3 says of it.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Chunks(error) => Refusal::of_chunks(error),
            Self::Checksum { algorithm } => {
                Refusal::of_chunks(&ChunkError::ChecksumMismatch { algorithm: *algorithm })
            }
            Self::Length => Refusal::of_chunks(&ChunkError::Incomplete),
            Self::PayloadHash { declared, computed } => {
                let mismatch = AuthError::ContentSha256Mismatch {
                    presented: declared.clone(),
                    computed: computed.clone(),
                };
                Refusal::of(&mismatch, Family::S3)
            }
            Self::ContentMd5 => Refusal::new(
                400,
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
            ),
            Self::TooLarge => {
                Refusal::new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            }
            Self::Timeout => Refusal::new(
                400,
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
            ),
        }
    }
}

/// A body with nothing in it.
#[must_use]
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body of bytes that are already here.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}
