//! What is kept, and the engine that keeps it.
//!
//! One trait for each thing kept: [`Journal`] for everything that changes, [`Documents`] for the account and its keys,
//! [`ObjectIndex`] for what lies in buckets, [`RunIndex`] for workflow runs, [`TrailReader`] for the trail. A change and its event go into one
//! [`Commit`], so that either both are there or neither is. The engine is [`sqlite`]; [`conformance`] is the suite that
//! every engine must pass.
//!
//! This room knows no HTTP and no domain: documents are texts under keys.

#![expect(clippy::disallowed_methods, reason = "the store is an edge: it opens files")]

pub mod conformance;
mod error;
mod model;
pub mod sqlite;
mod traits;

pub use error::StoreError;
pub use model::{
    Category, Change, Collection, Commit, DOCUMENT_BYTES_MAX, Durability, Entry, KEY_BYTES_MAX, LookupPage,
    ObjectChange, RECORD_BYTES_MAX, RunFilter, RunRow,
};
pub use traits::{Documents, Journal, ObjectIndex, Pending, RunIndex, TrailReader};
