//! Refusals, in the words and the form of the family of services that was called.
//!
//! Sources: "Common Errors" of the STS, IAM and CloudTrail API references; Amazon S3 API Reference, "Error responses";
//! IAM User Guide, "Troubleshoot signed requests for AWS APIs".

mod body;
mod chunk;
mod query_and_json;
mod s3;

use std::borrow::Cow;

pub use body::{json_error, query_error, s3_error};

use crate::chunked::ChunkError;
use crate::sigv4::AuthError;

/// The families of services, by how they speak of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Query and XML: STS and IAM.
    Query,
    /// JSON 1.1: CloudTrail.
    Json,
    /// REST and JSON: Lambda, Access Analyzer.
    RestJson,
    /// REST and XML: S3.
    S3,
}

/// A refusal: all that the caller of an API sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The code on the wire, e.g. `SignatureDoesNotMatch`.
    pub code: Cow<'static, str>,
    /// The sentence.
    pub message: Cow<'static, str>,
    /// Further elements of an S3 error, after the message.
    pub details: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal without further elements.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into(), details: Vec::new() }
    }

    /// The same with one more element.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The refusal of a request that is not authenticated.
    #[must_use]
    pub fn of(error: &AuthError, family: Family) -> Self {
        match family {
            Family::Query => query_and_json::query(error),
            Family::Json => query_and_json::json(error),
            Family::RestJson => query_and_json::rest_json(error),
            Family::S3 => s3::refusal(error),
        }
    }

    /// The refusal of a chunked body. Only S3 takes such bodies.
    #[must_use]
    pub fn of_chunks(error: &ChunkError) -> Self {
        chunk::refusal(error)
    }
}
