//! Commits for the tests.

#![allow(dead_code, reason = "each test file uses some of it")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use daypass_store::sqlite::Database;
use daypass_store::{Category, Change, Collection, Commit, Durability, Entry, StoreError, TrailReader as _};
use daypass_trail::LookupRequest;
use jiff::Timestamp;
use serde_json::json;

/// The account of the events.
pub(crate) const ACCOUNT: &str = "123456789012";

pub(crate) fn open(directory: &Path) -> Database {
    Database::open(directory, None).unwrap()
}

/// A change of one role.
pub(crate) fn put(key: &str, document: &str) -> Commit {
    let change =
        Change::Put { collection: Collection::Role, key: key.to_owned(), document: document.to_owned() };
    Commit { changes: vec![change], ..Commit::default() }
}

/// An exchange that hands out the key `ASIA` and the id.
pub(crate) fn entry(id: &str) -> Entry {
    let record = json!({
        "userIdentity": { "type": "WebIdentityUser", "userName": "subject" },
        "eventName": "AssumeRoleWithWebIdentity",
        "recipientAccountId": ACCOUNT,
        "eventID": format!("event-{id}"),
        "responseElements": { "credentials": { "accessKeyId": format!("ASIA{id}") } },
    });
    Entry {
        event_id: format!("event-{id}"),
        request_id: format!("request-{id}"),
        time: Timestamp::UNIX_EPOCH,
        category: Category::Management,
        error: false,
        record: record.to_string(),
        annotation: None,
    }
}

pub(crate) fn event(id: &str) -> Commit {
    Commit { entries: vec![entry(id)], durability: Durability::Written, ..Commit::default() }
}

/// How many events of the subject there are, by LookupEvents.
pub(crate) fn of_the_subject(database: &Database) -> Result<usize, StoreError> {
    let body = json!({
        "LookupAttributes": [{ "AttributeKey": "Username", "AttributeValue": "subject" }],
        "StartTime": 0,
    });
    let request = LookupRequest::read(&body, Timestamp::UNIX_EPOCH).unwrap();
    database.lookup(ACCOUNT, &request, false).map(|page| page.events.len())
}
