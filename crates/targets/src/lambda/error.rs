//! Lambda's errors, in its words.
//!
//! Sources: the exceptions of the service model with their statuses; sentences as users have reported them. Where none
//! was found the comment says so.

use std::borrow::Cow;

/// An error of Lambda's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct LambdaError {
    /// The exception's name, `ResourceNotFoundException`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The sentence.
    pub message: Cow<'static, str>,
}

impl LambdaError {
    pub(super) fn new(code: &'static str, status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, status, message: message.into() }
    }

    /// What the request says cannot be done.
    pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidParameterValueException", 400, message)
    }

    /// A member of the request that is not as the model wants it.
    pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> Self {
        let value: String = value.chars().take(VALUE_CHARACTERS).collect();
        let message = format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        );
        Self::new("ValidationException", 400, message)
    }

    /// A body that is not what the protocol wants.
    pub(super) fn unreadable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("SerializationException", 400, message)
    }

    pub(super) fn no_function(arn: &str) -> Self {
        Self::new("ResourceNotFoundException", 404, format!("Function not found: {arn}"))
    }

    pub(super) fn no_alias(arn: &str) -> Self {
        Self::new("ResourceNotFoundException", 404, format!("Cannot find alias arn: {arn}"))
    }

    pub(super) fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ResourceConflictException", 409, message)
    }

    pub(super) fn precondition() -> Self {
        let message = "The Revision Id provided does not match the latest Revision Id. Call the \
                       GetFunction/GetAlias API to retrieve the latest Revision Id";
        Self::new("PreconditionFailedException", 412, message)
    }

    pub(super) fn not_a_zip() -> Self {
        Self::invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
    }

    /// Code that is too large once it is unzipped, or before that already.
    #[must_use]
    pub fn too_large_unzipped() -> Self {
        let limit = super::limits::UNZIPPED_BYTES;
        Self::invalid(format!("Unzipped size must be smaller than {limit} bytes"))
    }

    /// A body over a limit, in bytes, before anything of it is known but the operation.
    #[must_use]
    pub fn too_large(operation: &str, limit: usize) -> Self {
        let message = format!("Request must be smaller than {limit} bytes for the {operation} operation");
        Self::new("RequestTooLargeException", 413, message)
    }

    /// What AWS has and daypass has not. The words are ours.
    #[must_use]
    pub fn not_offered(what: impl std::fmt::Display) -> Self {
        Self::new("NotImplementedException", 501, format!("{what} is not offered by daypass"))
    }

    /// A bound of ours. AWS has `CodeStorageExceededException` for its own.
    pub(super) fn too_many(what: &str, limit: usize) -> Self {
        Self::new(
            "TooManyRequestsException",
            429,
            format!("There are {limit} {what}, the most that daypass keeps"),
        )
    }

    /// A bound of ours on what is done at the same time. AWS has the exception for its own; the words are ours.
    #[must_use]
    pub fn too_much_code() -> Self {
        Self::new("TooManyRequestsException", 429, "Too much code is on its way. Try again later.")
    }

    /// Something that is the server's fault.
    #[must_use]
    pub fn service() -> Self {
        Self::new("ServiceException", 500, "The service encountered an internal error")
    }
}

/// Characters that are shown of a value that is refused.
const VALUE_CHARACTERS: usize = 256;
