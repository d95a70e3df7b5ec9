//! What Lambda bounds, and what we bound besides.
//!
//! AWS's own figures are from "Lambda quotas" in its developer guide and from the service model. Sizes are bytes.

use std::time::Duration;

/// A request's body. Lambda's words for a larger one name this figure: 50 MiB of code in base 64, and the rest.
pub const BODY_BYTES: usize = 70_167_211;

/// Code in a request, zipped: 50 MiB. Lambda's limit; code in a bucket may be as large as it is when unzipped.
pub const ZIPPED_BYTES: usize = 50 * 1024 * 1024;

/// Code, unzipped: 250 MiB. Lambda's limit.
pub const UNZIPPED_BYTES: u64 = 262_144_000;

/// Files in a zip. Ours: each costs a few hundred bytes of work that nobody paid for; a zip without its 64-bit form has
/// no more.
pub const ZIP_ENTRIES: usize = 65_535;

/// Calls that have code in memory and unpack it at the same time. Ours: each holds up to 250 MiB, the largest object with
/// code.
pub const CODE_REQUESTS_AT_ONCE: usize = 2;

/// How long such a call waits for its place. Ours: a few of the largest are unpacked in this time, and clients wait for a
/// minute.
pub const CODE_WAIT: Duration = Duration::from_secs(30);

/// Bodies that arrive, in sum, beside the first block of each. Ours: four of the largest.
pub const ARRIVING_BYTES: usize = 4 * BODY_BYTES;

/// The same of one access key. Ours: whoever knows a key's id alone leaves the other half to the others.
pub const ARRIVING_BYTES_OF_KEY: usize = 2 * BODY_BYTES;

/// Downloads of code at the same time. Ours: each holds a file, and a block or two of it.
pub const DOWNLOADS_AT_ONCE: usize = 32;

/// How long a download may take: as long as its address is good. The largest takes 437 KB/s.
pub const DOWNLOAD_TIME: Duration = Duration::from_mins(10);

/// Environment variables, names and values together. Lambda's limit.
pub const ENVIRONMENT_BYTES: usize = 4 * 1024;

/// Tags of a function. Lambda's limit.
pub const TAGS: usize = 50;

/// Functions in all accounts and regions. Ours; AWS bounds the sum of their code.
pub const FUNCTIONS: usize = 10_000;

/// Published versions of a function. Ours; AWS bounds the sum of their code.
pub const VERSIONS: usize = 10_000;

/// Aliases of a function. Ours: they lie in one document.
pub const ALIASES: usize = 1_000;

/// Entries of one page. Lambda's own; `MaxItems` may ask for fewer.
pub const PAGE: usize = 50;

/// How long a function that was made or changed stays in `Pending` or `InProgress`, in milliseconds of the sandbox's
/// clock. AWS takes some seconds; this is long enough that whoever does not wait is told so.
pub const SETTLING_MILLISECONDS: i64 = 1_000;
