//! The question every target asks before it does anything, and the shape of the answer.

use std::borrow::Cow;

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

/// Decides whether a verified caller may do something. The server implements it once per request: it knows the
/// session, evaluates its policies, and keeps every evaluation for the trail and for `daypass explain`.
pub trait Authority: Send + Sync {
    /// Answers one question. Must deny when in doubt: a target treats anything but `Ok` as a refusal.
    ///
    /// # Errors
    /// The refusal, in AWS's words.
    fn authorize(&self, call: &TargetCall) -> Result<(), Denial>;
}
