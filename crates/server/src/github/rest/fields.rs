//! Bodies of calls: a JSON object, read member by member, with what GitHub says of those that are not as they should be.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::problem::{Problem, echo};

/// What axum hands over of a body.
pub(super) type Sent = Result<Bytes, BytesRejection>;

/// A member of a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given<T> {
    /// It is not there: what it speaks of stays.
    Absent,
    /// It is `null`: what it speaks of is cleared.
    Null,
    /// It is there.
    Value(T),
}

impl<T> Given<T> {
    /// The value; nothing for null too.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

/// A body's object, or one within it.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    members: Map<String, Value>,
    /// Where it stands, e.g. `properties/reviewers/0/`.
    at: String,
}

impl Fields {
    /// The body. An empty one, and `null`, are an object without members.
    pub(super) fn read(body: Sent) -> Result<Self, Problem> {
        let body = body.map_err(|rejection| {
            let message = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "The body is too large".to_owned(),
                _ => "Problems parsing JSON".to_owned(),
            };
            Problem::new(rejection.status(), message)
        })?;
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(members)) => Ok(Self { members, at: "properties/".to_owned() }),
            Ok(Value::Null) => Ok(Self::default()),
            Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "Body should be a JSON object")),
            Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "Problems parsing JSON")),
        }
    }

    /// The names of the members.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// A member as it is.
    pub(super) fn raw(&self, name: &str) -> Given<&Value> {
        match self.members.get(name) {
            None => Given::Absent,
            Some(Value::Null) => Given::Null,
            Some(value) => Given::Value(value),
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Given<T>, Problem> {
        match self.raw(name) {
            Given::Absent => Ok(Given::Absent),
            Given::Null => Ok(Given::Null),
            Given::Value(value) => match read(value) {
                Some(value) => Ok(Given::Value(value)),
                None => Err(self.wrong(name, &format!("{} is not {what}.", shown(value)))),
            },
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Given<String>, Problem> {
        self.typed(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be there.
    pub(super) fn required_text(&self, name: &str) -> Result<String, Problem> {
        match self.text(name)? {
            Given::Value(text) => Ok(text),
            Given::Null => Err(self.wrong(name, "nil is not a string.")),
            Given::Absent => Err(Self::not_supplied(&[name])),
        }
    }

    /// Yes or no.
    pub(super) fn boolean(&self, name: &str) -> Result<Given<bool>, Problem> {
        self.typed(name, "a boolean", Value::as_bool)
    }

    /// Yes or no, which must be said.
    pub(super) fn required_boolean(&self, name: &str) -> Result<bool, Problem> {
        match self.boolean(name)? {
            Given::Value(value) => Ok(value),
            Given::Null => Err(self.wrong(name, "nil is not a boolean.")),
            Given::Absent => Err(Self::not_supplied(&[name])),
        }
    }

    /// A number.
    pub(super) fn integer(&self, name: &str) -> Result<Given<i64>, Problem> {
        self.typed(name, "an integer", Value::as_i64)
    }

    /// A number that something has.
    pub(super) fn required_id(&self, name: &str) -> Result<u64, Problem> {
        match self.integer(name)? {
            Given::Value(number) => {
                u64::try_from(number).map_err(|_| self.wrong(name, &format!("{number} is not an id.")))
            }
            Given::Null => Err(self.wrong(name, "nil is not an integer.")),
            Given::Absent => Err(Self::not_supplied(&[name])),
        }
    }

    /// An object.
    pub(super) fn object(&self, name: &str) -> Result<Given<Self>, Problem> {
        let at = format!("{}{name}/", self.at);
        self.typed(name, "an object", |value| {
            value.as_object().map(|members| Self { members: members.clone(), at })
        })
    }

    /// A list of no more than so many.
    pub(super) fn list(&self, name: &str, most: usize) -> Result<Given<Vec<Value>>, Problem> {
        let list = self.typed(name, "an array", |value| value.as_array().cloned())?;
        match &list {
            Given::Value(items) if items.len() > most => Err(self.wrong(
                name,
                &format!("No more than {most} items are allowed; {} were supplied.", items.len()),
            )),
            _ => Ok(list),
        }
    }

    /// A list of objects.
    pub(super) fn objects(&self, name: &str, most: usize) -> Result<Given<Vec<Self>>, Problem> {
        let items = match self.list(name, most)? {
            Given::Absent => return Ok(Given::Absent),
            Given::Null => return Ok(Given::Null),
            Given::Value(items) => items,
        };
        let read = items.into_iter().enumerate().map(|(index, item)| match item {
            Value::Object(members) => Ok(Self { members, at: format!("{}{name}/{index}/", self.at) }),
            other => {
                Err(self.wrong(&format!("{name}/{index}"), &format!("{} is not an object.", shown(&other))))
            }
        });
        Ok(Given::Value(read.collect::<Result<_, _>>()?))
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str, most: usize) -> Result<Given<Vec<String>>, Problem> {
        let items = match self.list(name, most)? {
            Given::Absent => return Ok(Given::Absent),
            Given::Null => return Ok(Given::Null),
            Given::Value(items) => items,
        };
        let read = items.into_iter().enumerate().map(|(index, item)| match item {
            Value::String(text) => Ok(text),
            other => {
                Err(self.wrong(&format!("{name}/{index}"), &format!("{} is not a string.", shown(&other))))
            }
        });
        Ok(Given::Value(read.collect::<Result<_, _>>()?))
    }

    /// What is wrong with a member.
    pub(super) fn wrong(&self, name: &str, what: &str) -> Problem {
        Problem::malformed(format!("For '{}{name}', {what}", self.at))
    }

    /// Members that must be there and are not.
    pub(super) fn not_supplied(names: &[&str]) -> Problem {
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let verb = if names.len() == 1 { "wasn't" } else { "weren't" };
        Problem::malformed(format!("{} {verb} supplied.", quoted.join(", ")))
    }
}

fn shown(value: &Value) -> String {
    if value.is_null() { "nil".to_owned() } else { echo(&value.to_string()) }
}
