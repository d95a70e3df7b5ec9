//! What S3 bounds, and what we bound besides. Sizes are bytes.
//!
//! AWS's own figures are from "Amazon S3 multipart upload limits" and "Naming Amazon S3 objects" in its user guide.

/// A key in UTF-8. S3's limit.
pub const KEY_BYTES: usize = 1024;

/// An object sent in one PUT, one part, or the source of one copy: 5 GiB. S3's limit.
pub const SINGLE_PUT_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// An object put together from parts: 5 TiB. S3's limit before it was raised in December 2025, kept here because no
/// sandbox disk is larger.
pub const OBJECT_BYTES: u64 = 5 * 1024 * 1024 * 1024 * 1024;

/// The highest part number, and so the most parts. S3's limit.
pub const PARTS: i32 = 10_000;

/// Every part but the last must be this large: 5 MiB. S3's limit.
pub const MINIMUM_PART_BYTES: u64 = 5 * 1024 * 1024;

/// User metadata: the sum of the lengths of names and values. S3's limit.
pub const USER_METADATA_BYTES: usize = 2 * 1024;

/// One system header that is stored with an object, such as `Content-Disposition`. Ours: S3 bounds the whole request
/// header at 8 KiB, and a stored header must fit in the answer's too.
pub const STORED_HEADER_BYTES: usize = 2 * 1024;

/// Entries of one page of a listing. S3's limit.
pub const PAGE: i32 = 1000;

/// Keys in one `DeleteObjects`. S3's limit.
pub const DELETE_KEYS: usize = 1000;

/// Buckets in the account. S3's default quota.
pub const BUCKETS: usize = 10_000;

/// Tags of a bucket. S3's limit.
pub const BUCKET_TAGS: usize = 50;

/// Tags of an object. S3's limit.
pub const OBJECT_TAGS: usize = 10;

/// A tag's key, in characters. S3's limit.
pub const TAG_KEY_CHARACTERS: usize = 128;

/// A tag's value, in characters. S3's limit.
pub const TAG_VALUE_CHARACTERS: usize = 256;

/// Unfinished multipart uploads in one bucket. Ours: an upload that nobody finishes is never cleared by itself.
pub const UPLOADS_PER_BUCKET: usize = 10_000;

/// An XML request body. The largest honest one is `CompleteMultipartUpload` with 10,000 parts and a SHA-256 each,
/// which is under 2.5 MiB.
pub const XML_BODY_BYTES: usize = 4 * 1024 * 1024;

/// A body sent with an operation that has none. It is read and verified, since its hash may be signed, and thrown away.
pub const IGNORED_BODY_BYTES: u64 = 1024 * 1024;

/// Object bodies received at the same time. Ours: each holds up to two blocks in memory and one open file.
pub const CONCURRENT_UPLOADS: usize = 256;

/// Those of one account. Ours: three quarters, so that an account whose clients are slow leaves room for others.
pub const CONCURRENT_UPLOADS_OF_ACCOUNT: usize = 192;

/// One step of reading or writing an object's file. Large enough that the hop to a blocking thread costs nothing,
/// small enough that 16 transfers at once stay far below 64 MiB.
pub const BLOCK_BYTES: usize = 128 * 1024;

/// Object index entries read at once by a listing or the sweep.
pub const INDEX_PAGE: usize = 1000;

/// An answer's error body that is read back to be rendered with a request id; ours are a few hundred bytes.
pub const ERROR_BODY_BYTES: usize = 64 * 1024;

/// Bytes of a file that are read in place, where they are in memory: a hop to a blocking thread takes longer.
pub const SMALL_READ_BYTES: usize = 32 * 1024;

/// Objects that are kept in memory to be found again. Ours: with their keys they have at most 2 MiB. They are dropped
/// together, since finding the oldest would cost what is saved.
pub const RECENT_OBJECTS: usize = 512;

/// Bytes of the document of an object that is kept so.
pub const RECENT_DOCUMENT_BYTES: usize = 2 * 1024;
