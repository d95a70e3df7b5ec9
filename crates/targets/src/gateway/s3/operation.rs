//! The operation that a method, an address and a sub-resource are.
//!
//! Source: Amazon S3 API reference, the request syntax of each operation.

use http::{HeaderMap, Method};

use super::super::Unknown;
use super::address::Address;
use super::query::Parameters;

pub(super) fn name(
    method: &Method,
    address: &Address,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Result<&'static str, Unknown> {
    let sub = parameters.subresource()?;
    let found = match (&address.bucket, &address.key) {
        (None, _) => service(method, sub),
        (Some(_), None) => bucket(method, sub, parameters),
        (Some(_), Some(_)) => object(method, sub, parameters, headers),
    };
    found.ok_or_else(|| {
        let sub = sub.unwrap_or("no sub-resource");
        Unknown::because(format!("{method} with {sub} at this address is not an operation that is told"))
    })
}

fn service(method: &Method, sub: Option<&str>) -> Option<&'static str> {
    (*method == Method::GET && sub.is_none()).then_some("ListBuckets")
}

fn bucket(method: &Method, sub: Option<&str>, parameters: &Parameters) -> Option<&'static str> {
    Some(match (method.as_str(), sub) {
        ("GET", None) => match parameters.value("list-type") {
            None => "ListObjects",
            Some("2") => "ListObjectsV2",
            Some(_) => return None,
        },
        ("HEAD", None) => "HeadBucket",
        ("PUT", None) => "CreateBucket",
        ("DELETE", None) => "DeleteBucket",
        ("POST", Some("delete")) => "DeleteObjects",
        ("GET", Some("acl")) => "GetBucketAcl",
        ("GET", Some("cors")) => "GetBucketCors",
        ("GET", Some("encryption")) => "GetBucketEncryption",
        ("GET", Some("lifecycle")) => "GetBucketLifecycleConfiguration",
        ("GET", Some("location")) => "GetBucketLocation",
        ("GET", Some("logging")) => "GetBucketLogging",
        ("GET", Some("object-lock")) => "GetObjectLockConfiguration",
        ("GET", Some("ownershipControls")) => "GetBucketOwnershipControls",
        ("GET", Some("policy")) => "GetBucketPolicy",
        ("GET", Some("policyStatus")) => "GetBucketPolicyStatus",
        ("GET", Some("publicAccessBlock")) => "GetPublicAccessBlock",
        ("GET", Some("tagging")) => "GetBucketTagging",
        ("GET", Some("uploads")) => "ListMultipartUploads",
        ("GET", Some("versioning")) => "GetBucketVersioning",
        ("GET", Some("versions")) => "ListObjectVersions",
        ("GET", Some("website")) => "GetBucketWebsite",
        ("PUT", Some("cors")) => "PutBucketCors",
        ("PUT", Some("encryption")) => "PutBucketEncryption",
        ("PUT", Some("lifecycle")) => "PutBucketLifecycleConfiguration",
        ("PUT", Some("tagging")) => "PutBucketTagging",
        ("PUT", Some("versioning")) => "PutBucketVersioning",
        ("PUT", Some("website")) => "PutBucketWebsite",
        ("DELETE", Some("cors")) => "DeleteBucketCors",
        ("DELETE", Some("encryption")) => "DeleteBucketEncryption",
        ("DELETE", Some("lifecycle")) => "DeleteBucketLifecycle",
        ("DELETE", Some("tagging")) => "DeleteBucketTagging",
        ("DELETE", Some("website")) => "DeleteBucketWebsite",
        // Policies and lists of grants at the service behind are not asked here: nobody may set them through the gateway.
        _ => return None,
    })
}

fn object(
    method: &Method,
    sub: Option<&str>,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Option<&'static str> {
    let upload = parameters.has("uploadId");
    let copies = headers.contains_key("x-amz-copy-source");
    if copies && (*method != Method::PUT || sub.is_some()) {
        return None;
    }
    Some(match (method.as_str(), sub, upload) {
        ("GET", None, false) => "GetObject",
        ("GET", None, true) => "ListParts",
        ("HEAD", None, false) => "HeadObject",
        ("PUT", None, true) if copies && parameters.has("partNumber") => "UploadPartCopy",
        ("PUT", None, true) if parameters.has("partNumber") => "UploadPart",
        ("PUT", None, false) if copies => "CopyObject",
        ("PUT", None, false) => "PutObject",
        ("POST", Some("uploads"), false) => "CreateMultipartUpload",
        ("POST", None, true) => "CompleteMultipartUpload",
        ("DELETE", None, true) => "AbortMultipartUpload",
        ("DELETE", None, false) => "DeleteObject",
        ("GET", Some("attributes"), false) => "GetObjectAttributes",
        ("GET", Some("tagging"), false) => "GetObjectTagging",
        ("PUT", Some("tagging"), false) => "PutObjectTagging",
        ("DELETE", Some("tagging"), false) => "DeleteObjectTagging",
        ("GET", Some("acl"), false) => "GetObjectAcl",
        _ => return None,
    })
}
