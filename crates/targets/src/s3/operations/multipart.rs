//! Multipart uploads: begun, filled part by part, given up.

use std::sync::Arc;

use daypass_store::ObjectChange;
use s3s::dto::*;
use s3s::{S3Request, S3Result};
use uuid::Uuid;

use super::Backend;
use super::conditions::Conditions;
use super::copy::sought;
use super::put::{DEFAULT_TYPE, check_length};
use crate::s3::catalogue::{self, part_key, parts_of, upload_key, uploads_of};
use crate::s3::checksum::{Algorithm, joins, named};
use crate::s3::document;
use crate::s3::error;
use crate::s3::limits::{KEY_BYTES, PARTS, SINGLE_PUT_BYTES, UPLOADS_PER_BUCKET};
use crate::s3::metadata::{ChecksumFields, date, given, tag};
use crate::s3::state::{Call, Decided};
use crate::s3::upload::{self, Stored};

/// The length of an upload id: sixteen digits of the time it was begun, so that ids of one key sort by age, and 32 at
/// random.
const UPLOAD_ID_BYTES: usize = 48;

/// An upload id from a client. Its form is checked, since it becomes part of an index key.
pub(super) fn check_upload_id(id: &str) -> S3Result<()> {
    let plain = id.len() == UPLOAD_ID_BYTES && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { Ok(()) } else { Err(error::no_such_upload()) }
}

pub(super) fn check_part_number(number: i32) -> S3Result<()> {
    if (1..=PARTS).contains(&number) {
        Ok(())
    } else {
        Err(error::invalid_argument(format!(
            "Part number must be an integer between 1 and {PARTS}, inclusive"
        )))
    }
}

impl Backend {
    /// `CreateMultipartUpload`.
    pub(crate) async fn create_multipart_upload(
        &self,
        call: &Call,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        if input.key.len() > KEY_BYTES {
            return Err(error::key_too_long());
        }
        let mut description = given!(input).describe()?;
        description.content_type.get_or_insert_with(|| DEFAULT_TYPE.to_owned());
        let (algorithm, composite) =
            checksum_choice(input.checksum_algorithm.as_ref(), input.checksum_type.as_ref())?;
        let _bucket = self.catalogue.bucket_locks.shared(input.bucket.as_str()).await;
        self.catalogue.bucket(call, &input.bucket)?;
        let begun = self.catalogue.page(&uploads_of(&input.bucket), "", None, UPLOADS_PER_BUCKET).await?;
        if begun.len() >= UPLOADS_PER_BUCKET {
            return Err(error::slow_down());
        }
        let id = format!("{:016x}{}", call.now.as_microsecond().max(0), Uuid::new_v4().simple());
        let server_side_encryption = description.encryption();
        let upload = document::Upload {
            initiated: call.now,
            algorithm,
            composite,
            tags: call.given_tags(),
            description,
        };
        let change = catalogue::put(uploads_of(&input.bucket), upload_key(&input.key, &id), &upload)?;
        self.catalogue.commit(Vec::new(), vec![change]).await?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            server_side_encryption,
            checksum_algorithm: algorithm.map(|algorithm| ChecksumAlgorithm::from_static(algorithm.name())),
            checksum_type: algorithm.map(|_| kind(composite)),
            ..CreateMultipartUploadOutput::default()
        })
    }

    /// `UploadPart`.
    pub(crate) async fn upload_part(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let mut input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        check_part_number(input.part_number)?;
        check_upload_id(&input.upload_id)?;
        let upload = self.catalogue.upload(&input.bucket, &input.key, &input.upload_id)?;
        check_length(&call.reception)?;
        let promised = call.reception.promises.checksum.as_ref().map(|promise| promise.algorithm);
        if upload.algorithm.is_some() && promised != upload.algorithm {
            return Err(error::checksum_type_mismatch(upload.algorithm, promised));
        }
        let _place = self.begin_upload(call)?;
        let algorithm = promised.unwrap_or_else(|| upload.part_algorithm());
        let stored = upload::receive(&self.files, &call.reception, input.body.take(), algorithm).await?;
        let place = Place { bucket: &input.bucket, key: &input.key, upload: &input.upload_id };
        let part = self.keep_part(call, place, input.part_number, stored).await?;
        let checksum = ChecksumFields::of(Some(&part.checksum));
        Ok(UploadPartOutput {
            e_tag: Some(tag(&part.etag)),
            server_side_encryption: upload.description.encryption(),
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            ..UploadPartOutput::default()
        })
    }

    /// `UploadPartCopy`.
    pub(crate) async fn upload_part_copy(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<UploadPartCopyInput>,
    ) -> S3Result<UploadPartCopyOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.check_source_owner(&input.copy_source, input.expected_source_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        check_part_number(input.part_number)?;
        check_upload_id(&input.upload_id)?;
        let upload = self.catalogue.upload(&input.bucket, &input.key, &input.upload_id)?;
        let sought = sought("UploadPartCopy", &input.copy_source)?;
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
        let range = source_range(input.copy_source_range.as_deref(), source.object.size)?;
        if range.end - range.start > SINGLE_PUT_BYTES {
            return Err(error::entity_too_large());
        }
        let _place = self.begin_upload(call)?;
        let stored = self.duplicate(source, range, upload.part_algorithm()).await?;
        let place = Place { bucket: &input.bucket, key: &input.key, upload: &input.upload_id };
        let part = self.keep_part(call, place, input.part_number, stored).await?;
        let checksum = ChecksumFields::of(Some(&part.checksum));
        let result = CopyPartResult {
            e_tag: Some(tag(&part.etag)),
            last_modified: Some(date(part.modified)),
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
        };
        Ok(UploadPartCopyOutput {
            copy_part_result: Some(result),
            copy_source_version_id,
            ..UploadPartCopyOutput::default()
        })
    }

    /// Makes durable bytes a part, in place of an earlier part of that number.
    async fn keep_part(
        self: &Arc<Self>,
        call: &Call,
        place: Place<'_>,
        number: i32,
        stored: Stored,
    ) -> S3Result<document::Part> {
        let part = document::Part {
            number,
            size: stored.size,
            etag: stored.etag(),
            modified: call.now,
            file: stored.file,
            checksum: stored.checksum,
        };
        let _bucket = self.catalogue.bucket_locks.shared(place.bucket).await;
        let _upload = self.catalogue.upload_locks.shared(place.upload).await;
        let _part = self.catalogue.key_locks.alone(&(place.upload, number)).await;
        // The upload may have been completed or given up while the bytes came.
        let bucket = self.catalogue.bucket(call, place.bucket);
        if let Err(gone) = bucket.and_then(|_| self.catalogue.upload(place.bucket, place.key, place.upload)) {
            self.files.remove(&[part.file]);
            return Err(gone);
        }
        let before = self.catalogue.part(place.upload, number)?;
        let change = catalogue::put(parts_of(place.upload), part_key(number), &part)?;
        let kept = self.catalogue.commit(Vec::new(), vec![change]).await;
        if kept.as_ref().is_err_and(error::is_untouched) {
            self.files.remove(&[part.file]);
        }
        kept?;
        if let Some(before) = before {
            self.files.remove(&[before.file]);
        }
        Ok(part)
    }

    /// `AbortMultipartUpload`.
    pub(crate) async fn abort_multipart_upload(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        if input.if_match_initiated_time.is_some() {
            return Err(error::not_implemented());
        }
        self.catalogue.bucket(call, &input.bucket)?;
        check_upload_id(&input.upload_id)?;
        let _bucket = self.catalogue.bucket_locks.shared(input.bucket.as_str()).await;
        let _upload = self.catalogue.upload_locks.alone(input.upload_id.as_str()).await;
        self.catalogue.upload(&input.bucket, &input.key, &input.upload_id)?;
        let mut released = self.catalogue.release_parts(input.upload_id.clone()).await?;
        let mut changes = std::mem::take(&mut released.changes);
        let key = upload_key(&input.key, &input.upload_id);
        changes.push(ObjectChange::Delete { bucket: uploads_of(&input.bucket), key });
        self.catalogue.commit(Vec::new(), changes).await?;
        self.discard(released).await;
        Ok(AbortMultipartUploadOutput::default())
    }
}

