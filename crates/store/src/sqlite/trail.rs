//! Those who read the trail.
//!
//! What the index covers is read through it; what it does not cover, because there was no room to extend it, is read in
//! the trail itself, newest first, so that no answer ever misses an event that was committed before it was asked for.

use daypass_trail::{LookupRequest, StoredEvent};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Database;
use super::index::{self, Indexed, kind};
use crate::error::StoreError;
use crate::model::LookupPage;
use crate::traits::TrailReader;

const COLUMNS: &str = "event.sequence, event.record, event.annotation";

impl TrailReader for Database {
    fn lookup(
        &self,
        account: &str,
        request: &LookupRequest,
        data_events: bool,
    ) -> Result<LookupPage, StoreError> {
        if request.insight {
            return Ok(LookupPage { events: Vec::new(), more: false });
        }
        let wanted = match &request.attribute {
            None if data_events => (kind::ACCOUNT, account.to_owned()),
            None => (kind::MANAGEMENT, account.to_owned()),
            Some((attribute, value)) => (attribute.number(), index::of_account(account, value)),
        };
        let question = Question {
            wanted,
            before: request.before.unwrap_or(i64::MAX),
            start: request.start,
            end: request.end,
            data_events,
            limit: request.limit.saturating_add(1),
        };
        let mut events = self.find(&question)?;
        let more = events.len() > request.limit;
        events.truncate(request.limit);
        Ok(LookupPage { events, more })
    }

    fn by_id(&self, id: &str) -> Result<Option<StoredEvent>, StoreError> {
        match self.newest(kind::REQUEST_ID, id)? {
            Some(event) => Ok(Some(event)),
            None => self.newest(kind::EVENT_ID, id),
        }
    }

    fn by_issued_access_key(&self, access_key_id: &str) -> Result<Option<StoredEvent>, StoreError> {
        self.newest(kind::ISSUED_ACCESS_KEY, access_key_id)
    }

    fn last(&self, denied: bool) -> Result<Option<StoredEvent>, StoreError> {
        if denied {
            return self.newest(kind::REFUSED, "");
        }
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event WHERE activity = 0 ORDER BY sequence DESC LIMIT 1"
                ))?
                .query_row([], stored)
                .optional()
        })
    }

    fn recent(&self, before: Option<i64>, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers.with(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM event WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2"
                ))?
                .query_map([before.unwrap_or(i64::MAX), limit], stored)?
                .collect()
        })
    }

    fn activity(
        &self,
        run: Option<u64>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let run = run.map_or_else(String::new, |run| run.to_string());
        self.find(&Question::at_any_time((kind::ACTIVITY, run), before, limit))
    }

    fn exchanges_of_run(
        &self,
        run: u64,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.find(&Question::at_any_time((kind::RUN, run.to_string()), before, limit))
    }

    fn refused(&self, before: Option<i64>, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.find(&Question::at_any_time((kind::REFUSED, String::new()), before, limit))
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

/// What is looked for, newest first.
struct Question {
    /// Kind and value.
    wanted: (i64, String),
    /// Only events before this sequence.
    before: i64,
    start: Timestamp,
    end: Timestamp,
    data_events: bool,
    limit: usize,
}

impl Question {
    /// All events with a value, of whatever category.
    fn at_any_time(wanted: (i64, String), before: Option<i64>, limit: usize) -> Self {
        let before = before.unwrap_or(i64::MAX);
        Self { wanted, before, start: Timestamp::MIN, end: Timestamp::MAX, data_events: true, limit }
    }

    /// The times in milliseconds. Records show whole seconds, so an event is in a range when its second is.
    fn times(&self) -> (i64, i64) {
        let start = self.start.as_second() + i64::from(self.start.subsec_nanosecond() > 0);
        (start.saturating_mul(1_000), self.end.as_second().saturating_mul(1_000).saturating_add(999))
    }
}

impl Database {
    /// The newest event with this value.
    fn newest(&self, kind: i64, value: &str) -> Result<Option<StoredEvent>, StoreError> {
        let question = Question::at_any_time((kind, value.to_owned()), None, 1);
        Ok(self.find(&question)?.into_iter().next())
    }

    fn find(&self, question: &Question) -> Result<Vec<StoredEvent>, StoreError> {
        let (kind, value) = &question.wanted;
        let indexed = self.indexer.catch_up();
        self.readers.with(|connection| {
            let mut events = if indexed.complete {
                Vec::new()
            } else {
                walk(connection, question, indexed.up_to, |event| {
                    event.values().iter().any(|(other, found)| other == kind && found == value)
                })?
            };
            let missing = question.limit.saturating_sub(events.len());
            events.extend(through_index(connection, question, indexed.up_to, missing)?);
            Ok(events)
        })
    }
}

/// Finds events up to one by means of the index.
fn through_index(
    connection: &Connection,
    question: &Question,
    up_to: i64,
    limit: usize,
) -> Result<Vec<StoredEvent>, rusqlite::Error> {
    let (kind, value) = &question.wanted;
    let (start, end) = question.times();
    // The join's order is fixed: the index says which events, and has all that decides.
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM lookup.entry CROSS JOIN event ON event.sequence = entry.sequence
         WHERE entry.kind = ?1 AND entry.value = ?2 AND entry.sequence < ?3 AND entry.sequence <= ?4
           AND entry.time >= ?5 AND entry.time <= ?6 AND (entry.management = 1 OR ?7)
         ORDER BY entry.sequence DESC LIMIT ?8"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let parameters = params![kind, value, question.before, up_to, start, end, question.data_events, limit];
    select.query_map(parameters, stored)?.collect()
}

/// Walks back along the trail itself to the event `after`, which is not among the answers.
fn walk(
    connection: &Connection,
    question: &Question,
    after: i64,
    matches: impl Fn(&Indexed<'_>) -> bool,
) -> Result<Vec<StoredEvent>, rusqlite::Error> {
    let (start, end) = question.times();
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, event.error, event.management, event.request_id FROM event
         WHERE event.sequence < ?1 AND event.sequence > ?2 AND event.time >= ?3 AND event.time <= ?4
           AND (event.management = 1 OR ?5)
         ORDER BY event.sequence DESC"
    ))?;
    let mut rows = select.query(params![question.before, after, start, end, question.data_events])?;
    let mut found = Vec::new();
    while found.len() < question.limit {
        let Some(row) = rows.next()? else { break };
        let event = Indexed {
            record: row.get_ref(1)?.as_str()?,
            annotation: row.get_ref(2)?.as_str_or_null()?,
            error: row.get(3)?,
            management: row.get(4)?,
            request_id: row.get_ref(5)?.as_str()?,
        };
        if matches(&event) {
            found.push(stored(row)?);
        }
    }
    Ok(found)
}

fn stored(row: &Row<'_>) -> Result<StoredEvent, rusqlite::Error> {
    let annotation: Option<String> = row.get(2)?;
    // An annotation that cannot be read takes nothing from the record.
    let annotation = annotation.and_then(|text| serde_json::from_str(&text).ok());
    Ok(StoredEvent { sequence: row.get(0)?, record: row.get(1)?, annotation })
}
