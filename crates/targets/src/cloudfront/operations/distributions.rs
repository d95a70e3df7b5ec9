//! Distributions: made, shown, changed, deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_store::Change;
use jiff::Timestamp;
use serde_json::json;

use super::{All, One, delete as drop_document, identifier, put, shown_as};
use crate::cloudfront::configuration::{aliases, complete, is_enabled};
use crate::cloudfront::error::CloudFrontError;
use crate::cloudfront::limits::DISTRIBUTIONS;
use crate::cloudfront::model::{Distribution, Distributions, Kept, invalidation_key, key};
use crate::cloudfront::tree::{self, Element};
use crate::cloudfront::{Given, Outcome, shown};

pub(super) fn create(all: &All<'_>, with_tags: bool) -> Result<Outcome, CloudFrontError> {
    let body = all.request.body;
    let (config, tags) = if with_tags {
        let whole = tree::read(body, "DistributionConfigWithTags")?;
        let config = whole.child("DistributionConfig").cloned();
        let config = config.ok_or_else(|| CloudFrontError::malformed("DistributionConfig is missing."))?;
        let tags = whole.child("Tags").ok_or_else(|| CloudFrontError::malformed("Tags is missing."))?;
        (config, super::tags::read(tags)?)
    } else {
        (tree::read(body, "DistributionConfig")?, BTreeMap::new())
    };
    let config = complete(config)?;
    let place = &all.request.place;
    if let Some((_, there)) = all.distributions.of(place.account).find(|(_, kept)| {
        kept.distribution.config.text_of("CallerReference") == config.text_of("CallerReference")
    }) {
        return again(there, &config);
    }
    if all.distributions.of(place.account).count() >= DISTRIBUTIONS {
        let message =
            "Processing your request would cause you to exceed the maximum number of distributions allowed.";
        return Err(CloudFrontError::new("TooManyDistributions", 400, message));
    }
    let id = identifier('E');
    names_are_free(all.distributions, &key(place.account, &id), &config)?;
    let distribution = Distribution { config, etag: identifier('E'), changed: place.now, tags };
    let location = format!("{}/2020-05-31/distribution/{id}", all.request.url);
    let mut outcome = kept(all.request, &id, distribution, &BTreeMap::new())?;
    outcome.headers.push(("location", location));
    Ok(outcome)
}

/// A reference that was used before.
fn again(there: &Kept, config: &Element) -> Result<Outcome, CloudFrontError> {
    // AWS gives the same distribution back where all is the same; it was not observed with which status, so that it is
    // told here too that it is there.
    let same = there.distribution.config == *config;
    let words = if same { "with this configuration" } else { "with another configuration" };
    let message =
        format!("The caller reference that you are using to create a distribution is associated {words}.");
    Err(CloudFrontError::new("DistributionAlreadyExists", 409, message))
}

/// Keeps a distribution, and shows it.
fn kept(
    request: &super::Request<'_>,
    id: &str,
    distribution: Distribution,
    invalidations: &BTreeMap<String, Arc<crate::cloudfront::model::Invalidation>>,
) -> Result<Outcome, CloudFrontError> {
    let place = &request.place;
    let changes = vec![put(key(place.account, id), &distribution)?];
    let recorded = shown::recorded(id, &distribution, place);
    let requested = json!({ "distributionConfig": distribution.config.to_json() });
    let headers = vec![("etag", distribution.etag.clone())];
    let kept = Kept { distribution: distribution.into(), invalidations: invalidations.clone() };
    let body = shown::distribution(id, &kept, place);
    Ok(Outcome { changes, headers, requested: Some(requested), recorded: Some(recorded), ..shown_as(body) })
}

/// Refuses names that another distribution answers to, whosever it is.
fn names_are_free(all: &Distributions, own: &str, config: &Element) -> Result<(), CloudFrontError> {
    for name in aliases(config) {
        let mut others = all.all().filter(|(key, _)| *key != own);
        if others
            .any(|(_, kept)| aliases(&kept.distribution.config).any(|taken| taken.eq_ignore_ascii_case(name)))
        {
            let message =
                "One or more of the CNAMEs you provided are already associated with a different resource.";
            return Err(CloudFrontError::new("CNAMEAlreadyExists", 409, message));
        }
    }
    Ok(())
}

