//! `requestParameters` and `responseElements` as CloudTrail writes them for CloudFront: the request's and the answer's
//! members, their names beginning with a small letter.
//!
//! Source: CloudFront Developer Guide, "Logging Amazon CloudFront API calls using AWS CloudTrail".

use daypass_aws::Event;
use daypass_targets::cloudfront::answer::Answer;
use daypass_targets::cloudfront::{Element, Operation, Sent};
use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::answer::location;

/// Items of a list that are written: CloudTrail cuts requests too, and a record has 256 KB.
const ITEMS_MAX: usize = 100;
/// Characters of a text that are written.
const TEXT_CHARACTERS_MAX: usize = 512;
/// Values of a request or an answer that are written.
const VALUES_MAX: usize = 1_000;

/// What was asked.
pub(super) fn asked(sent: &Sent<'_>, operation: Option<&Operation>) -> Event {
    let mut parameters = Map::new();
    for name in ["Id", "DistributionId"] {
        parameters.extend(sent.routed.parameter(name).map(|value| (small(name), json!(cut(value)))));
    }
    for name in ["Marker", "MaxItems", "Resource"] {
        parameters.extend(sent.query(name).map(|value| (small(name), json!(cut(value)))));
    }
    parameters.extend(sent.if_match.map(|tag| ("ifMatch".to_owned(), json!(cut(tag)))));
    let mut room = VALUES_MAX;
    match operation {
        Some(Operation::CreateDistribution { config, tags: None }) => {
            parameters.insert("distributionConfig".to_owned(), value(config, &mut room));
        }
        Some(Operation::CreateDistribution { config, tags: Some(tags) }) => {
            let with = json!({ "distributionConfig": value(config, &mut room), "tags": items(tags) });
            parameters.insert("distributionConfigWithTags".to_owned(), with);
        }
        Some(Operation::UpdateDistribution { config, .. }) => {
            parameters.insert("distributionConfig".to_owned(), value(config, &mut room));
        }
        Some(Operation::CreateInvalidation { batch, .. }) => {
            parameters.insert("invalidationBatch".to_owned(), value(batch, &mut room));
        }
        Some(Operation::TagResource { tags, .. }) => {
            parameters.insert("tags".to_owned(), items(tags));
        }
        Some(Operation::UntagResource { keys, .. }) => {
            let keys: Vec<String> = keys.iter().take(ITEMS_MAX).map(|key| cut(key)).collect();
            parameters.insert("tagKeys".to_owned(), json!({ "items": keys }));
        }
        _ => {}
    }
    let request_parameters = (!parameters.is_empty()).then_some(Value::Object(parameters));
    Event { request_parameters, ..Event::default() }
}

fn items(tags: &std::collections::BTreeMap<String, String>) -> Value {
    let tags = tags.iter().map(|(key, value)| json!({ "key": key, "value": value }));
    json!({ "items": tags.collect::<Vec<_>>() })
}

/// What was answered; `None` where there was nothing.
pub(super) fn answered(answer: &Answer, call: &Call) -> Option<Value> {
    let body = answer.body.as_ref()?;
    let mut room = VALUES_MAX;
    let mut elements = Map::new();
    elements.insert(small(&body.name), value(body, &mut room));
    elements.extend(location(answer, call).map(|location| ("location".to_owned(), json!(location))));
    elements.extend(answer.etag.as_ref().map(|tag| ("eTag".to_owned(), json!(tag))));
    Some(Value::Object(elements))
}

fn value(element: &Element, room: &mut usize) -> Value {
    *room = room.saturating_sub(1);
    if *room == 0 {
        return Value::Null;
    }
    if element.name == "Items" {
        let items = element.children.iter().take(ITEMS_MAX);
        return Value::Array(items.map(|item| value(item, room)).collect());
    }
    if element.children.is_empty() {
        return match (element.text.as_str(), element.name.as_str()) {
            ("true", _) => json!(true),
            ("false", _) => json!(false),
            (text, "Quantity" | "HTTPPort" | "HTTPSPort") => {
                text.parse::<i64>().map_or(Value::Null, Value::from)
            }
            (text, _) => json!(cut(text)),
        };
    }
    let members = element.children.iter().map(|child| (small(&child.name), value(child, room)));
    Value::Object(members.collect())
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARACTERS_MAX).collect()
}

/// `DistributionConfig` as `distributionConfig`, `ARN` as `aRN`, which is how CloudTrail writes it.
fn small(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
