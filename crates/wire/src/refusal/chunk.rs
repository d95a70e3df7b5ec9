//! What S3 says to a chunked body that it does not take.

use crate::chunked::ChunkError;
use crate::limits;
use crate::refusal::{Refusal, s3};

pub(super) fn refusal(error: &ChunkError) -> Refusal {
    match error {
        ChunkError::LengthNotDeclared => {
            Refusal::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        }
        ChunkError::ChunkSignatureMismatch { .. } | ChunkError::TrailerSignatureMismatch => {
            Refusal::new(403, "SignatureDoesNotMatch", s3::MISMATCH)
        }
        ChunkError::ChunkTooSmall { number, size } => Refusal::new(
            403,
            "InvalidChunkSizeError",
            format!(
                "Only the last chunk is allowed to have a size less than {} bytes",
                limits::CHUNK_BYTES_LEAST
            ),
        )
        .with("Chunk", number.to_string())
        .with("BadChunkSize", size.to_string()),
        ChunkError::MalformedTrailer | ChunkError::TrailerMissing { .. } => Refusal::new(
            400,
            "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to our published schema.",
        ),
        ChunkError::ChecksumMismatch { algorithm } => Refusal::new(
            400,
            "BadDigest",
            format!("The {} you specified did not match the calculated checksum.", algorithm.name()),
        ),
        ChunkError::MalformedChunk | ChunkError::LengthMismatch { .. } | ChunkError::Incomplete => {
            Refusal::new(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header",
            )
        }
    }
}