pub(super) fn get(one: &One<'_>) -> Outcome {
    let headers = vec![("etag", one.kept.distribution.etag.clone())];
    Outcome { headers, ..shown_as(shown::distribution(one.id, one.kept, &one.request.place)) }
}

pub(super) fn config(one: &One<'_>) -> Outcome {
    let headers = vec![("etag", one.kept.distribution.etag.clone())];
    Outcome { headers, ..shown_as(shown::config(&one.kept.distribution)) }
}

pub(super) fn update(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    must_match(one)?;
    let before = &*one.kept.distribution;
    let config = complete(tree::read(one.request.body, "DistributionConfig")?)?;
    if config.text_of("CallerReference") != before.config.text_of("CallerReference") {
        let message =
            "The update contains modifications that are not allowed: CallerReference cannot be changed.";
        return Err(CloudFrontError::new("IllegalUpdate", 400, message));
    }
    names_are_free(one.distributions, &key(one.request.place.account, one.id), &config)?;
    let next = Distribution {
        config,
        etag: identifier('E'),
        changed: one.request.place.now,
        tags: before.tags.clone(),
    };
    kept(one.request, one.id, next, &one.kept.invalidations)
}

pub(super) fn delete(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    must_match(one)?;
    let distribution = &one.kept.distribution;
    let now = one.request.place.now;
    if is_enabled(&distribution.config) || shown::status(distribution, now) != "Deployed" {
        let message = "The distribution you are trying to delete has not been disabled.";
        return Err(CloudFrontError::new("DistributionNotDisabled", 409, message));
    }
    let account = one.request.place.account;
    let invalidations = one.kept.invalidations.keys();
    let changes = invalidations
        .map(|id| drop_document(invalidation_key(account, one.id, id)))
        .chain([drop_document(key(account, one.id))])
        .collect();
    Ok(Outcome { changes, ..Outcome::default() })
}

/// A change must name the version that it is a change of.
fn must_match(one: &One<'_>) -> Result<(), CloudFrontError> {
    let given = one.request.if_match.ok_or_else(CloudFrontError::no_match_header)?;
    if given.trim_matches('"') == one.kept.distribution.etag {
        Ok(())
    } else {
        Err(CloudFrontError::precondition())
    }
}

/// See [`crate::cloudfront::CloudFront::given`].
pub(in crate::cloudfront) fn given(
    given: &[Given],
    distributions: &Distributions,
    now: Timestamp,
) -> Result<Vec<Change>, CloudFrontError> {
    let new = given.iter().filter(|one| distributions.one(&one.account, &one.id).is_none());
    let changes = new.map(|one| {
        let text = |name: &str, text: &str| Element::with_text(name, text);
        let quantity = || text("Quantity", "1");
        let origin = Element::with(
            "Origin",
            vec![
                text("Id", "origin"),
                text("DomainName", &one.origin),
                Element::with("S3OriginConfig", vec![text("OriginAccessIdentity", "")]),
            ],
        );
        let behaviour =
            vec![text("TargetOriginId", "origin"), text("ViewerProtocolPolicy", "redirect-to-https")];
        let config = Element::with(
            "DistributionConfig",
            vec![
                text("CallerReference", &format!("daypass.toml {}", one.id)),
                Element::with("Origins", vec![quantity(), Element::with("Items", vec![origin])]),
                Element::with("DefaultCacheBehavior", behaviour),
                text("Comment", &one.comment),
                text("Enabled", "true"),
            ],
        );
        let config = complete(config)?;
        let distribution =
            Distribution { config, etag: identifier('E'), changed: now, tags: BTreeMap::new() };
        put(key(&one.account, &one.id), &distribution)
    });
    changes.collect()
}
