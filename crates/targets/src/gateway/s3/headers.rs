//! Headers that decide: each known, and once.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::super::Unknown;
use super::super::header::cut;

/// Headers of S3's that are known, beside those that begin in a known way.
const KNOWN: [&str; 46] = [
    "x-amz-acl",
    "x-amz-bucket-object-lock-enabled",
    "x-amz-bypass-governance-retention",
    "x-amz-checksum-algorithm",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-mode",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-range",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-max-parts",
    "x-amz-metadata-directive",
    "x-amz-mp-object-size",
    "x-amz-object-attributes",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-ownership",
    "x-amz-optional-object-attributes",
    "x-amz-part-number-marker",
    "x-amz-request-payer",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-source-expected-bucket-owner",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-tagging-directive",
    "x-amz-trailer",
    "x-amz-user-agent",
    "x-amz-website-redirect-location",
];

/// Headers that decide beside those of S3's own.
const ONCE: [&str; 7] = [
    "content-md5",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

/// Refuses a header of S3's that is not known, since it could make the call another one, and one that is there twice.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Unknown> {
    must_be_no_form(headers)?;
    for name in headers.keys() {
        let text = name.as_str();
        let is_s3s = text.starts_with("x-amz-");
        if !is_s3s && !ONCE.contains(&text) {
            continue;
        }
        let begins_known =
            ["x-amz-meta-", "x-amz-server-side-encryption"].iter().any(|known| text.starts_with(known));
        if is_s3s && !begins_known && !KNOWN.contains(&text) {
            return Err(Unknown::because(format!("the header {} is not known", cut(text))));
        }
        if headers.get_all(name).iter().nth(1).is_some() {
            return Err(Unknown::because(format!("the header {} is there twice", cut(text))));
        }
    }
    Ok(())
}

/// Refuses a body that is said to be a form: some servers take its fields for parameters of the request.
fn must_be_no_form(headers: &HeaderMap) -> Result<(), Unknown> {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let kind =
        kind.to_str().map_err(|_| Unknown::because("the content type is no text"))?.to_ascii_lowercase();
    if ["form-urlencoded", "multipart/form-data"].iter().any(|form| kind.contains(form)) {
        return Err(Unknown::because("the content type is a form's, which servers read as parameters"));
    }
    Ok(())
}
