//! Which object a request means: the one place where a bucket, a key and a version become an object.

use s3s::S3Result;

use super::Backend;
use crate::s3::document::Object;

impl Backend {
    /// The object that a request means; `None` where there is none, and where there is no such version.
    pub(crate) fn meant(&self, bucket: &str, key: &str, version: Option<&str>) -> S3Result<Option<Object>> {
        match version {
            None | Some("null") => self.catalogue.object(bucket, key),
            Some(_) => Ok(None),
        }
    }
}
