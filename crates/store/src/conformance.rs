//! The suite that every engine must pass. Each check leaves what it wrote behind: give it an empty store.

use daypass_trail::LookupRequest;
use jiff::Timestamp;
use serde_json::json;

use crate::model::{Category, Change, Collection, Commit, Durability, Entry, ObjectChange};
use crate::traits::{Documents, Journal, ObjectIndex, TrailReader};

/// Everything an engine is.
pub trait Engine: Journal + Documents + ObjectIndex + TrailReader {}

impl<T: Journal + Documents + ObjectIndex + TrailReader> Engine for T {}

/// Runs all checks.
///
/// # Panics
/// Where the engine does not behave.
pub async fn all(engine: &impl Engine) {
    documents_are_put_replaced_and_deleted(engine).await;
    objects_are_listed_in_byte_order(engine).await;
    events_are_found_by_what_they_hold(engine).await;
    a_commit_over_the_limit_leaves_nothing(engine).await;
}

async fn keep(engine: &impl Engine, commit: Commit) {
    assert_eq!(engine.commit(commit).await, Ok(()), "a commit within the limits is kept");
}

async fn documents_are_put_replaced_and_deleted(engine: &impl Engine) {
    let put = |key: &str, document: &str| Change::Put {
        collection: Collection::Role,
        key: key.to_owned(),
        document: document.to_owned(),
    };
    let changes = vec![put("b", "1"), put("a", "2"), put("b", "3")];
    keep(engine, Commit { changes, ..Commit::default() }).await;
    let expected = vec![("a".to_owned(), "2".to_owned()), ("b".to_owned(), "3".to_owned())];
    assert_eq!(engine.all(Collection::Role), Ok(expected));
    assert_eq!(engine.all(Collection::Provider), Ok(Vec::new()));
    let changes = vec![Change::Delete { collection: Collection::Role, key: "a".to_owned() }];
    keep(engine, Commit { changes, ..Commit::default() }).await;
    assert_eq!(engine.one(Collection::Role, "a"), Ok(None));
    assert_eq!(engine.one(Collection::Role, "b"), Ok(Some("3".to_owned())));
}

async fn objects_are_listed_in_byte_order(engine: &impl Engine) {
    let keys = ["a/b", "a/é", "a/z", "a", "b", "a/\u{10ffff}"];
    let objects = keys.map(|key| ObjectChange::Put {
        bucket: "bucket".to_owned(),
        key: key.to_owned(),
        document: key.to_owned(),
    });
    let durability = Durability::Written;
    keep(engine, Commit { objects: objects.to_vec(), durability, ..Commit::default() }).await;
    let listed = |prefix: &str, after: Option<&str>, limit| -> Vec<String> {
        let found = engine.list("bucket", prefix, after, limit);
        found.into_iter().flatten().map(|(key, _)| key).collect()
    };
    assert_eq!(listed("a/", None, 10), ["a/b", "a/z", "a/é", "a/\u{10ffff}"]);
    assert_eq!(listed("a/", Some("a/b"), 1), ["a/z"]);
    assert_eq!(listed("", None, 10).len(), keys.len());
    assert_eq!(listed("c", None, 10), Vec::<String>::new());
    let objects = vec![ObjectChange::Delete { bucket: "bucket".to_owned(), key: "a/b".to_owned() }];
    keep(engine, Commit { objects, ..Commit::default() }).await;
    assert_eq!(engine.object("bucket", "a/b"), Ok(None));
    assert_eq!(engine.object("bucket", "b"), Ok(Some("b".to_owned())));
}

