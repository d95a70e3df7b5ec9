//! Which IAM action and resource each S3 operation is: the table, and the condition keys.
//!
//! From "Actions, resources, and condition keys for Amazon S3" in the Service Authorization Reference and "Required
//! permissions for Amazon S3 API operations" in the user guide.

mod table;

use http::HeaderMap;
use s3s::dto::CopySource;

use self::table::TABLE;
use crate::authority::{ConditionKey, TargetCall};
use crate::command_line::kebab;

/// What an action applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    /// No resource: policies must say `*`.
    Any,
    /// The bucket in the address.
    Bucket,
    /// The bucket in the address, and the region that the body names; the per-operation hook asks.
    NewBucket,
    /// The object in the address.
    Object,
    /// The object in the address, and the tags that the body gives it; the per-operation hook asks.
    TaggedObject,
    /// Each key in the body by itself; the per-operation hook asks.
    Keys,
}

/// How the body of an operation is read, and so who verifies its digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// There is none; what comes is verified and thrown away.
    Nothing,
    /// An XML document that `s3s` reads.
    Document,
    /// The object's bytes; the handler reads them.
    Bytes,
}

/// One operation. An operation that is not [offered](Self::offered) is authorised and then answers `NotImplemented`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// The name as `s3s` and CloudTrail use it.
    pub(crate) name: &'static str,
    /// The IAM action on the current version.
    pub(crate) action: &'static str,
    pub(crate) resource: Resource,
    pub(crate) content: Content,
    pub(crate) offered: bool,
}

impl Operation {
    /// Finds the row of an operation by the name that `s3s` gave it.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|operation| operation.name == name)
    }

    /// Finds the row of an operation by its name on the command line, `list-objects-v2`.
    pub(crate) fn of_command(name: &str) -> Option<&'static Self> {
        // A form that a browser sends is no operation of the command line.
        let mut rows = TABLE.iter().filter(|operation| operation.name != "PostObject");
        rows.find(|operation| kebab(operation.name) == name)
    }

    /// The action, where naming a version makes it another one.
    pub(crate) fn action_on(&self, version: bool) -> &'static str {
        match (self.action, version) {
            ("s3:GetObject", true) => "s3:GetObjectVersion",
            ("s3:DeleteObject", true) => "s3:DeleteObjectVersion",
            ("s3:DeleteObjectTagging", true) => "s3:DeleteObjectVersionTagging",
            ("s3:GetObjectAcl", true) => "s3:GetObjectVersionAcl",
            ("s3:GetObjectAttributes", true) => "s3:GetObjectVersionAttributes",
            ("s3:GetObjectTagging", true) => "s3:GetObjectVersionTagging",
            ("s3:PutObjectAcl", true) => "s3:PutObjectVersionAcl",
            ("s3:PutObjectTagging", true) => "s3:PutObjectVersionTagging",
            (action, _) => action,
        }
    }

    /// The action that is needed besides the operation's own, on the same object.
    ///
    /// Source: API reference, "GetObjectAttributes", permissions.
    pub(crate) fn also(&self, version: bool) -> Option<&'static str> {
        match (self.name, version) {
            ("GetObjectAttributes", false) => Some("s3:GetObject"),
            ("GetObjectAttributes", true) => Some("s3:GetObjectVersion"),
            _ => None,
        }
    }

    /// Whether the question needs what stands in the body, so that it is asked where that was read.
    pub(crate) fn asks_about_its_body(&self) -> bool {
        matches!(self.resource, Resource::NewBucket | Resource::TaggedObject)
    }

    /// The question to ask for this operation on the address that `s3s` resolved.
    pub(crate) fn call(
        &self,
        bucket: Option<&str>,
        key: Option<&str>,
        query: &Query,
        headers: &HeaderMap,
    ) -> TargetCall {
        let resource = match (self.resource, bucket, key) {
            (Resource::Object | Resource::TaggedObject, Some(bucket), Some(key)) => object_arn(bucket, key),
            (Resource::Any, ..) | (_, None, _) => "*".to_owned(),
            (_, Some(bucket), _) => bucket_arn(bucket),
        };
        let version = query.value("versionId");
        TargetCall {
            service: "s3",
            operation: self.name,
            action: self.action_on(version.is_some()),
            resource,
            keys: self.condition_keys(query, headers, version),
        }
    }

    /// The question of the operation that makes a bucket, whose body says in which region.
    pub(crate) fn call_of_new_bucket(
        &self,
        bucket: &str,
        region: Option<&str>,
        headers: &HeaderMap,
    ) -> TargetCall {
        let mut call = self.call(Some(bucket), None, &Query::default(), headers);
        call.keys.extend(region.map(|region| ConditionKey::one("s3:LocationConstraint", region)));
        call
    }

    fn condition_keys(&self, query: &Query, headers: &HeaderMap, version: Option<&str>) -> Vec<ConditionKey> {
        let mut keys = Vec::new();
        if matches!(self.action, "s3:ListBucket" | "s3:ListBucketVersions") {
            for (name, parameter) in
                [("s3:prefix", "prefix"), ("s3:delimiter", "delimiter"), ("s3:max-keys", "max-keys")]
            {
                keys.extend(query.value(parameter).map(|value| ConditionKey::one(name, value)));
            }
        }
        if self.action == "s3:PutObject" {
            // A multipart upload creates its object with its last call: the earlier ones take no conditional headers.
            let creates = matches!(self.name, "PutObject" | "CopyObject" | "CompleteMultipartUpload");
            keys.push(ConditionKey::one("s3:ObjectCreationOperation", creates.to_string()));
        }
        if matches!(self.action, "s3:PutObject" | "s3:CreateBucket" | "s3:PutObjectAcl" | "s3:PutBucketAcl") {
            for (name, header) in HEADER_KEYS {
                let value = given(headers, header).map(|value| match header {
                    "x-amz-copy-source" => source_of_copy(value),
                    _ => value.to_owned(),
                });
                keys.extend(value.map(|value| ConditionKey::one(name, value)));
            }
        }
        if self.action == "s3:DeleteObject" {
            keys.extend(given(headers, "if-match").map(|value| ConditionKey::one("s3:if-match", value)));
        }
        keys.extend(version.map(|version| ConditionKey::one("s3:VersionId", version)));
        keys
    }
}

