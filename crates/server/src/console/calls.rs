//! From a run to the calls that were made with its credentials: the exchanges of its jobs' tokens, and what was signed with
//! the keys that they handed out; where such a session became another role, with that one's key too.

use std::collections::VecDeque;

use daypass_store::sqlite::Database;
use daypass_store::{StoreError, TrailReader as _};
use daypass_trail::{Attribute, LookupRequest, StoredEvent};
use jiff::Timestamp;
use serde_json::json;

use super::event::Event;

/// Exchanges of a run that are followed: a job makes one or two.
const EXCHANGES_MAX: usize = 50;
/// Keys that are followed, those of assumed roles among them.
const KEYS_MAX: usize = 50;
/// Calls of a key that are told of.
const CALLS_MAX: usize = 50;

/// What was done with the credentials of a run.
#[derive(Default)]
pub(super) struct Calls {
    /// The exchanges and the calls, the newest first.
    pub(super) events: Vec<Event>,
    /// Whether there are more than are told of.
    pub(super) more: bool,
}

/// The calls of a run.
pub(super) fn of_run(database: &Database, run: u64, now: Timestamp) -> Result<Calls, StoreError> {
    let (found, more) = events_of_run(database, run, now)?;
    Ok(Calls { events: found.iter().map(|event| Event::new(event, now)).collect(), more })
}

/// The same as they are kept, the newest first.
pub(super) fn events_of_run(
    database: &Database,
    run: u64,
    now: Timestamp,
) -> Result<(Vec<StoredEvent>, bool), StoreError> {
    let exchanges = database.exchanges_of_run(run, None, EXCHANGES_MAX)?;
    let mut more = exchanges.len() == EXCHANGES_MAX;
    let mut found = exchanges;
    let keys = |events: &[StoredEvent]| -> Vec<(String, String)> {
        let events = events.iter().map(|event| Event::new(event, now));
        events.filter_map(|event| event.issued.map(|key| (event.account, key))).collect()
    };
    let mut next: VecDeque<(String, String)> = keys(&found).into();
    let mut followed = 0;
    while let Some((account, key)) = next.pop_front() {
        if followed == KEYS_MAX {
            more = true;
            break;
        }
        followed += 1;
        let calls = by_attribute(database, &account, (Attribute::AccessKeyId, &key), (None, CALLS_MAX), now)?;
        more |= calls.len() == CALLS_MAX;
        next.extend(keys(&calls));
        found.extend(calls);
    }
    found.sort_by_key(|event| std::cmp::Reverse(event.sequence));
    found.dedup_by_key(|event| event.sequence);
    Ok((found, more))
}

/// Events of an account with an attribute, the newest first; of GitHub's side where the account is an empty text.
pub(super) fn by_attribute(
    database: &Database,
    account: &str,
    (attribute, value): (Attribute, &str),
    (before, limit): (Option<i64>, usize),
    now: Timestamp,
) -> Result<Vec<StoredEvent>, StoreError> {
    let question = json!({
        "LookupAttributes": [{ "AttributeKey": attribute.name(), "AttributeValue": value }],
    });
    // A value that cannot be asked for is no event's.
    let Ok(mut request) = LookupRequest::read(&question, now) else { return Ok(Vec::new()) };
    (request.before, request.limit) = (before, limit);
    (request.start, request.end) = (Timestamp::MIN, Timestamp::MAX);
    Ok(database.lookup(account, &request, true)?.events)
}
