//! Why a request is not authenticated.

use std::fmt;

use jiff::Timestamp;

use crate::sigv4::Kind;

/// Why a request is not authenticated. [`crate::refusal`] renders each in the words of each family of services.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant and the names of its fields say what it is")]
pub enum AuthError {
    // What the request carries.
    #[error("the request is not signed")]
    NotSigned,
    #[error("the request has more than one Authorization header")]
    SeveralAuthorizations,
    #[error("the request is signed in its Authorization header and in its query string")]
    TwoMechanisms,
    #[error("the authorization scheme `{scheme}` is not supported, only AWS4-HMAC-SHA256 is")]
    UnsupportedScheme { scheme: String },
    #[error("the algorithm `{algorithm}` is not supported, only AWS4-HMAC-SHA256 is")]
    UnsupportedAlgorithm { algorithm: String, kind: Kind },
    #[error("the Authorization header holds a part without an equal sign")]
    PartWithoutEqualSign { header_sha256: String },
    #[error("the Authorization header has no {}", missing.join(", no "))]
    MissingParts { missing: Vec<&'static str>, header_sha256: String },
    #[error("the Authorization header repeats `{name}` or holds an unknown part of that name")]
    UnexpectedPart { name: String },
    #[error("the query string has no {}", missing.join(", no "))]
    MissingQueryParameters { missing: Vec<&'static str> },
    #[error("the query string repeats `{name}`")]
    RepeatedQueryParameter { name: String },
    #[error("the query string has not all three of AWSAccessKeyId, Expires and Signature")]
    QueryIncomplete,
    #[error("signature version 2 does not sign the query parameter `{name}`")]
    QueryParameterNotSigned { name: String },
    #[error("the query parameter `{name}` can be read in more than one way")]
    AmbiguousQueryParameter { name: String },
    #[error("the header `{name}` is there more than once")]
    AmbiguousHeader { name: String },
    #[error("{what} is longer than {limit}")]
    TooLong { what: &'static str, limit: usize },
    #[error("the credential is malformed: {error}")]
    MalformedCredential { error: MalformedCredential, kind: Kind },
    #[error("the request says not when it was signed: no X-Amz-Date and no Date header")]
    MissingDate,
    #[error("the date `{date}` is not in ISO 8601 basic format")]
    MalformedDate { date: String, kind: Kind },
    #[error("the scope's date `{scope_date}` is not the day of `{amz_date}`")]
    DateMismatch { scope_date: String, amz_date: String, kind: Kind },
    #[error("the scope's region `{presented}` is wrong, expected `{expected}`")]
    WrongRegion { presented: String, expected: String, kind: Kind },
    #[error("the scope's service `{presented}` is wrong, expected `{expected}`")]
    WrongService { presented: String, expected: String, kind: Kind },

    // What is signed.
    #[error("the list of signed headers is malformed: names in lower case, sorted, each once")]
    MalformedSignedHeaders,
    #[error("the Host header is not signed")]
    HostNotSigned,
    #[error("headers are present that must be signed and are not: {}", names.join(", "))]
    HeadersNotSigned { names: Vec<String> },
    #[error("the signed header `{name}` is not in the request")]
    SignedHeaderMissing { name: String },
    #[error("the request has no x-amz-content-sha256 header")]
    ContentSha256Missing,
    #[error("the x-amz-content-sha256 header is neither a SHA-256 nor one of the known words")]
    ContentSha256Malformed { presented: String },
    #[error("the body's SHA-256 is not the one that was signed")]
    ContentSha256Mismatch { presented: String, computed: String },
    #[error("the caller gave no hash of the body, and the signature needs it")]
    BodyNotHashed,

    // When.
    #[error("X-Amz-Expires is not a number")]
    ExpiresNotNumber,
    #[error("X-Amz-Expires is negative")]
    ExpiresNegative,
    #[error("X-Amz-Expires is more than seven days")]
    ExpiresTooLong,
    #[error(
        "the signature of `{presented}` is too old: now it is `{now}`, and the window {window_seconds} s"
    )]
    TooOld { presented: Timestamp, now: Timestamp, window_seconds: i64 },
    #[error(
        "the signature of `{presented}` is in the future: now it is `{now}`, and the window {window_seconds} s"
    )]
    NotYetValid { presented: Timestamp, now: Timestamp, window_seconds: i64 },
    #[error("the presigned request expired at `{expired_at}`, now it is `{now}`")]
    PresignedExpired { expires_seconds: u32, expired_at: Timestamp, now: Timestamp },
    #[error("Expires is `{presented}`, and not seconds since 1970")]
    ExpiresNotSeconds { presented: String },
    #[error("the presigned request of signature version 2 expired at `{expired_at}`, now it is `{now}`")]
    QueryExpired { expired_at: Timestamp, now: Timestamp },
    #[error("the presigned request of `{presented}` is not valid yet, now it is `{now}`")]
    PresignedNotYetValid { presented: Timestamp, now: Timestamp },

    // Who: decided by whoever knows the keys.
    #[error("the signature does not match")]
    SignatureMismatch(Box<Mismatch>),
    #[error("the access key `{access_key_id}` is not known")]
    UnknownAccessKey { access_key_id: String },
    #[error("the session has expired")]
    SessionExpired,
    #[error("the session token of the temporary access key `{access_key_id}` is missing")]
    SessionTokenMissing { access_key_id: String },
    #[error("the session token is malformed, was altered, or belongs to another access key")]
    SessionTokenInvalid,
}

/// What is wrong with a credential, `KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant says what it is")]
pub enum MalformedCredential {
    #[error("it has not five parts")]
    Parts { credential: String },
    #[error("`{date}` is not a day in the form YYYYMMDD")]
    Date { date: String },
    #[error("it ends in `{terminator}`, not in aws4_request")]
    Terminator { terminator: String },
}

/// The texts that a client compares with its own after a wrong signature. S3 sends them back.
///
/// Its `Debug` shows none of them: a session token may be among the headers.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The access key id of the request.
    pub access_key_id: String,
    /// The signature of the request.
    pub signature_provided: String,
    /// What the signature should have signed.
    pub string_to_sign: String,
    /// The canonical request, whose hash is in the string to sign. Signature version 2 has none.
    pub canonical_request: Option<String>,
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mismatch").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
