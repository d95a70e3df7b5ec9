//! What a request asks for besides its own action: the source of a copy, tags, grants, locks.
//!
//! Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations".

use http::HeaderMap;

use super::super::{Unknown, anew};
use super::address::{Address, checked_bucket, decoded};
use super::versions;
use crate::authority::{ConditionKey, TargetCall};
use crate::s3::actions::{bucket_arn, object_arn};

/// Headers that need an action of their own where they are there, on an object.
const ON_OBJECTS: [(&str, &str); 10] = [
    ("x-amz-acl", "s3:PutObjectAcl"),
    ("x-amz-grant-full-control", "s3:PutObjectAcl"),
    ("x-amz-grant-read", "s3:PutObjectAcl"),
    ("x-amz-grant-read-acp", "s3:PutObjectAcl"),
    ("x-amz-grant-write-acp", "s3:PutObjectAcl"),
    ("x-amz-tagging", "s3:PutObjectTagging"),
    ("x-amz-object-lock-mode", "s3:PutObjectRetention"),
    ("x-amz-object-lock-retain-until-date", "s3:PutObjectRetention"),
    ("x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold"),
    ("x-amz-bypass-governance-retention", "s3:BypassGovernanceRetention"),
];

/// The same on a bucket.
const ON_BUCKETS: [(&str, &str); 9] = [
    ("x-amz-acl", "s3:PutBucketAcl"),
    ("x-amz-grant-full-control", "s3:PutBucketAcl"),
    ("x-amz-grant-read", "s3:PutBucketAcl"),
    ("x-amz-grant-read-acp", "s3:PutBucketAcl"),
    ("x-amz-grant-write", "s3:PutBucketAcl"),
    ("x-amz-grant-write-acp", "s3:PutBucketAcl"),
    ("x-amz-object-ownership", "s3:PutBucketOwnershipControls"),
    ("x-amz-bucket-object-lock-enabled", "s3:PutBucketObjectLockConfiguration"),
    // What is locked has versions.
    ("x-amz-bucket-object-lock-enabled", "s3:PutBucketVersioning"),
];

pub(super) fn questions(
    operation: &'static str,
    address: &Address,
    headers: &HeaderMap,
) -> Result<Vec<TargetCall>, Unknown> {
    let call = |action: &'static str, resource: String, keys: Vec<ConditionKey>| TargetCall {
        service: "s3",
        operation,
        action,
        resource,
        keys,
    };
    let bucket = address.bucket.as_deref().unwrap_or_default();
    let (needed, resource) = match &address.key {
        Some(key) => (ON_OBJECTS.as_slice(), object_arn(bucket, key)),
        None => (ON_BUCKETS.as_slice(), bucket_arn(bucket)),
    };
    let mut questions: Vec<TargetCall> = Vec::new();
    for (header, action) in needed {
        if headers.contains_key(*header) && !questions.iter().any(|question| question.action == *action) {
            questions.push(call(action, resource.clone(), Vec::new()));
        }
    }
    // What is compared before it is deleted is read (Amazon S3 user guide, "Enforce conditional deletes").
    let compares = headers.get("if-match").is_some_and(|etag| !etag.is_empty() && etag != "*");
    if operation == "DeleteObject" && compares {
        questions.push(call("s3:GetObject", resource.clone(), Vec::new()));
    }
    if let Some(source) = Source::of(headers)? {
        let action = if source.version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
        let version = source.version.iter().map(|version| ConditionKey::one("s3:VersionId", version));
        let keys: Vec<ConditionKey> = version.collect();
        let from = object_arn(&source.bucket, &source.key);
        questions.push(call(action, from.clone(), keys.clone()));
        if operation == "CopyObject" && !are_replaced(headers)? {
            // Whether the source has tags, which are copied then, is known to the service behind alone.
            let is_version = source.version.is_some();
            let reading = if is_version { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" };
            questions.push(call(reading, from, keys));
            if !questions.iter().any(|question| question.action == "s3:PutObjectTagging") {
                questions.push(call("s3:PutObjectTagging", resource, Vec::new()));
            }
        }
    }
    Ok(questions)
}

/// Whether a copy has the tags that come with it, rather than its source's.
fn are_replaced(headers: &HeaderMap) -> Result<bool, Unknown> {
    match headers.get("x-amz-tagging-directive").map(http::HeaderValue::as_bytes) {
        None | Some(b"COPY") => Ok(false),
        Some(b"REPLACE") => Ok(true),
        Some(_) => Err(Unknown::because("the directive for the tags is not known")),
    }
}

/// The source of a copy.
pub(super) struct Source {
    bucket: String,
    key: String,
    version: Option<String>,
}

impl Source {
    /// What the headers name, if anything.
    pub(super) fn of(headers: &HeaderMap) -> Result<Option<Self>, Unknown> {
        let Some(source) = headers.get("x-amz-copy-source") else { return Ok(None) };
        let source = source.to_str().map_err(|_| Unknown::because("the source of the copy is no text"))?;
        let (source, version) = match source.split_once("?versionId=") {
            Some((source, version)) => (source, Some(version)),
            None => (source, None),
        };
        let source = source.strip_prefix('/').unwrap_or(source);
        let (bucket, key) =
            source.split_once('/').ok_or_else(|| Unknown::because("the source of the copy has no key"))?;
        let is_version = version.is_none_or(versions::is_id);
        if key.contains('?') || bucket.contains('%') || key.contains('+') || !is_version {
            return Err(Unknown::because("the source of the copy is not plain"));
        }
        let (bucket, key) = (checked_bucket(bucket)?, decoded(key)?);
        Ok(Some(Self { bucket, key, version: version.map(str::to_owned) }))
    }

    /// The header that goes on.
    pub(super) fn written(&self) -> String {
        let path = anew::path(Some(&self.bucket), Some(&self.key));
        self.version.as_ref().map_or_else(|| path.clone(), |version| format!("{path}?versionId={version}"))
    }
}

/// Condition keys of what stands in a header or body that is not read.
pub(super) fn unavailable(operation: &str, headers: &HeaderMap) -> Vec<&'static str> {
    let mut keys = Vec::new();
    if headers.contains_key("x-amz-tagging") || matches!(operation, "PutObjectTagging" | "CopyObject") {
        keys.extend(["s3:RequestObjectTag/*", "s3:RequestObjectTagKeys"]);
    }
    if operation == "PutBucketTagging" {
        keys.extend(["aws:RequestTag/*", "aws:TagKeys"]);
    }
    keys
}
