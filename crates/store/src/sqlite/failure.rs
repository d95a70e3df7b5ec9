//! SQLite's errors in the store's terms.

use rusqlite::{ErrorCode, ffi};

use crate::error::StoreError;

/// The engine's error in the store's terms.
pub(super) fn store_error(error: &rusqlite::Error) -> StoreError {
    if is_full(error) { StoreError::Full } else { StoreError::Failed(error.to_string()) }
}

/// Whether there was no room. The shared index of the log is a file too, and its failure to grow has a name of its own.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(ffi::SQLITE_IOERR_SHMSIZE)
}

/// Whether the disk itself failed, so that nobody knows what it holds.
pub(super) fn is_disk_failure(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    let failed = [ErrorCode::SystemIoFailure, ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase];
    !is_full(error) && code.is_some_and(|code| failed.contains(&code))
}
