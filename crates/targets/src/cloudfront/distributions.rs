//! Distributions: made, shown, changed, deleted.
//!
//! Source: API reference, "CreateDistribution", "UpdateDistribution", "DeleteDistribution"; Developer Guide, "Quotas".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use daypass_store::Change;

use super::answer::{self, Answer};
use super::error::CloudFrontError;
use super::model::{Distribution, Snapshot};
use super::page::Page;
use super::tree::Element;
use super::{Circumstances, NAMESPACE, Outcome, identifier};

/// Distributions of an account.
const DISTRIBUTIONS_MAX: usize = 500;
/// Alternate domain names of a distribution.
const ALIASES_MAX: usize = 100;
/// Bytes of a configuration as it is kept: 100 cache behaviors, each with every setting, have less.
const CONFIG_BYTES_MAX: usize = 384 * 1024;

pub(super) fn found<'a>(
    snapshot: &'a Snapshot,
    id: &str,
    at: &Circumstances<'_>,
) -> Result<&'a Arc<Distribution>, CloudFrontError> {
    snapshot.one(at.account, id).ok_or_else(CloudFrontError::no_such_distribution)
}

pub(super) fn create(
    snapshot: &Snapshot,
    config: &Element,
    tags: &Option<BTreeMap<String, String>>,
    at: &mut Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let reference = config.text_of("CallerReference").unwrap_or_default();
    if reference.is_empty() {
        return Err(CloudFrontError::invalid_argument("The parameter CallerReference is required."));
    }
    if let Some(other) =
        snapshot.of(at.account).find(|other| other.config.text_of("CallerReference") == Some(reference))
    {
        let message = format!(
            "The caller reference that you are using to create a distribution is associated with another distribution. Already exists: {}",
            other.id
        );
        return Err(CloudFrontError::new(409, "DistributionAlreadyExists", message));
    }
    if snapshot.of(at.account).count() >= DISTRIBUTIONS_MAX {
        let message =
            "Processing your request would cause you to exceed the maximum number of distributions allowed.";
        return Err(CloudFrontError::new(400, "TooManyDistributions", message));
    }
    check(snapshot, config, None)?;
    let id = identifier::distribution(at.random);
    let made = made(id, config.clone(), tags.clone().unwrap_or_default(), at);
    let answer = Answer {
        status: 201,
        body: Some(answer::distribution(&made, at.now)),
        etag: Some(made.etag.clone()),
        location: Some(format!("/2020-05-31/distribution/{}", made.id)),
    };
    let changes = vec![made.put()];
    Ok(Outcome { answer, changes, next: Some(snapshot.with(made)) })
}

fn made(
    id: String,
    config: Element,
    tags: BTreeMap<String, String>,
    at: &mut Circumstances<'_>,
) -> Distribution {
    Distribution {
        account: at.account.to_owned(),
        id,
        domain: identifier::domain(at.random),
        etag: identifier::distribution(at.random),
        modified: at.now,
        config: Arc::new(config),
        tags,
        invalidations: Vec::new(),
    }
}

impl Snapshot {
    /// The distribution that the sandbox's operator wants under an id of their own: made where it is not there, with
    /// the least configuration there is. `None` where it is there.
    pub fn declared(&self, id: &str, mut at: Circumstances<'_>) -> Option<(Change, Self)> {
        if self.one(at.account, id).is_some() {
            return None;
        }
        let origin = Element::nested(
            "Origin",
            vec![
                Element::text("Id", "origin"),
                Element::text("DomainName", "origin.example.com"),
                Element::nested(
                    "CustomOriginConfig",
                    vec![
                        Element::text("HTTPPort", "80"),
                        Element::text("HTTPSPort", "443"),
                        Element::text("OriginProtocolPolicy", "https-only"),
                    ],
                ),
            ],
        );
        let behavior = vec![
            Element::text("TargetOriginId", "origin"),
            Element::text("ViewerProtocolPolicy", "redirect-to-https"),
        ];
        let origins = vec![Element::text("Quantity", "1"), Element::nested("Items", vec![origin])];
        let config = Element::nested(
            "DistributionConfig",
            vec![
                Element::text("CallerReference", format!("daypass.toml {id}")),
                Element::nested("Origins", origins),
                Element::nested("DefaultCacheBehavior", behavior),
                Element::text("Comment", "from daypass.toml"),
                Element::text("Enabled", "true"),
            ],
        );
        let made = made(id.to_owned(), config, BTreeMap::new(), &mut at);
        Some((made.put(), self.with(made)))
    }
}

