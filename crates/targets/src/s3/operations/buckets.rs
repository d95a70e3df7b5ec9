//! Buckets: made, found, listed and dropped.

use std::collections::BTreeMap;
use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3Request, S3Result};
use uuid::Uuid;

use super::{Backend, owner};
use crate::s3::catalogue::{Released, uploads_of};
use crate::s3::document;
use crate::s3::error;
use crate::s3::limits::INDEX_PAGE;
use crate::s3::metadata::date;
use crate::s3::state::Call;
use crate::s3::version::versions_of;

/// The region whose buckets have no location constraint.
const FIRST_REGION: &str = "us-east-1";

/// The longest location constraint that is taken; AWS's longest region name has 14 characters.
const REGION_BYTES: usize = 32;

impl Backend {
    /// `CreateBucket`. The region is the one the client names, whatever the server's own is: one sandbox stands for
    /// every region.
    pub(crate) async fn create_bucket(
        &self,
        call: &Call,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<CreateBucketOutput> {
        let input = request.input;
        let granted = input.grant_full_control.is_some()
            || input.grant_read.is_some()
            || input.grant_read_acp.is_some()
            || input.grant_write.is_some()
            || input.grant_write_acp.is_some();
        if input.acl.as_ref().is_some_and(|acl| acl.as_str() != "private") || granted {
            return Err(error::acl_not_supported());
        }
        let enforced = ObjectOwnership::BUCKET_OWNER_ENFORCED;
        let owned = input.object_ownership.as_ref().is_none_or(|ownership| ownership.as_str() == enforced);
        if input.object_lock_enabled_for_bucket == Some(true) || !owned {
            return Err(error::not_implemented());
        }
        let configuration = input.create_bucket_configuration;
        if configuration.as_ref().is_some_and(|it| it.bucket.is_some() || it.location.is_some()) {
            return Err(error::not_implemented());
        }
        let constraint = configuration.and_then(|it| it.location_constraint);
        let region = region(constraint.as_ref().map(|constraint| constraint.as_str()))?;
        let bucket = document::Bucket {
            created: call.now,
            region,
            id: Some(Uuid::new_v4()),
            owner: Some(call.account.clone()),
            policy: None,
            tags: BTreeMap::new(),
            versioning: None,
        };
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.catalogue.create_bucket(&input.bucket, bucket).await?;
        Ok(CreateBucketOutput { location: Some(format!("/{}", input.bucket)) })
    }

    /// `DeleteBucket`: only an empty one. Uploads that nobody finished go with it.
    pub(crate) async fn delete_bucket(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<DeleteBucketOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let _bucket = self.catalogue.bucket_locks.alone(input.bucket.as_str()).await;
        self.catalogue.bucket(call, &input.bucket)?;
        if !self.catalogue.page(&input.bucket, "", None, 1).await?.is_empty() {
            return Err(error::bucket_not_empty());
        }
        if !self.catalogue.page(&versions_of(&input.bucket), "", None, 1).await?.is_empty() {
            return Err(error::bucket_keeps_versions());
        }
        loop {
            let uploads = self.catalogue.page(&uploads_of(&input.bucket), "", None, INDEX_PAGE).await?;
            if uploads.is_empty() {
                break;
            }
            for (entry, _) in uploads {
                let released = self.drop_upload(&input.bucket, &entry).await?;
                self.discard(released).await;
            }
        }
        self.catalogue.delete_bucket(&input.bucket).await?;
        Ok(DeleteBucketOutput::default())
    }

    /// Drops an unfinished upload by its index key.
    async fn drop_upload(&self, bucket: &str, entry: &str) -> S3Result<Released> {
        let upload = entry.rsplit_once('\0').map_or(entry, |(_, upload)| upload);
        let mut released = self.catalogue.release_parts(upload.to_owned()).await?;
        let mut changes = std::mem::take(&mut released.changes);
        changes
            .push(daypass_store::ObjectChange::Delete { bucket: uploads_of(bucket), key: entry.to_owned() });
        self.catalogue.commit(Vec::new(), changes).await?;
        Ok(released)
    }

    /// `HeadBucket`.
    pub(crate) async fn head_bucket(
        &self,
        call: &Call,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<HeadBucketOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        let bucket = self.catalogue.bucket(call, &request.input.bucket)?;
        Ok(HeadBucketOutput { bucket_region: Some(bucket.region), ..HeadBucketOutput::default() })
    }

    /// `GetBucketLocation`: empty for the first region, as ever.
    pub(crate) async fn get_bucket_location(
        &self,
        call: &Call,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<GetBucketLocationOutput> {
        self.check_owner(&request.input.bucket, request.input.expected_bucket_owner.as_deref())?;
        let region = self.catalogue.bucket(call, &request.input.bucket)?.region;
        let location_constraint = (region != FIRST_REGION).then(|| BucketLocationConstraint::from(region));
        Ok(GetBucketLocationOutput { location_constraint })
    }

    /// `ListBuckets`: the caller's account's, with its prefix, region and pages. The continuation token is the last name given.
    pub(crate) async fn list_buckets(
        &self,
        call: &Call,
        request: S3Request<ListBucketsInput>,
    ) -> S3Result<ListBucketsOutput> {
        let input = request.input;
        let limit = match input.max_buckets {
            None => usize::MAX,
            Some(limit @ 1..=10_000) => usize::try_from(limit).unwrap_or_default(),
            Some(_) => return Err(error::invalid_argument("max-buckets must be between 1 and 10000")),
        };
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let after = input.continuation_token.as_deref().unwrap_or_default();
        let mut found = self.catalogue.buckets();
        found.retain(|(name, bucket)| {
            bucket.owner.as_ref() == Some(&call.account)
                && name.starts_with(prefix)
                && name.as_str() > after
                && input.bucket_region.as_ref().is_none_or(|region| *region == bucket.region)
        });
        let truncated = found.len() > limit;
        found.truncate(limit);
        let continuation_token = found.last().filter(|_| truncated).map(|(name, _)| name.clone());
        let buckets = found.into_iter().map(|(name, bucket)| Bucket {
            bucket_region: Some(bucket.region),
            creation_date: Some(date(bucket.created)),
            name: Some(name),
        });
        Ok(ListBucketsOutput {
            buckets: Some(buckets.collect()),
            continuation_token,
            owner: Some(owner(&call.account)),
            prefix: input.prefix,
        })
    }
}

fn region(constraint: Option<&str>) -> S3Result<String> {
    let Some(constraint) = constraint.filter(|constraint| !constraint.is_empty()) else {
        return Ok(FIRST_REGION.to_owned());
    };
    let plain = constraint.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && constraint.len() <= REGION_BYTES {
        Ok(constraint.to_owned())
    } else {
        Err(error::error(
            "InvalidLocationConstraint",
            http::StatusCode::BAD_REQUEST,
            "The specified location-constraint is not valid",
        ))
    }
}
