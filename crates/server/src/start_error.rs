//! Why a sandbox does not start.

use daypass_store::StoreError;
use daypass_store::sqlite::OpenError;
use daypass_targets::lambda::OpenError as LambdaOpenError;
use daypass_targets::s3::OpenError as S3OpenError;

use crate::clock::ClockError;
use crate::data_directory::DirectoryError;
use crate::github::signing::IssuerKeysError;
use crate::issuers::IssuerError;
use crate::listener::BindError;
use crate::tls::TlsError;
use crate::upstreams::UpstreamError;

/// Why a sandbox does not start. Nothing was changed but what a start makes: the data directory and its keys.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory belongs to another account.
    #[error("the data directory holds account {kept}, and {asked} was asked for")]
    Account {
        /// The account it holds.
        kept: String,
        /// The account asked for.
        asked: String,
    },
    /// A listener's address cannot be had, or is one that others may reach.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The account's clock cannot start where it is asked to.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A configured value does not work.
    #[error("{0}")]
    Configuration(String),
    /// The data directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A kept document cannot be read.
    #[error("the kept {kind} `{key}` cannot be read: {detail}")]
    Document {
        /// What it is.
        kind: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The account to import cannot be taken over; nothing of it was.
    #[error("{file}: {error}")]
    Import {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: daypass_aws::import::ImportError,
    },
    /// A configured issuer cannot be used.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The issuer's own keys cannot be used.
    #[error(transparent)]
    IssuerKeys(#[from] IssuerKeysError),
    /// The database does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Lambda's functions or their code cannot be read.
    #[error(transparent)]
    Lambda(#[from] LambdaOpenError),
    /// The objects cannot be used.
    #[error(transparent)]
    S3(#[from] S3OpenError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A service behind the gateway cannot be used.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl From<crate::github::hub::HubError> for StartError {
    fn from(error: crate::github::hub::HubError) -> Self {
        Self::Configuration(error.to_string())
    }
}

impl StartError {
    pub(crate) fn document(kind: &'static str, key: &str, error: &serde_json::Error) -> Self {
        Self::Document { kind, key: key.to_owned(), detail: error.to_string() }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Account { kept, .. } => {
                Some(format!("start it with --account {kept}, or name another directory with --data DIR"))
            }
            Self::Bind(error) => error.hint(),
            Self::Directory(error) => error.hint(),
            Self::Document { .. } => Some(
                "the database was altered or kept by a newer version: load a snapshot, or empty it with `daypass reset`"
                    .to_owned(),
            ),
            Self::Import { error, .. } => error.hint.clone(),
            Self::Open(OpenError::InUse { .. }) => {
                Some("stop that one, or name another directory with --data DIR".to_owned())
            }
            Self::Clock(_)
            | Self::Configuration(_)
            | Self::Issuer(_)
            | Self::IssuerKeys(_)
            | Self::Open(_)
            | Self::Lambda(_)
            | Self::S3(_)
            | Self::Store(_)
            | Self::Tls(_)
            | Self::Upstream(_) => None,
        }
    }
}
