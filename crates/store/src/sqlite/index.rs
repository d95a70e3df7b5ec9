//! What events are looked up by, made behind the trail.

use daypass_trail::{attributes, issued_access_key};
use rusqlite::{Connection, Result, Transaction, params};
use serde_json::Value;

use super::schema::{ISSUED_ACCESS_KEY, REQUEST_ID};

/// Events that are indexed in one transaction, so that commits never wait long.
const STEP_EVENTS: i64 = 512;

/// The last event of the trail.
pub(super) fn last_event(connection: &Connection) -> Result<i64> {
    connection.query_row("SELECT coalesce(max(sequence), 0) FROM event", [], |row| row.get(0))
}

/// The last event that is indexed.
pub(super) fn indexed(connection: &Connection) -> Result<i64> {
    connection.prepare_cached("SELECT sequence FROM event_index_state")?.query_row([], |row| row.get(0))
}

/// Indexes the next events; whether there are more.
pub(super) fn step(connection: &mut Connection, last: i64) -> Result<bool> {
    let from = indexed(connection)?;
    if from >= last {
        return Ok(false);
    }
    let until = last.min(from + STEP_EVENTS);
    let transaction = connection.transaction()?;
    {
        let mut select = transaction.prepare_cached(
            "SELECT sequence, event_id, request_id, record FROM event WHERE sequence > ?1 AND sequence <= ?2",
        )?;
        let mut rows = select.query([from, until])?;
        while let Some(row) = rows.next()? {
            let sequence: i64 = row.get(0)?;
            let request_id: String = row.get(2)?;
            let record: String = row.get(3)?;
            // What cannot be read can still be found by its id.
            let record: Value = serde_json::from_str(&record).unwrap_or_default();
            insert(&transaction, REQUEST_ID, &request_id, sequence)?;
            if let Some(key) = issued_access_key(&record) {
                insert(&transaction, ISSUED_ACCESS_KEY, &key, sequence)?;
            }
            for (attribute, value) in attributes(&record) {
                insert(&transaction, attribute.number(), &value, sequence)?;
            }
        }
        transaction.prepare_cached("UPDATE event_index_state SET sequence = ?1")?.execute([until])?;
    }
    transaction.commit()?;
    Ok(until < last)
}

fn insert(transaction: &Transaction<'_>, kind: i64, value: &str, sequence: i64) -> Result<()> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO event_index (kind, value, sequence) VALUES (?1, ?2, ?3)")?
        .execute(params![kind, value, sequence])?;
    Ok(())
}
