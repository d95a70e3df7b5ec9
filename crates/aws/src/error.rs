//! How AWS refuses: a code, a sentence and an HTTP status.
//!
//! Sources: the "Errors" section of each operation in the STS and IAM API references, and "Common Errors".

use std::borrow::Cow;

/// A refusal in AWS's own words: all that a caller ever sees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The code on the wire, e.g. `AccessDenied`.
    pub code: &'static str,
    /// The sentence, word for word as AWS sends it where that is known.
    pub message: Cow<'static, str>,
    /// The HTTP status.
    pub status: u16,
}

impl AwsError {
    /// A refusal with status 400.
    pub fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), status: 400 }
    }

    /// `AccessDenied`, 403.
    pub fn access_denied(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "AccessDenied", message: message.into(), status: 403 }
    }

    /// `ValidationError`, 400.
    pub fn validation(message: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("ValidationError", message)
    }

    /// `InvalidInput`, 400 (IAM).
    pub fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("InvalidInput", message)
    }

    /// `MalformedPolicyDocument`, 400.
    pub fn malformed_policy(message: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("MalformedPolicyDocument", message)
    }

    /// `NoSuchEntity`, 404 (IAM).
    pub fn no_such_entity(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "NoSuchEntity", message: message.into(), status: 404 }
    }

    /// `EntityAlreadyExists`, 409 (IAM).
    pub fn already_exists(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "EntityAlreadyExists", message: message.into(), status: 409 }
    }

    /// `DeleteConflict`, 409 (IAM).
    pub fn delete_conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "DeleteConflict", message: message.into(), status: 409 }
    }

    /// `LimitExceeded`, 409 (IAM).
    pub fn limit_exceeded(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "LimitExceeded", message: message.into(), status: 409 }
    }

    /// `ServiceFailure`, 500: the request was right and nothing was done.
    pub fn service_failure(message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: "ServiceFailure", message: message.into(), status: 500 }
    }

    /// Whether the fault is the sender's (4xx) and not the service's.
    #[must_use]
    pub const fn is_sender_fault(&self) -> bool {
        self.status < 500
    }
}
