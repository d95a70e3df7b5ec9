//! Tags of distributions.
//!
//! Source: API reference, "TagResource"; Developer Guide, "Tag a distribution", restrictions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::answer::{self, Answer};
use super::error::CloudFrontError;
use super::model::{Distribution, Snapshot};
use super::tree::Element;
use super::{Circumstances, Outcome};

/// Tags of a distribution.
const TAGS_MAX: usize = 50;
/// Characters of a tag's key.
const KEY_CHARACTERS_MAX: usize = 128;
/// Characters of a tag's value.
const VALUE_CHARACTERS_MAX: usize = 256;

/// Reads a `Tags` element.
pub(super) fn read(element: &Element) -> Result<BTreeMap<String, String>, CloudFrontError> {
    let items = element.child("Items").map(|items| &items.children).into_iter().flatten();
    let mut tags = BTreeMap::new();
    for tag in items {
        let key = tag.text_of("Key").unwrap_or_default();
        let value = tag.text_of("Value").unwrap_or_default();
        let is_reserved = key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"));
        if !(1..=KEY_CHARACTERS_MAX).contains(&key.chars().count())
            || !key.chars().all(is_allowed)
            || is_reserved
        {
            return Err(CloudFrontError::invalid_tagging("The key of a tag is not valid."));
        }
        if value.chars().count() > VALUE_CHARACTERS_MAX || !value.chars().all(is_allowed) {
            return Err(CloudFrontError::invalid_tagging("The value of a tag is not valid."));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(CloudFrontError::invalid_tagging("The key of a tag is there more than once."));
        }
    }
    count(&tags)?;
    Ok(tags)
}

fn count(tags: &BTreeMap<String, String>) -> Result<(), CloudFrontError> {
    if tags.len() > TAGS_MAX {
        let message = format!("A resource has at most {TAGS_MAX} tags.");
        return Err(CloudFrontError::invalid_tagging(message));
    }
    Ok(())
}

/// The model's pattern for keys and values.
fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

/// A distribution by its ARN.
pub(super) fn by_arn<'a>(snapshot: &'a Snapshot, arn: &str, account: &str) -> Option<&'a Arc<Distribution>> {
    let rest = arn.strip_prefix("arn:aws:cloudfront::")?;
    let (owner, id) = rest.split_once(":distribution/")?;
    if owner == account { snapshot.one(owner, id) } else { None }
}

fn found<'a>(
    snapshot: &'a Snapshot,
    arn: &str,
    at: &Circumstances<'_>,
) -> Result<&'a Arc<Distribution>, CloudFrontError> {
    by_arn(snapshot, arn, at.account).ok_or_else(CloudFrontError::no_such_resource)
}

pub(super) fn list(
    snapshot: &Snapshot,
    arn: &str,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    Ok(Outcome::read(Answer::found(answer::tags(&found(snapshot, arn, at)?.tags))))
}

pub(super) fn add(
    snapshot: &Snapshot,
    arn: &str,
    tags: &BTreeMap<String, String>,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let mut next = Distribution::clone(found(snapshot, arn, at)?);
    next.tags.extend(tags.clone());
    count(&next.tags)?;
    Ok(changed(snapshot, next))
}

pub(super) fn remove(
    snapshot: &Snapshot,
    arn: &str,
    keys: &BTreeSet<String>,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let mut next = Distribution::clone(found(snapshot, arn, at)?);
    next.tags.retain(|key, _| !keys.contains(key));
    Ok(changed(snapshot, next))
}

fn changed(snapshot: &Snapshot, next: Distribution) -> Outcome {
    let changes = vec![next.put()];
    Outcome { answer: Answer::nothing(), changes, next: Some(snapshot.with(next)) }
}
