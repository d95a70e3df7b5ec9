//! Those who read, each with a connection of its own.

use std::path::PathBuf;
use std::sync::Mutex;

use daypass_trail::attributes::Attribute;
use daypass_trail::{LookupRequest, StoredEvent};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::writer::store_error;
use super::{Database, open, schema};
use crate::error::StoreError;
use crate::model::{Collection, LookupPage};
use crate::traits::{Documents, ObjectIndex, TrailReader};

/// Connections that are kept for the next reader.
const KEPT_CONNECTIONS_MAX: usize = 8;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()) }
    }

    /// Reads with one of the connections.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let kept = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let connection = match kept {
            Some(connection) => connection,
            None => open::reader_connection(&self.path).map_err(|error| store_error(&error))?,
        };
        let result = read(&connection).map_err(|error| store_error(&error))?;
        if let Ok(mut idle) = self.idle.lock()
            && idle.len() < KEPT_CONNECTIONS_MAX
        {
            idle.push(connection);
        }
        Ok(result)
    }
}

impl Documents for Database {
    fn all(&self, collection: Collection) -> Result<Vec<(String, String)>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT key, document FROM document WHERE collection = ?1 ORDER BY key")?
                .query_map([collection.number()], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    fn one(&self, collection: Collection, key: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT document FROM document WHERE collection = ?1 AND key = ?2")?
                .query_row(params![collection.number(), key], |row| row.get(0))
                .optional()
        })
    }
}

impl ObjectIndex for Database {
    fn object(&self, bucket: &str, key: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT document FROM object WHERE bucket = ?1 AND key = ?2")?
                .query_row([bucket, key], |row| row.get(0))
                .optional()
        })
    }

    fn list(
        &self,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, document FROM object
                 WHERE bucket = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
                 ORDER BY key LIMIT ?4",
            )?;
            let mut rows = statement.query(params![bucket, prefix, after, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if !key.starts_with(prefix) {
                    break;
                }
                found.push((key, row.get(1)?));
            }
            Ok(found)
        })
    }
}

impl TrailReader for Database {
    fn lookup(&self, request: &LookupRequest, data_events: bool) -> Result<LookupPage, StoreError> {
        const FILTER: &str = "event.sequence < ?1 AND event.time >= ?2 AND event.time <= ?3
             AND (event.management = 1 OR ?4) ORDER BY event.sequence DESC LIMIT ?5";
        let limit = i64::try_from(request.limit).unwrap_or(i64::MAX).saturating_add(1);
        let before = request.before.unwrap_or(i64::MAX);
        let (start, end) = (request.start.as_millisecond(), request.end.as_millisecond());
        if request.attribute.is_some() {
            self.wait_for_index()?;
        }
        let mut events = self.readers.with(|connection| match &request.attribute {
            None => connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM event WHERE {FILTER}"))?
                .query_map(params![before, start, end, data_events, limit], stored)?
                .collect::<Result<Vec<_>, _>>(),
            Some((attribute, value)) => connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event_index JOIN event ON event.sequence = event_index.sequence
                     WHERE event_index.kind = ?6 AND event_index.value = ?7 AND {FILTER}"
                ))?
                .query_map(params![before, start, end, data_events, limit, attribute.number(), value], stored)?
                .collect(),
        })?;
        let more = events.len() > request.limit;
        events.truncate(request.limit);
        Ok(LookupPage { events, more })
    }

    fn by_id(&self, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        match self.by_kind(schema::REQUEST_ID, id)? {
            Some(event) => Ok(Some(event)),
            None => self.by_kind(Attribute::EventId.number(), id),
        }
    }

    fn by_issued_access_key(&self, access_key_id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.by_kind(schema::ISSUED_ACCESS_KEY, access_key_id)
    }

    fn last(&self, denied: bool) -> Result<Option<StoredEvent>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event WHERE error = 1 OR NOT ?1 ORDER BY sequence DESC LIMIT 1"
                ))?
                .query_row([denied], stored)
                .optional()
        })
    }

    fn range(&self, after: i64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"
                ))?
                .query_map([after, limit], stored)?
                .collect()
        })
    }
}

impl Database {
    fn by_kind(&self, kind: i64, value: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.wait_for_index()?;
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event_index JOIN event ON event.sequence = event_index.sequence
                     WHERE kind = ?1 AND value = ?2 ORDER BY event.sequence DESC LIMIT 1"
                ))?
                .query_row(params![kind, value], stored)
                .optional()
        })
    }
}

const COLUMNS: &str = "event.sequence, event.record, event.annotation";

fn stored(row: &Row<'_>) -> Result<StoredEvent, rusqlite::Error> {
    let annotation: Option<String> = row.get(2)?;
    // An annotation that cannot be read takes nothing from the record.
    let annotation = annotation.and_then(|text| serde_json::from_str(&text).ok());
    Ok(StoredEvent { sequence: row.get(0)?, record: row.get(1)?, annotation })
}
