//! LookupEvents: what is asked.
//!
//! Source: CloudTrail API reference, "LookupEvents".

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::attributes::Attribute;
use crate::token;

/// Days that events can be looked up for.
pub const WINDOW_DAYS: i64 = 90;
/// The most events of a page, and how many there are where nothing is said.
pub const PAGE_MAX: usize = 50;
/// Characters of an attribute's value.
pub const VALUE_CHARACTERS_MAX: usize = 2_000;

/// A request that is not one. Displays AWS's sentence; [`LookupError::code`] is the exception's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Anything but one known attribute with a value.
    #[error("{0}")]
    Attributes(String),
    /// A category that does not exist; `insight` is the only one with a name.
    #[error("Invalid event category: {0}. The only category that can be named is insight.")]
    Category(String),
    /// Not 1 to 50.
    #[error("A max results value of {0} is invalid. Specify max results between 1 and 50.")]
    MaxResults(String),
    /// A member of another type than the API has.
    #[error("{0}")]
    Serialization(&'static str),
    /// A token that this service did not give for this question.
    #[error("Invalid token. The nextToken is not one that was given for this query")]
    NextToken,
    /// The end lies before the start.
    #[error("The specified time range is not valid: StartTime {0} is after EndTime {1}")]
    TimeRange(String, String),
    /// A time outside of the calendar.
    #[error("The specified time range is not valid: {0} is outside the range of possible values")]
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
            Self::Serialization(_) => "SerializationException",
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
    /// Asks for insights, of which there are none: the answer is an empty page.
    pub insight: bool,
    /// The attribute, times and category as they were asked for. A page's token is only good for the same again.
    question: String,
}

impl LookupRequest {
    /// Reads the JSON body of a call.
    ///
    /// # Errors
    /// [`LookupError`] with AWS's exception.
    pub fn read(body: &Value, now: Timestamp) -> Result<Self, LookupError> {
        let Value::Object(body) = body else {
            return Err(LookupError::Serialization("The request body is not a JSON object"));
        };
        let insight = insight(body)?;
        let attribute = attribute(body)?;
        let limit = limit(body)?;
        let (start, end) = times(body, now)?;
        let question = question(body);
        let mut request = Self { attribute, start, end, limit, before: None, insight, question };
        match body.get("NextToken") {
            None | Some(Value::Null) => {}
            Some(Value::String(token)) => request.before = Some(token::read(&request.question, token)?),
            Some(_) => return Err(LookupError::Serialization("NextToken is not a string")),
        }
        Ok(request)
    }

    /// The token of the page after the event with this sequence. It is good for the same attribute, times and category
    /// only.
    #[must_use]
    pub fn token(&self, sequence: i64) -> String {
        token::write(&self.question, sequence)
    }
}

/// What a token is bound to. The number of results may change from page to page.
fn question(body: &Map<String, Value>) -> String {
    let mut question = String::new();
    for name in ["LookupAttributes", "StartTime", "EndTime", "EventCategory"] {
        let value = body.get(name).unwrap_or(&Value::Null);
        question.push_str(&value.to_string());
        question.push('\n');
    }
    question
}

fn insight(body: &Map<String, Value>) -> Result<bool, LookupError> {
    match body.get("EventCategory") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(category)) if category == "insight" => Ok(true),
        Some(Value::String(category)) => Err(LookupError::Category(category.clone())),
        Some(_) => Err(LookupError::Serialization("EventCategory is not a string")),
    }
}

fn attribute(body: &Map<String, Value>) -> Result<Option<(Attribute, String)>, LookupError> {
    let list = match body.get("LookupAttributes") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(LookupError::Serialization("LookupAttributes is not a list")),
    };
    let one = match list.as_slice() {
        [] => return Ok(None),
        [Value::Object(one)] => one,
        [_] => return Err(LookupError::Serialization("A lookup attribute is not an object")),
        _ => return Err(LookupError::Attributes("You can specify only one lookup attribute.".to_owned())),
    };
    let text = |name: &str| match one.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(LookupError::Serialization("A member of a lookup attribute is not a string")),
    };
    let (key, value) = (text("AttributeKey")?, text("AttributeValue")?);
    let key = Attribute::parse(key)
        .ok_or_else(|| LookupError::Attributes(format!("`{key}` is not a lookup attribute")))?;
    if value.is_empty() || value.chars().count() > VALUE_CHARACTERS_MAX {
        return Err(LookupError::Attributes("AttributeValue has 1 to 2000 characters".to_owned()));
    }
    Ok(Some((key, value.to_owned())))
}

fn limit(body: &Map<String, Value>) -> Result<usize, LookupError> {
    match body.get("MaxResults") {
        None | Some(Value::Null) => Ok(PAGE_MAX),
        Some(Value::Number(number)) => number
            .as_u64()
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=PAGE_MAX).contains(limit))
            .ok_or_else(|| LookupError::MaxResults(number.to_string())),
        Some(_) => Err(LookupError::Serialization("MaxResults is not a number")),
    }
}

/// The range of times, cut to the days that can be looked up.
fn times(body: &Map<String, Value>, now: Timestamp) -> Result<(Timestamp, Timestamp), LookupError> {
    let window = now.checked_sub(SignedDuration::from_hours(24 * WINDOW_DAYS)).unwrap_or(Timestamp::MIN);
    let start = time(body, "StartTime")?.unwrap_or(window);
    let end = time(body, "EndTime")?.unwrap_or(Timestamp::MAX);
    if start > end {
        return Err(LookupError::TimeRange(start.to_string(), end.to_string()));
    }
    Ok((start.max(window), end))
}

/// Times come as Unix seconds, with or without a fraction.
fn time(body: &Map<String, Value>, name: &'static str) -> Result<Option<Timestamp>, LookupError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => {
            let seconds = number.as_f64().ok_or(LookupError::Time(name))?;
            let duration = SignedDuration::try_from_secs_f64(seconds).map_err(|_| LookupError::Time(name))?;
            Timestamp::from_duration(duration).map(Some).map_err(|_| LookupError::Time(name))
        }
        Some(_) => Err(LookupError::Serialization("A time is not a number of Unix seconds")),
    }
}
