//! A bucket's policy: kept, given back letter by letter, dropped.
//!
//! Whether a text is a policy of this bucket is the authority's to say; here it is a text. Only the owner's account may
//! deal with it, whatever the policy itself allows.
//!
//! `x-amz-confirm-remove-self-bucket-access` is taken and changes nothing: the API reference says that it confirms the
//! removal of one's own permission, and does not say how a request without it is refused.
//!
//! Source: Amazon S3 API reference, "PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy" and
//! "GetBucketPolicyStatus".

use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use crate::authority::PolicyRefusal;
use crate::s3::error;
use crate::s3::state::Call;

impl Backend {
    /// `PutBucketPolicy`.
    pub(crate) async fn put_bucket_policy(
        &self,
        call: &Call,
        request: S3Request<PutBucketPolicyInput>,
    ) -> S3Result<PutBucketPolicyOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.check_own(call, &input.bucket)?;
        let policy =
            call.check_bucket_policy(&input.bucket, &input.policy).map_err(|refusal| match refusal {
                PolicyRefusal::Malformed(message) => error::malformed_policy(message),
                PolicyRefusal::Public(denial) => error::access_denied(denial.message),
            })?;
        self.catalogue
            .change_bucket(call, &input.bucket, |bucket| bucket.policy = Some(Arc::new(policy)))
            .await?;
        Ok(PutBucketPolicyOutput::default())
    }

    /// `GetBucketPolicy`.
    pub(crate) async fn get_bucket_policy(
        &self,
        call: &Call,
        request: S3Request<GetBucketPolicyInput>,
    ) -> S3Result<GetBucketPolicyOutput> {
        let policy =
            self.policy(call, &request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        Ok(GetBucketPolicyOutput { policy: Some(policy) })
    }

    /// `GetBucketPolicyStatus`: no policy that is kept lets the public in.
    pub(crate) async fn get_bucket_policy_status(
        &self,
        call: &Call,
        request: S3Request<GetBucketPolicyStatusInput>,
    ) -> S3Result<GetBucketPolicyStatusOutput> {
        self.policy(call, &request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public: Some(false) }) })
    }

    /// `DeleteBucketPolicy`: also where there is none.
    pub(crate) async fn delete_bucket_policy(
        &self,
        call: &Call,
        request: S3Request<DeleteBucketPolicyInput>,
    ) -> S3Result<DeleteBucketPolicyOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.check_own(call, &input.bucket)?;
        if self.catalogue.bucket(call, &input.bucket)?.policy.is_some() {
            self.catalogue.change_bucket(call, &input.bucket, |bucket| bucket.policy = None).await?;
        }
        Ok(DeleteBucketPolicyOutput::default())
    }

    fn policy(&self, call: &Call, bucket: &str, expected_owner: Option<&str>) -> S3Result<String> {
        self.check_owner(bucket, expected_owner)?;
        self.check_own(call, bucket)?;
        let policy = self.catalogue.bucket(call, bucket)?.policy;
        policy
            .map(|policy| policy.text.clone())
            .ok_or_else(|| error::not_configured("NoSuchBucketPolicy", "The bucket policy does not exist"))
    }

    /// The bucket must be there, and of the caller's account.
    fn check_own(&self, call: &Call, bucket: &str) -> S3Result<()> {
        match self.catalogue.bucket(call, bucket)?.owner {
            Some(owner) if owner == call.account => Ok(()),
            _ => Err(error::method_not_allowed()),
        }
    }
}
