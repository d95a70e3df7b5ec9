//! One trait for each thing kept.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use daypass_trail::{LookupRequest, StoredEvent};
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::model::{Collection, Commit, LookupPage, RunFilter};

/// A commit in progress. Where it comes to `Ok`, what was committed is kept as its durability says.
#[derive(Debug)]
#[must_use = "a commit is kept only once this has come to Ok"]
pub struct Pending(pub(crate) oneshot::Receiver<Result<(), StoreError>>);

impl Future for Pending {
    type Output = Result<(), StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(|_| Err(StoreError::Closed("it was stopped".to_owned()))))
    }
}

/// Everything that changes goes through here.
pub trait Journal: Send + Sync {
    /// Commits: all of it or nothing. Commits that wait at the same time may share one flush.
    fn commit(&self, commit: Commit) -> Pending;
}

/// Documents by kind and key.
pub trait Documents: Send + Sync {
    /// All of a kind, in the order of their keys' bytes.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn all(&self, collection: Collection) -> Result<Vec<(String, String)>, StoreError>;

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn one(&self, collection: Collection, key: &str) -> Result<Option<String>, StoreError>;
}

/// What lies in buckets.
pub trait ObjectIndex: Send + Sync {
    /// One object's document.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn object(&self, bucket: &str, key: &str) -> Result<Option<String>, StoreError>;

    /// Keys and documents of a bucket, in the order of the keys' UTF-8 bytes: those that begin with `prefix` and come
    /// after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn list(
        &self,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError>;
}

/// Workflow runs.
pub trait RunIndex: Send + Sync {
    /// One run's document.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn run(&self, id: i64) -> Result<Option<String>, StoreError>;

    /// Documents of runs, the newest (that with the highest number) first: at most `limit`, after the first `skip`.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn runs(&self, filter: &RunFilter, skip: usize, limit: usize) -> Result<Vec<String>, StoreError>;

    /// How many runs there are.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn count_runs(&self, filter: &RunFilter) -> Result<u64, StoreError>;

    /// The highest number of a run; 0 where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn last_run(&self) -> Result<i64, StoreError>;
}

/// The trail, for those who read. Each of them sees everything that was committed before it asked.
pub trait TrailReader: Send + Sync {
    /// A page of one account's events, newest first; data events where they are asked for.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn lookup(
        &self,
        account: &str,
        request: &LookupRequest,
        data_events: bool,
    ) -> Result<LookupPage, StoreError>;

    /// The event with this event id or request id; of several the last one.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn by_id(&self, id: &str) -> Result<Option<StoredEvent>, StoreError>;

    /// The event that handed out this key; of several the last one.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn by_issued_access_key(&self, access_key_id: &str) -> Result<Option<StoredEvent>, StoreError>;

    /// The last call of AWS's, or the last that was refused.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn last(&self, denied: bool) -> Result<Option<StoredEvent>, StoreError>;

    /// Events before a place in the trail, newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn recent(&self, before: Option<i64>, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;

    /// What happened at GitHub's side before a place in the trail, newest first; to one run where it is named.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn activity(
        &self,
        run: Option<u64>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// The exchanges of tokens that jobs of a run showed, before a place in the trail, newest first: those whose
    /// annotation has the run in the claim `run_id`, whoever issued the token.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn exchanges_of_run(
        &self,
        run: u64,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// Calls of AWS's that were refused, before a place in the trail, newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn refused(&self, before: Option<i64>, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;

    /// Events after a place in the trail, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    fn range(&self, after: i64, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;
}
