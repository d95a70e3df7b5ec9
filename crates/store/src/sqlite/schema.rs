//! The tables, and the way from each version to the next.

use rusqlite::{Connection, Result};

/// Written in the file's header (`PRAGMA application_id`), so that another program's database is not taken for ours:
/// "dayp".
pub(super) const APPLICATION_ID: i64 = 0x6461_7970;

/// What brings a database from each version to the next; the version is `PRAGMA user_version`. A step that was released
/// is never changed, only followed.
const STEPS: [&str; 2] = [FIRST, RUNS];

/// The latest version.
pub(super) const VERSION: i64 = STEPS.len() as i64;

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
";

const RUNS: &str = "
-- Events that are no call of AWS's: what happened at GitHub's side.
ALTER TABLE event ADD COLUMN activity INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    repository TEXT NOT NULL,
    workflow INTEGER NOT NULL,
    status TEXT NOT NULL,
    conclusion TEXT,
    event TEXT NOT NULL,
    branch TEXT NOT NULL,
    actor TEXT NOT NULL,
    sha TEXT NOT NULL,
    created INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX run_repository ON run (repository, id);
CREATE INDEX run_status ON run (status, id);
CREATE INDEX run_conclusion ON run (conclusion, id);
";

/// Brings a database to the latest version, in one transaction.
pub(super) fn migrate(connection: &mut Connection, found: i64) -> Result<()> {
    if found == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for step in STEPS.into_iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The last event of the trail.
pub(super) fn last_event(connection: &Connection) -> Result<i64> {
    connection.query_row("SELECT coalesce(max(sequence), 0) FROM event", [], |row| row.get(0))
}
