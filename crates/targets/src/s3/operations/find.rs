//! The object that a request is about: the current one, or the version that it names.

use http::header::{ALLOW, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::dto::TimestampFormat;
use s3s::{S3Error, S3Result};

use super::Backend;
use crate::s3::document::Object;
use crate::s3::error;
use crate::s3::history::Address;
use crate::s3::metadata::date;
use crate::s3::state::Call;
use crate::s3::version::{Entry, Marker, Wanted, answered, shown};

/// Says that what was asked for is a delete marker.
pub(crate) const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");

/// Names the version that an answer is about.
pub(crate) const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

/// What a request asks for.
pub(super) struct Sought<'a> {
    pub(super) operation: &'static str,
    pub(super) at: Address<'a>,
    /// `None` is the current version.
    pub(super) version: Option<Wanted>,
}

impl<'a> Sought<'a> {
    /// # Errors
    /// `InvalidArgument` for a version that no bucket has ever given out.
    pub(super) fn new(
        operation: &'static str,
        bucket: &'a str,
        key: &'a str,
        version: Option<&str>,
    ) -> S3Result<Self> {
        Ok(Self { operation, at: Address { bucket, key }, version: Wanted::parse(version)? })
    }
}

impl Backend {
    /// Finds the object, or says why there is none in the words that the caller may hear: whoever may not list the
    /// bucket does not learn that a key or a version is missing.
    pub(super) async fn find(&self, call: &Call, sought: &Sought<'_>) -> S3Result<Object> {
        let Sought { operation, at, version } = sought;
        let Some(version) = version else {
            return match self.catalogue.object(at.bucket, at.key)? {
                Some(object) => Ok(object),
                None => Err(self.missing(call, sought).await?),
            };
        };
        match self.catalogue.version(*at, version).await? {
            Some(Entry::Object(object)) => Ok(*object),
            Some(Entry::Marker(_)) if matches!(*operation, "CopyObject" | "UploadPartCopy") => {
                Err(error::copy_of_marker())
            }
            Some(Entry::Marker(marker)) => Err(is_marker(&marker)),
            None => Err(call.missing(operation, at.bucket, error::no_such_version())),
        }
    }

    /// A key without an object may have had one.
    async fn missing(&self, call: &Call, sought: &Sought<'_>) -> S3Result<S3Error> {
        let mut missing = error::no_such_key();
        if self.catalogue.bucket(sought.at.bucket)?.versioning.is_some()
            && let Some(marker) = self.catalogue.top_marker(sought.at).await?
        {
            missing.set_headers(describe(&marker));
        }
        Ok(call.missing(sought.operation, sought.at.bucket, missing))
    }

    /// The version that an answer names, of an object in this bucket.
    pub(super) fn version_of(&self, bucket: &str, object: &Object) -> S3Result<Option<String>> {
        Ok(answered(self.catalogue.bucket(bucket)?.versioning, object.version.as_ref()))
    }
}

fn describe(marker: &Marker) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(DELETE_MARKER, HeaderValue::from_static("true"));
    if let Ok(version) = HeaderValue::try_from(shown(marker.version.as_ref())) {
        headers.insert(VERSION_ID, version);
    }
    headers
}

/// A delete marker can be deleted, and nothing else. See "Working with delete markers" in the user guide.
fn is_marker(marker: &Marker) -> S3Error {
    let mut refusal = error::method_not_allowed();
    let mut headers = describe(marker);
    headers.insert(ALLOW, HeaderValue::from_static("DELETE"));
    let mut text = Vec::new();
    if date(marker.modified).format(TimestampFormat::HttpDate, &mut text).is_ok()
        && let Ok(value) = HeaderValue::from_bytes(&text)
    {
        headers.insert(LAST_MODIFIED, value);
    }
    refusal.set_headers(headers);
    refusal
}
