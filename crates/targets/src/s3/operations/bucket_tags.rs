//! A bucket's tags. They are kept and given back, and decide nothing: at AWS a bucket's tags are condition keys
//! (`aws:ResourceTag`) only where attribute-based access control was turned on for the bucket, which is not offered.
//!
//! Source: Amazon S3 API reference, "PutBucketTagging"; Billing user guide, "User-defined tag restrictions". The words
//! for too many tags were not to be found; they are ours.

use std::collections::BTreeMap;

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::s3::error;
use crate::s3::limits::{BUCKET_TAGS, TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS};
use crate::s3::state::Call;
use crate::tag;

impl Backend {
    /// `PutBucketTagging`: in place of all that there were.
    pub(crate) async fn put_bucket_tagging(
        &self,
        call: &Call,
        request: S3Request<PutBucketTaggingInput>,
    ) -> S3Result<PutBucketTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.catalogue.bucket(call, &input.bucket)?;
        let tags = read(input.tagging.tag_set)?;
        self.catalogue.change_bucket(call, &input.bucket, |bucket| bucket.tags = tags).await?;
        Ok(PutBucketTaggingOutput::default())
    }

    /// `GetBucketTagging`.
    pub(crate) async fn get_bucket_tagging(
        &self,
        call: &Call,
        request: S3Request<GetBucketTaggingInput>,
    ) -> S3Result<GetBucketTaggingOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        let tags = self.catalogue.bucket(call, &request.input.bucket)?.tags;
        if tags.is_empty() {
            return Err(error::not_configured("NoSuchTagSet", "The TagSet does not exist"));
        }
        let tag_set = tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) });
        Ok(GetBucketTaggingOutput { tag_set: tag_set.collect() })
    }

    /// `DeleteBucketTagging`: also where there are none.
    pub(crate) async fn delete_bucket_tagging(
        &self,
        call: &Call,
        request: S3Request<DeleteBucketTaggingInput>,
    ) -> S3Result<DeleteBucketTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        if !self.catalogue.bucket(call, &input.bucket)?.tags.is_empty() {
            self.catalogue.change_bucket(call, &input.bucket, |bucket| bucket.tags.clear()).await?;
        }
        Ok(DeleteBucketTaggingOutput::default())
    }
}

fn read(set: TagSet) -> S3Result<BTreeMap<String, String>> {
    if set.len() > BUCKET_TAGS {
        return Err(error::too_many_tags(BUCKET_TAGS));
    }
    let mut tags = BTreeMap::new();
    for tag in set {
        let (Some(key), Some(value)) = (tag.key, tag.value) else { return Err(error::malformed_xml()) };
        if key.is_empty() || key.chars().count() > TAG_KEY_CHARACTERS || !tag::is_plain(&key) {
            return Err(error::invalid_tag("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > TAG_VALUE_CHARACTERS || !tag::is_plain(&value) {
            return Err(error::invalid_tag("The TagValue you have provided is invalid"));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(error::invalid_tag("System tags cannot be added/updated by requester"));
        }
        if tags.insert(key, value).is_some() {
            return Err(error::invalid_tag("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(tags)
}
