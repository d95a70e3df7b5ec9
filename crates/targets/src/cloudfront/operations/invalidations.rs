//! Invalidations.
//!
//! Sources: Amazon CloudFront API reference, CreateInvalidation; developer guide, "Invalidate files to remove content".

use serde_json::json;

use super::{One, delete, identifier, put, shown_as};
use crate::cloudfront::error::CloudFrontError;
use crate::cloudfront::limits::{INVALIDATIONS, PATH_BYTES, PATHS, REFERENCE_BYTES, WILDCARDS};
use crate::cloudfront::model::{Invalidation, invalidation_key};
use crate::cloudfront::tree::{self, Element};
use crate::cloudfront::{Outcome, shown};

pub(super) fn create(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    let batch = tree::read(one.request.body, "InvalidationBatch")?;
    batch.check_quantities()?;
    let (reference, paths) = read(&batch)?;
    let now = one.request.place.now;
    let location = |id: &str| {
        let url = one.request.url;
        vec![("location", format!("{url}/2020-05-31/distribution/{}/invalidation/{id}", one.id))]
    };
    let requested = Some(json!({ "invalidationBatch": batch.to_json() }));
    let mut there = one.kept.invalidations.iter();
    if let Some((id, same)) = there.find(|(_, invalidation)| invalidation.reference == reference) {
        if same.paths != paths {
            let message = "Your request contains a caller reference that was used for a previous invalidation batch for \
                           the same distribution.";
            return Err(CloudFrontError::invalid(message));
        }
        let outcome = shown_as(shown::invalidation(id, same, now));
        return Ok(Outcome { headers: location(id), requested, ..outcome });
    }
    must_have_room(one, &paths)?;
    let last = one.kept.invalidations.values().map(|invalidation| invalidation.sequence).max();
    let sequence = last.unwrap_or(0).saturating_add(1);
    let invalidation = Invalidation { reference, paths, created: now, sequence };
    let id = identifier('I');
    let account = one.request.place.account;
    let mut changes = vec![put(invalidation_key(account, one.id, &id), &invalidation)?];
    changes.extend(oldest(one).map(|id| delete(invalidation_key(account, one.id, id))));
    let recorded = shown::recorded_invalidation(&id, &invalidation, now);
    let outcome = shown_as(shown::invalidation(&id, &invalidation, now));
    Ok(Outcome { changes, headers: location(&id), requested, recorded: Some(recorded), ..outcome })
}

fn read(batch: &Element) -> Result<(String, Vec<String>), CloudFrontError> {
    let missing = |name: &str| CloudFrontError::malformed(format!("{name} is missing."));
    let reference = batch.text_of("CallerReference").ok_or_else(|| missing("CallerReference"))?;
    if reference.is_empty() || reference.len() > REFERENCE_BYTES {
        return Err(CloudFrontError::invalid("The parameter CallerReference is missing or too long."));
    }
    let paths = batch.child("Paths").ok_or_else(|| missing("Paths"))?;
    if paths.items().is_empty() {
        return Err(CloudFrontError::invalid("Your request does not contain any paths."));
    }
    if paths.items().len() > PATHS {
        return Err(CloudFrontError::new("BatchTooLarge", 413, "Invalidation batch specified is too large."));
    }
    let paths = paths.items().iter().map(|path| {
        let text = path.text.as_str();
        // A star stands for any end of a path, and for itself elsewhere.
        let is_path =
            path.name == "Path" && text.starts_with('/') && text.len() <= PATH_BYTES && text.is_ascii();
        let is_clean = !text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ');
        if is_path && is_clean {
            Ok(text.to_owned())
        } else {
            Err(CloudFrontError::invalid("Your request contains one or more invalid invalidation paths."))
        }
    });
    Ok((reference.to_owned(), paths.collect::<Result<_, _>>()?))
}

/// CloudFront counts what is in progress, of files and of paths that mean many.
fn must_have_room(one: &One<'_>, paths: &[String]) -> Result<(), CloudFrontError> {
    let now = one.request.place.now;
    let running =
        one.kept.invalidations.values().filter(|invalidation| shown::is_in_progress(invalidation, now));
    let (mut files, mut wildcards) = (0, 0);
    for path in running.flat_map(|invalidation| &invalidation.paths).chain(paths) {
        if path.ends_with('*') {
            wildcards += 1;
        } else {
            files += 1;
        }
    }
    if files > PATHS || wildcards > WILDCARDS {
        let message = "Processing your request will cause you to exceed the maximum number of in-progress \
                       invalidations.";
        return Err(CloudFrontError::new("TooManyInvalidationsInProgress", 400, message));
    }
    Ok(())
}

/// The oldest invalidation that is completed, where there are as many as are kept.
fn oldest<'a>(one: &One<'a>) -> Option<&'a str> {
    if one.kept.invalidations.len() < INVALIDATIONS {
        return None;
    }
    let now = one.request.place.now;
    let over =
        one.kept.invalidations.iter().filter(|(_, invalidation)| !shown::is_in_progress(invalidation, now));
    over.min_by_key(|(_, invalidation)| invalidation.sequence).map(|(id, _)| id.as_str())
}

pub(super) fn get(one: &One<'_>, id: &str) -> Result<Outcome, CloudFrontError> {
    let invalidation = one.kept.invalidations.get(id).ok_or_else(CloudFrontError::no_invalidation)?;
    Ok(shown_as(shown::invalidation(id, invalidation, one.request.place.now)))
}
