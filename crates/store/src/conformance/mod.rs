//! The suite that every engine must pass. Each check leaves what it wrote behind: give it an empty store.

use daypass_trail::{LookupRequest, StoredEvent};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::{Category, Change, Collection, Commit, Durability, Entry, ObjectChange};
use crate::traits::{Documents, Journal, ObjectIndex, RunIndex, TrailReader};

mod activity;
mod runs;

/// Everything an engine is.
pub trait Engine: Journal + Documents + ObjectIndex + RunIndex + TrailReader {}

impl<T: Journal + Documents + ObjectIndex + RunIndex + TrailReader> Engine for T {}

/// The account that the suite's events are of.
const ACCOUNT: &str = "123456789012";

/// Runs all checks.
///
/// # Panics
/// Where the engine does not behave.
pub async fn all(engine: &impl Engine) {
    documents_are_put_replaced_and_deleted(engine).await;
    objects_are_listed_in_byte_order(engine).await;
    events_are_found_by_what_they_hold(engine).await;
    events_are_looked_up_by_pages(engine).await;
    what_was_committed_is_found_at_once(engine).await;
    a_commit_over_the_limit_leaves_nothing(engine).await;
    activity::what_happened_is_read_backwards(engine).await;
    activity::it_is_no_call_of_aws(engine).await;
    runs::they_are_put_replaced_and_counted(engine).await;
    runs::they_are_listed_by_what_is_said_of_them(engine).await;
    runs::they_are_read_by_pages(engine).await;
    runs::one_over_the_limit_leaves_nothing(engine).await;
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

/// A moment within the second of this number.
fn at(second: usize) -> Timestamp {
    let milliseconds = i64::try_from(second).unwrap_or_default().saturating_mul(1_000).saturating_add(500);
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

fn entry(number: usize, category: Category, error: bool) -> Entry {
    let record = json!({
        "userIdentity": { "type": "WebIdentityUser", "userName": format!("subject-{}", number % 2) },
        "eventTime": format!("1970-01-01T00:00:{number:02}Z"),
        "eventName": "AssumeRoleWithWebIdentity",
        "eventID": format!("event-{number}"),
        "requestID": format!("request-{number}"),
        "readOnly": true,
        "recipientAccountId": ACCOUNT,
        "responseElements": { "credentials": { "accessKeyId": format!("ASIA{number}") } },
    });
    Entry {
        event_id: format!("event-{number}"),
        request_id: format!("request-{number}"),
        time: at(number),
        category,
        error,
        record: record.to_string(),
        annotation: Some(json!({ "explanation": number }).to_string()),
    }
}

async fn events_are_found_by_what_they_hold(engine: &impl Engine) {
    for number in 0..6 {
        let category = if number == 5 { Category::Data } else { Category::Management };
        keep(engine, Commit { entries: vec![entry(number, category, number == 2)], ..Commit::default() })
            .await;
    }
    let one = |found: Result<Option<_>, _>| found.map(|event| event.map(|event| ids(&[event])));
    let named = |id: &str| Ok(Some(vec![id.to_owned()]));
    assert_eq!(one(engine.by_id("request-3")), named("event-3"));
    assert_eq!(one(engine.by_id("event-3")), named("event-3"));
    assert_eq!(one(engine.by_id("event")), Ok(None));
    assert_eq!(one(engine.by_issued_access_key("ASIA1")), named("event-1"));
    assert_eq!(one(engine.by_issued_access_key("ASIA9")), Ok(None));
    assert_eq!(one(engine.last(true)), named("event-2"));
    assert_eq!(one(engine.last(false)), named("event-5"));
    assert_eq!(
        engine.range(0, 2).map(|events| ids(&events)),
        Ok(vec!["event-0".to_owned(), "event-1".to_owned()])
    );
    let annotation = engine.by_id("event-3").ok().flatten().and_then(|event| event.annotation);
    assert_eq!(
        annotation.map(|annotation| annotation.explanation),
        Some(json!(3)),
        "what is kept beside the record"
    );
}

async fn events_are_looked_up_by_pages(engine: &impl Engine) {
    let found = |body: Value, data_events: bool| {
        let page = engine.lookup(ACCOUNT, &request(&body), data_events);
        page.map(|page| (ids(&page.events), page.more, page.events.last().map(|event| event.sequence)))
    };
    let by = |attribute: &str, value: &str| json!({ "LookupAttributes": [{ "AttributeKey": attribute, "AttributeValue": value }], "StartTime": 0 });
    let names = |found: Result<(Vec<String>, bool, Option<i64>), _>| found.map(|(names, _, _)| names);
    let mut first = by("Username", "subject-0");
    merge(&mut first, "MaxResults", json!(2));
    let page = found(first.clone(), false);
    let (listed, more, last) = page.unwrap_or_default();
    assert_eq!((listed, more), (vec!["event-4".to_owned(), "event-2".to_owned()], true), "newest first");
    let token = last.map(|last| request(&first).token(last));
    merge(&mut first, "NextToken", json!(token));
    let rest = found(first, false).map(|(names, more, _)| (names, more));
    assert_eq!(rest, Ok((vec!["event-0".to_owned()], false)), "the next page goes on where the last ended");

    let all = json!({ "StartTime": 0 });
    assert_eq!(names(found(all.clone(), false)).map(|names| names.len()), Ok(5), "no data events");
    assert_eq!(names(found(all, true)).map(|names| names.len()), Ok(6), "with data events");
    let data = by("EventId", "event-5");
    assert_eq!(names(found(data.clone(), false)), Ok(Vec::new()), "no data event by its id either");
    assert_eq!(names(found(data, true)), Ok(vec!["event-5".to_owned()]));
    assert_eq!(names(found(by("ResourceName", "ASIA4"), false)), Ok(vec!["event-4".to_owned()]));
    assert_eq!(names(found(by("ResourceName", "asia4"), false)), Ok(Vec::new()), "values have a case");
    assert_eq!(names(found(by("ReadOnly", "false"), false)), Ok(Vec::new()));
    for body in [by("Username", "subject-0"), by("EventId", "event-3"), json!({ "StartTime": 0 })] {
        for data_events in [false, true] {
            let page = engine.lookup("210987654321", &request(&body), data_events);
            assert_eq!(page.map(|page| page.events.len()), Ok(0), "another account's events");
        }
    }
    let second = json!({ "StartTime": 3, "EndTime": 3 });
    assert_eq!(names(found(second, false)), Ok(vec!["event-3".to_owned()]), "of the same second");
    let mut second = by("EventName", "AssumeRoleWithWebIdentity");
    merge(&mut second, "StartTime", json!(2.5));
    merge(&mut second, "EndTime", json!(4.5));
    let expected = vec!["event-4".to_owned(), "event-3".to_owned()];
    assert_eq!(names(found(second, false)), Ok(expected), "between two times");
    let insight = json!({ "StartTime": 0, "EventCategory": "insight" });
    assert_eq!(names(found(insight, true)), Ok(Vec::new()), "there are no insights");
}

async fn a_commit_over_the_limit_leaves_nothing(engine: &impl Engine) {
    let large = Change::Put {
        collection: Collection::Setting,
        key: "large".to_owned(),
        document: "x".repeat(crate::DOCUMENT_BYTES_MAX + 1),
    };
    let small =
        Change::Put { collection: Collection::Setting, key: "small".to_owned(), document: String::new() };
    let refused = engine.commit(Commit { changes: vec![small, large], ..Commit::default() }).await;
    assert!(refused.is_err(), "a document over the limit is refused");
    assert_eq!(engine.all(Collection::Setting), Ok(Vec::new()));
}

async fn what_was_committed_is_found_at_once(engine: &impl Engine) {
    for number in 100..130 {
        keep(
            engine,
            Commit { entries: vec![entry(number, Category::Management, false)], ..Commit::default() },
        )
        .await;
        let found = engine.by_issued_access_key(&format!("ASIA{number}"));
        assert_eq!(
            found.map(|event| event.is_some()),
            Ok(true),
            "a reader sees what was committed before it asked"
        );
    }
}

fn ids(events: &[StoredEvent]) -> Vec<String> {
    let record = |event: &StoredEvent| serde_json::from_str::<Value>(&event.record).unwrap_or_default();
    let id = |record: Value| record.get("eventID").and_then(Value::as_str).map(str::to_owned);
    events.iter().map(|event| id(record(event)).unwrap_or_default()).collect()
}

fn merge(body: &mut Value, name: &str, value: Value) {
    if let Some(object) = body.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

#[expect(clippy::panic, reason = "a suite for tests stops at the first surprise")]
fn request(body: &Value) -> LookupRequest {
    LookupRequest::read(body, at(0))
        .unwrap_or_else(|error| panic!("the suite's own request is refused: {error}"))
}
