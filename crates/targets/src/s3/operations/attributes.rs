//! `GetObjectAttributes`: what is known of an object, as far as it is asked for.
//!
//! Source: Amazon S3 API reference, "GetObjectAttributes". Its pages do not say which objects have a list of their parts:
//! as users have found, those whose checksum is made of the parts' checksums; of other uploads the number of parts is told.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, Response};
use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::find::Sought;
use crate::s3::document::{Contents, Object, Part};
use crate::s3::error;
use crate::s3::listing::limit;
use crate::s3::metadata::{ChecksumFields, date, tag};
use crate::s3::state::{Call, Decided};

/// The header that says which attributes are wanted.
const WANTED: &str = "x-amz-object-attributes";

impl Backend {
    /// `GetObjectAttributes`.
    pub(crate) async fn get_object_attributes(
        &self,
        call: &Call,
        request: S3Request<GetObjectAttributesInput>,
    ) -> S3Result<GetObjectAttributesOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        if input.sse_customer_algorithm.is_some() {
            return Err(error::not_implemented());
        }
        let wanted = wanted(&input.object_attributes)?;
        let max_parts = limit(input.max_parts, "max-parts")?;
        let marker = input.part_number_marker.unwrap_or_default().max(0);
        let version = input.version_id.as_deref();
        let sought = Sought::new("GetObjectAttributes", &input.bucket, &input.key, version)?;
        let object = self.find(call, &sought).await?;
        call.must_be_decided_by(Decided::Object, &object.tags)?;
        let wants = |name: &'static str| wanted.contains(name);
        let object_parts = if wants(ObjectAttributes::OBJECT_PARTS) {
            self.parts_of_object(&object, max_parts, marker).await?
        } else {
            None
        };
        let class = object.description.storage_class();
        let class = class.unwrap_or_else(|| StorageClass::from_static(StorageClass::STANDARD));
        Ok(GetObjectAttributesOutput {
            checksum: checksum(&object).filter(|_| wants(ObjectAttributes::CHECKSUM)),
            e_tag: wants(ObjectAttributes::ETAG).then(|| tag(&object.etag)),
            object_parts,
            object_size: i64::try_from(object.size).ok().filter(|_| wants(ObjectAttributes::OBJECT_SIZE)),
            storage_class: wants(ObjectAttributes::STORAGE_CLASS).then_some(class),
            last_modified: Some(date(object.modified)),
            version_id: self.version_of(call, &input.bucket, &object)?,
            ..GetObjectAttributesOutput::default()
        })
    }

    /// A page of an object's parts; `None` for one that was sent whole.
    async fn parts_of_object(
        &self,
        object: &Object,
        max_parts: i32,
        marker: i32,
    ) -> S3Result<Option<GetObjectAttributesParts>> {
        let Contents::Upload { id, parts: count } = &object.contents else { return Ok(None) };
        let total = GetObjectAttributesParts {
            total_parts_count: i32::try_from(*count).ok(),
            ..GetObjectAttributesParts::default()
        };
        if !object.checksum.as_ref().is_some_and(|checksum| checksum.composite) {
            return Ok(Some(total));
        }
        let found = self.catalogue.parts(id).await?;
        if u32::try_from(found.len()) != Ok(*count) {
            // The object was replaced meanwhile, and its parts with it.
            return Err(error::slow_down());
        }
        let mut left = found.into_iter().filter(|part| part.number > marker);
        let asked = usize::try_from(max_parts).unwrap_or_default();
        let page: Vec<ObjectPart> = left.by_ref().take(asked).map(shown).collect();
        let is_truncated = left.next().is_some() && asked > 0;
        Ok(Some(GetObjectAttributesParts {
            is_truncated: Some(is_truncated),
            max_parts: Some(max_parts),
            next_part_number_marker: Some(page.last().and_then(|part| part.part_number).unwrap_or_default()),
            part_number_marker: Some(marker),
            parts: Some(page),
            ..total
        }))
    }
}

/// The attributes that are asked for, which may stand in one header or in several.
fn wanted(asked: &ObjectAttributesList) -> S3Result<BTreeSet<&str>> {
    const KNOWN: [&str; 5] = [
        ObjectAttributes::CHECKSUM,
        ObjectAttributes::ETAG,
        ObjectAttributes::OBJECT_PARTS,
        ObjectAttributes::OBJECT_SIZE,
        ObjectAttributes::STORAGE_CLASS,
    ];
    let names = asked.iter().flat_map(|names| names.as_str().split(',')).map(str::trim);
    let names: BTreeSet<&str> = names.collect();
    if names.iter().all(|name| KNOWN.contains(name)) {
        Ok(names)
    } else {
        Err(error::invalid_argument("Invalid attribute name specified."))
    }
}

/// Refuses a request that asks for no attribute, before `s3s` does so in other words.
pub(crate) fn must_be_wanted(headers: &HeaderMap) -> S3Result<()> {
    if headers.contains_key(WANTED) {
        return Ok(());
    }
    Err(error::invalid_request(
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    ))
}

fn checksum(object: &Object) -> Option<Checksum> {
    let checksum = object.checksum.as_ref()?;
    let fields = ChecksumFields::of(Some(checksum));
    // What is made of the parts' checksums ends in their number elsewhere, and here does not.
    let whole = |value: Option<String>| {
        value.map(|value| value.split_once('-').map_or(value.clone(), |(whole, _)| whole.to_owned()))
    };
    Some(Checksum {
        checksum_crc32: whole(fields.crc32),
        checksum_crc32c: whole(fields.crc32c),
        checksum_crc64nvme: whole(fields.crc64nvme),
        checksum_sha1: whole(fields.sha1),
        checksum_sha256: whole(fields.sha256),
        checksum_type: fields.kind,
    })
}

fn shown(part: Part) -> ObjectPart {
    let checksum = ChecksumFields::of(Some(&part.checksum));
    ObjectPart {
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
        checksum_crc32: checksum.crc32,
        checksum_crc32c: checksum.crc32c,
        checksum_crc64nvme: checksum.crc64nvme,
        checksum_sha1: checksum.sha1,
        checksum_sha256: checksum.sha256,
    }
}

/// Takes the quotation marks off the entity tag, which S3 shows without them here and nowhere else.
pub(crate) fn without_quotes(response: Response<s3s::Body>) -> Response<s3s::Body> {
    let (parts, body) = response.into_parts();
    let Some(document) = body.bytes() else { return Response::from_parts(parts, body) };
    let text = String::from_utf8_lossy(&document);
    let text = text.replacen("<ETag>\"", "<ETag>", 1).replacen("\"</ETag>", "</ETag>", 1);
    Response::from_parts(parts, s3s::Body::from(Bytes::from(text)))
}
