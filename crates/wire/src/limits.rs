//! How much of anything a stranger may send.

/// Bytes of an `Authorization` header. A session token is not in it; a credential and fifty header names fit in 2 KiB.
pub const AUTHORIZATION_BYTES: usize = 8 * 1024;

/// Names in `SignedHeaders`. SDKs sign ten to twenty; each costs a search through the headers.
pub const SIGNED_HEADERS: usize = 100;

/// Parameters in a query string that is canonicalised. Sorting them is the dearest step before the signature is known.
pub const QUERY_PARAMETERS: usize = 1_000;

/// Seconds that a presigned request may live: seven days, S3's own limit ("Authenticating Requests: Using Query
/// Parameters").
pub const PRESIGNED_SECONDS: u32 = 7 * 24 * 60 * 60;

/// Fields of a form. The largest honest one, CreateRole with fifty tags, has little more than a hundred.
pub const FORM_FIELDS: usize = 1_024;

/// Bytes of a form field's name, decoded. The longest in STS and IAM is `PolicyArns.member.10.arn`.
pub const FORM_NAME_BYTES: usize = 256;

/// Bytes of the line before a chunk: sixteen digits, `;chunk-signature=` and 64 more make 97.
pub const CHUNK_LINE_BYTES: usize = 256;

/// Bytes that every chunk but the last must have ("Transferring Payload in Multiple Chunks").
pub const CHUNK_BYTES_LEAST: u64 = 8 * 1024;

/// Bytes of all trailer lines together. One checksum and its signature make 200.
pub const TRAILER_BYTES: usize = 4 * 1024;
