//! Tags of providers, policies and roles. Keys are unique without regard to case, and keep the case they were given.
//!
//! Source: IAM user guide, "Tags for AWS Identity and Access Management resources".

use serde_json::{Value, json};

use crate::account::Tags;
use crate::error::AwsError;
use crate::iam::pages::{Page, PageRequest};
use crate::iam::quotas;
use crate::parameters::{Check, Parameters, Text};
use crate::shape::Shape;

/// The most characters of a key.
pub const KEY_CHARACTERS_MAX: usize = 128;
/// The most characters of a value.
pub const VALUE_CHARACTERS_MAX: usize = 256;

const KEY: Text =
    Text::of(1, KEY_CHARACTERS_MAX).matching("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", is_tag_character);
const VALUE: Text =
    Text::of(0, VALUE_CHARACTERS_MAX).matching("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", is_tag_character);

/// Keys with this beginning are AWS's own.
const RESERVED_PREFIX: &str = "aws:";

/// The tags as they were sent, unchecked; a missing half is empty.
#[must_use]
pub fn sent(parameters: &Parameters) -> Vec<(&str, &str)> {
    parameters
        .structures("Tags", ["Key", "Value"])
        .into_iter()
        .map(|[key, value]| (key.unwrap_or_default(), value.unwrap_or_default()))
        .collect()
}

/// CloudTrail's `tags`; `None` where none were sent.
#[must_use]
pub fn event(sent: &[(&str, &str)]) -> Option<Value> {
    (!sent.is_empty())
        .then(|| sent.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect::<Value>())
}

/// Reads and checks `Tags`, together with what else a request has to be checked for, and ends the checks.
///
/// # Errors
/// `ValidationError` with every broken constraint; `InvalidInput` for two keys that differ in case only, or for a
/// key of AWS's own.
pub fn read(parameters: &Parameters, mut check: Check<'_>) -> Result<Vec<(String, String)>, AwsError> {
    let structures = parameters.structures("Tags", ["Key", "Value"]);
    for (index, [key, value]) in (1..).zip(&structures) {
        if let Some(key) = key {
            check.value(&format!("tags.{index}.member.key"), key, KEY);
        }
        if let Some(value) = value {
            check.value(&format!("tags.{index}.member.value"), value, VALUE);
        }
    }
    check.finish()?;
    at_most("tags", structures.len())?;
    let mut tags: Vec<(String, String)> = Vec::with_capacity(structures.len());
    for (index, [key, value]) in (1..).zip(structures) {
        let key = key.ok_or_else(|| missing(&format!("tags.{index}.member.key")))?;
        let value = value.ok_or_else(|| missing(&format!("tags.{index}.member.value")))?;
        if tags.iter().any(|(known, _)| is_same(known, key)) {
            return Err(AwsError::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        if key.get(..RESERVED_PREFIX.len()).is_some_and(|start| is_same(start, RESERVED_PREFIX)) {
            return Err(AwsError::invalid_input(
                "aws: prefixed tag key names are not allowed for external use.",
            ));
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

/// As [`read`], where the list must be there.
///
/// # Errors
/// As [`read`], and `ValidationError` where no list was sent.
pub fn required(parameters: &Parameters, check: Check<'_>) -> Result<Vec<(String, String)>, AwsError> {
    let tags = read(parameters, check)?;
    if tags.is_empty() && parameters.list("Tags").is_none() {
        return Err(missing("tags"));
    }
    Ok(tags)
}

/// Reads and checks `TagKeys`, together with what else a request has to be checked for, and ends the checks.
///
/// # Errors
/// `ValidationError` with every broken constraint, or where no list was sent.
pub fn required_keys<'a>(parameters: &'a Parameters, mut check: Check<'_>) -> Result<Vec<&'a str>, AwsError> {
    let keys = parameters.list("TagKeys");
    for key in keys.iter().flatten() {
        check.value("tagKeys", key, KEY);
    }
    check.finish()?;
    let keys = keys.ok_or_else(|| missing("tagKeys"))?;
    at_most("tagKeys", keys.len())?;
    Ok(keys)
}

/// Adds tags; a key that is there already, in any case, is replaced with its value.
///
/// # Errors
/// `LimitExceeded` over the quota; `quota` is its name, e.g. `TagsPerRole`.
pub fn add(tags: &mut Tags, added: Vec<(String, String)>, quota: &str) -> Result<(), AwsError> {
    for (key, value) in added {
        tags.retain(|known, _| !is_same(known, &key));
        tags.insert(key, value);
    }
    if tags.len() > quotas::TAGS_PER_RESOURCE {
        return Err(quotas::exceeded(quota, quotas::TAGS_PER_RESOURCE));
    }
    Ok(())
}

/// Takes tags away, whatever the case of their keys; one that is not there is no error.
pub fn remove(tags: &mut Tags, keys: &[&str]) {
    tags.retain(|known, _| !keys.iter().any(|key| is_same(known, key)));
}

/// The tags as a list in answers.
#[must_use]
pub fn shape(tags: &Tags) -> Shape {
    Shape::List(tags.iter().map(|(key, value)| tag_shape(key, value)).collect())
}

/// One page of the tags. A tag's key may be longer than a marker, so its place in the list stands for it.
#[must_use]
pub fn page(tags: &Tags, request: &PageRequest) -> Page<Shape> {
    request.cut((1..).zip(tags).map(|(place, (key, value))| (format!("{place:04}"), tag_shape(key, value))))
}

fn tag_shape(key: &str, value: &str) -> Shape {
    Shape::structure([("Key", Shape::text(key)), ("Value", Shape::text(value))])
}

fn is_same(left: &str, right: &str) -> bool {
    left == right || left.to_lowercase() == right.to_lowercase()
}

fn missing(member: &str) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

fn at_most(member: &str, count: usize) -> Result<(), AwsError> {
    if count <= quotas::TAGS_PER_RESOURCE {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
         Member must have length less than or equal to {}",
        quotas::TAGS_PER_RESOURCE
    )))
}

/// A letter, a separator, a number or one of `_.:/=+-@`. Of the separators, line breaks of any kind are no part.
fn is_tag_character(character: char) -> bool {
    character.is_alphanumeric()
        || (character.is_whitespace() && !character.is_control())
        || matches!(character, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}
