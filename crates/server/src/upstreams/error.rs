//! Why an upstream cannot be used, or does not answer.

use std::path::PathBuf;

use daypass_targets::body::Integrity;

/// Why an upstream of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// Its certificates cannot be read.
    #[error("the upstream's ca_file `{path}` cannot be used: {detail}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// TLS cannot be set up.
    #[error("TLS to the upstream cannot be set up: {0}")]
    Tls(String),
}

/// Why there is no answer of an upstream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The caller's own body was not what it promised to be, so that it was not sent to its end.
    #[error("the request's body was broken off: {0}")]
    Body(Integrity),
    /// What it sent is no answer, or the connection ended before there was one. The call may have been done.
    #[error("the upstream did not answer in HTTP: {0}")]
    Broken(String),
    /// There is no key for it.
    #[error("there are no credentials for the upstream: {0}")]
    Credentials(String),
    /// Nobody is there. Nothing was sent.
    #[error("the upstream cannot be reached: {0}")]
    Unreachable(String),
    /// It was silent for too long. The call may have been done.
    #[error("the upstream was silent for {seconds} seconds")]
    Silent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The request cannot be written for it.
    #[error("the request cannot be signed for the upstream: {0}")]
    Unsigned(String),
}

impl Unanswered {
    /// Whether it is certain that the upstream did nothing.
    pub(crate) const fn is_undone(&self) -> bool {
        matches!(self, Self::Credentials(_) | Self::Unreachable(_) | Self::Unsigned(_))
    }
}

/// The innermost words of an error, which say what happened.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}