/// A header's value. An empty one is as good as none to whoever acts on it, so it must be so to policies.
fn given<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
}

/// What is copied, as policies name it: `BUCKET/KEY`, however it was encoded. What cannot be read is refused later.
fn source_of_copy(header: &str) -> String {
    match CopySource::parse(header) {
        Ok(CopySource::Bucket { bucket, key, .. }) => format!("{bucket}/{key}"),
        _ => header.to_owned(),
    }
}

/// The headers of a write that policies can ask about.
const HEADER_KEYS: [(&str, &str); 14] = [
    ("s3:if-match", "if-match"),
    ("s3:if-none-match", "if-none-match"),
    ("s3:x-amz-acl", "x-amz-acl"),
    ("s3:x-amz-copy-source", "x-amz-copy-source"),
    ("s3:x-amz-grant-full-control", "x-amz-grant-full-control"),
    ("s3:x-amz-grant-read", "x-amz-grant-read"),
    ("s3:x-amz-grant-read-acp", "x-amz-grant-read-acp"),
    ("s3:x-amz-grant-write-acp", "x-amz-grant-write-acp"),
    ("s3:x-amz-metadata-directive", "x-amz-metadata-directive"),
    ("s3:x-amz-server-side-encryption", "x-amz-server-side-encryption"),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"),
    ("s3:x-amz-storage-class", "x-amz-storage-class"),
    ("s3:x-amz-website-redirect-location", "x-amz-website-redirect-location"),
    ("s3:x-amz-object-ownership", "x-amz-object-ownership"),
];

/// The query parameters of a request, decoded. A parameter given twice keeps its first value, and `s3s` refuses the
/// request where that would matter.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        Self(super::intake::pairs(query.unwrap_or_default()).map(|pair| (pair.name, pair.value)).collect())
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }
}

/// A bucket's ARN.
pub(crate) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// An object's ARN: the key as it is, without any encoding.
pub(crate) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, bucket: Option<&str>, key: Option<&str>, query: &str) -> TargetCall {
        let operation = Operation::named(name).unwrap();
        operation.call(bucket, key, &Query::parse(Some(query)), &HeaderMap::new())
    }

    #[test]
    fn operations_are_actions_on_resources() {
        for (name, query, action, resource) in [
            ("ListBuckets", "", "s3:ListAllMyBuckets", "*"),
            ("HeadBucket", "", "s3:ListBucket", "arn:aws:s3:::b"),
            ("ListObjectsV2", "", "s3:ListBucket", "arn:aws:s3:::b"),
            ("HeadObject", "", "s3:GetObject", "arn:aws:s3:::b/a/ü *"),
            ("GetObject", "versionId=null", "s3:GetObjectVersion", "arn:aws:s3:::b/a/ü *"),
            ("UploadPart", "partNumber=1", "s3:PutObject", "arn:aws:s3:::b/a/ü *"),
            ("AbortMultipartUpload", "", "s3:AbortMultipartUpload", "arn:aws:s3:::b/a/ü *"),
            ("ListParts", "", "s3:ListMultipartUploadParts", "arn:aws:s3:::b/a/ü *"),
            ("ListMultipartUploads", "", "s3:ListBucketMultipartUploads", "arn:aws:s3:::b"),
        ] {
            let call = call(name, Some("b"), Some("a/ü *"), query);
            assert_eq!((call.action, call.resource.as_str()), (action, resource), "{name}");
        }
    }

    #[test]
    fn listing_carries_its_condition_keys_only_when_given() {
        let given =
            call("ListObjectsV2", Some("b"), None, "list-type=2&prefix=logs%2F&max-keys=5&delimiter=%2F");
        assert_eq!(
            given.keys,
            [
                ConditionKey::one("s3:prefix", "logs/"),
                ConditionKey::one("s3:delimiter", "/"),
                ConditionKey::one("s3:max-keys", "5")
            ]
        );
        assert_eq!(call("ListObjectsV2", Some("b"), None, "list-type=2").keys, []);
    }

    #[test]
    fn every_name_is_there_once() {
        let mut names: Vec<_> = TABLE.iter().map(|operation| operation.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(count, 99);
    }
}
