//! The public access block of a bucket: all four settings are on, as they are for a new bucket at AWS, and stay on,
//! since no anonymous request is ever served here.
//!
//! Source: Amazon S3 API reference, "GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock". The words
//! of the refusals are ours: AWS has no such refusal.

use s3s::dto::*;
use s3s::{S3Error, S3Request, S3Result};

use super::Backend;
use crate::s3::error;
use crate::s3::state::Call;

impl Backend {
    /// `GetPublicAccessBlock`.
    pub(crate) async fn get_public_access_block(
        &self,
        call: &Call,
        request: S3Request<GetPublicAccessBlockInput>,
    ) -> S3Result<GetPublicAccessBlockOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        let settings = PublicAccessBlockConfiguration {
            block_public_acls: Some(true),
            block_public_policy: Some(true),
            ignore_public_acls: Some(true),
            restrict_public_buckets: Some(true),
        };
        Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(settings) })
    }

    /// `PutPublicAccessBlock`: a setting that is left out is off.
    pub(crate) async fn put_public_access_block(
        &self,
        call: &Call,
        request: S3Request<PutPublicAccessBlockInput>,
    ) -> S3Result<PutPublicAccessBlockOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        let wanted = request.input.public_access_block_configuration;
        let settings = [
            wanted.block_public_acls,
            wanted.block_public_policy,
            wanted.ignore_public_acls,
            wanted.restrict_public_buckets,
        ];
        if settings == [Some(true); 4] { Ok(PutPublicAccessBlockOutput::default()) } else { Err(stays()) }
    }

    /// `DeletePublicAccessBlock`: would turn all of it off.
    pub(crate) async fn delete_public_access_block(
        &self,
        call: &Call,
        request: S3Request<DeletePublicAccessBlockInput>,
    ) -> S3Result<DeletePublicAccessBlockOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        Err(stays())
    }
}

fn stays() -> S3Error {
    error::invalid_request(
        "daypass serves no anonymous requests, so all four settings of S3 Block Public Access stay true: \
         BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets",
    )
}
