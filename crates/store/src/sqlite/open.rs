//! Opening a database file without ever writing over what is there.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::schema;

/// How long a reader waits for a lock of SQLite's own, in milliseconds.
const BUSY_MS: u64 = 5_000;
/// Bytes up to which the whole file is checked at every start; the check reads it all, and a start must be quick.
const CHECKED_BYTES_MAX: u64 = 32 << 20;

/// Why a database does not open. What is there was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is no database, or a damaged one.
    #[error(
        "`{}` is damaged and was left as it is: {detail}; move it away and load a snapshot, or start anew with `daypass reset`",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A file cannot be made or opened.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another process holds it.
    #[error("`{}` is in use by {holder}", directory.display())]
    InUse {
        /// The data directory.
        directory: PathBuf,
        /// The holder in its own words: process and addresses.
        holder: String,
    },
    /// It was written by a later version.
    #[error("`{}` was written by a newer version of daypass (its schema is {found}, this knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The latest that this version knows.
        known: i64,
    },
}

impl OpenError {
    pub(super) fn damaged(path: &Path, error: &rusqlite::Error) -> Self {
        Self::Damaged { path: path.to_owned(), detail: error.to_string() }
    }
}

/// The writer's connection, its schema up to date.
pub(super) fn writer_connection(path: &Path) -> Result<Connection, OpenError> {
    let size = make_private(path)?;
    let damaged = |error: rusqlite::Error| OpenError::damaged(path, &error);
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(damaged)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS)).map_err(damaged)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(damaged)?;
    if found > schema::VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: schema::VERSION });
    }
    if size > 0 && size <= CHECKED_BYTES_MAX {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(damaged)?;
        if verdict != "ok" {
            return Err(OpenError::Damaged { path: path.to_owned(), detail: verdict });
        }
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(damaged)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(damaged)?;
    schema::migrate(&mut connection, found).map_err(damaged)?;
    Ok(connection)
}

/// A reader's connection.
pub(super) fn reader_connection(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
    Ok(connection)
}

/// Makes an empty file of mode 0600 where there is none; its size.
fn make_private(path: &Path) -> Result<u64, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    Ok(file.metadata().map_err(failed)?.len())
}
