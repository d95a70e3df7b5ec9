//! `CopyObject`: the bytes are read and hashed again, so the new object stands by itself.

use std::sync::Arc;

use http::header::{IF_MATCH, IF_NONE_MATCH};
use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::{Conditions, written_condition};
use super::find::Sought;
use super::put::{DEFAULT_TYPE, Replacing};
use super::source::Source;
use crate::s3::checksum::{Algorithm, named};
use crate::s3::document::{Contents, Description, Object};
use crate::s3::error;
use crate::s3::history::Address;
use crate::s3::limits::{KEY_BYTES, SINGLE_PUT_BYTES};
use crate::s3::metadata::{ChecksumFields, date, given, tag};
use crate::s3::state::{Call, Decided};
use crate::s3::tags::{Tags, are_replaced};

/// What a copy reads. Access points are not offered, and the access hook has refused them before.
pub(super) fn sought<'a>(operation: &'static str, source: &'a CopySource) -> S3Result<Sought<'a>> {
    let CopySource::Bucket { bucket, key, version_id } = source else {
        return Err(error::not_implemented());
    };
    Sought::new(operation, bucket, key, version_id.as_deref())
}

impl Backend {
    /// `CopyObject`.
    pub(crate) async fn copy_object(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<CopyObjectOutput> {
        let matching = written_condition(&request.headers, IF_MATCH)?;
        let none_matching = written_condition(&request.headers, IF_NONE_MATCH)?;
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.check_source_owner(&input.copy_source, input.expected_source_bucket_owner.as_deref())?;
        if input.key.len() > KEY_BYTES {
            return Err(error::key_too_long());
        }
        self.catalogue.bucket(call, &input.bucket)?;
        let sought = sought("CopyObject", &input.copy_source)?;
        self.catalogue.bucket(call, sought.at.bucket)?;
        let source = self.source(call, &sought).await?;
        let copy_source_version_id = self.version_of(call, sought.at.bucket, &source.object)?;
        let conditions = Conditions {
            matching: input.copy_source_if_match.as_ref(),
            none_matching: input.copy_source_if_none_match.as_ref(),
            modified_since: input.copy_source_if_modified_since.as_ref(),
            unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
        };
        call.must_be_decided_by(Decided::Source, &source.object.tags)?;
        conditions.check_copy(&source.object)?;
        if source.object.size > SINGLE_PUT_BYTES {
            return Err(error::invalid_request(format!(
                "The specified copy source is larger than the maximum allowable size for a copy source: {SINGLE_PUT_BYTES}"
            )));
        }
        // An earlier version of itself is what makes it the current one again.
        let itself =
            sought.version.is_none() && sought.at.bucket == input.bucket && sought.at.key == input.key;
        let description = description(&input, &source.object, itself)?;
        let directive = input.tagging_directive.as_ref().map(TaggingDirective::as_str);
        let tags = if are_replaced(directive)? { call.given_tags() } else { source.object.tags.clone() };
        let algorithm = algorithm(&input, &source.object)?;
        let object = self.copied(call, source, (description, tags), algorithm).await?;
        let checksum = ChecksumFields::of(object.checksum.as_ref());
        let result = CopyObjectResult {
            e_tag: Some(tag(&object.etag)),
            last_modified: Some(date(object.modified)),
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            checksum_type: checksum.kind,
        };
        let server_side_encryption = object.description.encryption();
        let replacing = Replacing { matching: matching.as_ref(), none_matching: none_matching.as_ref() };
        let to = Address { bucket: &input.bucket, key: &input.key };
        let version_id = self.replace(call, to, object, replacing).await?;
        Ok(CopyObjectOutput {
            copy_object_result: Some(result),
            server_side_encryption,
            copy_source_version_id,
            version_id,
            ..CopyObjectOutput::default()
        })
    }

    async fn copied(
        &self,
        call: &Call,
        source: Source,
        (description, tags): (Description, Tags),
        algorithm: Algorithm,
    ) -> S3Result<Object> {
        let _place = self.begin_upload(call)?;
        let range = 0..source.object.size;
        let stored = self.duplicate(source, range, algorithm).await?;
        Ok(Object {
            size: stored.size,
            etag: stored.etag(),
            modified: call.now,
            contents: Contents::File(stored.file),
            checksum: Some(stored.checksum),
            version: None,
            sequence: 0,
            tags,
            description,
        })
    }
}

/// The source's description, or the one given in its place.
fn description(input: &CopyObjectInput, source: &Object, itself: bool) -> S3Result<Description> {
    let replaced = match input.metadata_directive.as_ref().map(|directive| directive.as_str()) {
        None | Some("COPY") => false,
        Some("REPLACE") => true,
        Some(_) => return Err(error::invalid_argument("Unknown metadata directive.")),
    };
    let given = given!(input).describe()?;
    if replaced {
        let mut description = given;
        description.content_type.get_or_insert_with(|| DEFAULT_TYPE.to_owned());
        return Ok(description);
    }
    let changed = input.storage_class.is_some() || input.server_side_encryption.is_some();
    if itself && !changed {
        return Err(error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    // Storage class and encryption are the new object's own: they are never copied.
    Ok(Description {
        storage_class: given.storage_class,
        encryption: given.encryption,
        ..source.description.clone()
    })
}

/// The algorithm asked for, or the source's, or S3's default.
fn algorithm(input: &CopyObjectInput, source: &Object) -> S3Result<Algorithm> {
    if let Some(wanted) = &input.checksum_algorithm {
        return named(wanted.as_str())
            .ok_or_else(|| error::invalid_request("Checksum algorithm provided is unsupported."));
    }
    Ok(source.checksum.as_ref().map_or(Algorithm::Crc64Nvme, |checksum| checksum.algorithm))
}