fn entry(number: usize, category: Category, error: bool) -> Entry {
    let record = json!({
        "userIdentity": { "type": "WebIdentityUser", "userName": format!("subject-{}", number % 2) },
        "eventTime": "2026-11-23T10:00:00Z",
        "eventName": "AssumeRoleWithWebIdentity",
        "eventID": format!("event-{number}"),
        "requestID": format!("request-{number}"),
        "readOnly": true,
        "responseElements": { "credentials": { "accessKeyId": format!("ASIA{number}") } },
    });
    Entry {
        event_id: format!("event-{number}"),
        request_id: format!("request-{number}"),
        time: Timestamp::UNIX_EPOCH,
        category,
        error,
        record: record.to_string(),
        annotation: Some(json!({ "explanation": number }).to_string()),
    }
}

async fn events_are_found_by_what_they_hold(engine: &impl Engine) {
    for number in 0..6 {
        let category = if number == 5 { Category::Data } else { Category::Management };
        keep(engine, Commit { entries: vec![entry(number, category, number == 2)], ..Commit::default() }).await;
    }
    let body = json!({
        "LookupAttributes": [{ "AttributeKey": "Username", "AttributeValue": "subject-0" }],
        "MaxResults": 2,
        "StartTime": 0,
    });
    let mut request = LookupRequest::read(&body, Timestamp::UNIX_EPOCH).unwrap_or_else(|error| {
        unreachable_request(&error.to_string())
    });
    let page = engine.lookup(&request, false).map(|page| (ids(&page.events), page.more, page.events));
    let (found, more, events) = page.unwrap_or_default();
    assert_eq!((found.as_slice(), more), (&["event-4".to_owned(), "event-2".to_owned()][..], true));
    request.before = events.last().map(|event| event.sequence);
    let rest = engine.lookup(&request, false).map(|page| (ids(&page.events), page.more));
    assert_eq!(rest, Ok((vec!["event-0".to_owned()], false)));
    request = LookupRequest { attribute: None, before: None, limit: 50, ..request };
    assert_eq!(engine.lookup(&request, false).map(|page| page.events.len()), Ok(5), "no data events");
    assert_eq!(engine.lookup(&request, true).map(|page| page.events.len()), Ok(6), "with data events");
    let one = |found: Result<Option<_>, _>| found.map(|event| event.map(|event| ids(&[event])));
    assert_eq!(one(engine.by_id("request-3")), Ok(Some(vec!["event-3".to_owned()])));
    assert_eq!(one(engine.by_id("event-3")), Ok(Some(vec!["event-3".to_owned()])));
    assert_eq!(one(engine.by_issued_access_key("ASIA1")), Ok(Some(vec!["event-1".to_owned()])));
    assert_eq!(one(engine.by_issued_access_key("ASIA9")), Ok(None));
    assert_eq!(one(engine.last(true)), Ok(Some(vec!["event-2".to_owned()])));
    assert_eq!(one(engine.last(false)), Ok(Some(vec!["event-5".to_owned()])));
    assert_eq!(engine.range(0, 2).map(|events| ids(&events)), Ok(vec!["event-0".to_owned(), "event-1".to_owned()]));
}

async fn a_commit_over_the_limit_leaves_nothing(engine: &impl Engine) {
    let large = Change::Put {
        collection: Collection::Setting,
        key: "large".to_owned(),
        document: "x".repeat(crate::DOCUMENT_BYTES_MAX + 1),
    };
    let small = Change::Put { collection: Collection::Setting, key: "small".to_owned(), document: String::new() };
    let refused = engine.commit(Commit { changes: vec![small, large], ..Commit::default() }).await;
    assert!(refused.is_err(), "a document over the limit is refused");
    assert_eq!(engine.all(Collection::Setting), Ok(Vec::new()));
}

fn ids(events: &[daypass_trail::StoredEvent]) -> Vec<String> {
    let records = events.iter().map(|event| serde_json::from_str::<serde_json::Value>(&event.record));
    records
        .map(|record| record.ok().and_then(|record| record["eventID"].as_str().map(str::to_owned)).unwrap_or_default())
        .collect()
}

#[expect(clippy::panic, reason = "a suite for tests stops at the first surprise")]
fn unreachable_request(error: &str) -> LookupRequest {
    panic!("the suite's own request is refused: {error}")
}
