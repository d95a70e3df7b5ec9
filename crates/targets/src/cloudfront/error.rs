//! CloudFront's errors, in its words.
//!
//! Sources: the exceptions of the service model with their statuses; sentences as users have reported them.

use std::borrow::Cow;

/// An error of CloudFront's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct CloudFrontError {
    /// The code, `NoSuchDistribution`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The sentence.
    pub message: Cow<'static, str>,
}

impl CloudFrontError {
    pub(super) fn new(code: &'static str, status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, status, message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidArgument", 400, message)
    }

    pub(super) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("MalformedInput", 400, message)
    }

    pub(super) fn no_distribution() -> Self {
        Self::new("NoSuchDistribution", 404, "The specified distribution does not exist.")
    }

    pub(super) fn no_invalidation() -> Self {
        Self::new("NoSuchInvalidation", 404, "The specified invalidation does not exist.")
    }

    pub(super) fn inconsistent(element: &str) -> Self {
        let message = format!("The value of Quantity and the size of Items of {element} don't match.");
        Self::new("InconsistentQuantities", 400, message)
    }

    pub(super) fn no_match_header() -> Self {
        let message = "The If-Match version is missing or not valid for the resource.";
        Self::new("InvalidIfMatchVersion", 400, message)
    }

    pub(super) fn precondition() -> Self {
        let message = "The request failed because it didn't meet the preconditions in one or more request-header fields.";
        Self::new("PreconditionFailed", 412, message)
    }

    pub(super) fn tagging(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidTagging", 400, message)
    }

    /// What AWS has and daypass has not. The words are ours.
    #[must_use]
    pub fn not_offered(what: impl std::fmt::Display) -> Self {
        Self::new("NotImplemented", 501, format!("{what} is not offered by daypass"))
    }

    /// Something that is the server's fault.
    #[must_use]
    pub fn service() -> Self {
        Self::new("ServiceUnavailable", 503, "CloudFront cannot keep what was asked for. Try again later.")
    }
}
