//! S3's errors: code, status and words as the "Error responses" page of the API reference gives them.

use std::io::ErrorKind;

use daypass_store::StoreError;
use daypass_wire::refusal::Refusal;
use http::StatusCode;
use s3s::{S3Error, S3ErrorCode};

use super::checksum::{Algorithm, Malformed};
use crate::body::Integrity;

/// An error with its code, status and message.
pub(crate) fn error(code: &'static str, status: StatusCode, message: impl Into<String>) -> S3Error {
    let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or_else(|| S3ErrorCode::Custom(code.into()));
    let mut error = S3Error::with_message(code, message.into());
    error.set_status_code(status);
    error
}

pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> S3Error {
    error(code, StatusCode::BAD_REQUEST, message)
}

pub(crate) fn access_denied(message: impl Into<String>) -> S3Error {
    error("AccessDenied", StatusCode::FORBIDDEN, message)
}

pub(crate) fn no_such_bucket() -> S3Error {
    error("NoSuchBucket", StatusCode::NOT_FOUND, "The specified bucket does not exist")
}

pub(crate) fn no_such_key() -> S3Error {
    error("NoSuchKey", StatusCode::NOT_FOUND, "The specified key does not exist.")
}

pub(crate) fn no_such_upload() -> S3Error {
    error(
        "NoSuchUpload",
        StatusCode::NOT_FOUND,
        "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
}

pub(crate) fn no_such_version() -> S3Error {
    error("NoSuchVersion", StatusCode::NOT_FOUND, "The specified version does not exist.")
}

pub(crate) fn invalid_version_id() -> S3Error {
    invalid_argument("Invalid version id specified")
}

pub(crate) fn illegal_versioning() -> S3Error {
    bad("IllegalVersioningConfigurationException", "The Versioning element must be specified")
}

pub(crate) fn bucket_exists() -> S3Error {
    error(
        "BucketAlreadyOwnedByYou",
        StatusCode::CONFLICT,
        "Your previous request to create the named bucket succeeded and you already own it.",
    )
}

/// Names are unique among all accounts.
pub(crate) fn bucket_taken() -> S3Error {
    error(
        "BucketAlreadyExists",
        StatusCode::CONFLICT,
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please \
         select a different name and try again.",
    )
}

pub(crate) fn bucket_not_empty() -> S3Error {
    error("BucketNotEmpty", StatusCode::CONFLICT, "The bucket you tried to delete is not empty")
}

/// All that is left are versions and delete markers, which a listing of objects does not show.
pub(crate) fn bucket_keeps_versions() -> S3Error {
    error(
        "BucketNotEmpty",
        StatusCode::CONFLICT,
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
    )
}

pub(crate) fn too_many_buckets() -> S3Error {
    bad("TooManyBuckets", "You have attempted to create more buckets than allowed")
}

pub(crate) fn invalid_argument(message: impl Into<String>) -> S3Error {
    bad("InvalidArgument", message)
}

pub(crate) fn invalid_request(message: impl Into<String>) -> S3Error {
    bad("InvalidRequest", message)
}

pub(crate) fn invalid_range() -> S3Error {
    error("InvalidRange", StatusCode::RANGE_NOT_SATISFIABLE, "The requested range is not satisfiable")
}

pub(crate) fn invalid_part() -> S3Error {
    bad(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    )
}

pub(crate) fn invalid_part_order() -> S3Error {
    bad(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
    )
}

pub(crate) fn invalid_part_number() -> S3Error {
    error(
        "InvalidPartNumber",
        StatusCode::RANGE_NOT_SATISFIABLE,
        "The requested partnumber is not satisfiable",
    )
}

pub(crate) fn entity_too_small() -> S3Error {
    bad("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
}

pub(crate) fn entity_too_large() -> S3Error {
    bad("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
}

pub(crate) fn metadata_too_large() -> S3Error {
    bad("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
}

pub(crate) fn key_too_long() -> S3Error {
    bad("KeyTooLongError", "Your key is too long")
}

pub(crate) fn malformed_xml() -> S3Error {
    bad(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

pub(crate) fn missing_length() -> S3Error {
    error(
        "MissingContentLength",
        StatusCode::LENGTH_REQUIRED,
        "You must provide the Content-Length HTTP header.",
    )
}

pub(crate) fn precondition_failed() -> S3Error {
    error(
        "PreconditionFailed",
        StatusCode::PRECONDITION_FAILED,
        "At least one of the pre-conditions you specified did not hold",
    )
}

pub(crate) fn not_modified() -> S3Error {
    error("NotModified", StatusCode::NOT_MODIFIED, "Not Modified")
}

pub(crate) fn not_implemented() -> S3Error {
    error(
        "NotImplemented",
        StatusCode::NOT_IMPLEMENTED,
        "A header you provided implies functionality that is not implemented",
    )
}

pub(crate) fn operation_not_implemented(operation: &str) -> S3Error {
    error(
        "NotImplemented",
        StatusCode::NOT_IMPLEMENTED,
        format!("The operation {operation} is not implemented."),
    )
}

pub(crate) fn acl_not_supported() -> S3Error {
    bad("AccessControlListNotSupported", "The bucket does not allow ACLs")
}

pub(crate) fn method_not_allowed() -> S3Error {
    error(
        "MethodNotAllowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The specified method is not allowed against this resource.",
    )
}

/// See `CopyObject` in the API reference.
pub(crate) fn copy_of_marker() -> S3Error {
    invalid_request(
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    )
}

pub(crate) fn malformed_policy(message: impl Into<String>) -> S3Error {
    bad("MalformedPolicy", message)
}

pub(crate) fn invalid_tag(message: impl Into<String>) -> S3Error {
    bad("InvalidTag", message)
}

pub(crate) fn too_many_tags(limit: usize) -> S3Error {
    bad("BadRequest", format!("Bucket tag count cannot be greater than {limit}"))
}

/// A part of a bucket's configuration that it has not.
pub(crate) fn not_configured(code: &'static str, message: &'static str) -> S3Error {
    error(code, StatusCode::NOT_FOUND, message)
}

pub(crate) fn slow_down() -> S3Error {
    error("SlowDown", StatusCode::SERVICE_UNAVAILABLE, "Please reduce your request rate.")
}

pub(crate) fn internal() -> S3Error {
    error(
        "InternalError",
        StatusCode::INTERNAL_SERVER_ERROR,
        "We encountered an internal error. Please try again.",
    )
}

/// A failure of the disk or the store. The caller learns nothing of it; the operator's log does, once.
pub(crate) fn failed(doing: &'static str, cause: &(dyn std::error::Error + 'static)) -> S3Error {
    tracing::error!(error = cause, doing, "S3 could not do it");
    internal()
}

pub(crate) fn invalid_digest() -> S3Error {
    bad("InvalidDigest", "The Content-MD5 you specified was invalid.")
}

pub(crate) fn malformed_checksum(malformed: &Malformed) -> S3Error {
    match malformed {
        Malformed::Value(algorithm) => {
            invalid_request(format!("Value for {} header is invalid.", algorithm.header()))
        }
        Malformed::Several => invalid_request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ),
    }
}

/// The header or trailer names one algorithm, the multipart upload was begun with another.
pub(crate) fn checksum_type_mismatch(expected: Option<Algorithm>, actual: Option<Algorithm>) -> S3Error {
    let name = |algorithm: Option<Algorithm>| {
        algorithm.map_or_else(|| "null".to_owned(), |algorithm| algorithm.name().to_ascii_lowercase())
    };
    invalid_request(format!(
        "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
        name(expected),
        name(actual)
    ))
}

/// A broken body as S3 names it, for a handler that has to give up. The answer is made from the refusal itself.
pub(crate) fn integrity(integrity: &Integrity) -> S3Error {
    let Refusal { status, code, message, .. } = integrity.refusal();
    let code =
        S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or_else(|| S3ErrorCode::Custom((*code).into()));
    let mut error = S3Error::with_message(code, message);
    error.set_status_code(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    error
}

/// The store's failures. A full disk or a long queue passes; the SDKs try again.
pub(crate) fn store(doing: &'static str, cause: &StoreError) -> S3Error {
    match cause {
        StoreError::Busy => slow_down(),
        StoreError::Full => unavailable(),
        StoreError::Closed(_) | StoreError::Failed(_) | StoreError::TooLarge { .. } => failed(doing, cause),
    }
}

/// Whether a commit that failed with this was never begun: the queue of the store was full.
pub(crate) fn is_untouched(refused: &S3Error) -> bool {
    refused.code() == &S3ErrorCode::SlowDown
}

/// The disk's failures while object bytes are written.
pub(crate) fn disk(cause: &std::io::Error) -> S3Error {
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => unavailable(),
        _ => failed("write object bytes", cause),
    }
}

fn unavailable() -> S3Error {
    error("ServiceUnavailable", StatusCode::SERVICE_UNAVAILABLE, "Service is unable to handle request.")
}

/// The words for a code that `s3s` raises by itself, without any.
pub(crate) fn default_message(code: &str) -> &'static str {
    match code {
        "InvalidBucketName" => "The specified bucket is not valid.",
        "KeyTooLongError" => "Your key is too long",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema"
        }
        "MissingContentLength" => "You must provide the Content-Length HTTP header.",
        "MissingRequestBodyError" => "Request body is empty",
        "MaxMessageLengthExceeded" => "Your request was too big.",
        "IncompleteBody" => {
            "You did not provide the number of bytes specified by the Content-Length HTTP header."
        }
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "NotImplemented" => "A header you provided implies functionality that is not implemented",
        "InvalidRange" => "The requested range is not satisfiable",
        "InvalidArgument" | "InvalidRequest" => "Invalid Request",
        _ => "We encountered an internal error. Please try again.",
    }
}
