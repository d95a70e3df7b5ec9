//! CloudFront's control plane: distributions, their invalidations and their tags.
//!
//! What a call does is a function of the [`Snapshot`], the [`Operation`] that was read, the time and random bytes; it
//! gives the answer, the documents that change and the next snapshot. Nothing has happened until the server has made
//! documents and event durable together.
//!
//! A change takes [`DEPLOYMENT`] to be everywhere; that is read off the clock, so that nothing has to run.
//!
//! Source: Amazon CloudFront API Reference, API version 2020-05-31.

pub mod answer;
mod distributions;
pub mod error;
mod identifier;
mod invalidations;
mod model;
mod operation;
mod page;
pub mod question;
pub mod route;
mod structure;
mod tags;
mod tree;

use std::borrow::Cow;

use daypass_store::Change;
use jiff::{SignedDuration, Timestamp};

pub use error::CloudFrontError;
pub use model::{Distribution, Invalidation, LoadError, Snapshot};
pub use operation::{Operation, Sent};
pub use page::Page;
pub use structure::check;
pub use tree::{Element, TreeError};

use answer::Answer;

/// How long a change takes to be at all edges, by the account's clock. AWS's takes minutes.
pub const DEPLOYMENT: SignedDuration = SignedDuration::from_secs(3);
/// Bytes of a request's body: 3,000 invalidation paths of 150 characters. It stays below half of what a document of the
/// store holds, since every character may be escaped in there.
pub const BODY_BYTES_MAX: usize = 480 * 1024;
/// The namespace of every request and answer.
pub const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// What an operation needs besides the snapshot.
pub struct Circumstances<'a> {
    /// The caller's account.
    pub account: &'a str,
    /// The account's time.
    pub now: Timestamp,
    /// Fills a buffer with random bytes.
    pub random: &'a mut dyn FnMut(&mut [u8]),
}

/// What an operation comes to. Nothing of it has happened yet.
#[derive(Debug)]
pub struct Outcome {
    /// What to answer.
    pub answer: Answer,
    /// The documents that change; none for an operation that only reads.
    pub changes: Vec<Change>,
    /// The next snapshot, where something changes.
    pub next: Option<Snapshot>,
}

impl Outcome {
    fn read(answer: Answer) -> Self {
        Self { answer, changes: Vec::new(), next: None }
    }
}

/// Does what was asked.
///
/// # Errors
/// [`CloudFrontError`], in AWS's words where they are known.
pub fn execute(
    snapshot: &Snapshot,
    operation: &Operation,
    mut circumstances: Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let at = &mut circumstances;
    match operation {
        Operation::CreateDistribution { config, tags } => distributions::create(snapshot, config, tags, at),
        Operation::GetDistribution { id } => distributions::show(snapshot, id, at),
        Operation::GetDistributionConfig { id } => distributions::show_config(snapshot, id, at),
        Operation::UpdateDistribution { id, if_match, config } => {
            distributions::update(snapshot, id, if_match.as_deref(), config, at)
        }
        Operation::DeleteDistribution { id, if_match } => {
            distributions::delete(snapshot, id, if_match.as_deref(), at)
        }
        Operation::ListDistributions { page } => distributions::list(snapshot, page, at),
        Operation::CreateInvalidation { distribution, batch } => {
            invalidations::create(snapshot, distribution, batch, at)
        }
        Operation::GetInvalidation { distribution, id } => {
            invalidations::show(snapshot, distribution, id, at)
        }
        Operation::ListInvalidations { distribution, page } => {
            invalidations::list(snapshot, distribution, page, at)
        }
        Operation::TagResource { resource, tags } => tags::add(snapshot, resource, tags, at),
        Operation::UntagResource { resource, keys } => tags::remove(snapshot, resource, keys, at),
        Operation::ListTagsForResource { resource } => tags::list(snapshot, resource, at),
        Operation::NotOffered { name } => Err(CloudFrontError {
            status: 501,
            code: "NotImplemented",
            message: Cow::Owned(format!("{name} is not offered by daypass")),
        }),
    }
}
