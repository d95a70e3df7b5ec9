//! Why nothing was done at GitHub's side.

use daypass_github::gate::EnvironmentError;
use daypass_github::hosting::{CreateEnvironmentError, Denied, NoRoom, UserError};
use daypass_github::run::RunError;
use daypass_github::workflow::PlanError;
use daypass_github::{JobError, TemplateError};
use daypass_store::StoreError;

/// What a run is called where it is too large.
pub(super) const RUN: &str = "the run";

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A document cannot be written.
    #[error("a document cannot be written: {0}")]
    Document(String),
    /// An environment cannot be so.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// An environment cannot be made.
    #[error(transparent)]
    CreateEnvironment(#[from] CreateEnvironmentError),
    /// What was sent cannot be done, in one sentence.
    #[error("{0}")]
    Invalid(String),
    /// A job cannot be so.
    #[error(transparent)]
    Job(#[from] JobError),
    /// There is no room for what a run or a file would add.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// There is no such thing.
    #[error("there is no {0}")]
    Missing(String),
    /// It is there already.
    #[error("{0} is there already")]
    Exists(String),
    /// The workflow cannot be run so.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The run says no.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store did not take it.
    #[error("the store does not answer: {0}")]
    Store(StoreError),
    /// A subject cannot be made so.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Something is larger than is kept.
    #[error("{what} would have {bytes} bytes: {limit} are kept at the most")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// There are too many of something.
    #[error("{0}")]
    TooMany(String),
    /// Who asks is nobody any more.
    #[error("the token counts no longer")]
    Unauthenticated,
    /// A user cannot be so.
    #[error(transparent)]
    User(#[from] UserError),
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        match error {
            // The store answers well: it is what was sent that is too large.
            StoreError::TooLarge { what, bytes, limit } => Self::TooLarge { what, bytes, limit },
            error => Self::Store(error),
        }
    }
}

impl HubError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Job(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::TooLarge { what: RUN, .. } => {
                Some("fewer jobs, less `env` in each, shorter outputs make it smaller".to_owned())
            }
            _ => None,
        }
    }
}
