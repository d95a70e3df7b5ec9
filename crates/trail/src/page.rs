//! LookupEvents: how events are answered.
//!
//! Source: CloudTrail API reference, "LookupEvents" and "Event".

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::attributes::{resources, username};

/// An event as LookupEvents answers it.
#[must_use]
pub fn event_json(record_text: &str, record: &Value) -> Value {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = text("eventTime").parse::<Timestamp>().map_or(0, Timestamp::as_second);
    let listed: Vec<Value> = resources(record)
        .into_iter()
        .map(|(kind, name)| json!({ "ResourceType": kind, "ResourceName": name }))
        .collect();
    let mut event = json!({
        "EventId": text("eventID"),
        "EventName": text("eventName"),
        "ReadOnly": record.get("readOnly").map(Value::to_string).unwrap_or_default(),
        "EventTime": time,
        "EventSource": text("eventSource"),
        "Resources": listed,
        "CloudTrailEvent": record_text,
    });
    if let Some(object) = event.as_object_mut() {
        if let Some(username) = username(record) {
            object.insert("Username".to_owned(), json!(username));
        }
        if let Some(key) = record.pointer("/userIdentity/accessKeyId") {
            object.insert("AccessKeyId".to_owned(), key.clone());
        }
    }
    event
}

/// A page as LookupEvents answers it.
#[must_use]
pub fn page_json(events: Vec<Value>, next_token: Option<String>) -> Value {
    let mut page = json!({ "Events": events });
    if let (Some(token), Some(object)) = (next_token, page.as_object_mut()) {
        object.insert("NextToken".to_owned(), json!(token));
    }
    page
}
