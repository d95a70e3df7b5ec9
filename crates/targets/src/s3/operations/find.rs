//! The object that a request is about: the current one, or the version that it names.

use http::header::{ALLOW, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::{S3Error, S3Result};

use super::Backend;
use crate::s3::document::Object;
use crate::s3::error;
use crate::s3::history::Address;
use crate::s3::metadata::header_date;
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
        match &sought.version {
            None => self.current(call, sought).await,
            Some(version) => {
                let entry = self.catalogue.version(sought.at, version).await?;
                object_in(call, sought, entry)
            }
        }
    }

    /// The same for whoever holds the key's lock.
    pub(super) async fn find_locked(&self, call: &Call, sought: &Sought<'_>) -> S3Result<Object> {
        match &sought.version {
            None => self.current(call, sought).await,
            Some(version) => object_in(call, sought, self.catalogue.version_now(sought.at, version)?),
        }
    }

    /// The object that a request means before anything was said of it; `None` where there is none.
    pub(crate) async fn meant(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> S3Result<Option<Object>> {
        match Wanted::parse(version) {
            Ok(None) => self.catalogue.object(bucket, key),
            Ok(Some(version)) => {
                let entry = self.catalogue.version(Address { bucket, key }, &version).await?;
                Ok(entry.and_then(Entry::into_object))
            }
            Err(_) => Ok(None),
        }
    }

    async fn current(&self, call: &Call, sought: &Sought<'_>) -> S3Result<Object> {
        match self.catalogue.object(sought.at.bucket, sought.at.key)? {
            Some(object) => Ok(object),
            None => Err(self.missing(call, sought).await?),
        }
    }

    /// A key without an object may have had one.
    async fn missing(&self, call: &Call, sought: &Sought<'_>) -> S3Result<S3Error> {
        let mut missing = error::no_such_key();
        if self.catalogue.bucket(call, sought.at.bucket)?.versioning.is_some()
            && let Some(marker) = self.catalogue.top_marker(sought.at).await?
        {
            missing.set_headers(describe(&marker));
        }
        Ok(call.missing(sought.operation, sought.at.bucket, missing))
    }

    /// The version that an answer names, of an object in this bucket.
    pub(super) fn version_of(&self, call: &Call, bucket: &str, object: &Object) -> S3Result<Option<String>> {
        Ok(answered(self.catalogue.bucket(call, bucket)?.versioning, object.version.as_ref()))
    }
}

fn object_in(call: &Call, sought: &Sought<'_>, entry: Option<Entry>) -> S3Result<Object> {
    match entry {
        Some(Entry::Object(object)) => Ok(*object),
        Some(Entry::Marker(_)) if matches!(sought.operation, "CopyObject" | "UploadPartCopy") => {
            Err(error::copy_of_marker())
        }
        Some(Entry::Marker(marker)) => Err(is_marker(&marker)),
        None => Err(call.missing(sought.operation, sought.at.bucket, error::no_such_version())),
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
    headers.extend(header_date(marker.modified).map(|date| (LAST_MODIFIED, date)));
    refusal.set_headers(headers);
    refusal
}
