//! Versions of objects: what may name one, and the action that it then is.
//!
//! Source: Amazon S3 API reference, the `versionId` parameter and the permissions of each operation.

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

/// The action where a version is named.
pub(super) fn action(action: &'static str) -> &'static str {
    match action {
        "s3:DeleteObject" => "s3:DeleteObjectVersion",
        "s3:DeleteObjectTagging" => "s3:DeleteObjectVersionTagging",
        "s3:GetObject" => "s3:GetObjectVersion",
        "s3:GetObjectAcl" => "s3:GetObjectVersionAcl",
        "s3:GetObjectAttributes" => "s3:GetObjectVersionAttributes",
        "s3:GetObjectTagging" => "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging" => "s3:PutObjectVersionTagging",
        other => other,
    }
}

/// Whether a text is surely a version's id: S3's have letters, digits and few other characters, and an empty one is no
/// version to some servers.
pub(super) fn is_id(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(is_known)
}
