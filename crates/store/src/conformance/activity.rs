//! What happened at GitHub's side: read backwards, by run, and never as a call of AWS's.

use daypass_trail::record::ACTIVITY_CATEGORY;
use serde_json::{Value, json};

use super::{ACCOUNT, Engine, at, entry, ids, keep, request};
use crate::model::{Category, Commit, Entry};

/// Runs of the activities below, in their order; the third is of none.
const RUNS: [Option<u64>; 6] = [Some(7), Some(77), None, Some(7), Some(7), Some(8)];
/// Which of them is a refusal.
const REFUSED: usize = 4;

/// An activity as the trail's writer has it.
fn activity(number: usize, run: Option<u64>) -> Entry {
    let record = json!({
        "userIdentity": { "type": "GitHubUser", "userName": "subject-0" },
        "eventTime": at(number).to_string(),
        "eventSource": "github.com",
        "eventName": "DeploymentApproved",
        "eventCategory": ACTIVITY_CATEGORY,
        "eventID": format!("activity-{number}"),
        "requestID": format!("activity-request-{number}"),
        "readOnly": false,
        "requestParameters": { "runId": run.map(|run| run.to_string()) },
    });
    Entry {
        event_id: format!("activity-{number}"),
        request_id: format!("activity-request-{number}"),
        time: at(number),
        category: Category::Activity,
        error: number == REFUSED,
        record: record.to_string(),
        annotation: None,
    }
}

fn names(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|number| format!("activity-{number}")).collect()
}

pub(super) async fn what_happened_is_read_backwards(engine: &impl Engine) {
    for (number, run) in RUNS.into_iter().enumerate() {
        keep(engine, Commit { entries: vec![activity(number, run)], ..Commit::default() }).await;
        // A call of AWS's between them is not among what is asked for.
        keep(
            engine,
            Commit { entries: vec![entry(200 + number, Category::Management, false)], ..Commit::default() },
        )
        .await;
    }
    let read = |run, before, limit| engine.activity(run, before, limit).map(|events| ids(&events));
    assert_eq!(read(None, None, 10), Ok(names(&[5, 4, 3, 2, 1, 0])), "of all runs and of none");
    assert_eq!(
        read(Some(7), None, 10),
        Ok(names(&[4, 3, 0])),
        "of one run, and not of those that begin like it"
    );
    assert_eq!(read(Some(9), None, 10), Ok(Vec::new()), "of no run");
    assert_eq!(read(Some(7), None, 0), Ok(Vec::new()), "none at all");
    let page = engine.activity(Some(7), None, 2).unwrap_or_default();
    assert_eq!(ids(&page), names(&[4, 3]), "a page");
    let last = page.last().map(|event| event.sequence);
    assert_eq!(read(Some(7), last, 2), Ok(names(&[0])), "the next page goes on where the last ended");

    let recent = engine.recent(None, 3).unwrap_or_default();
    assert_eq!(ids(&recent), ["event-205", "activity-5", "event-204"], "everything, newest first");
    let before = recent.last().map(|event| event.sequence);
    let more = engine.recent(before, 2).map(|events| ids(&events));
    assert_eq!(more, Ok(vec!["activity-4".to_owned(), "event-203".to_owned()]));
    assert_eq!(
        engine.recent(Some(1), 5).map(|events| events.len()),
        Ok(0),
        "there is nothing before the first"
    );
}

pub(super) async fn it_is_no_call_of_aws(engine: &impl Engine) {
    let last = |denied| engine.last(denied).map(|event| event.map(|event| ids(&[event])));
    keep(engine, Commit { entries: vec![activity(RUNS.len(), Some(7))], ..Commit::default() }).await;
    assert_eq!(last(false), Ok(Some(vec!["event-205".to_owned()])), "the last call");
    assert_eq!(last(true), Ok(Some(vec!["event-2".to_owned()])), "the last refused call");
    let found = engine.by_id("activity-request-3").map(|event| event.map(|event| ids(&[event])));
    assert_eq!(found, Ok(Some(names(&[3]))), "it is found by its id all the same");
    let by = |attribute: &str, value: &str| json!({ "LookupAttributes": [{ "AttributeKey": attribute, "AttributeValue": value }], "StartTime": 0 });
    let questions: [Value; 3] =
        [by("EventName", "DeploymentApproved"), by("EventId", "activity-3"), by("EventSource", "github.com")];
    for body in questions {
        for data_events in [false, true] {
            let page = engine.lookup(ACCOUNT, &request(&body), data_events);
            assert_eq!(page.map(|page| page.events.len()), Ok(0), "{body}: an account's events are AWS's");
        }
    }
}
