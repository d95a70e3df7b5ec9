//! What the store keeps: one JSON document per bucket, object, upload and part.
//!
//! A part's document stays when its upload is completed: the object then only names the upload, and its bytes are the
//! parts' files in order. So completing copies nothing, however large the object is.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::checksum::{Algorithm, Checksum, by_optional_name};
use super::tags::Tags;
use super::version::{VersionId, Versioning};
use crate::authority::BucketPolicy;

/// The name of a file of object bytes, drawn at random: nothing a client sends ever becomes part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FileId(Uuid);

impl FileId {
    pub(crate) fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Reads back a file's name; `None` if it is not one of ours.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        (name.len() == 32).then(|| Uuid::try_parse(name).ok().map(Self)).flatten()
    }

    /// The file's name: 32 hexadecimal digits.
    pub(crate) fn name(self) -> String {
        self.0.simple().to_string()
    }
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) created: Timestamp,
    pub(crate) region: String,
    /// Drawn at random when it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) id: Option<Uuid>,
    /// The account that owns it; the settings' account for a bucket from the time when there was one account only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) owner: Option<String>,
    /// Its policy, shared with whoever decides by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) policy: Option<Arc<BucketPolicy>>,
    /// Its tags.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) tags: BTreeMap<String, String>,
    /// Whether it keeps versions; `None` if it never did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) versioning: Option<Versioning>,
}

/// What tells a bucket from another of its name that comes after it. Those from before there were ids are told by when
/// they were made.
pub(crate) type Identity = (Option<Uuid>, Timestamp);

impl Bucket {
    pub(crate) fn identity(&self) -> Identity {
        (self.id, self.created)
    }
}

/// What describes an object besides its bytes: given when it is written, returned when it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Description {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_language: Option<String>,
    /// Seconds since 1970; HTTP dates have no fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<i64>,
    /// `x-amz-meta-...`, names without the prefix, lower case.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) metadata: BTreeMap<String, String>,
    /// `None` is `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) storage_class: Option<String>,
    /// `AES256` if the client asked for it. Said back, not done: the bytes lie on the disk as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<String>,
}

/// Where an object's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Contents {
    /// In one file.
    File(FileId),
    /// In the files of an upload's parts.
    Upload {
        /// The upload's id.
        id: String,
        /// How many parts it has.
        parts: u32,
    },
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) size: u64,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    pub(crate) contents: Contents,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<Checksum>,
    /// `None` is the null version: written while the bucket kept no versions.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) version: Option<VersionId>,
    /// Its place in its key's history: higher than that of everything before it.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub(crate) sequence: u64,
    #[serde(skip_serializing_if = "Tags::is_empty", default)]
    pub(crate) tags: Tags,
    #[serde(flatten)]
    pub(crate) description: Description,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// An unfinished multipart upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) initiated: Timestamp,
    /// The algorithm that every part must carry, if the client chose one.
    #[serde(with = "by_optional_name", default, skip_serializing_if = "Option::is_none")]
    pub(crate) algorithm: Option<Algorithm>,
    /// Whether the object's checksum is that of the parts' checksums, rather than of its bytes.
    #[serde(default)]
    pub(crate) composite: bool,
    /// The tags of the object that it becomes.
    #[serde(skip_serializing_if = "Tags::is_empty", default)]
    pub(crate) tags: Tags,
    #[serde(flatten)]
    pub(crate) description: Description,
}

impl Upload {
    /// The algorithm each part is hashed with.
    pub(crate) fn part_algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Crc64Nvme)
    }
}

/// One part of an upload, finished or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) number: i32,
    pub(crate) size: u64,
    /// Without quotes: the MD5 of the part's bytes, hexadecimal.
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    pub(crate) file: FileId,
    pub(crate) checksum: Checksum,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_from_before_its_tags_is_read() {
        let old = r#"{"size":1,"etag":"e","modified":"2026-11-23T05:00:00Z","contents":{"upload":{"id":"i","parts":1}}}"#;
        let object: Object = serde_json::from_str(old).unwrap();
        assert!(object.tags.is_empty());
        assert_eq!(serde_json::to_string(&object).unwrap(), old);
    }

    #[test]
    fn a_bucket_from_before_its_settings_is_read() {
        let old = r#"{"created":"2026-11-23T05:00:00Z","region":"eu-central-1"}"#;
        let bucket: Bucket = serde_json::from_str(old).unwrap();
        assert_eq!((bucket.owner.as_deref(), &bucket.policy), (None, &None));
        assert!(bucket.tags.is_empty());
        assert_eq!(bucket.versioning, None);
        assert_eq!(serde_json::to_string(&bucket).unwrap(), old);
    }
}
