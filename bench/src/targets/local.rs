//! What the same bytes cost without any server.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest as _, Md5};

use crate::failure::Outcome;

/// What is written at once.
const BLOCK_BYTES: usize = 256 * 1024;

/// The time of MD5 over these bytes.
pub(crate) fn md5(bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(Md5::digest(bytes));
    begun.elapsed()
}

/// The time of SHA-256 over these bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(digest(&SHA256, bytes));
    begun.elapsed()
}

/// The time of a copy into a new file, flushed to the disk.
pub(crate) fn copy(bytes: &[u8], folder: &Path) -> Outcome<Duration> {
    let path = folder.join("copy");
    let begun = Instant::now();
    let mut file = File::create(&path)?;
    for block in bytes.chunks(BLOCK_BYTES) {
        file.write_all(block)?;
    }
    file.sync_all()?;
    let took = begun.elapsed();
    drop(file);
    std::fs::remove_file(path)?;
    Ok(took)
}
