//! The tables, and the way from each version to the next.

use rusqlite::{Connection, Result};

/// The latest version.
pub(super) const VERSION: i64 = 1;

/// Kinds of index rows besides the lookup attributes, whose numbers are 1 to 8.
pub(super) const REQUEST_ID: i64 = 100;
/// The key that an event handed out.
pub(super) const ISSUED_ACCESS_KEY: i64 = 101;

const FIRST: &str = "
CREATE TABLE document (
    collection INTEGER NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE object (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;

-- The trail. Append-only, and no index but its own order: appending must be quick.
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    management INTEGER NOT NULL,
    error INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    record TEXT NOT NULL,
    annotation TEXT
) STRICT;

-- What events are looked up by; made behind the trail, and made again from it where it is missing.
CREATE TABLE event_index (
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (kind, value, sequence)
) STRICT, WITHOUT ROWID;

-- The last event that is indexed.
CREATE TABLE event_index_state (sequence INTEGER NOT NULL) STRICT;
INSERT INTO event_index_state VALUES (0);
";

/// Brings a database to the latest version, in one transaction.
pub(super) fn migrate(connection: &mut Connection, found: i64) -> Result<()> {
    if found == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    if found < 1 {
        transaction.execute_batch(FIRST)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
