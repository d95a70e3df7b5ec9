//! What one call carries through `s3s` in the request's extensions: who decides, what was decided, and its body.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use s3s::{S3Error, S3Request, S3Result};

use super::document::Identity;
use super::error;
use super::reception::Reception;
use super::tags::Tags;
use crate::authority::{Authority, BucketPolicy, PolicyRefusal, TargetCall};

/// The state of one call. It is put into the request before `s3s` sees it; a hook or handler that does not find it
/// refuses.
pub(crate) struct Call {
    authority: Arc<dyn Authority>,
    /// The caller's account.
    pub(crate) account: String,
    pub(crate) now: Timestamp,
    pub(crate) reception: Arc<Reception>,
    facts: Mutex<Facts>,
    buckets: Mutex<Vec<(String, Option<Identity>)>>,
    tags: Mutex<TagsOfCall>,
}

/// Whose tags a decision was taken by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decided {
    /// Those of the object in the address.
    Object,
    /// Those of the source of a copy.
    Source,
}

/// The tags that a call was decided by.
#[derive(Debug, Default)]
struct TagsOfCall {
    given: Tags,
    object: Option<Tags>,
    source: Option<Tags>,
}

/// What the record of the call will say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) operation: Option<&'static str>,
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) version: Option<String>,
    /// Set by the access hook once the call's own action is allowed.
    authorized: bool,
    /// How many tags the object has that is read, for those who may know.
    pub(crate) tag_count: Option<usize>,
}

impl Call {
    pub(crate) fn new(
        authority: Arc<dyn Authority>,
        account: String,
        now: Timestamp,
        reception: Arc<Reception>,
    ) -> Self {
        Self {
            authority,
            account,
            now,
            reception,
            facts: Mutex::default(),
            buckets: Mutex::default(),
            tags: Mutex::default(),
        }
    }

    fn facts_mut(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn facts(&self) -> Facts {
        self.facts_mut().clone()
    }

    pub(crate) fn resolved(
        &self,
        operation: &'static str,
        bucket: Option<&str>,
        key: Option<&str>,
        version: Option<&str>,
    ) {
        let mut facts = self.facts_mut();
        facts.operation = Some(operation);
        facts.bucket = bucket.map(str::to_owned);
        facts.key = key.map(str::to_owned);
        facts.version = version.map(str::to_owned);
    }

    /// Keeps which bucket of a name a decision is about; `None` where there is none.
    pub(crate) fn decides_about(&self, bucket: &str, identity: Option<Identity>) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.iter().any(|(known, _)| known == bucket) {
            buckets.push((bucket.to_owned(), identity));
        }
    }

    /// Whether a bucket is the one of its name that this call's decisions were about. One that was never decided about is
    /// not.
    pub(crate) fn is_about(&self, bucket: &str, identity: &Identity) -> bool {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.iter().any(|(known, decided)| known == bucket && decided.as_ref() == Some(identity))
    }

    /// Asks the authority one question.
    pub(crate) fn authorize(&self, call: &TargetCall) -> S3Result<()> {
        self.authority.authorize(call).map_err(|denial| error::access_denied(denial.message))
    }

    /// Whether something besides the call itself would be allowed. It is not kept with the call's decisions.
    pub(crate) fn may(&self, call: &TargetCall) -> bool {
        self.authority.permits(call)
    }

    fn tags_mut(&self) -> MutexGuard<'_, TagsOfCall> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the tags that the request gives, as they were decided about.
    pub(crate) fn give_tags(&self, tags: Tags) {
        self.tags_mut().given = tags;
    }

    /// The tags that the request gives.
    pub(crate) fn given_tags(&self) -> Tags {
        self.tags_mut().given.clone()
    }

    /// Keeps the tags that a decision was taken by.
    pub(crate) fn decided_by(&self, whose: Decided, tags: Tags) {
        let mut kept = self.tags_mut();
        match whose {
            Decided::Object => kept.object = Some(tags),
            Decided::Source => kept.source = Some(tags),
        }
    }

    /// Refuses an object that came into the place of the one that was decided about, with other tags: the client is to
    /// ask again.
    pub(crate) fn must_be_decided_by(&self, whose: Decided, tags: &Tags) -> S3Result<()> {
        let kept = self.tags_mut();
        let decided = match whose {
            Decided::Object => &kept.object,
            Decided::Source => &kept.source,
        };
        if decided.as_ref() == Some(tags) { Ok(()) } else { Err(error::slow_down()) }
    }

    /// Has the answer say how many tags the object has.
    pub(crate) fn tell_tags(&self, count: usize) {
        self.facts_mut().tag_count = Some(count);
    }

    /// Asks the authority about a policy that is to be kept.
    pub(crate) fn check_bucket_policy(
        &self,
        bucket: &str,
        text: &str,
    ) -> Result<BucketPolicy, PolicyRefusal> {
        self.authority.check_bucket_policy(bucket, text)
    }

    pub(crate) fn allow(&self) {
        self.facts_mut().authorized = true;
    }

    /// The state inside a handler's request. Fails closed: a request that did not pass the access hook has no
    /// handler.
    pub(crate) fn of<T>(request: &S3Request<T>) -> S3Result<Arc<Self>> {
        let call = request.extensions.get::<Arc<Self>>().cloned().ok_or_else(not_checked)?;
        if call.facts_mut().authorized { Ok(call) } else { Err(not_checked()) }
    }

    /// The 403-or-404 rule of GetObject and HeadObject: whoever may not list the bucket must not learn that a key or a
    /// version is missing. `refusal` is for those who may.
    pub(crate) fn missing(&self, operation: &'static str, bucket: &str, refusal: S3Error) -> S3Error {
        let probe = TargetCall {
            service: "s3",
            operation,
            action: "s3:ListBucket",
            resource: super::actions::bucket_arn(bucket),
            keys: Vec::new(),
        };
        match self.authorize(&probe) {
            Ok(()) => refusal,
            Err(denied) => denied,
        }
    }
}

fn not_checked() -> S3Error {
    tracing::error!("a call reached its handler without an access decision");
    error::access_denied("Access Denied")
}
