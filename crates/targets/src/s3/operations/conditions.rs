//! Conditional requests: `If-Match` and its family, on reads, on writes and on the source of a copy.

use http::header::{ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::dto::{ETagCondition, Timestamp};
use s3s::{S3Error, S3Result};

use crate::s3::document::Object;
use crate::s3::error;
use crate::s3::metadata::{header_date, header_seconds};

/// The four conditions of a read.
#[derive(Default)]
pub(super) struct Conditions<'a> {
    pub(super) matching: Option<&'a ETagCondition>,
    pub(super) none_matching: Option<&'a ETagCondition>,
    pub(super) modified_since: Option<&'a Timestamp>,
    pub(super) unmodified_since: Option<&'a Timestamp>,
}

fn holds(condition: &ETagCondition, etag: &str) -> bool {
    condition.is_any() || condition.as_etag().is_some_and(|wanted| wanted.value() == etag)
}

impl Conditions<'_> {
    /// Evaluates them in the order of RFC 9110, section 13.2.2, where a tag outweighs its date.
    fn evaluate(&self, object: &Object) -> Verdict {
        let modified = object.modified.as_second();
        let matched = match (self.matching, self.unmodified_since) {
            (Some(wanted), _) => holds(wanted, &object.etag),
            (None, Some(date)) => modified <= header_seconds(date),
            (None, None) => true,
        };
        if !matched {
            return Verdict::Failed;
        }
        let fresh = match (self.none_matching, self.modified_since) {
            (Some(unwanted), _) => !holds(unwanted, &object.etag),
            (None, Some(date)) => modified > header_seconds(date),
            (None, None) => true,
        };
        if fresh { Verdict::Proceed } else { Verdict::Unchanged }
    }

    /// For a read: 412, or 304 with the object's tag and date.
    pub(super) fn check_read(&self, object: &Object) -> S3Result<()> {
        match self.evaluate(object) {
            Verdict::Proceed => Ok(()),
            Verdict::Failed => Err(error::precondition_failed()),
            Verdict::Unchanged => Err(not_modified(object)),
        }
    }

    /// For the source of a copy: 412 either way.
    pub(super) fn check_copy(&self, object: &Object) -> S3Result<()> {
        match self.evaluate(object) {
            Verdict::Proceed => Ok(()),
            Verdict::Failed | Verdict::Unchanged => Err(error::precondition_failed()),
        }
    }
}

enum Verdict {
    Proceed,
    Failed,
    Unchanged,
}

fn not_modified(object: &Object) -> S3Error {
    let mut refusal = error::not_modified();
    let mut headers = HeaderMap::new();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{}\"", object.etag)) {
        headers.insert(ETAG, etag);
    }
    headers.extend(header_date(object.modified).map(|date| (LAST_MODIFIED, date)));
    refusal.set_headers(headers);
    refusal
}

/// A condition on what a copy replaces, which `s3s` does not read.
pub(super) fn written_condition(headers: &HeaderMap, name: HeaderName) -> S3Result<Option<ETagCondition>> {
    let mut given = headers.get_all(&name).iter();
    let Some(value) = given.next().filter(|value| !value.is_empty()) else { return Ok(None) };
    match (ETagCondition::parse_http_header(value.as_bytes()), given.next()) {
        (Ok(condition), None) => Ok(Some(condition)),
        _ => Err(error::invalid_argument(format!("The value of the header {name} is invalid."))),
    }
}

/// For a write over what is there now. See "Conditional writes" in the user guide.
pub(super) fn check_write(
    matching: Option<&ETagCondition>,
    none_matching: Option<&ETagCondition>,
    current: Option<&Object>,
) -> S3Result<()> {
    if let Some(unwanted) = none_matching {
        if !unwanted.is_any() {
            return Err(error::not_implemented());
        }
        if current.is_some() {
            return Err(error::precondition_failed());
        }
    }
    match (matching, current) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(error::no_such_key()),
        (Some(wanted), Some(object)) if holds(wanted, &object.etag) => Ok(()),
        (Some(_), Some(_)) => Err(error::precondition_failed()),
    }
}
