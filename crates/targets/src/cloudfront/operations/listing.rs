//! Lists, in pages. A marker is the id of the last entry that was shown.

use daypass_wire::xml::Writer;

use super::{All, One, Request, shown_as};
use crate::cloudfront::error::CloudFrontError;
use crate::cloudfront::limits::PAGE;
use crate::cloudfront::{Outcome, shown};

/// Writes one entry.
type Entry<'a> = (&'a str, Box<dyn Fn(&mut Writer) + 'a>);

pub(super) fn distributions(all: &All<'_>) -> Result<Outcome, CloudFrontError> {
    let place = &all.request.place;
    let entries = all.distributions.of(place.account).map(|(id, kept)| -> Entry<'_> {
        (id, Box::new(move |xml| shown::summary(xml, id, &kept.distribution, place)))
    });
    page(all.request, "DistributionList", entries.collect())
}

/// The newest comes first.
pub(super) fn invalidations(one: &One<'_>) -> Result<Outcome, CloudFrontError> {
    let now = one.request.place.now;
    let mut kept: Vec<_> = one.kept.invalidations.iter().collect();
    kept.sort_by_key(|(_, invalidation)| std::cmp::Reverse(invalidation.sequence));
    let entries = kept.into_iter().map(|(id, invalidation)| -> Entry<'_> {
        (id.as_str(), Box::new(move |xml| shown::invalidation_summary(xml, id, invalidation, now)))
    });
    page(one.request, "InvalidationList", entries.collect())
}

fn page(
    request: &Request<'_>,
    name: &'static str,
    entries: Vec<Entry<'_>>,
) -> Result<Outcome, CloudFrontError> {
    let wanted = match request.parameter("MaxItems") {
        None => PAGE,
        Some(text) => match text.parse::<usize>() {
            Ok(count) if count > 0 => count.min(PAGE),
            _ => return Err(CloudFrontError::invalid("The value of MaxItems is not valid.")),
        },
    };
    let marker = request.parameter("Marker").unwrap_or_default();
    let begin = if marker.is_empty() {
        0
    } else {
        let at = entries.iter().position(|(id, _)| *id == marker);
        at.ok_or_else(|| CloudFrontError::invalid("The value of Marker is not valid."))? + 1
    };
    let left = entries.get(begin..).unwrap_or_default();
    let shown_entries = left.get(..wanted).unwrap_or(left);
    let more = left.len() > shown_entries.len();
    Ok(shown_as(shown::document(name, |xml| {
        xml.text("Marker", marker);
        if let Some((last, _)) = shown_entries.last().filter(|_| more) {
            xml.text("NextMarker", last);
        }
        xml.value("MaxItems", wanted);
        xml.value("IsTruncated", more);
        xml.value("Quantity", shown_entries.len());
        if !shown_entries.is_empty() {
            xml.nested("Items", |xml| shown_entries.iter().for_each(|(_, write)| write(xml)));
        }
    })))
}
