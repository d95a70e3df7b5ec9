//! An object's tags: put, shown and taken away, without a change of the object itself.
//!
//! Source: Amazon S3 API reference, "PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging". Their pages do not say
//! what is answered where there is no object; it is as for a read.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::find::Sought;
use crate::authority::{ConditionKey, TargetCall};
use crate::s3::actions::object_arn;
use crate::s3::document::Object;
use crate::s3::state::{Call, Decided};
use crate::s3::tags::{self, Tags};
use crate::s3::version::Wanted;

impl Backend {
    /// `PutObjectTagging`: in place of all that there were.
    pub(crate) async fn put_object_tagging(
        &self,
        call: &Call,
        request: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<PutObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let version = input.version_id.as_deref();
        let sought = Sought::new("PutObjectTagging", &input.bucket, &input.key, version)?;
        let version_id = self.tag(call, &sought, call.given_tags()).await?;
        Ok(PutObjectTaggingOutput { version_id })
    }

    /// `GetObjectTagging`: an empty set where there are none.
    pub(crate) async fn get_object_tagging(
        &self,
        call: &Call,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<GetObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let version = input.version_id.as_deref();
        let sought = Sought::new("GetObjectTagging", &input.bucket, &input.key, version)?;
        let object = self.find(call, &sought).await?;
        call.must_be_decided_by(Decided::Object, &object.tags)?;
        let version_id = self.version_of(call, &input.bucket, &object)?;
        Ok(GetObjectTaggingOutput { tag_set: tags::shown(object.tags), version_id })
    }

    /// `DeleteObjectTagging`: also where there are none.
    pub(crate) async fn delete_object_tagging(
        &self,
        call: &Call,
        request: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<DeleteObjectTaggingOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let version = input.version_id.as_deref();
        let sought = Sought::new("DeleteObjectTagging", &input.bucket, &input.key, version)?;
        let version_id = self.tag(call, &sought, Tags::new()).await?;
        Ok(DeleteObjectTaggingOutput { version_id })
    }

    /// Gives an object other tags. It is as old as it was. Returns the version to answer with.
    async fn tag(&self, call: &Call, sought: &Sought<'_>, tags: Tags) -> S3Result<Option<String>> {
        let at = sought.at;
        let _bucket = self.catalogue.bucket_locks.shared(at.bucket).await;
        self.catalogue.bucket(call, at.bucket)?;
        let _key = self.catalogue.key_locks.alone(&(at.bucket, at.key)).await;
        let mut object = self.find_locked(call, sought).await?;
        call.must_be_decided_by(Decided::Object, &object.tags)?;
        let version = self.version_of(call, at.bucket, &object)?;
        if object.tags != tags {
            object.tags = tags;
            let change = self.catalogue.rewrite(at, object)?;
            self.catalogue.commit(Vec::new(), vec![change]).await?;
        }
        Ok(version)
    }
}

/// What is read must be what was decided about. Whoever may read its tags is told how many there are.
///
/// Source: Amazon S3 API reference, "GetObject" and "HeadObject", `x-amz-tagging-count`: "when you have the relevant
/// permission to read object tags".
pub(super) fn read_as_decided(call: &Call, sought: &Sought<'_>, object: &Object) -> S3Result<()> {
    call.must_be_decided_by(Decided::Object, &object.tags)?;
    if object.tags.is_empty() {
        return Ok(());
    }
    let mut keys = tags::existing_keys(&object.tags);
    let version = sought.version.as_ref().map(Wanted::text);
    keys.extend(version.map(|version| ConditionKey::one("s3:VersionId", version)));
    let reading = TargetCall {
        service: "s3",
        operation: sought.operation,
        action: if version.is_some() { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" },
        resource: object_arn(sought.at.bucket, sought.at.key),
        keys,
    };
    if call.may(&reading) {
        call.tell_tags(object.tags.len());
    }
    Ok(())
}
