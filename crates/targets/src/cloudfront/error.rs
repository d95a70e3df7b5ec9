//! How CloudFront refuses.
//!
//! Codes and statuses: the "Errors" of each operation in the API reference. The sentences of `InvalidIfMatchVersion`,
//! `PreconditionFailed`, `TooManyInvalidationsInProgress` and of paths that are not valid were observed and stand word for
//! word; the others follow the reference's descriptions, since no observed answer was to be found.

use std::borrow::Cow;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct CloudFrontError {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: &'static str,
    /// The sentence.
    pub message: Cow<'static, str>,
}

impl CloudFrontError {
    /// A refusal with a sentence.
    pub fn new(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    pub(super) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "MalformedInput", message)
    }

    pub(super) fn no_such_distribution() -> Self {
        Self::new(404, "NoSuchDistribution", "The specified distribution does not exist.")
    }

    pub(super) fn no_such_invalidation() -> Self {
        Self::new(404, "NoSuchInvalidation", "The specified invalidation does not exist.")
    }

    pub(super) fn no_such_resource() -> Self {
        Self::new(404, "NoSuchResource", "A resource that was specified is not valid.")
    }

    pub(super) fn invalid_if_match() -> Self {
        const MESSAGE: &str = "The If-Match version is missing or not valid for the resource.";
        Self::new(400, "InvalidIfMatchVersion", MESSAGE)
    }

    pub(super) fn precondition_failed() -> Self {
        const MESSAGE: &str = "The request failed because it didn't meet the preconditions in one or more request-header fields.";
        Self::new(412, "PreconditionFailed", MESSAGE)
    }

    pub(super) fn inconsistent_quantities() -> Self {
        const MESSAGE: &str = "The value of Quantity and the size of Items don't match.";
        Self::new(400, "InconsistentQuantities", MESSAGE)
    }

    pub(super) fn invalid_tagging(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "InvalidTagging", message)
    }
}
