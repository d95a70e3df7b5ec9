//! Amazon CloudFront's control plane: distributions, and invalidations that are completed by themselves. No page is ever
//! served.
//!
//! An operation is a pure function: from what is kept, the request and the time to what is to be answered and what is to
//! be kept ([`Outcome`]). The server keeps it together with the event of the call, in one commit, and only then takes it
//! over ([`CloudFront::apply`]).
//!
//! | kept | key of the document |
//! |---|---|
//! | a distribution: its configuration as it was given, its tags | `ACCOUNT/ID` |
//! | an invalidation | `ACCOUNT/ID/INVALIDATION` |
//!
//! Source: Amazon CloudFront API reference (2020-05-31); its service model for names and status codes.

mod configuration;
mod error;
pub mod limits;
mod model;
mod names;
mod operations;
mod routes;
mod shown;
mod tree;

use std::sync::{Arc, PoisonError, RwLock};

use daypass_store::{Change, Collection, Documents, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

pub use self::error::CloudFrontError;
pub use self::model::Distributions;
pub use self::operations::{Request, request_parameters};
pub use self::routes::{Asked, Operation, route};
use crate::authority::TargetCall;

/// The namespace of CloudFront's XML.
pub const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// Why CloudFront's part of the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A kept document cannot be read.
    #[error("the stored document of distribution `{key}` is damaged")]
    Distribution {
        /// Its key.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The store does not answer.
    #[error("cannot read the distributions")]
    Store(#[from] StoreError),
}

/// What a permitted operation comes to. Nothing of it has happened yet.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The answer's status.
    pub status: u16,
    /// The answer's body; `None` where there is none.
    pub body: Option<String>,
    /// Headers of the answer.
    pub headers: Vec<(&'static str, String)>,
    /// What the record says was asked for, besides what the address says.
    pub requested: Option<Value>,
    /// What the record says was answered.
    pub recorded: Option<Value>,
    /// What is to be kept.
    pub changes: Vec<Change>,
}

/// Whose distributions are meant, and when.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The caller's account, twelve digits.
    pub account: &'a str,
    /// The sandbox's time.
    pub now: Timestamp,
}

/// A distribution that is to be there from the start, under a chosen id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its account, twelve digits.
    pub account: String,
    /// Its id.
    pub id: String,
    /// The domain name of its origin.
    pub origin: String,
    /// Its comment.
    pub comment: String,
}

/// CloudFront. One for all accounts.
pub struct CloudFront {
    distributions: RwLock<Arc<Distributions>>,
    writing: Mutex<()>,
}

/// Leave to change distributions, which one call has at a time: from reading what is kept until it is taken over.
pub struct Writing<'a>(#[expect(dead_code, reason = "it is held, not read")] MutexGuard<'a, ()>);

impl CloudFront {
    /// Reads the distributions.
    ///
    /// # Errors
    /// [`OpenError`] where the store cannot be used.
    pub fn open(documents: &dyn Documents) -> Result<Self, OpenError> {
        let distributions = Distributions::read(documents.all(Collection::Distribution)?)?;
        Ok(Self { distributions: RwLock::new(Arc::new(distributions)), writing: Mutex::new(()) })
    }

    /// What is kept now.
    #[must_use]
    pub fn distributions(&self) -> Arc<Distributions> {
        Arc::clone(&self.distributions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until nobody else changes distributions.
    pub async fn writing(&self) -> Writing<'_> {
        Writing(self.writing.lock().await)
    }

    /// Takes over what was kept, under the same [`Writing`].
    ///
    /// # Errors
    /// [`OpenError::Distribution`] where what was kept does not read back; nothing is taken over then.
    pub fn apply(&self, _writing: &Writing<'_>, changes: &[Change]) -> Result<(), OpenError> {
        let next = self.distributions().with(changes)?;
        *self.distributions.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    /// The changes after which distributions are there that were chosen; those that are there stay as they are.
    ///
    /// # Errors
    /// [`CloudFrontError`] where one cannot be.
    pub fn given(&self, given: &[Given], now: Timestamp) -> Result<Vec<Change>, CloudFrontError> {
        operations::given(given, &self.distributions(), now)
    }
}

/// The questions of a call.
#[must_use]
pub fn questions(asked: &Asked, request: &Request<'_>, distributions: &Distributions) -> Vec<TargetCall> {
    operations::questions(asked, request, distributions)
}

/// Does an offered operation that was allowed.
///
/// # Errors
/// [`CloudFrontError`] in CloudFront's words; nothing is to be kept then.
pub fn execute(
    asked: &Asked,
    request: &Request<'_>,
    distributions: &Distributions,
) -> Result<Outcome, CloudFrontError> {
    operations::execute(asked, request, distributions)
}
