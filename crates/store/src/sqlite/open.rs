//! Opening a database file without ever writing over what is there.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{checkpoint, schema};

/// How long a connection waits for a lock of SQLite's own, which are held for moments only.
const BUSY: Duration = Duration::from_secs(5);
/// Pages that a reader keeps, in KiB: there are several readers, and the system keeps pages too.
const READER_CACHE_KIB: i64 = 512;
/// Bytes of a page of a new database. A record of a call with its reasons has about 2,400: three of them share a page, where
/// a page of 4 KiB would hold one.
const PAGE_BYTES: i64 = 8 << 10;
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
    /// It is a database, but not one of daypass.
    #[error("`{}` is another program's database and was left as it is; choose another data directory", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
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
    let damaged = |error: rusqlite::Error| OpenError::damaged(path, &error);
    let size = make_private(path)?;
    refuse_orphaned_log(path, size)?;
    let mut connection = connect(path).map_err(damaged)?;
    // Closing a connection carries the log over into the file, which must not happen to a file that is refused.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(damaged)?;
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0)).map_err(damaged);
    let (application, found) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    if size > 0 && number("SELECT count(*) FROM sqlite_schema")? > 0 && application != schema::APPLICATION_ID
    {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    if found > schema::VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: schema::VERSION });
    }
    if size > 0 && size <= CHECKED_BYTES_MAX && !is_sound(&connection).map_err(damaged)? {
        let detail = "its pages do not fit together".to_owned();
        return Err(OpenError::Damaged { path: path.to_owned(), detail });
    }
    // Of a database that is there already the pages stay as they are.
    connection.pragma_update(None, "page_size", PAGE_BYTES).map_err(damaged)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(damaged)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(damaged)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(damaged)?;
    connection.pragma_update(None, "journal_size_limit", checkpoint::LOG_FILE_BYTES).map_err(damaged)?;
    schema::migrate(&mut connection, found).map_err(damaged)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(damaged)?;
    Ok(connection)
}

/// SQLite deletes a log whose database is empty; what was committed to it would be gone.
fn refuse_orphaned_log(path: &Path, size: u64) -> Result<(), OpenError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let orphaned = size == 0 && std::fs::metadata(&log).is_ok_and(|metadata| metadata.len() > 0);
    if orphaned {
        let detail = "it is empty, and its log is not".to_owned();
        return Err(OpenError::Damaged { path: path.to_owned(), detail });
    }
    Ok(())
}

/// A connection that reads and writes.
pub(super) fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// A reader's connection, with the index beside it as `lookup`.
pub(super) fn reader_connection(path: &Path, index: Option<&Path>) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    if let Some(index) = index {
        connection.execute("ATTACH DATABASE ?1 AS lookup", [index.to_string_lossy().as_ref()])?;
        connection.pragma_update(Some("lookup"), "cache_size", -READER_CACHE_KIB)?;
    }
    Ok(connection)
}

/// Whether the pages of a database fit together.
pub(super) fn is_sound(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(verdict == "ok")
}

/// Makes an empty file of mode 0600 where there is none; its size.
pub(super) fn make_private(path: &Path) -> Result<u64, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    Ok(file.metadata().map_err(failed)?.len())
}
