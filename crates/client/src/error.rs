//! Why a call came to nothing.

/// A call that could not be made, or whose answer could not be read. A refusal is an [`Answer`](crate::Answer).
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The answer is not what the protocol promises.
    #[error("the answer of {operation} cannot be read: {detail}")]
    Answer {
        /// The operation.
        operation: String,
        /// What is wrong.
        detail: String,
    },
    /// The service refused.
    #[error("{operation} was refused with {status}: {code}: {message}")]
    Refused {
        /// The operation.
        operation: String,
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The sentence.
        message: String,
        /// The request id.
        request_id: Option<String>,
    },
    /// The request could not be built or signed.
    #[error("the request cannot be made: {0}")]
    Request(String),
    /// The service could not be reached.
    #[error("the service does not answer: {0}")]
    Transport(#[from] reqwest::Error),
}
