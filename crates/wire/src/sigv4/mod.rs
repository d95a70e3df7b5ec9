//! Signature Version 4, both directions.
//!
//! The way in: [`parse()`] reads what a request claims, the caller finds the secret of the access key it names, and
//! [`verify()`] recomputes the signature. The way out, for clients and tests: [`Signer`].
//!
//! Sources: IAM User Guide, "AWS Signature Version 4 for API requests"; Amazon S3 API Reference, "Authenticating
//! Requests (AWS Signature Version 4)".

mod authorization;
mod canonical;
mod date;
mod error;
mod key;
mod parse;
mod query;
mod required;
mod sign;
mod verify;

use std::fmt;

pub use canonical::PathRules;
pub use date::AmzDate;
pub use error::{AuthError, MalformedCredential, Mismatch};
pub use key::{ChunkChain, SigningKey};
pub use parse::parse;
pub use sign::{ChunkEncoder, Credentials, Payload, SignError, Signer};
pub use verify::{Verified, verify, verify_with_key};

/// The one algorithm that is accepted. AWS4-ECDSA-P256-SHA256 (SigV4A) is not offered.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last part of a credential scope.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// Whether the service's requests follow S3's own rules for paths and payload hashes.
pub(crate) fn is_s3(service: &str) -> bool {
    service == "s3"
}

/// Where and when a signature is good: the part of a credential after the access key id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The day, `YYYYMMDD`.
    pub date: String,
    /// The region, e.g. `us-east-1`.
    pub region: String,
    /// The service's signing name, e.g. `sts`.
    pub service: String,
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }
}

/// Where a request carries its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In the `Authorization` header.
    Header,
    /// In the query string: a presigned URL.
    Query {
        /// `X-Amz-Expires`, in seconds. S3 demands and obeys it. Other services ignore it: STS takes a presigned
        /// request for 15 minutes whatever it says.
        expires_seconds: Option<u32>,
    },
}

/// What a signature says about the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadHash {
    /// Not stated: the hash of the body as it arrived is signed. Every service but S3.
    OfBody,
    /// `x-amz-content-sha256` holds the SHA-256 of the body, in lower-case hexadecimal.
    Signed(String),
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: signed chunks.
    StreamingSigned,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: signed chunks and a signed trailer.
    StreamingSignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: unsigned chunks and an unsigned trailer.
    StreamingUnsignedTrailer,
}

impl PayloadHash {
    /// Reads `x-amz-content-sha256`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text {
            "UNSIGNED-PAYLOAD" => Self::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Self::StreamingSigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Self::StreamingSignedTrailer,
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Self::StreamingUnsignedTrailer,
            text if crate::hex::is_sha256(text) => Self::Signed(text.to_owned()),
            _ => return None,
        })
    }

    /// The last line of the canonical request, where it does not depend on the body.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        Some(match self {
            Self::OfBody => return None,
            Self::Signed(hash) => hash,
            Self::Unsigned => "UNSIGNED-PAYLOAD",
            Self::StreamingSigned => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::StreamingSignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Self::StreamingUnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        })
    }

    /// Whether the body comes in aws-chunked framing.
    #[must_use]
    pub const fn is_streaming(&self) -> bool {
        matches!(self, Self::StreamingSigned | Self::StreamingSignedTrailer | Self::StreamingUnsignedTrailer)
    }
}

/// What a signed request claims, read but not yet verified.
///
/// Its `Debug` leaves out the signature and the session token.
#[derive(Clone)]
pub struct Presented {
    /// The access key id.
    pub access_key_id: String,
    /// The credential scope.
    pub scope: Scope,
    /// The names of the signed headers: lower case, sorted, each once.
    pub signed_headers: Vec<String>,
    /// The signature: 64 lower-case hexadecimal digits, or whatever was sent in their place.
    pub signature: String,
    /// `X-Amz-Security-Token`. Its holder can act with it: keep it out of logs.
    pub session_token: Option<String>,
    /// Header or query.
    pub kind: Kind,
    /// What is said about the body.
    pub payload: PayloadHash,
    /// When it was signed.
    pub amz_date: AmzDate,
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope)
            .field("signed_headers", &self.signed_headers)
            .field("kind", &self.kind)
            .field("payload", &self.payload)
            .field("amz_date", &self.amz_date)
            .finish_non_exhaustive()
    }
}

impl Presented {
    /// Checks that the scope names this region and service.
    ///
    /// # Errors
    /// [`AuthError::WrongRegion`] and [`AuthError::WrongService`].
    pub fn check_scope(&self, region: &str, service: &str) -> Result<(), AuthError> {
        if self.scope.service != service {
            return Err(AuthError::WrongService {
                presented: self.scope.service.clone(),
                expected: service.to_owned(),
                kind: self.kind,
            });
        }
        if self.scope.region != region {
            return Err(AuthError::WrongRegion {
                presented: self.scope.region.clone(),
                expected: region.to_owned(),
                kind: self.kind,
            });
        }
        Ok(())
    }
}
