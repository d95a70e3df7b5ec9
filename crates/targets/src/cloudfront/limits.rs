//! What CloudFront bounds, and what we bound besides.
//!
//! AWS's own figures are from "Quotas" and "Invalidate files" in its developer guide. Sizes are bytes.

/// A request's body. Ours: 3,000 paths of an ordinary length; a document must stay under a mebibyte.
pub const BODY_BYTES: usize = 512 * 1024;

/// How deep elements may lie in each other; the model has eight.
pub(super) const DEPTH: usize = 16;

/// Elements of a body. Ours: 3,000 paths, and a configuration of the largest kind.
pub(super) const ELEMENTS: usize = 10_000;

/// Distributions of an account. AWS's quota is 500 by default.
pub(super) const DISTRIBUTIONS: usize = 500;

/// Paths of an invalidation, and of all that are in progress at once. CloudFront's limit.
pub(super) const PATHS: usize = 3_000;

/// Paths with a `*` in progress at once. CloudFront's limit.
pub(super) const WILDCARDS: usize = 15;

/// Bytes of a path. CloudFront's limit for a URL is 8,192.
pub(super) const PATH_BYTES: usize = 8_192;

/// Invalidations that are kept of a distribution: the oldest that are completed go first. Ours.
pub(super) const INVALIDATIONS: usize = 1_000;

/// Tags of a distribution. CloudFront's limit.
pub(super) const TAGS: usize = 50;

/// Bytes of a caller reference. Ours; the model names none.
pub(super) const REFERENCE_BYTES: usize = 256;

/// Entries of one page. CloudFront's default and most.
pub(super) const PAGE: usize = 100;

/// How long a distribution that was made or changed is `InProgress`, in seconds of the sandbox's clock. AWS takes
/// minutes; this is long enough that whoever does not wait sees it.
pub(super) const DEPLOYING_SECONDS: i64 = 3;

/// How long an invalidation is `InProgress`, in seconds of the sandbox's clock.
pub(super) const INVALIDATING_SECONDS: i64 = 2;
