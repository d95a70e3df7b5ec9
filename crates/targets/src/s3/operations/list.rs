//! `ListObjectsV2` and `ListObjects`.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::s3::catalogue::parse;
use crate::s3::document;
use crate::s3::listing::{Encoding, Page, Row, Start, Walk, limit, walk};
use crate::s3::metadata::{ChecksumFields, date, tag};
use crate::s3::state::Call;

/// The two halves of a page.
struct Halves {
    contents: Vec<Object>,
    prefixes: Vec<CommonPrefix>,
}

impl Backend {
    /// `ListObjectsV2`.
    pub(crate) async fn list_objects_v2(
        &self,
        call: &Call,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<ListObjectsV2Output> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_keys = limit(input.max_keys, "maxKeys")?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let start = match &input.continuation_token {
            Some(token) => Start::from_token(token)?,
            None => Start::after(input.start_after.as_deref(), &prefix, delimiter.as_deref()),
        };
        let page = self.objects(&input.bucket, &prefix, delimiter.as_deref(), start, max_keys).await?;
        let next_continuation_token = page.rows.last().filter(|_| page.truncated).map(Start::token);
        let owner = (input.fetch_owner == Some(true)).then(|| self.owner(&input.bucket));
        let (truncated, count) = (page.truncated, page.rows.len());
        let Halves { contents, prefixes } = halves(page, encoding, owner.as_ref())?;
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: Some(encoding.apply(prefix)),
            max_keys: Some(max_keys),
            key_count: i32::try_from(count).ok(),
            continuation_token: input.continuation_token,
            is_truncated: Some(truncated),
            next_continuation_token,
            contents: Some(contents),
            common_prefixes: Some(prefixes),
            delimiter: delimiter.map(|delimiter| encoding.apply(delimiter)),
            encoding_type: input.encoding_type,
            start_after: input.start_after.map(|start| encoding.apply(start)),
            request_charged: None,
        })
    }

    /// `ListObjects`, the first version: a marker instead of a token, and always the owner.
    pub(crate) async fn list_objects(
        &self,
        call: &Call,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<ListObjectsOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_keys = limit(input.max_keys, "maxKeys")?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
        let start = Start::after(input.marker.as_deref(), &prefix, delimiter.as_deref());
        let page = self.objects(&input.bucket, &prefix, delimiter.as_deref(), start, max_keys).await?;
        // Without a delimiter the next marker is the last key, and S3 does not repeat it.
        let next_marker = match (page.rows.last(), page.truncated && delimiter.is_some()) {
            (Some(Row::Entry(key, _) | Row::Prefix(key)), true) => Some(encoding.apply(key.clone())),
            _ => None,
        };
        let truncated = page.truncated;
        let Halves { contents, prefixes } = halves(page, encoding, Some(&self.owner(&input.bucket)))?;
        Ok(ListObjectsOutput {
            name: Some(input.bucket),
            prefix: Some(encoding.apply(prefix)),
            marker: Some(encoding.apply(input.marker.unwrap_or_default())),
            max_keys: Some(max_keys),
            is_truncated: Some(truncated),
            contents: Some(contents),
            common_prefixes: Some(prefixes),
            delimiter: delimiter.map(|delimiter| encoding.apply(delimiter)),
            next_marker,
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }

    async fn objects(
        &self,
        bucket: &str,
        prefix: &str,
        delimiter: Option<&str>,
        start: Start,
        max_keys: i32,
    ) -> S3Result<Page> {
        let limit = usize::try_from(max_keys).unwrap_or_default();
        walk(&self.catalogue, Walk { bucket, prefix, delimiter, start, limit }).await
    }
}

fn halves(page: Page, encoding: Encoding, owner: Option<&Owner>) -> S3Result<Halves> {
    let mut halves = Halves { contents: Vec::new(), prefixes: Vec::new() };
    for row in page.rows {
        match row {
            Row::Prefix(prefix) => {
                halves.prefixes.push(CommonPrefix { prefix: Some(encoding.apply(prefix)) });
            }
            Row::Entry(key, document) => {
                let object: document::Object = parse(&document)?;
                halves.contents.push(listed(encoding.apply(key), &object, owner.cloned()));
            }
        }
    }
    Ok(halves)
}

fn listed(key: String, object: &document::Object, owner: Option<Owner>) -> Object {
    Object {
        checksum_algorithm: ChecksumFields::algorithm(object.checksum.as_ref()),
        checksum_type: ChecksumFields::of(object.checksum.as_ref()).kind,
        e_tag: Some(tag(&object.etag)),
        key: Some(key),
        last_modified: Some(date(object.modified)),
        owner,
        restore_status: None,
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectStorageClass::from(object.description.listed_class())),
    }
}
