//! `GetObject` and `HeadObject`.

use std::ops::Range;
use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::Conditions;
use super::find::Sought;
use super::object_tags::read_as_decided;
use super::source::Source;
use crate::s3::document::Object;
use crate::s3::error;
use crate::s3::metadata::{ChecksumFields, date, tag};
use crate::s3::send::{cut, stream};
use crate::s3::state::Call;

/// What part of an object a read is about.
struct Extent {
    range: Range<u64>,
    /// Set if the answer is partial.
    content_range: Option<String>,
    parts_count: Option<i32>,
}

impl Backend {
    async fn extent(
        &self,
        object: &Object,
        range: Option<s3s::dto::Range>,
        part_number: Option<i32>,
    ) -> S3Result<Extent> {
        let size = object.size;
        let partial =
            |range: &Range<u64>| format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        match (range, part_number) {
            (None, None) => Ok(Extent { range: 0..size, content_range: None, parts_count: None }),
            (Some(_), Some(_)) => {
                Err(error::invalid_request("Cannot specify both Range header and partNumber query parameter"))
            }
            (Some(range), None) => {
                let range = range.check(size).map_err(|_| error::invalid_range())?;
                // The last bytes of an empty object: S3 answers 200, and no `Content-Range` could say it.
                let content_range = (!range.is_empty()).then(|| partial(&range));
                Ok(Extent { content_range, range, parts_count: None })
            }
            (None, Some(number)) => {
                let (range, parts_count) = self.part_range(object, number).await?;
                let content_range = (!range.is_empty()).then(|| partial(&range));
                Ok(Extent { content_range, range, parts_count })
            }
        }
    }

    /// `GetObject`.
    pub(crate) async fn get_object(
        &self,
        call: &Call,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<GetObjectOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        if input.sse_customer_algorithm.is_some() {
            return Err(error::not_implemented());
        }
        let sought = Sought::new("GetObject", &input.bucket, &input.key, input.version_id.as_deref())?;
        let source = self.source(call, &sought).await?;
        let conditions = Conditions {
            matching: input.if_match.as_ref(),
            none_matching: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        read_as_decided(call, &sought, &source.object)?;
        conditions.check_read(&source.object)?;
        let extent = self.extent(&source.object, input.range, input.part_number).await?;
        let wanted = input.checksum_mode.is_some() && extent.content_range.is_none();
        let checksum = ChecksumFields::of(source.object.checksum.as_ref().filter(|_| wanted));
        let version_id = self.version_of(call, &input.bucket, &source.object)?;
        Ok(GetObjectOutput { version_id, ..self.download(source, extent, checksum) })
    }

    fn download(&self, source: Source, extent: Extent, checksum: ChecksumFields) -> GetObjectOutput {
        let Source { object, files, open, pin } = source;
        let length = extent.range.end - extent.range.start;
        let body = stream(Arc::clone(&self.files), cut(files, &extent.range), open, pin);
        let described = object.description;
        GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(StreamingBlob::wrap(body)),
            content_length: i64::try_from(length).ok(),
            content_range: extent.content_range,
            parts_count: extent.parts_count,
            e_tag: Some(tag(&object.etag)),
            last_modified: Some(date(object.modified)),
            metadata: described.user_metadata(),
            expires: described.expires(),
            storage_class: described.storage_class(),
            server_side_encryption: described.encryption(),
            content_type: described.content_type,
            cache_control: described.cache_control,
            content_disposition: described.content_disposition,
            content_encoding: described.content_encoding,
            content_language: described.content_language,
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            checksum_type: checksum.kind,
            ..GetObjectOutput::default()
        }
    }

    /// `HeadObject`.
    pub(crate) async fn head_object(
        &self,
        call: &Call,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<HeadObjectOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        if input.sse_customer_algorithm.is_some() {
            return Err(error::not_implemented());
        }
        let sought = Sought::new("HeadObject", &input.bucket, &input.key, input.version_id.as_deref())?;
        let object = self.find(call, &sought).await?;
        let conditions = Conditions {
            matching: input.if_match.as_ref(),
            none_matching: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        read_as_decided(call, &sought, &object)?;
        conditions.check_read(&object)?;
        let extent = self.extent(&object, input.range, input.part_number).await?;
        let wanted = input.checksum_mode.is_some() && extent.content_range.is_none();
        let checksum = ChecksumFields::of(object.checksum.as_ref().filter(|_| wanted));
        let version_id = self.version_of(call, &input.bucket, &object)?;
        let described = object.description;
        Ok(HeadObjectOutput {
            version_id,
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from(extent.range.end - extent.range.start).ok(),
            content_range: extent.content_range,
            parts_count: extent.parts_count,
            e_tag: Some(tag(&object.etag)),
            last_modified: Some(date(object.modified)),
            metadata: described.user_metadata(),
            expires: described.expires(),
            storage_class: described.storage_class(),
            server_side_encryption: described.encryption(),
            content_type: described.content_type,
            cache_control: described.cache_control,
            content_disposition: described.content_disposition,
            content_encoding: described.content_encoding,
            content_language: described.content_language,
            checksum_crc32: checksum.crc32,
            checksum_crc32c: checksum.crc32c,
            checksum_crc64nvme: checksum.crc64nvme,
            checksum_sha1: checksum.sha1,
            checksum_sha256: checksum.sha256,
            checksum_type: checksum.kind,
            ..HeadObjectOutput::default()
        })
    }
}
