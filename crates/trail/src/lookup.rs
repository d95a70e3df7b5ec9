//! LookupEvents: what is asked, and how events are answered.
//!
//! Source: CloudTrail API reference, "LookupEvents".

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::attributes::{Attribute, resources, username};

/// Days that events can be looked up for.
pub const WINDOW_DAYS: i64 = 90;
/// The most events of a page, and how many there are where nothing is said.
pub const PAGE_MAX: usize = 50;
/// Characters of an attribute's value.
const VALUE_CHARACTERS_MAX: usize = 2_000;

/// A request that is not one. Displays AWS's sentence; [`LookupError::code`] is the exception's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Anything but one known attribute with a value.
    #[error("{0}")]
    Attributes(String),
    /// A category that does not exist.
    #[error("Invalid event category: {0}. The only category that can be looked up by name is insight, and this service has no insights")]
    Category(String),
    /// Not 1 to 50.
    #[error("A max results value of {0} is invalid. Specify max results between 1 and 50.")]
    MaxResults(String),
    /// A token that this service did not give for this question.
    #[error("Invalid token. The nextToken is not one that was given for this query")]
    NextToken,
    /// The end lies before the start.
    #[error("The specified time range is not valid: StartTime {0} is after EndTime {1}")]
    TimeRange(String, String),
    /// A time that is none.
    #[error("`{0}` is not a time")]
    Time(&'static str),
}

impl LookupError {
    /// The exception's name on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Attributes(_) => "InvalidLookupAttributesException",
            Self::Category(_) => "InvalidEventCategoryException",
            Self::MaxResults(_) => "InvalidMaxResultsException",
            Self::NextToken => "InvalidNextTokenException",
            Self::Time(_) | Self::TimeRange(_, _) => "InvalidTimeRangeException",
        }
    }
}

/// A question that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupRequest {
    /// By which attribute, if by any.
    pub attribute: Option<(Attribute, String)>,
    /// Not before this.
    pub start: Timestamp,
    /// Not after this.
    pub end: Timestamp,
    /// Events of a page.
    pub limit: usize,
    /// Only events before this sequence: where the last page ended.
    pub before: Option<i64>,
}

impl LookupRequest {
    /// Reads the JSON body of a call.
    ///
    /// # Errors
    /// [`LookupError`] with AWS's exception.
    pub fn read(body: &Value, now: Timestamp) -> Result<Self, LookupError> {
        if let Some(category) = body.get("EventCategory").filter(|category| !category.is_null()) {
            return Err(LookupError::Category(category.to_string()));
        }
        let window = now.checked_sub(SignedDuration::from_hours(24 * WINDOW_DAYS)).unwrap_or(Timestamp::MIN);
        let start = time(body, "StartTime")?.map_or(window, |start| start.max(window));
        let end = time(body, "EndTime")?.unwrap_or(Timestamp::MAX);
        if start > end {
            return Err(LookupError::TimeRange(start.to_string(), end.to_string()));
        }
        let mut request = Self { attribute: attribute(body)?, start, end, limit: limit(body)?, before: None };
        if let Some(token) = body.get("NextToken").filter(|token| !token.is_null()) {
            request.before = Some(request.read_token(token.as_str().unwrap_or_default())?);
        }
        Ok(request)
    }

    /// The token of the page after the event with this sequence. It is bound to the attribute that was asked for.
    #[must_use]
    pub fn token(&self, sequence: i64) -> String {
        format!("{sequence}-{:016x}", self.fingerprint())
    }

    fn read_token(&self, token: &str) -> Result<i64, LookupError> {
        let (sequence, fingerprint) = token.split_once('-').ok_or(LookupError::NextToken)?;
        if u64::from_str_radix(fingerprint, 16) != Ok(self.fingerprint()) {
            return Err(LookupError::NextToken);
        }
        sequence.parse().ok().filter(|sequence| *sequence > 0).ok_or(LookupError::NextToken)
    }

    /// FNV-1a over the attribute: tells one question from another, and protects nothing.
    fn fingerprint(&self) -> u64 {
        let text = self.attribute.as_ref().map_or_else(String::new, |(attribute, value)| {
            format!("{}={value}", attribute.name())
        });
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

fn attribute(body: &Value) -> Result<Option<(Attribute, String)>, LookupError> {
    let wrong = |text: &str| LookupError::Attributes(text.to_owned());
    let list = match body.get("LookupAttributes") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong("LookupAttributes is a list")),
    };
    let [one] = list.as_slice() else {
        return if list.is_empty() {
            Ok(None)
        } else {
            Err(wrong("You can specify only one lookup attribute."))
        };
    };
    let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = Attribute::parse(text("AttributeKey"))
        .ok_or_else(|| LookupError::Attributes(format!("`{}` is not a lookup attribute", text("AttributeKey"))))?;
    let value = text("AttributeValue");
    if value.is_empty() || value.chars().count() > VALUE_CHARACTERS_MAX {
        return Err(wrong("AttributeValue has 1 to 2000 characters"));
    }
    Ok(Some((key, value.to_owned())))
}

fn limit(body: &Value) -> Result<usize, LookupError> {
    match body.get("MaxResults") {
        None | Some(Value::Null) => Ok(PAGE_MAX),
        Some(value) => value
            .as_u64()
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=PAGE_MAX).contains(limit))
            .ok_or_else(|| LookupError::MaxResults(value.to_string())),
    }
}

/// Times come as Unix seconds, with or without a fraction.
fn time(body: &Value, name: &'static str) -> Result<Option<Timestamp>, LookupError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let seconds = value.as_f64().ok_or(LookupError::Time(name))?;
            let duration = SignedDuration::try_from_secs_f64(seconds).map_err(|_| LookupError::Time(name))?;
            Timestamp::from_duration(duration).map(Some).map_err(|_| LookupError::Time(name))
        }
    }
}

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
