//! Tags of distributions.
//!
//! Source: Amazon CloudFront API reference, TagResource, UntagResource, ListTagsForResource.

use std::collections::BTreeMap;

use super::{All, One, Request, put, shown_as};
use crate::authority::ConditionKey;
use crate::cloudfront::error::CloudFrontError;
use crate::cloudfront::limits::TAGS;
use crate::cloudfront::model::{Distribution, Kept, key};
use crate::cloudfront::routes::Offered;
use crate::cloudfront::tree::{self, Element};
use crate::cloudfront::{Outcome, shown};

/// Whether an operation is about the resource that its query names.
pub(super) fn is_about(offered: Option<Offered>) -> bool {
    matches!(offered, Some(Offered::ListTagsForResource | Offered::TagResource | Offered::UntagResource))
}

/// The id of the distribution that an ARN names, of this account.
pub(super) fn distribution_of<'a>(arn: &'a str, account: &str) -> Option<&'a str> {
    arn.strip_prefix(shown::arn(account, "").as_str()).filter(|id| !id.is_empty())
}

/// The distribution that the query names.
pub(super) fn named<'a>(all: &All<'a>) -> Result<One<'a>, CloudFrontError> {
    let All { request, distributions } = *all;
    let absent = || CloudFrontError::new("NoSuchResource", 404, "The specified resource does not exist.");
    let missing = || CloudFrontError::invalid("The parameter Resource is required.");
    let arn = request.parameter("Resource").ok_or_else(missing)?;
    let id = distribution_of(arn, request.place.account).ok_or_else(absent)?;
    let kept = distributions.one(request.place.account, id).ok_or_else(absent)?;
    Ok(One { request, distributions, id, kept })
}

/// The tags in an element `Tags`.
pub(super) fn read(tags: &Element) -> Result<BTreeMap<String, String>, CloudFrontError> {
    let mut read = BTreeMap::new();
    for tag in tags.items() {
        let key = tag.text_of("Key").ok_or_else(|| CloudFrontError::tagging("A tag has no key."))?;
        let value = tag.text_of("Value").unwrap_or_default();
        let is_key =
            (1..=128).contains(&key.chars().count()) && !key.to_ascii_lowercase().starts_with("aws:");
        let is_value = value.chars().count() <= 256;
        let is_plain = |character: char| {
            character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
        };
        if !is_key || !is_value || !key.chars().chain(value.chars()).all(is_plain) {
            return Err(CloudFrontError::tagging(format!("`{key}` is no tag that may be set.")));
        }
        if read.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(CloudFrontError::tagging(format!("The tag `{key}` is there twice.")));
        }
    }
    if read.len() > TAGS { Err(too_many()) } else { Ok(read) }
}

fn too_many() -> CloudFrontError {
    CloudFrontError::tagging(format!("A resource has {TAGS} tags at the most."))
}

/// The condition keys of the tags that a request brings or names. A body that cannot be read has none, and is refused
/// after the question.
pub(super) fn request_keys(offered: Option<Offered>, request: &Request<'_>) -> Vec<ConditionKey> {
    let tags = match offered {
        Some(Offered::TagResource) => tree::read(request.body, "Tags").ok(),
        Some(Offered::CreateDistributionWithTags) => tree::read(request.body, "DistributionConfigWithTags")
            .ok()
            .and_then(|whole| whole.child("Tags").cloned()),
        Some(Offered::UntagResource) => {
            let keys = tree::read(request.body, "TagKeys").unwrap_or_default();
            let names = keys.items().iter().map(|item| item.text.clone()).collect();
            return vec![ConditionKey::many("aws:TagKeys", names)];
        }
        _ => return Vec::new(),
    };
    let tags = tags.and_then(|tags| read(&tags).ok()).unwrap_or_default();
    let each = tags.iter().map(|(key, value)| ConditionKey::one(format!("aws:RequestTag/{key}"), value));
    let mut keys: Vec<ConditionKey> = each.collect();
    keys.push(ConditionKey::many("aws:TagKeys", tags.into_keys().collect()));
    keys
}

/// The condition keys of the tags that a distribution has.
pub(super) fn resource_keys(kept: &Kept) -> Vec<ConditionKey> {
    let tags = kept.distribution.tags.iter();
    tags.map(|(key, value)| ConditionKey::one(format!("aws:ResourceTag/{key}"), value)).collect()
}

pub(super) fn list(one: &One<'_>) -> Outcome {
    shown_as(shown::document("Tags", |xml| {
        xml.nested("Items", |xml| {
            for (key, value) in &one.kept.distribution.tags {
                xml.nested("Tag", |xml| {
                    xml.text("Key", key);
                    xml.text("Value", value);
                });
            }
        });
    }))
}

pub(super) fn tag(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    let mut distribution = Distribution::clone(&one.kept.distribution);
    distribution.tags.extend(read(&tree::read(one.request.body, "Tags")?)?);
    if distribution.tags.len() > TAGS {
        return Err(too_many());
    }
    keep(one, &distribution)
}

pub(super) fn untag(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    let mut distribution = Distribution::clone(&one.kept.distribution);
    for item in tree::read(one.request.body, "TagKeys")?.items() {
        distribution.tags.remove(&item.text);
    }
    keep(one, &distribution)
}

fn keep(one: &One<'_>, distribution: &Distribution) -> Result<Outcome, CloudFrontError> {
    let changes = vec![put(key(one.request.place.account, one.id), distribution)?];
    Ok(Outcome { changes, ..Outcome::default() })
}
