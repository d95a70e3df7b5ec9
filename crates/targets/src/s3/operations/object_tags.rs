//! An object's tags: put, shown and taken away, without a change of the object itself.
//!
//! Source: Amazon S3 API reference, "PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging". Their pages do not say
//! what is answered where there is no object; it is as for a read.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::source::check_version;
use crate::authority::{ConditionKey, TargetCall};
use crate::s3::actions::object_arn;
use crate::s3::catalogue;
use crate::s3::document::Object;
use crate::s3::state::{Call, Decided};
use crate::s3::tags::{self, Tags};

impl Backend {
    /// `PutObjectTagging`: in place of all that there were.
    pub(crate) async fn put_object_tagging(
        &self,
        call: &Call,
        request: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<PutObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let address = (input.bucket.as_str(), input.key.as_str(), input.version_id.as_deref());
        self.tag(call, "PutObjectTagging", address, call.given_tags()).await?;
        Ok(PutObjectTaggingOutput::default())
    }

    /// `GetObjectTagging`: an empty set where there are none.
    pub(crate) async fn get_object_tagging(
        &self,
        call: &Call,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<GetObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(&input.bucket)?;
        check_version(input.version_id.as_deref())?;
        let found = self.meant(&input.bucket, &input.key, input.version_id.as_deref())?;
        let object = found.ok_or_else(|| call.missing_key("GetObjectTagging", &input.bucket))?;
        call.must_be_decided_by(Decided::Object, &object.tags)?;
        Ok(GetObjectTaggingOutput { tag_set: tags::shown(object.tags), version_id: None })
    }

    /// `DeleteObjectTagging`: also where there are none.
    pub(crate) async fn delete_object_tagging(
        &self,
        call: &Call,
        request: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<DeleteObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let address = (input.bucket.as_str(), input.key.as_str(), input.version_id.as_deref());
        self.tag(call, "DeleteObjectTagging", address, Tags::new()).await?;
        Ok(DeleteObjectTaggingOutput::default())
    }

    /// Gives an object other tags. It is as old as it was.
    async fn tag(
        &self,
        call: &Call,
        operation: &'static str,
        (bucket, key, version): (&str, &str, Option<&str>),
        tags: Tags,
    ) -> S3Result<()> {
        let _bucket = self.catalogue.bucket_locks.shared(bucket).await;
        self.catalogue.bucket(bucket)?;
        check_version(version)?;
        let _key = self.catalogue.key_locks.alone(&(bucket, key)).await;
        let found = self.meant(bucket, key, version)?;
        let mut object = found.ok_or_else(|| call.missing_key(operation, bucket))?;
        call.must_be_decided_by(Decided::Object, &object.tags)?;
        if object.tags == tags {
            return Ok(());
        }
        object.tags = tags;
        let change = catalogue::put(bucket.to_owned(), key.to_owned(), &object)?;
        self.catalogue.commit(Vec::new(), vec![change]).await
    }
}

/// What is read must be what was decided about. Whoever may read its tags is told how many there are.
///
/// Source: Amazon S3 API reference, "GetObject" and "HeadObject", `x-amz-tagging-count`: "when you have the relevant
/// permission to read object tags".
pub(super) fn read_as_decided(
    call: &Call,
    operation: &'static str,
    (bucket, key, version): (&str, &str, Option<&str>),
    object: &Object,
) -> S3Result<()> {
    call.must_be_decided_by(Decided::Object, &object.tags)?;
    if object.tags.is_empty() {
        return Ok(());
    }
    let mut keys = tags::existing_keys(&object.tags);
    keys.extend(version.map(|version| ConditionKey::one("s3:VersionId", version)));
    let reading = TargetCall {
        service: "s3",
        operation,
        action: if version.is_some() { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" },
        resource: object_arn(bucket, key),
        keys,
    };
    if call.may(&reading) {
        call.tell_tags(object.tags.len());
    }
    Ok(())
}
