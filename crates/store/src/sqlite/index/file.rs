//! The index's file: made, checked, and made anew.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Result};

use super::super::open::{self, OpenError};

/// The index's file in the data directory. It can be deleted while no process holds the directory.
pub const INDEX_FILE: &str = "daypass-index.sqlite";

/// Changes with the tables and with what [`super::step`] puts in them; an index of another version is made anew.
const VERSION: i64 = 4;
/// Bytes up to which the whole file is checked at a start.
const CHECKED_BYTES_MAX: u64 = 16 << 20;

const TABLES: &str = "
CREATE TABLE entry (
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    time INTEGER NOT NULL,
    management INTEGER NOT NULL,
    PRIMARY KEY (kind, value, sequence)
) STRICT, WITHOUT ROWID;

-- The last event that is indexed. Its id tells whether the index is of the trail that it lies beside.
CREATE TABLE progress (sequence INTEGER NOT NULL, event_id TEXT NOT NULL) STRICT;
INSERT INTO progress VALUES (0, '');
";

/// Opens the index of a trail, or makes it anew where it does not fit; with the last event that is indexed.
pub(super) fn open(path: &Path, trail: &Connection) -> Result<(Connection, i64), OpenError> {
    if let Ok(Some(found)) = open_fitting(path, trail) {
        return Ok(found);
    }
    remove(path)?;
    open::make_private(path)?;
    let connection = connect(path).and_then(|connection| {
        connection.execute_batch("BEGIN")?;
        connection.execute_batch(TABLES)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        connection.execute_batch("COMMIT")?;
        Ok(connection)
    });
    connection.map(|connection| (connection, 0)).map_err(|error| OpenError::damaged(path, &error))
}

fn connect(path: &Path) -> Result<Connection> {
    let connection = open::connect(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What the end of power takes from the index is made again from the trail.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

/// The index that is there, if it is sound and of this trail.
fn open_fitting(path: &Path, trail: &Connection) -> Result<Option<(Connection, i64)>> {
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size == 0 {
        return Ok(None);
    }
    let connection = connect(path)?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version != VERSION || (size <= CHECKED_BYTES_MAX && !open::is_sound(&connection)?) {
        return Ok(None);
    }
    let (sequence, event_id): (i64, String) =
        connection
            .query_row("SELECT sequence, event_id FROM progress", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kept: Option<String> = trail
        .query_row("SELECT event_id FROM event WHERE sequence = ?1", [sequence], |row| row.get(0))
        .optional()?;
    let fits = sequence == 0 || kept.as_ref() == Some(&event_id);
    Ok(fits.then_some((connection, sequence)))
}

fn remove(path: &Path) -> Result<(), OpenError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(OpenError::File { path: name.into(), source });
            }
            _ => {}
        }
    }
    Ok(())
}
