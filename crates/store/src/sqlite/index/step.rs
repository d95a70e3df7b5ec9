//! Indexing some events.

use daypass_trail::lookup::VALUE_CHARACTERS_MAX;
use daypass_trail::record::ACTIVITY_CATEGORY;
use daypass_trail::{Attribute, attributes, issued_access_key};
use rusqlite::{Connection, Result, params};
use serde::Deserialize;
use serde_json::Value;

use super::kind;

/// Events that are indexed in one transaction: enough that sorting them pays, and few enough to hold their rows in
/// memory (about 16 of 80 bytes each).
const STEP_EVENTS: i64 = 2_048;
/// Bytes of a value that can be asked for; a longer one is not indexed.
const VALUE_BYTES_MAX: usize = 4 * VALUE_CHARACTERS_MAX;

/// A row of the index, in the order of its primary key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: i64,
    value: String,
    sequence: i64,
    time: i64,
    management: bool,
}

/// Indexes the next events of the trail up to `last`, and says how far the index now goes.
pub(super) fn step(index: &mut Connection, trail: &Connection, from: i64, last: i64) -> Result<i64> {
    let until = last.min(from.saturating_add(STEP_EVENTS));
    let (mut rows, last_id) = rows(trail, from, until)?;
    // Sorted, neighbours go into the same page; unsorted, each row would look for its own.
    rows.sort_unstable();
    let transaction = index.transaction()?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT OR IGNORE INTO entry (kind, value, sequence, time, management) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for row in &rows {
            insert.execute(params![row.kind, row.value, row.sequence, row.time, row.management])?;
        }
        transaction
            .prepare_cached("UPDATE progress SET sequence = ?1, event_id = ?2")?
            .execute(params![until, last_id])?;
    }
    transaction.commit()?;
    Ok(until)
}

/// The rows of some events, and the last event's id.
fn rows(trail: &Connection, from: i64, until: i64) -> Result<(Vec<Row>, String)> {
    let mut select = trail.prepare_cached(
        "SELECT sequence, time, management, error, event_id, request_id, record, annotation
         FROM event WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence",
    )?;
    let mut found = select.query([from, until])?;
    let mut rows = Vec::new();
    let mut last_id = String::new();
    while let Some(event) = found.next()? {
        let (sequence, time, management): (i64, i64, bool) = (event.get(0)?, event.get(1)?, event.get(2)?);
        last_id = event.get(4)?;
        let indexed = Indexed {
            record: event.get_ref(6)?.as_str()?,
            annotation: event.get_ref(7)?.as_str_or_null()?,
            error: event.get(3)?,
            management,
            request_id: event.get_ref(5)?.as_str()?,
        };
        for (kind, value) in indexed.values() {
            rows.push(Row { kind, value, sequence, time, management });
        }
    }
    Ok((rows, last_id))
}

/// An attribute's value as the index has it: each account looks up its own events only.
pub(crate) fn of_account(account: &str, value: &str) -> String {
    format!("{account}/{value}")
}

/// An event, as far as it can be found by what it holds.
pub(crate) struct Indexed<'a> {
    pub(crate) record: &'a str,
    pub(crate) annotation: Option<&'a str>,
    pub(crate) error: bool,
    pub(crate) management: bool,
    pub(crate) request_id: &'a str,
}

impl Indexed<'_> {
    /// Everything that it can be found by.
    pub(crate) fn values(&self) -> Vec<(i64, String)> {
        // What cannot be read can still be found by its request id.
        let record: Value = serde_json::from_str(self.record).unwrap_or_default();
        // A record without an account is no account's to look up.
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let account = text("recipientAccountId");
        let mut found = vec![
            (kind::REQUEST_ID, self.request_id.to_owned()),
            (kind::EVENT_ID, text("eventID")),
            (kind::ACCOUNT, account.clone()),
        ];
        if self.management {
            found.push((kind::MANAGEMENT, account.clone()));
        }
        if text("eventCategory") == ACTIVITY_CATEGORY {
            found.push((kind::ACTIVITY, String::new()));
            let run = record.pointer("/requestParameters/runId").and_then(Value::as_str);
            found.extend(run.map(|run| (kind::ACTIVITY, run.to_owned())));
        } else if self.error {
            found.push((kind::REFUSED, String::new()));
        }
        if let Some(key) = issued_access_key(&record) {
            found.push((kind::ISSUED_ACCESS_KEY, key));
        }
        found.extend(self.run().map(|run| (kind::RUN, run)));
        let scoped =
            |(attribute, value): (Attribute, String)| (attribute.number(), of_account(&account, &value));
        found.extend(attributes(&record).into_iter().map(scoped));
        found.retain(|(_, value)| value.len() <= VALUE_BYTES_MAX);
        found
    }

    /// The run whose job showed the token of an exchange.
    fn run(&self) -> Option<String> {
        let annotation: Behind = serde_json::from_str(self.annotation?).ok()?;
        annotation.token?.run_id
    }
}

/// As much of an annotation as is looked at.
#[derive(Deserialize)]
struct Behind {
    token: Option<Claims>,
}

#[derive(Deserialize)]
struct Claims {
    run_id: Option<String>,
}
