//! What events are looked up by, built behind the trail in a file of its own.
//!
//! Indexing an event costs more than keeping it, so it is not done while commits wait: a thread of its own does it when
//! nothing was appended for a moment, when a reader waits, or when much has gathered. The file holds nothing that the
//! trail does not: where it is missing, damaged or of another trail, it is made anew.

mod file;
mod step;
mod thread;

pub use file::INDEX_FILE;
pub(super) use thread::Indexer;

/// Kinds of rows besides the lookup attributes, whose numbers are 1 to 8 and whose values begin with the account.
pub(super) mod kind {
    /// Whether an event is of management: what a lookup without an attribute walks along. The value is the account.
    pub(crate) const MANAGEMENT: i64 = 100;
    /// The id that the caller was given.
    pub(crate) const REQUEST_ID: i64 = 101;
    /// The key that an event handed out.
    pub(crate) const ISSUED_ACCESS_KEY: i64 = 102;
    /// Whether an event is a refusal. The value is empty.
    pub(crate) const REFUSED: i64 = 103;
    /// The event's own id, whosever account it is of.
    pub(crate) const EVENT_ID: i64 = 104;
    /// The account that an event is of: what a lookup for data events too walks along.
    pub(crate) const ACCOUNT: i64 = 105;
    /// What happened at GitHub's side. The value is empty, or the number of the run.
    pub(crate) const ACTIVITY: i64 = 106;
    /// An exchange of a token that a job of a workflow run showed. The value is the number of the run.
    pub(crate) const RUN: i64 = 107;
}

/// What an event can be found by.
pub(super) use step::{Indexed, of_account};
