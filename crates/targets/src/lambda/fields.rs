//! Members of a request's JSON, read with the model's constraints.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::LambdaError;
use super::limits::TAGS;
use crate::member::with_small_letter;
use crate::tag;

/// The members of a request's body.
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self(members)
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, LambdaError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(LambdaError::unreadable(format!("`{name}` must be a string"))),
        }
    }

    /// A text of at most so many characters.
    pub(super) fn text_up_to(&self, name: &str, characters: usize) -> Result<Option<&'a str>, LambdaError> {
        let text = self.text(name)?;
        if let Some(text) = text.filter(|text| text.chars().count() > characters) {
            let constraint = format!("Member must have length less than or equal to {characters}");
            return Err(LambdaError::constraint(text, &with_small_letter(name), &constraint));
        }
        Ok(text)
    }

    pub(super) fn needed(&self, name: &str) -> Result<&'a str, LambdaError> {
        let missing = || LambdaError::constraint("null", &with_small_letter(name), "Member must not be null");
        self.text(name)?.ok_or_else(missing)
    }

    /// One of some words.
    pub(super) fn word(
        &self,
        name: &str,
        words: &[&'static str],
    ) -> Result<Option<&'static str>, LambdaError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = words.iter().find(|word| **word == text);
        found.map(|word| Some(*word)).ok_or_else(|| {
            let constraint = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            LambdaError::constraint(text, &with_small_letter(name), &constraint)
        })
    }

    pub(super) fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, LambdaError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let Some(number) = value.as_i64() else {
            return Err(LambdaError::unreadable(format!("`{name}` must be a whole number")));
        };
        match u64::try_from(number) {
            Ok(number) if number > most => {
                let constraint = format!("Member must have value less than or equal to {most}");
                Err(LambdaError::constraint(&number.to_string(), &with_small_letter(name), &constraint))
            }
            Ok(number) if number >= least => Ok(Some(number)),
            _ => {
                let constraint = format!("Member must have value greater than or equal to {least}");
                Err(LambdaError::constraint(&number.to_string(), &with_small_letter(name), &constraint))
            }
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, LambdaError> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(LambdaError::unreadable(format!("`{name}` must be true or false"))),
        }
    }

    pub(super) fn structure(&self, name: &str) -> Result<Option<Self>, LambdaError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Fields(members))),
            Some(_) => Err(LambdaError::unreadable(format!("`{name}` must be a structure"))),
        }
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<&'a str>>, LambdaError> {
        let refused = || LambdaError::unreadable(format!("`{name}` must be a list of strings"));
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let texts = items.iter().map(|item| item.as_str().ok_or_else(refused));
                texts.collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(refused()),
        }
    }

    /// A map from texts to texts.
    pub(super) fn map(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, LambdaError> {
        let refused = || LambdaError::unreadable(format!("`{name}` must be a map of strings"));
        let Some(members) = self.structure(name)? else { return Ok(None) };
        let pairs = members.0.iter().map(|(key, value)| {
            value.as_str().map(|value| (key.clone(), value.to_owned())).ok_or_else(refused)
        });
        pairs.collect::<Result<_, _>>().map(Some)
    }

    /// A map from texts to numbers.
    pub(super) fn weights(&self, name: &str) -> Result<Option<BTreeMap<String, f64>>, LambdaError> {
        let refused = || LambdaError::unreadable(format!("`{name}` must be a map of numbers"));
        let Some(members) = self.structure(name)? else { return Ok(None) };
        let pairs = members
            .0
            .iter()
            .map(|(key, value)| value.as_f64().map(|value| (key.clone(), value)).ok_or_else(refused));
        pairs.collect::<Result<_, _>>().map(Some)
    }

    /// The tags of a request, which has `Tags` and is held to Lambda's limits for them.
    ///
    /// Source: Lambda developer guide, "Using tags on Lambda functions".
    pub(super) fn tags(&self) -> Result<Option<BTreeMap<String, String>>, LambdaError> {
        let Some(tags) = self.map("Tags")? else { return Ok(None) };
        if tags.len() > TAGS {
            return Err(LambdaError::invalid(format!(
                "Number of tags exceeds resource tag limit of {TAGS}."
            )));
        }
        for (key, value) in &tags {
            let is_key =
                (1..=128).contains(&key.chars().count()) && !key.to_ascii_lowercase().starts_with("aws:");
            let is_value = value.chars().count() <= 256;
            if !is_key || !is_value || !tag::is_plain(key) || !tag::is_plain(value) {
                return Err(LambdaError::invalid(format!("`{key}` is no tag that may be set")));
            }
        }
        Ok(Some(tags))
    }

    /// Refuses members that AWS knows and daypass does not keep, where they say anything.
    pub(super) fn has_none_of(&self, names: &[&str]) -> Result<(), LambdaError> {
        for name in names {
            let says_something = match self.value(name) {
                None => false,
                Some(Value::Array(items)) => !items.is_empty(),
                Some(Value::Object(members)) => members.values().any(|value| match value {
                    Value::Array(items) => !items.is_empty(),
                    Value::Bool(flag) => *flag,
                    other => !other.is_null(),
                }),
                Some(Value::String(text)) => !text.is_empty(),
                Some(_) => true,
            };
            if says_something {
                return Err(LambdaError::not_offered(format!("`{name}` of a function")));
            }
        }
        Ok(())
    }
}
