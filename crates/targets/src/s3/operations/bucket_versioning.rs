//! Whether a bucket keeps versions: asked, and changed. Once they were kept they can be suspended, never undone.
//!
//! Source: Amazon S3 API reference, `PutBucketVersioning` and `GetBucketVersioning`.

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::s3::error;
use crate::s3::state::Call;
use crate::s3::version::Versioning;

impl Backend {
    /// `GetBucketVersioning`: empty where versions were never kept.
    pub(crate) async fn get_bucket_versioning(
        &self,
        call: &Call,
        request: S3Request<GetBucketVersioningInput>,
    ) -> S3Result<GetBucketVersioningOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        let versioning = self.catalogue.bucket(call, &request.input.bucket)?.versioning;
        let status = versioning.map(|versioning| {
            BucketVersioningStatus::from_static(match versioning {
                Versioning::Enabled => BucketVersioningStatus::ENABLED,
                Versioning::Suspended => BucketVersioningStatus::SUSPENDED,
            })
        });
        Ok(GetBucketVersioningOutput { status, ..GetBucketVersioningOutput::default() })
    }

    /// `PutBucketVersioning`. Deletes that need a second factor are not offered.
    pub(crate) async fn put_bucket_versioning(
        &self,
        call: &Call,
        request: S3Request<PutBucketVersioningInput>,
    ) -> S3Result<PutBucketVersioningOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let configuration = input.versioning_configuration;
        let factor = configuration.mfa_delete.as_ref().map(|it| it.as_str());
        if factor.is_some_and(|factor| factor != MFADelete::DISABLED) || input.mfa.is_some() {
            return Err(error::not_implemented());
        }
        let versioning = match configuration.status.as_ref().map(|status| status.as_str()) {
            Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
            Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
            Some(_) => return Err(error::malformed_xml()),
            None => return Err(error::illegal_versioning()),
        };
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.catalogue
            .change_bucket(call, &input.bucket, |bucket| bucket.versioning = Some(versioning))
            .await?;
        Ok(PutBucketVersioningOutput::default())
    }
}
