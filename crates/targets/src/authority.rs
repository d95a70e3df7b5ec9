//! The question every target asks before it does anything, and the shape of the answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One thing a caller wants to do at a target, in IAM's words.
///
/// One API call asks one such question or several: a copy asks for its source and its destination, and a batch delete
/// asks for every key by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetCall {
    /// The service's prefix in IAM, `s3`.
    pub service: &'static str,
    /// The API operation as CloudTrail names it, `PutObject`.
    pub operation: &'static str,
    /// The IAM action, `s3:PutObject`.
    pub action: &'static str,
    /// The resource's ARN, `arn:aws:s3:::bucket/key`, or `*` for an action that has no resource.
    pub resource: String,
    /// The condition keys that this service adds, such as `s3:prefix`. Global keys are the server's business.
    pub keys: Vec<ConditionKey>,
}

/// A condition key with what the request says for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionKey {
    /// `s3:prefix`, `aws:RequestTag/team`.
    pub name: Cow<'static, str>,
    /// Its value or values.
    pub values: KeyValues,
}

/// What a condition key holds. Policies tell the two apart: `ForAllValues` and `ForAnyValue` are for the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValues {
    /// A key that can have several values, such as `aws:TagKeys`; it may have none.
    Many(Vec<String>),
    /// A key that has one value.
    One(String),
}

impl ConditionKey {
    /// A key that has one value.
    pub fn one(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { name: name.into(), values: KeyValues::One(value.into()) }
    }

    /// A key that can have several.
    pub fn many(name: impl Into<Cow<'static, str>>, values: Vec<String>) -> Self {
        Self { name: name.into(), values: KeyValues::Many(values) }
    }
}

/// A refusal, with the words that AWS shows to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// `User: ... is not authorized to perform: ... on resource: ... because ...`, without a secret in it.
    pub message: String,
}

/// A bucket's policy as it is kept: the text letter by letter, since that is what a client gets back. A target cannot
/// read policies, so the parsed document lives with the server, which makes it from this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketPolicy {
    /// The text, as it was sent.
    pub text: String,
    /// The id that each role had which the policy names by its ARN, when the policy was kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, String>,
}

/// Why a policy is not kept with its bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRefusal {
    /// It is none, or not one of this bucket's, in S3's words.
    Malformed(String),
    /// It would let the public in, which the bucket's settings prevent.
    Public(Denial),
}

/// Decides whether a verified caller may do something. The server implements it once per request: it knows the
/// session, evaluates its policies, and keeps every evaluation for the trail and for `daypass explain`.
pub trait Authority: Send + Sync {
    /// Answers one question. Must deny when in doubt: a target treats anything but `Ok` as a refusal.
    ///
    /// # Errors
    /// The refusal, in AWS's words.
    fn authorize(&self, call: &TargetCall) -> Result<(), Denial>;

    /// Whether something would be allowed that the call can do without, such as knowing how many tags an object has.
    fn permits(&self, call: &TargetCall) -> bool {
        self.authorize(call).is_ok()
    }

    /// Checks a policy that is to be kept with a bucket, by its text. Whoever cannot read policies keeps none.
    ///
    /// # Errors
    /// Why it is not kept.
    fn check_bucket_policy(&self, bucket: &str, text: &str) -> Result<BucketPolicy, PolicyRefusal> {
        let _ = (bucket, text);
        Err(PolicyRefusal::Malformed("Policies cannot be read here".to_owned()))
    }
}
