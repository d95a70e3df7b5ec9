//! `CompleteMultipartUpload`: the list of parts is checked, and one commit makes the parts an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_store::ObjectChange;
use md5::{Digest as _, Md5};
use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::check_write;
use super::multipart::{check_part_number, check_upload_id};
use crate::body::Integrity;
use crate::s3::catalogue::{Released, part_key, parts_of, upload_key, uploads_of};
use crate::s3::checksum::{Algorithm, Checksum, compose, join};
use crate::s3::document::{self, Contents, Part};
use crate::s3::error;
use crate::s3::history::{Address, Next};
use crate::s3::limits::{MINIMUM_PART_BYTES, OBJECT_BYTES, PARTS};
use crate::s3::metadata::{ChecksumFields, tag};
use crate::s3::state::Call;
use crate::s3::upload::hexadecimal;
use crate::s3::version::{Versioning, answered};

impl Backend {
    /// `CompleteMultipartUpload`. Asked again for the object it has made, it gives the same answer, since a client
    /// whose connection broke cannot know.
    pub(crate) async fn complete_multipart_upload(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let host = request.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let location =
            format!("http://{}/{}/{}", host.unwrap_or_default(), request.input.bucket, request.input.key);
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        check_upload_id(&input.upload_id)?;
        let _bucket = self.catalogue.bucket_locks.shared(input.bucket.as_str()).await;
        let _upload = self.catalogue.upload_locks.alone(input.upload_id.as_str()).await;
        let _key = self.catalogue.key_locks.alone(&(input.bucket.as_str(), input.key.as_str())).await;
        let versioning = self.catalogue.bucket(call, &input.bucket)?.versioning;
        let current = self.catalogue.object(&input.bucket, &input.key)?;
        let upload = match (self.catalogue.upload(&input.bucket, &input.key, &input.upload_id), &current) {
            (Ok(upload), _) => upload,
            (Err(_), Some(object)) if made_by(object, &input.upload_id) => {
                return Ok(answer(&input, object, versioning, location));
            }
            (Err(refused), _) => return Err(refused),
        };
        check_write(input.if_match.as_ref(), input.if_none_match.as_ref(), current.as_ref())?;
        let uploaded = self.catalogue.parts(&input.upload_id).await?;
        let (chosen, left) = choose(&input, &upload, uploaded)?;
        let mut object = object(call, &input, upload, &chosen)?;
        let at = Address { bucket: &input.bucket, key: &input.key };
        let mut step = self.catalogue.supersede(at, versioning, current, Next::Object(&mut object)).await?;
        step.changes.push(ObjectChange::Delete {
            bucket: uploads_of(&input.bucket),
            key: upload_key(&input.key, &input.upload_id),
        });
        step.changes.extend(left.iter().map(|part| ObjectChange::Delete {
            bucket: parts_of(&input.upload_id),
            key: part_key(part.number),
        }));
        self.settle(step).await?;
        let unused = left.iter().map(|part| part.file).collect();
        self.discard(Released { files: unused, ..Released::default() }).await;
        Ok(answer(&input, &object, versioning, location))
    }
}

fn made_by(object: &document::Object, upload: &str) -> bool {
    matches!(&object.contents, Contents::Upload { id, .. } if id == upload)
}

fn answer(
    input: &CompleteMultipartUploadInput,
    object: &document::Object,
    versioning: Option<Versioning>,
    location: String,
) -> CompleteMultipartUploadOutput {
    let checksum = ChecksumFields::of(object.checksum.as_ref());
    CompleteMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        key: Some(input.key.clone()),
        location: Some(location),
        e_tag: Some(tag(&object.etag)),
        version_id: answered(versioning, object.version.as_ref()),
        server_side_encryption: object.description.encryption(),
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
        checksum_type: checksum.kind,
        ..CompleteMultipartUploadOutput::default()
    }
}

/// Checks the list against what was uploaded: the parts of the object in order, and those not in the list.
fn choose(
    input: &CompleteMultipartUploadInput,
    upload: &document::Upload,
    uploaded: Vec<Part>,
) -> S3Result<(Vec<Part>, Vec<Part>)> {
    let listed = input.multipart_upload.as_ref().and_then(|list| list.parts.as_ref());
    let listed = listed.filter(|parts| !parts.is_empty()).ok_or_else(error::malformed_xml)?;
    if listed.len() > usize::try_from(PARTS).unwrap_or_default() {
        return Err(error::malformed_xml());
    }
    let mut uploaded: BTreeMap<i32, Part> = uploaded.into_iter().map(|part| (part.number, part)).collect();
    let mut chosen: Vec<Part> = Vec::with_capacity(listed.len());
    for listed in listed {
        let number = listed.part_number.ok_or_else(error::malformed_xml)?;
        check_part_number(number)?;
        if chosen.last().is_some_and(|before| before.number >= number) {
            return Err(error::invalid_part_order());
        }
        let part = uploaded.remove(&number).ok_or_else(error::invalid_part)?;
        check_listed(listed, &part, upload)?;
        chosen.push(part);
    }
    let before_last = chosen.len().saturating_sub(1);
    if chosen.iter().take(before_last).any(|part| part.size < MINIMUM_PART_BYTES) {
        return Err(error::entity_too_small());
    }
    Ok((chosen, uploaded.into_values().collect()))
}