/// What must hold of a configuration besides its form.
fn check(snapshot: &Snapshot, config: &Element, own: Option<&Distribution>) -> Result<(), CloudFrontError> {
    let origins = config.child("Origins").and_then(|origins| origins.child("Items"));
    let groups = config.child("OriginGroups").and_then(|groups| groups.child("Items"));
    let all = |items: Option<&Element>| -> Vec<String> {
        let items = items.map(|items| items.children.as_slice()).unwrap_or_default();
        items.iter().map(|item| item.text_of("Id").unwrap_or_default().to_owned()).collect()
    };
    let mut known = all(origins);
    if known.is_empty() {
        let message = "The parameter Origins needs at least one origin.";
        return Err(CloudFrontError::invalid_argument(message));
    }
    known.extend(all(groups));
    if known.iter().collect::<BTreeSet<_>>().len() != known.len() {
        let message = "The Ids of origins and origin groups must be unique.";
        return Err(CloudFrontError::invalid_argument(message));
    }
    let behaviors = config.child("CacheBehaviors").and_then(|behaviors| behaviors.child("Items"));
    let behaviors = behaviors.map(|items| items.children.as_slice()).unwrap_or_default();
    for behavior in config.child("DefaultCacheBehavior").into_iter().chain(behaviors) {
        let target = behavior.text_of("TargetOriginId").unwrap_or_default();
        if !known.iter().any(|id| id == target) {
            let message = "One or more of your origins or origin groups do not exist.";
            return Err(CloudFrontError::new(404, "NoSuchOrigin", message));
        }
    }
    aliases(snapshot, config, own)?;
    if config.document(NAMESPACE).len() > CONFIG_BYTES_MAX {
        let message = format!("The distribution's configuration is over {CONFIG_BYTES_MAX} bytes");
        return Err(CloudFrontError::malformed(message));
    }
    Ok(())
}

/// An alternate domain name is of one distribution only, whatever account that is of.
fn aliases(snapshot: &Snapshot, config: &Element, own: Option<&Distribution>) -> Result<(), CloudFrontError> {
    let aliases: Vec<String> = config.items("Aliases").map(str::to_ascii_lowercase).collect();
    if aliases.len() > ALIASES_MAX {
        let message = "Your request contains more CNAMEs than are allowed per distribution.";
        return Err(CloudFrontError::new(400, "TooManyDistributionCNAMEs", message));
    }
    let is_own =
        |other: &Distribution| own.is_some_and(|own| own.account == other.account && own.id == other.id);
    let mut others = snapshot.all().filter(|other| !is_own(other));
    let is_taken = |other: &Arc<Distribution>| {
        other.config.items("Aliases").any(|name| aliases.contains(&name.to_ascii_lowercase()))
    };
    if !aliases.is_empty() && others.any(is_taken) {
        const MESSAGE: &str =
            "One or more of the CNAMEs you provided are already associated with a different resource.";
        return Err(CloudFrontError::new(409, "CNAMEAlreadyExists", MESSAGE));
    }
    Ok(())
}

pub(super) fn show(
    snapshot: &Snapshot,
    id: &str,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let found = found(snapshot, id, at)?;
    let answer = Answer::found(answer::distribution(found, at.now));
    Ok(Outcome::read(Answer { etag: Some(found.etag.clone()), ..answer }))
}

pub(super) fn show_config(
    snapshot: &Snapshot,
    id: &str,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let found = found(snapshot, id, at)?;
    let answer = Answer::found((*found.config).clone());
    Ok(Outcome::read(Answer { etag: Some(found.etag.clone()), ..answer }))
}

pub(super) fn update(
    snapshot: &Snapshot,
    id: &str,
    if_match: Option<&str>,
    config: &Element,
    at: &mut Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let known = found(snapshot, id, at)?;
    matches(known, if_match)?;
    if config.text_of("CallerReference") != known.config.text_of("CallerReference") {
        let message = "The update contains modifications that are not allowed.";
        return Err(CloudFrontError::new(400, "IllegalUpdate", message));
    }
    check(snapshot, config, Some(known))?;
    let mut next = Distribution::clone(known);
    next.config = Arc::new(config.clone());
    next.etag = identifier::distribution(at.random);
    next.modified = at.now;
    let answer = Answer::found(answer::distribution(&next, at.now));
    let answer = Answer { etag: Some(next.etag.clone()), ..answer };
    Ok(Outcome { answer, changes: vec![next.put()], next: Some(snapshot.with(next)) })
}

pub(super) fn delete(
    snapshot: &Snapshot,
    id: &str,
    if_match: Option<&str>,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let known = found(snapshot, id, at)?;
    matches(known, if_match)?;
    if known.is_enabled() || !known.is_deployed(at.now) {
        let message = "The distribution you are trying to delete has not been disabled.";
        return Err(CloudFrontError::new(409, "DistributionNotDisabled", message));
    }
    Ok(Outcome { answer: Answer::nothing(), changes: known.delete(), next: Some(snapshot.without(known)) })
}

/// `If-Match` names the version that is to be changed.
fn matches(known: &Distribution, if_match: Option<&str>) -> Result<(), CloudFrontError> {
    match if_match.map(|tag| tag.trim_matches('"')) {
        None | Some("") => Err(CloudFrontError::invalid_if_match()),
        Some(tag) if tag == known.etag => Ok(()),
        Some(_) => Err(CloudFrontError::precondition_failed()),
    }
}

pub(super) fn list(
    snapshot: &Snapshot,
    page: &Page,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let all: Vec<&Arc<Distribution>> = snapshot.of(at.account).collect();
    let shape = |one: &&Arc<Distribution>| answer::summary(one, at.now);
    let list = page.list("DistributionList", &all, |one| &one.id, shape)?;
    Ok(Outcome::read(Answer::found(list)))
}
