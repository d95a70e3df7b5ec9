//! Invalidations.
//!
//! Source: API reference, "CreateInvalidation"; Developer Guide, "Invalidate files" and "Quotas".

use std::sync::Arc;

use super::answer::{self, Answer};
use super::error::CloudFrontError;
use super::model::{Distribution, Invalidation, Snapshot};
use super::page::Page;
use super::tree::Element;
use super::{Circumstances, Outcome, distributions, identifier};

/// Paths without a wildcard in progress, of a distribution.
const PATHS_MAX: usize = 3_000;
/// Paths with a wildcard in progress, of a distribution.
const WILDCARDS_MAX: usize = 15;
/// Characters of a path.
const PATH_CHARACTERS_MAX: usize = 4_000;
/// Characters of a caller reference, of which AWS names no limit.
const REFERENCE_CHARACTERS_MAX: usize = 1_024;
/// Invalidations of a distribution that are kept; the oldest that are completed go first. AWS does not say how long it
/// keeps them.
const KEPT_MAX: usize = 100;

pub(super) fn create(
    snapshot: &Snapshot,
    distribution: &str,
    batch: &Element,
    at: &mut Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let around = distributions::found(snapshot, distribution, at)?;
    let paths: Vec<String> = batch.items("Paths").map(str::to_owned).collect();
    let reference = batch.text_of("CallerReference").unwrap_or_default();
    check(&paths, reference)?;
    if let Some(known) = around.invalidations.iter().find(|known| known.caller_reference == reference) {
        if known.paths == paths {
            return Ok(Outcome::read(created(around, known, at)));
        }
        return Err(CloudFrontError::invalid_argument(
            "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.",
        ));
    }
    room(around, &paths, at)?;
    let id = identifier::invalidation(at.random);
    let made = Invalidation { id, created: at.now, caller_reference: reference.to_owned(), paths };
    let mut next = Distribution::clone(around);
    let mut changes = vec![made.put(&next)];
    let made = Arc::new(made);
    next.invalidations.insert(0, Arc::clone(&made));
    for old in next.invalidations.split_off(next.invalidations.len().min(KEPT_MAX)) {
        changes.push(old.delete(&next));
    }
    let answer = created(&next, &made, at);
    Ok(Outcome { answer, changes, next: Some(snapshot.with(next)) })
}

fn check(paths: &[String], reference: &str) -> Result<(), CloudFrontError> {
    const INVALID: &str = "Your request contains one or more invalid invalidation paths.";
    if paths.is_empty() {
        let message = "Your request must contain at least one invalidation path.";
        return Err(CloudFrontError::invalid_argument(message));
    }
    if reference.is_empty() || reference.chars().count() > REFERENCE_CHARACTERS_MAX {
        return Err(CloudFrontError::invalid_argument("The parameter CallerReference is not valid."));
    }
    if paths.len() > PATHS_MAX {
        return Err(CloudFrontError::new(413, "BatchTooLarge", "Invalidation batch specified is too large."));
    }
    if paths.iter().all(|path| is_path(path)) {
        Ok(())
    } else {
        Err(CloudFrontError::invalid_argument(INVALID))
    }
}

/// A path begins with `/`, has a wildcard at its end only, and is encoded where it is not plain.
fn is_path(path: &str) -> bool {
    let bare = path.strip_suffix('*').unwrap_or(path);
    path.starts_with('/')
        && path.len() <= PATH_CHARACTERS_MAX
        && !bare.contains('*')
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether these may be in progress beside those that are.
fn room(around: &Distribution, paths: &[String], at: &Circumstances<'_>) -> Result<(), CloudFrontError> {
    let pending: Vec<_> = around.invalidations.iter().filter(|one| !one.is_completed(at.now)).collect();
    let all = pending.iter().flat_map(|one| &one.paths).chain(paths);
    let (wildcards, plain): (Vec<_>, Vec<_>) = all.partition(|path| path.ends_with('*'));
    // One that is in progress is never forgotten.
    if wildcards.len() > WILDCARDS_MAX || plain.len() > PATHS_MAX || pending.len() >= KEPT_MAX {
        const MESSAGE: &str = "Processing your request will cause you to exceed the maximum number of in-progress invalidations.";
        return Err(CloudFrontError::new(400, "TooManyInvalidationsInProgress", MESSAGE));
    }
    Ok(())
}

fn created(around: &Distribution, made: &Invalidation, at: &Circumstances<'_>) -> Answer {
    Answer {
        status: 201,
        body: Some(answer::invalidation(made, at.now)),
        etag: None,
        location: Some(format!("/2020-05-31/distribution/{}/invalidation/{}", around.id, made.id)),
    }
}

pub(super) fn show(
    snapshot: &Snapshot,
    distribution: &str,
    id: &str,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let around = distributions::found(snapshot, distribution, at)?;
    let found = around.invalidation(id).ok_or_else(CloudFrontError::no_such_invalidation)?;
    Ok(Outcome::read(Answer::found(answer::invalidation(found, at.now))))
}

pub(super) fn list(
    snapshot: &Snapshot,
    distribution: &str,
    page: &Page,
    at: &Circumstances<'_>,
) -> Result<Outcome, CloudFrontError> {
    let around = distributions::found(snapshot, distribution, at)?;
    let shape = |one: &Arc<Invalidation>| answer::invalidation_summary(one, at.now);
    let list = page.list("InvalidationList", &around.invalidations, |one| &one.id, shape)?;
    Ok(Outcome::read(Answer::found(list)))
}