/// The entity tag, and the checksum where one is given or demanded, must be the part's.
fn check_listed(listed: &CompletedPart, part: &Part, upload: &document::Upload) -> S3Result<()> {
    if listed.e_tag.as_ref().is_none_or(|etag| etag.value() != part.etag) {
        return Err(error::invalid_part());
    }
    let given = ChecksumFields {
        crc32: listed.checksum_crc32.clone(),
        crc32c: listed.checksum_crc32c.clone(),
        crc64nvme: listed.checksum_crc64nvme.clone(),
        sha1: listed.checksum_sha1.clone(),
        sha256: listed.checksum_sha256.clone(),
        kind: None,
    };
    for algorithm in Algorithm::ALL {
        if let Some(value) = given.value(algorithm)
            && (algorithm != part.checksum.algorithm || value != part.checksum.value)
        {
            return Err(error::invalid_part());
        }
    }
    match upload.algorithm {
        Some(algorithm) if upload.composite && given.value(algorithm).is_none() => {
            Err(error::invalid_request(format!(
                "The upload was created using a {} checksum. The complete request must include the checksum for each part. It was missing for part {} in the request.",
                algorithm.name().to_ascii_lowercase(),
                part.number
            )))
        }
        _ => Ok(()),
    }
}

/// Makes the object out of its parts.
fn object(
    call: &Call,
    input: &CompleteMultipartUploadInput,
    upload: document::Upload,
    parts: &[Part],
) -> S3Result<document::Object> {
    let size = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.size));
    if size > OBJECT_BYTES {
        return Err(error::entity_too_large());
    }
    if input.mpu_object_size.is_some_and(|declared| u64::try_from(declared) != Ok(size)) {
        return Err(error::invalid_request(
            "The provided 'x-amz-mp-object-size' header does not match what was computed",
        ));
    }
    let checksum = checksum(&upload, parts);
    check_promised(input, checksum.as_ref())?;
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(unhexadecimal(&part.etag));
    }
    Ok(document::Object {
        size,
        etag: format!("{}-{}", hexadecimal(&md5.finalize()), parts.len()),
        modified: call.now,
        contents: Contents::Upload {
            id: input.upload_id.clone(),
            parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        },
        checksum,
        version: None,
        sequence: 0,
        tags: upload.tags,
        description: upload.description,
    })
}

fn checksum(upload: &document::Upload, parts: &[Part]) -> Option<Checksum> {
    let algorithm = parts.first()?.checksum.algorithm;
    if parts.iter().any(|part| part.checksum.algorithm != algorithm) {
        return None;
    }
    if upload.composite {
        let values: Vec<&str> = parts.iter().map(|part| part.checksum.value.as_str()).collect();
        return compose(algorithm, &values);
    }
    let values: Vec<(&str, u64)> =
        parts.iter().map(|part| (part.checksum.value.as_str(), part.size)).collect();
    join(algorithm, &values)
}

/// A checksum given with the request is that of the object, not of the request's body.
fn check_promised(input: &CompleteMultipartUploadInput, computed: Option<&Checksum>) -> S3Result<()> {
    let given = ChecksumFields {
        crc32: input.checksum_crc32.clone(),
        crc32c: input.checksum_crc32c.clone(),
        crc64nvme: input.checksum_crc64nvme.clone(),
        sha1: input.checksum_sha1.clone(),
        sha256: input.checksum_sha256.clone(),
        kind: None,
    };
    for algorithm in Algorithm::ALL {
        let Some(value) = given.value(algorithm) else { continue };
        let matches = computed.is_some_and(|computed| {
            let whole = computed.value.split_once('-').map_or(computed.value.as_str(), |(whole, _)| whole);
            computed.algorithm == algorithm && (value == computed.value || value == whole)
        });
        if !matches {
            return Err(error::integrity(&Integrity::Checksum { algorithm }));
        }
    }
    Ok(())
}

/// The raw bytes of an entity tag that we wrote ourselves.
fn unhexadecimal(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_back() {
        let raw = [0, 1, 0x9a, 0xff];
        assert_eq!(unhexadecimal(&hexadecimal(&raw)), raw);
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD
            .encode(unhexadecimal("d41d8cd98f00b204e9800998ecf8427e"));
        assert_eq!(base64, "1B2M2Y8AsgTpgAmY7PhCfg==");
    }
}
