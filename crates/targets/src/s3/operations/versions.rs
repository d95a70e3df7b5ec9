//! `ListObjectVersions`.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::s3::document;
use crate::s3::error;
use crate::s3::listing::{Encoding, limit};
use crate::s3::metadata::{ChecksumFields, date, tag};
use crate::s3::state::Call;
use crate::s3::version::{Entry, Wanted, shown};
use crate::s3::version_listing::{Page, Row, Walk, walk};

/// The three kinds of rows of a page.
#[derive(Default)]
struct Thirds {
    versions: Vec<ObjectVersion>,
    markers: Vec<DeleteMarkerEntry>,
    prefixes: Vec<CommonPrefix>,
}

impl Backend {
    /// `ListObjectVersions`: every key's versions and delete markers, the newest first.
    pub(crate) async fn list_object_versions(
        &self,
        call: &Call,
        request: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<ListObjectVersionsOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_keys = limit(input.max_keys, "maxKeys")?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let key_marker = input.key_marker.filter(|marker| !marker.is_empty());
        let version_marker = Wanted::parse(input.version_id_marker.as_deref().filter(|it| !it.is_empty()))?;
        if version_marker.is_some() && key_marker.is_none() {
            return Err(error::invalid_argument(
                "A version-id marker cannot be specified without a key marker.",
            ));
        }
        let page = {
            let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
            let asked = Walk {
                bucket: &input.bucket,
                prefix: &prefix,
                delimiter: delimiter.as_deref(),
                key_marker: key_marker.as_deref(),
                version_marker,
                limit: usize::try_from(max_keys).unwrap_or_default(),
            };
            walk(&self.catalogue, asked).await?
        };
        let truncated = page.truncated;
        let (next_key_marker, next_version_id_marker) = next(&page, encoding);
        let Thirds { versions, markers, prefixes } = thirds(page, encoding, &self.owner(&input.bucket));
        Ok(ListObjectVersionsOutput {
            name: Some(input.bucket),
            prefix: Some(encoding.apply(prefix)),
            key_marker: Some(encoding.apply(key_marker.unwrap_or_default())),
            version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
            max_keys: Some(max_keys),
            is_truncated: Some(truncated),
            next_key_marker,
            next_version_id_marker,
            versions: Some(versions),
            delete_markers: Some(markers),
            common_prefixes: Some(prefixes),
            delimiter: delimiter.map(|delimiter| encoding.apply(delimiter)),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }
}

/// Where the next page begins.
fn next(page: &Page, encoding: Encoding) -> (Option<String>, Option<String>) {
    match page.rows.last().filter(|_| page.truncated) {
        Some(Row::Version { key, entry, .. }) => {
            (Some(encoding.apply(key.clone())), Some(shown(entry.version())))
        }
        Some(Row::Prefix(prefix)) => (Some(encoding.apply(prefix.clone())), None),
        None => (None, None),
    }
}

fn thirds(page: Page, encoding: Encoding, owner: &Owner) -> Thirds {
    let mut thirds = Thirds::default();
    for row in page.rows {
        match row {
            Row::Prefix(prefix) => {
                thirds.prefixes.push(CommonPrefix { prefix: Some(encoding.apply(prefix)) });
            }
            Row::Version { key, entry: Entry::Object(object), latest } => {
                thirds.versions.push(listed(encoding.apply(key), &object, latest, owner.clone()));
            }
            Row::Version { key, entry: Entry::Marker(marker), latest } => {
                thirds.markers.push(DeleteMarkerEntry {
                    is_latest: Some(latest),
                    key: Some(encoding.apply(key)),
                    last_modified: Some(date(marker.modified)),
                    owner: Some(owner.clone()),
                    version_id: Some(shown(marker.version.as_ref())),
                });
            }
        }
    }
    thirds
}

fn listed(key: String, object: &document::Object, latest: bool, owner: Owner) -> ObjectVersion {
    ObjectVersion {
        checksum_algorithm: ChecksumFields::algorithm(object.checksum.as_ref()),
        checksum_type: ChecksumFields::of(object.checksum.as_ref()).kind,
        e_tag: Some(tag(&object.etag)),
        is_latest: Some(latest),
        key: Some(key),
        last_modified: Some(date(object.modified)),
        owner: Some(owner),
        restore_status: None,
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectVersionStorageClass::from(object.description.listed_class())),
        version_id: Some(shown(object.version.as_ref())),
    }
}
