//! The operations, one file per group, as `s3s` calls them.

mod acl;
pub(crate) mod attributes;
mod bucket_policy;
mod bucket_settings;
mod bucket_tags;
mod bucket_versioning;
mod buckets;
mod conditions;
mod copy;
mod delete;
mod find;
mod get;
mod list;
mod multipart;
mod multipart_complete;
mod multipart_list;
mod object_tags;
mod public_access;
mod put;
mod source;
mod versions;

use std::sync::Arc;

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

pub(crate) use self::find::{DELETE_MARKER, VERSION_ID};
use super::Settings;
use super::catalogue::{Catalogue, Released};
use super::error;
use super::files::Files;
use super::history::Step;
use super::places::{Place, Places};
use super::send::Readers;
use super::state::Call;

/// The embedded back end.
pub(crate) struct Backend {
    pub(crate) settings: Settings,
    pub(crate) files: Arc<Files>,
    pub(crate) catalogue: Catalogue,
    pub(crate) readers: Readers,
    uploads: Places,
}

impl Backend {
    pub(crate) fn new(settings: Settings, files: Files, catalogue: Catalogue) -> Self {
        let (readers, uploads) = (Readers::default(), Places::default());
        Self { settings, files: Arc::new(files), catalogue, readers, uploads }
    }

    /// The account that owns a bucket.
    fn owner(&self, bucket: &str) -> Owner {
        owner(self.catalogue.owner(bucket).as_deref().unwrap_or(&self.settings.account))
    }

    /// The owner that a request expects must be the bucket's. A bucket that is not there is refused later.
    fn check_owner(&self, bucket: &str, expected: Option<&str>) -> S3Result<()> {
        match (expected, self.catalogue.owner(bucket)) {
            (Some(expected), Some(owner)) if expected != owner => Err(error::access_denied("Access Denied")),
            _ => Ok(()),
        }
    }

    /// The same for the source of a copy.
    fn check_source_owner(&self, source: &CopySource, expected: Option<&str>) -> S3Result<()> {
        match source {
            CopySource::Bucket { bucket, .. } => self.check_owner(bucket, expected),
            _ => Ok(()),
        }
    }

    /// A place among the uploads that run at once.
    fn begin_upload(&self, call: &Call) -> S3Result<Place<'_>> {
        self.uploads.take(&call.account).ok_or_else(error::slow_down)
    }

    /// Makes a change of a key's history, and removes the files of what it has dropped. A commit that fails may still
    /// have been made; its files are the sweep's to judge.
    async fn settle(self: &Arc<Self>, step: Step) -> S3Result<()> {
        self.files.remember(&step.moved);
        self.catalogue.commit(Vec::new(), step.changes).await?;
        for released in step.released {
            self.discard(released).await;
        }
        Ok(())
    }

    /// Removes the files of what a commit has dropped.
    async fn discard(self: &Arc<Self>, released: Released) {
        let backend = Arc::clone(self);
        let removed = tokio::task::spawn_blocking(move || match &released.upload {
            Some(upload) => backend.readers.remove(&backend.files, upload, released.files),
            None => backend.files.remove(&released.files),
        });
        if let Err(cause) = removed.await {
            tracing::warn!(error = &cause as &dyn std::error::Error, "left files of object bytes");
        }
    }
}

/// An account as S3 names owners: by a canonical user id of 64 hexadecimal digits.
fn owner(account: &str) -> Owner {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, account.as_bytes());
    Owner { display_name: None, id: Some(super::upload::hexadecimal(digest.as_ref())) }
}

/// What `s3s` calls.
pub(crate) struct Handler(pub(crate) Arc<Backend>);

/// Passes each offered operation on to the method of the same name. Whatever is not here answers `NotImplemented`,
/// which is also what the access hook says of it before.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident;)*) => {
        #[async_trait]
        impl s3s::S3 for Handler {
            $(
                async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    let call = Call::of(&request)?;
                    self.0.$name(&call, request).await.map(S3Response::new)
                }
            )*
        }
    };
}

operations! {
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput;
    copy_object(CopyObjectInput) -> CopyObjectOutput;
    create_bucket(CreateBucketInput) -> CreateBucketOutput;
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput;
    delete_bucket_policy(DeleteBucketPolicyInput) -> DeleteBucketPolicyOutput;
    delete_bucket_tagging(DeleteBucketTaggingInput) -> DeleteBucketTaggingOutput;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput;
    delete_object_tagging(DeleteObjectTaggingInput) -> DeleteObjectTaggingOutput;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput;
    delete_public_access_block(DeletePublicAccessBlockInput) -> DeletePublicAccessBlockOutput;
    get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput) -> GetBucketAccelerateConfigurationOutput;
    get_bucket_acl(GetBucketAclInput) -> GetBucketAclOutput;
    get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput;
    get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput;
    get_bucket_lifecycle_configuration(GetBucketLifecycleConfigurationInput) -> GetBucketLifecycleConfigurationOutput;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput;
    get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput) -> GetBucketNotificationConfigurationOutput;
    get_bucket_ownership_controls(GetBucketOwnershipControlsInput) -> GetBucketOwnershipControlsOutput;
    get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput;
    get_bucket_policy_status(GetBucketPolicyStatusInput) -> GetBucketPolicyStatusOutput;
    get_bucket_replication(GetBucketReplicationInput) -> GetBucketReplicationOutput;
    get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput;
    get_bucket_tagging(GetBucketTaggingInput) -> GetBucketTaggingOutput;
    get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput;
    get_bucket_website(GetBucketWebsiteInput) -> GetBucketWebsiteOutput;
    get_object(GetObjectInput) -> GetObjectOutput;
    get_object_acl(GetObjectAclInput) -> GetObjectAclOutput;
    get_object_attributes(GetObjectAttributesInput) -> GetObjectAttributesOutput;
    get_object_lock_configuration(GetObjectLockConfigurationInput) -> GetObjectLockConfigurationOutput;
    get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput;
    get_public_access_block(GetPublicAccessBlockInput) -> GetPublicAccessBlockOutput;
    head_bucket(HeadBucketInput) -> HeadBucketOutput;
    head_object(HeadObjectInput) -> HeadObjectOutput;
    list_buckets(ListBucketsInput) -> ListBucketsOutput;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput;
    list_object_versions(ListObjectVersionsInput) -> ListObjectVersionsOutput;
    list_objects(ListObjectsInput) -> ListObjectsOutput;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output;
    list_parts(ListPartsInput) -> ListPartsOutput;
    put_bucket_acl(PutBucketAclInput) -> PutBucketAclOutput;
    put_bucket_ownership_controls(PutBucketOwnershipControlsInput) -> PutBucketOwnershipControlsOutput;
    put_bucket_policy(PutBucketPolicyInput) -> PutBucketPolicyOutput;
    put_bucket_tagging(PutBucketTaggingInput) -> PutBucketTaggingOutput;
    put_bucket_versioning(PutBucketVersioningInput) -> PutBucketVersioningOutput;
    put_object(PutObjectInput) -> PutObjectOutput;
    put_object_acl(PutObjectAclInput) -> PutObjectAclOutput;
    put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput;
    put_public_access_block(PutPublicAccessBlockInput) -> PutPublicAccessBlockOutput;
    upload_part(UploadPartInput) -> UploadPartOutput;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput;
}
