//! A refusal, taken apart.

use daypass_client::ClientError;

/// What a service said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The error code, e.g. `AccessDenied`.
    pub code: String,
    /// AWS's sentence.
    pub message: String,
    /// What `daypass explain` asks for.
    pub request_id: String,
}

impl Refused {
    /// Status, code and sentence, to be compared at once.
    #[must_use]
    pub fn said(&self) -> (u16, &str, &str) {
        (self.status, &self.code, &self.message)
    }

    /// The refusal in an error of the client.
    ///
    /// # Panics
    /// Where the error is no refusal: the service did not answer, or not as the protocol says.
    #[must_use]
    pub fn from_error(error: ClientError) -> Self {
        match error {
            ClientError::Refused { status, code, message, request_id, .. } => {
                Self { status, code, message, request_id: request_id.unwrap_or_default() }
            }
            other => panic!("no refusal but a failure: {other}"),
        }
    }
}
