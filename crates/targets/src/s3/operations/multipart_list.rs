//! `ListParts` and `ListMultipartUploads`.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::multipart::{check_upload_id, kind};
use crate::s3::catalogue::{parse, part_key, parts_of, uploads_of};
use crate::s3::document;
use crate::s3::listing::{Encoding, Row, Start, Walk, limit, walk};
use crate::s3::metadata::{ChecksumFields, date, tag};
use crate::s3::state::Call;

impl Backend {
    /// `ListParts`.
    pub(crate) async fn list_parts(
        &self,
        call: &Call,
        request: S3Request<ListPartsInput>,
    ) -> S3Result<ListPartsOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        check_upload_id(&input.upload_id)?;
        let upload = self.catalogue.upload(&input.bucket, &input.key, &input.upload_id)?;
        let max_parts = limit(input.max_parts, "max-parts")?;
        let marker = input.part_number_marker.unwrap_or_default().max(0);
        let asked = usize::try_from(max_parts).unwrap_or_default();
        let after = (marker > 0).then(|| part_key(marker));
        let mut page = self.catalogue.page(&parts_of(&input.upload_id), "", after, asked + 1).await?;
        let truncated = page.len() > asked && asked > 0;
        page.truncate(asked);
        let parts = page.iter().map(|(_, document)| parse(document).map(listed_part));
        let parts = parts.collect::<S3Result<Vec<Part>>>()?;
        let owner = self.owner(&input.bucket);
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            part_number_marker: Some(marker),
            next_part_number_marker: parts.last().and_then(|part| part.part_number),
            max_parts: Some(max_parts),
            is_truncated: Some(truncated),
            parts: Some(parts),
            initiator: Some(initiator(&owner)),
            owner: Some(owner),
            storage_class: Some(class(&upload)),
            checksum_algorithm: upload.algorithm.map(|it| ChecksumAlgorithm::from_static(it.name())),
            checksum_type: upload.algorithm.map(|_| kind(upload.composite)),
            ..ListPartsOutput::default()
        })
    }

    /// `ListMultipartUploads`: by key, and by age within a key.
    pub(crate) async fn list_multipart_uploads(
        &self,
        call: &Call,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<ListMultipartUploadsOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_uploads = limit(input.max_uploads, "max-uploads")?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let marker = marker(input.key_marker.as_deref(), input.upload_id_marker.as_deref());
        let owner = self.owner(&input.bucket);
        let page = walk(
            &self.catalogue,
            Walk {
                bucket: &uploads_of(&input.bucket),
                prefix: &prefix,
                delimiter: delimiter.as_deref(),
                start: Start::after(marker.as_deref(), &prefix, delimiter.as_deref()),
                limit: usize::try_from(max_uploads).unwrap_or_default(),
            },
        )
        .await?;
        let next = page.rows.last().filter(|_| page.truncated).map(|row| match row {
            Row::Entry(entry, _) => split(entry),
            Row::Prefix(prefix) => (prefix.clone(), None),
        });
        let (next_key_marker, next_upload_id_marker) = next.map_or((None, None), |(key, id)| (Some(key), id));
        let (mut uploads, mut common_prefixes) = (Vec::new(), Vec::new());
        for row in page.rows {
            match row {
                Row::Prefix(prefix) => {
                    common_prefixes.push(CommonPrefix { prefix: Some(encoding.apply(prefix)) })
                }
                Row::Entry(entry, document) => {
                    let (key, upload_id) = split(&entry);
                    let key = encoding.apply(key);
                    uploads.push(listed_upload(&owner, key, upload_id, &parse(&document)?));
                }
            }
        }
        Ok(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: Some(encoding.apply(prefix)),
            delimiter: delimiter.map(|delimiter| encoding.apply(delimiter)),
            encoding_type: input.encoding_type,
            key_marker: Some(encoding.apply(input.key_marker.unwrap_or_default())),
            upload_id_marker: Some(input.upload_id_marker.unwrap_or_default()),
            next_key_marker: next_key_marker.map(|key| encoding.apply(key)),
            next_upload_id_marker,
            max_uploads: Some(max_uploads),
            is_truncated: Some(page.truncated),
            uploads: Some(uploads),
            common_prefixes: Some(common_prefixes),
            request_charged: None,
        })
    }
}

fn listed_upload(
    owner: &Owner,
    key: String,
    upload_id: Option<String>,
    upload: &document::Upload,
) -> MultipartUpload {
    MultipartUpload {
        key: Some(key),
        upload_id,
        initiated: Some(date(upload.initiated)),
        initiator: Some(initiator(owner)),
        owner: Some(owner.clone()),
        storage_class: Some(class(upload)),
        checksum_algorithm: upload.algorithm.map(|it| ChecksumAlgorithm::from_static(it.name())),
        checksum_type: upload.algorithm.map(|_| kind(upload.composite)),
    }
}

fn initiator(owner: &Owner) -> Initiator {
    Initiator { display_name: owner.display_name.clone(), id: owner.id.clone() }
}

fn class(upload: &document::Upload) -> StorageClass {
    upload.description.storage_class().unwrap_or_else(|| StorageClass::from_static(StorageClass::STANDARD))
}

/// Splits an index key into the object's key and the upload's id.
fn split(entry: &str) -> (String, Option<String>) {
    match entry.rsplit_once('\0') {
        Some((key, id)) => (key.to_owned(), Some(id.to_owned())),
        None => (entry.to_owned(), None),
    }
}

/// The index key after which a page begins: after one upload of a key, or after all of them.
fn marker(key: Option<&str>, upload: Option<&str>) -> Option<String> {
    let key = key.filter(|key| !key.is_empty())?;
    match upload.filter(|upload| !upload.is_empty()) {
        Some(upload) => Some(format!("{key}\0{upload}")),
        // Ids are hexadecimal, so a `g` sorts after every upload of this key and before the next key.
        None if key.ends_with('/') => Some(key.to_owned()),
        None => Some(format!("{key}\0g")),
    }
}

fn listed_part(part: document::Part) -> Part {
    let checksum = ChecksumFields::of(Some(&part.checksum));
    Part {
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
        e_tag: Some(tag(&part.etag)),
        last_modified: Some(date(part.modified)),
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
    }
}
