//! Access control lists, which a bucket has none of whose owner owns every object: they can be read, and say that the
//! owner may do everything; none can be set.
//!
//! Source: Amazon S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket".

use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::find::Sought;
use crate::s3::error;
use crate::s3::state::Call;

impl Backend {
    /// `GetBucketAcl`.
    pub(crate) async fn get_bucket_acl(
        &self,
        call: &Call,
        request: S3Request<GetBucketAclInput>,
    ) -> S3Result<GetBucketAclOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        let owner = self.owner(&request.input.bucket);
        Ok(GetBucketAclOutput { grants: Some(vec![everything(&owner)]), owner: Some(owner) })
    }

    /// `PutBucketAcl`: refused whatever it says.
    pub(crate) async fn put_bucket_acl(
        &self,
        call: &Call,
        request: S3Request<PutBucketAclInput>,
    ) -> S3Result<PutBucketAclOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        Err(error::acl_not_supported())
    }

    /// `GetObjectAcl`.
    pub(crate) async fn get_object_acl(
        &self,
        call: &Call,
        request: S3Request<GetObjectAclInput>,
    ) -> S3Result<GetObjectAclOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &input.bucket)?;
        let version = input.version_id.as_deref();
        self.find(call, &Sought::new("GetObjectAcl", &input.bucket, &input.key, version)?).await?;
        let owner = self.owner(&input.bucket);
        Ok(GetObjectAclOutput {
            grants: Some(vec![everything(&owner)]),
            owner: Some(owner),
            request_charged: None,
        })
    }

    /// `PutObjectAcl`: refused whatever it says.
    pub(crate) async fn put_object_acl(
        &self,
        call: &Call,
        request: S3Request<PutObjectAclInput>,
    ) -> S3Result<PutObjectAclOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        self.catalogue.bucket(call, &request.input.bucket)?;
        Err(error::acl_not_supported())
    }
}

fn everything(owner: &Owner) -> Grant {
    let grantee = Grantee {
        display_name: None,
        email_address: None,
        id: owner.id.clone(),
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    };
    Grant { grantee: Some(grantee), permission: Some(Permission::from_static(Permission::FULL_CONTROL)) }
}
