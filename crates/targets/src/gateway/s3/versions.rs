//! Versions of objects: what may name one.
//!
//! Source: Amazon S3 API reference, the `versionId` parameter of each operation.

/// Operations that may be about a version.
pub(super) const OPERATIONS: [&str; 8] = [
    "DeleteObject",
    "DeleteObjectTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectTagging",
    "HeadObject",
    "PutObjectTagging",
];

/// Whether a text is surely a version's id: S3's have letters, digits and few other characters, and an empty one is no
/// version to some servers.
pub(super) fn is_id(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(is_known)
}