/// Which upload a part belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    bucket: &'a str,
    key: &'a str,
    upload: &'a str,
}

pub(super) fn kind(composite: bool) -> ChecksumType {
    ChecksumType::from_static(if composite { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT })
}

/// Which algorithm and type an upload is begun with. CRC-64 is always of the whole object, the SHAs never are, and
/// the two CRC-32s are what is asked for, by default of the parts.
fn checksum_choice(
    algorithm: Option<&ChecksumAlgorithm>,
    kind: Option<&ChecksumType>,
) -> S3Result<(Option<Algorithm>, bool)> {
    let Some(wanted) = algorithm else {
        return match kind {
            None => Ok((None, false)),
            Some(_) => Err(error::invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
        };
    };
    let algorithm = named(wanted.as_str())
        .ok_or_else(|| error::invalid_request("Checksum algorithm provided is unsupported."))?;
    let composite = match (kind.map(|kind| kind.as_str()), algorithm) {
        (None, Algorithm::Crc64Nvme) => false,
        (None, _) => true,
        (Some(ChecksumType::COMPOSITE), Algorithm::Crc64Nvme) => {
            return Err(unsupported_kind("COMPOSITE", algorithm));
        }
        (Some(ChecksumType::COMPOSITE), _) => true,
        (Some(ChecksumType::FULL_OBJECT), algorithm) if joins(algorithm) => false,
        (Some(ChecksumType::FULL_OBJECT), _) => return Err(unsupported_kind("FULL_OBJECT", algorithm)),
        (Some(_), _) => {
            return Err(error::invalid_request("Value for x-amz-checksum-type header is invalid."));
        }
    };
    Ok((Some(algorithm), composite))
}

fn unsupported_kind(kind: &str, algorithm: Algorithm) -> s3s::S3Error {
    let name = algorithm.name().to_ascii_lowercase();
    error::invalid_request(format!(
        "The {kind} checksum type cannot be used with the {name} checksum algorithm."
    ))
}

/// `x-amz-copy-source-range`: unlike a read's range, both ends are given and both lie within the source.
fn source_range(range: Option<&str>, size: u64) -> S3Result<std::ops::Range<u64>> {
    let Some(text) = range else { return Ok(0..size) };
    let malformed = || {
        error::invalid_argument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
        )
    };
    let (first, last) =
        text.strip_prefix("bytes=").and_then(|text| text.split_once('-')).ok_or_else(malformed)?;
    let first: u64 = first.parse().map_err(|_| malformed())?;
    let last: u64 = last.parse().map_err(|_| malformed())?;
    if first > last || last >= size {
        return Err(error::invalid_argument(format!(
            "Range specified is not valid for source object of size: {size}"
        )));
    }
    Ok(first..last + 1)
}
