//! `PutObject`, and the one way an object replaces what was at its key.

use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::check_write;
use crate::s3::checksum::Algorithm;
use crate::s3::document::{Contents, Object};
use crate::s3::error;
use crate::s3::history::{Address, Next};
use crate::s3::limits::{KEY_BYTES, SINGLE_PUT_BYTES};
use crate::s3::metadata::{ChecksumFields, given, tag};
use crate::s3::reception::Reception;
use crate::s3::state::Call;
use crate::s3::upload;
use crate::s3::version::answered;

/// What S3 says of an object whose type nobody gave.
pub(super) const DEFAULT_TYPE: &str = "binary/octet-stream";

/// What a write demands of the object it replaces.
#[derive(Default, Clone, Copy)]
pub(super) struct Replacing<'a> {
    pub(super) matching: Option<&'a ETagCondition>,
    pub(super) none_matching: Option<&'a ETagCondition>,
}

/// A length must be declared, and be within what one request may carry.
pub(super) fn check_length(reception: &Reception) -> S3Result<()> {
    match reception.declared {
        None => Err(error::missing_length()),
        Some(length) if length > SINGLE_PUT_BYTES => Err(error::entity_too_large()),
        Some(_) => Ok(()),
    }
}

impl Backend {
    /// `PutObject`.
    pub(crate) async fn put_object(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<PutObjectOutput> {
        let mut input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        if input.key.len() > KEY_BYTES {
            return Err(error::key_too_long());
        }
        self.catalogue.bucket(call, &input.bucket)?;
        if input.write_offset_bytes.is_some() {
            return Err(error::not_implemented());
        }
        let mut description = given!(input).describe()?;
        description.content_type.get_or_insert_with(|| DEFAULT_TYPE.to_owned());
        check_length(&call.reception)?;
        let _place = self.begin_upload(call)?;
        let promised = call.reception.promises.checksum.as_ref().map(|promise| promise.algorithm);
        let algorithm = promised.unwrap_or(Algorithm::Crc64Nvme);
        let stored = upload::receive(&self.files, &call.reception, input.body.take(), algorithm).await?;
        let object = Object {
            size: stored.size,
            etag: stored.etag(),
            modified: call.now,
            contents: Contents::File(stored.file),
            checksum: Some(stored.checksum),
            version: None,
            sequence: 0,
            tags: call.given_tags(),
            description,
        };
        let checksum = ChecksumFields::of(object.checksum.as_ref());
        let output = PutObjectOutput {
            e_tag: Some(tag(&object.etag)),
            server_side_encryption: object.description.encryption(),
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            checksum_type: checksum.kind,
            ..PutObjectOutput::default()
        };
        let replacing =
            Replacing { matching: input.if_match.as_ref(), none_matching: input.if_none_match.as_ref() };
        let at = Address { bucket: &input.bucket, key: &input.key };
        let version_id = self.replace(call, at, object, replacing).await?;
        Ok(PutObjectOutput { version_id, ..output })
    }

    /// Makes an object whose single file is durable the current one at its key; what was there goes, or becomes a
    /// version before it. Returns the version to answer with. If the conditions do not hold the new file is removed
    /// instead.
    pub(super) async fn replace(
        self: &Arc<Self>,
        call: &Call,
        at: Address<'_>,
        mut object: Object,
        replacing: Replacing<'_>,
    ) -> S3Result<Option<String>> {
        let _bucket = self.catalogue.bucket_locks.shared(at.bucket).await;
        let _key = self.catalogue.key_locks.alone(&(at.bucket, at.key)).await;
        let decided = self.catalogue.bucket(call, at.bucket).and_then(|bucket| {
            let current = self.catalogue.object(at.bucket, at.key)?;
            check_write(replacing.matching, replacing.none_matching, current.as_ref())?;
            Ok((bucket.versioning, current))
        });
        let (versioning, current) = match decided {
            Ok(decided) => decided,
            Err(refused) => {
                self.discard(self.catalogue.release(Some(object)).await?).await;
                return Err(refused);
            }
        };
        let step = self.catalogue.supersede(at, versioning, current, Next::Object(&mut object)).await?;
        let settled = self.settle(step).await;
        if settled.as_ref().is_err_and(error::is_untouched) {
            self.discard(self.catalogue.release(Some(object.clone())).await?).await;
        }
        settled?;
        Ok(answered(versioning, object.version.as_ref()))
    }
}
