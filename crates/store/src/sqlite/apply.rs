//! What a commit does inside of a transaction.

use rusqlite::{Connection, params};

use crate::model::{Category, Change, Commit, Entry, ObjectChange, RunRow};

/// Applies a commit inside of the open transaction, its events after `last`; the last event then.
pub(super) fn apply(transaction: &Connection, commit: &Commit, last: i64) -> Result<i64, rusqlite::Error> {
    let mut last = last;
    for entry in &commit.entries {
        last += 1;
        append(transaction, last, entry)?;
    }
    for change in &commit.changes {
        change_document(transaction, change)?;
    }
    for change in &commit.objects {
        change_object(transaction, change)?;
    }
    for row in &commit.runs {
        put_run(transaction, row)?;
    }
    Ok(last)
}

fn append(transaction: &Connection, sequence: i64, entry: &Entry) -> Result<(), rusqlite::Error> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO event (sequence, time, management, error, event_id, request_id, record, annotation, activity)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    statement.execute(params![
        sequence,
        entry.time.as_millisecond(),
        entry.category == Category::Management,
        entry.error,
        entry.event_id,
        entry.request_id,
        entry.record,
        entry.annotation,
        entry.category == Category::Activity,
    ])?;
    Ok(())
}

fn put_run(transaction: &Connection, row: &RunRow) -> Result<(), rusqlite::Error> {
    let mut statement = transaction.prepare_cached(
        "INSERT OR REPLACE INTO run
         (id, repository, workflow, status, conclusion, event, branch, actor, sha, created, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    statement.execute(params![
        row.id,
        row.repository,
        row.workflow,
        row.status,
        row.conclusion,
        row.event,
        row.branch,
        row.actor,
        row.sha,
        row.created.as_millisecond(),
        row.document,
    ])?;
    Ok(())
}

fn change_document(transaction: &Connection, change: &Change) -> Result<(), rusqlite::Error> {
    match change {
        Change::Delete { collection, key } => transaction
            .prepare_cached("DELETE FROM document WHERE collection = ?1 AND key = ?2")?
            .execute(params![collection.number(), key])?,
        Change::Put { collection, key, document } => transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO document (collection, key, document) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![collection.number(), key, document])?,
    };
    Ok(())
}

fn change_object(transaction: &Connection, change: &ObjectChange) -> Result<(), rusqlite::Error> {
    match change {
        ObjectChange::Delete { bucket, key } => transaction
            .prepare_cached("DELETE FROM object WHERE bucket = ?1 AND key = ?2")?
            .execute(params![bucket, key])?,
        ObjectChange::Put { bucket, key, document } => transaction
            .prepare_cached("INSERT OR REPLACE INTO object (bucket, key, document) VALUES (?1, ?2, ?3)")?
            .execute(params![bucket, key, document])?,
    };
    Ok(())
}
