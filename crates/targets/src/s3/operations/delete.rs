//! `DeleteObject` and `DeleteObjects`.

use std::sync::Arc;

use daypass_store::ObjectChange;
use futures::StreamExt as _;
use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::check_write;
use super::source::check_version;
use crate::s3::access::KeyRefusals;
use crate::s3::error;
use crate::s3::limits::KEY_BYTES;
use crate::s3::state::Call;

/// Keys of one batch that are deleted at the same time. Their commits share a flush.
const KEYS_AT_ONCE: usize = 64;

impl Backend {
    /// `DeleteObject`. That there is no such object is no error.
    pub(crate) async fn delete_object(
        self: &Arc<Self>,
        _call: &Call,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<DeleteObjectOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        if input.if_match_last_modified_time.is_some() || input.if_match_size.is_some() || input.mfa.is_some()
        {
            return Err(error::not_implemented());
        }
        check_version(input.version_id.as_deref())?;
        self.remove(&input.bucket, &input.key, input.if_match.as_ref()).await?;
        Ok(DeleteObjectOutput::default())
    }

    async fn remove(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        matching: Option<&ETagCondition>,
    ) -> S3Result<()> {
        let _bucket = self.catalogue.bucket_locks.shared(bucket).await;
        self.catalogue.bucket(bucket)?;
        let _key = self.catalogue.key_locks.alone(&(bucket, key)).await;
        let current = self.catalogue.object(bucket, key)?;
        check_write(matching, None, current.as_ref())?;
        if current.is_none() {
            return Ok(());
        }
        let mut released = self.catalogue.release(current).await?;
        let mut changes = std::mem::take(&mut released.changes);
        changes.push(ObjectChange::Delete { bucket: bucket.to_owned(), key: key.to_owned() });
        self.catalogue.commit(Vec::new(), changes).await?;
        self.discard(released).await;
        Ok(())
    }

    /// `DeleteObjects`: every key by itself, refused or deleted; the answer says which.
    pub(crate) async fn delete_objects(
        self: &Arc<Self>,
        _call: &Call,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<DeleteObjectsOutput> {
        let refusals = request.extensions.get::<KeyRefusals>().cloned();
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let Some(KeyRefusals(refusals)) = refusals else { return Err(error::access_denied("Access Denied")) };
        if refusals.len() != input.delete.objects.len() || input.delete.objects.is_empty() {
            return Err(error::malformed_xml());
        }
        self.catalogue.bucket(&input.bucket)?;
        let outcomes = futures::stream::iter(input.delete.objects.into_iter().zip(refusals.iter().cloned()))
            .map(|(object, refusal)| self.remove_one(&input.bucket, object, refusal))
            .buffered(KEYS_AT_ONCE);
        let outcomes: Vec<_> = outcomes.collect().await;
        let quiet = input.delete.quiet == Some(true);
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Ok(object) if !quiet => deleted.push(object),
                Ok(_) => {}
                Err(refused) => errors.push(refused),
            }
        }
        Ok(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), request_charged: None })
    }

    async fn remove_one(
        self: &Arc<Self>,
        bucket: &str,
        object: ObjectIdentifier,
        refusal: Option<String>,
    ) -> Result<DeletedObject, Error> {
        let ObjectIdentifier { key, version_id, e_tag, last_modified_time, size } = object;
        let outcome = match refusal {
            Some(message) => Err(error::access_denied(message)),
            None if key.len() > KEY_BYTES => Err(error::key_too_long()),
            None if last_modified_time.is_some() || size.is_some() => Err(error::not_implemented()),
            None => match check_version(version_id.as_deref()) {
                Ok(()) => self.remove(bucket, &key, e_tag.map(ETagCondition::ETag).as_ref()).await,
                Err(refused) => Err(refused),
            },
        };
        match outcome {
            Ok(()) => Ok(DeletedObject { key: Some(key), version_id, ..DeletedObject::default() }),
            Err(refused) => Err(Error {
                code: Some(refused.code().as_str().to_owned()),
                key: Some(key),
                message: refused.message().map(str::to_owned),
                version_id,
            }),
        }
    }
}
