//! `DeleteObject` and `DeleteObjects`.

use std::sync::Arc;

use futures::StreamExt as _;
use s3s::dto::*;
use s3s::{S3Request, S3Result};

use super::Backend;
use super::conditions::check_write;
use crate::s3::access::KeyRefusals;
use crate::s3::error;
use crate::s3::history::{Address, Next};
use crate::s3::limits::KEY_BYTES;
use crate::s3::state::Call;
use crate::s3::version::{Entry, Marker, Wanted, answered};

/// What a delete came to.
#[derive(Default)]
struct Gone {
    /// Whether the bucket ever kept versions.
    versioned: bool,
    /// Whether a delete marker was made, or was what was deleted.
    marker: bool,
    /// The version of the delete marker that was made.
    made: Option<String>,
}

/// Keys of one batch that are deleted at the same time. Their commits share a flush.
const KEYS_AT_ONCE: usize = 64;

impl Backend {
    /// `DeleteObject`. That there is no such object or version is no error.
    pub(crate) async fn delete_object(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<DeleteObjectOutput> {
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        if input.if_match_last_modified_time.is_some() || input.if_match_size.is_some() || input.mfa.is_some()
        {
            return Err(error::not_implemented());
        }
        let at = Address { bucket: &input.bucket, key: &input.key };
        let wanted = Wanted::parse(input.version_id.as_deref())?;
        let gone = self.remove(call, at, wanted.as_ref(), input.if_match.as_ref()).await?;
        Ok(DeleteObjectOutput {
            delete_marker: gone.marker.then_some(true),
            version_id: gone.made.or(input.version_id.filter(|_| gone.versioned)),
            request_charged: None,
        })
    }

    async fn remove(
        self: &Arc<Self>,
        call: &Call,
        at: Address<'_>,
        wanted: Option<&Wanted>,
        matching: Option<&ETagCondition>,
    ) -> S3Result<Gone> {
        let _bucket = self.catalogue.bucket_locks.shared(at.bucket).await;
        let versioning = self.catalogue.bucket(call, at.bucket)?.versioning;
        let _key = self.catalogue.key_locks.alone(&(at.bucket, at.key)).await;
        let current = self.catalogue.object(at.bucket, at.key)?;
        check_write(matching, None, current.as_ref())?;
        let mut gone = Gone { versioned: versioning.is_some(), ..Gone::default() };
        let step = match wanted {
            Some(wanted) => {
                let Some((entry, step)) = self.catalogue.erase(at, wanted).await? else { return Ok(gone) };
                gone.marker = matches!(entry, Entry::Marker(_));
                step
            }
            None if versioning.is_none() && current.is_none() => return Ok(gone),
            None => {
                let mut marker = Marker { version: None, sequence: 0, modified: call.now };
                let step =
                    self.catalogue.supersede(at, versioning, current, Next::Marker(&mut marker)).await?;
                gone.marker = versioning.is_some();
                gone.made = answered(versioning, marker.version.as_ref());
                step
            }
        };
        self.settle(step).await?;
        Ok(gone)
    }

    /// `DeleteObjects`: every key by itself, refused or deleted; the answer says which.
    pub(crate) async fn delete_objects(
        self: &Arc<Self>,
        call: &Call,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<DeleteObjectsOutput> {
        let refusals = request.extensions.get::<KeyRefusals>().cloned();
        let input = request.input;
        self.check_owner(&input.bucket, input.expected_bucket_owner.as_deref())?;
        let Some(KeyRefusals(refusals)) = refusals else { return Err(error::access_denied("Access Denied")) };
        if refusals.len() != input.delete.objects.len() || input.delete.objects.is_empty() {
            return Err(error::malformed_xml());
        }
        self.catalogue.bucket(call, &input.bucket)?;
        let outcomes = futures::stream::iter(input.delete.objects.into_iter().zip(refusals.iter().cloned()))
            .map(|(object, refusal)| self.remove_one(call, &input.bucket, object, refusal))
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
        call: &Call,
        bucket: &str,
        object: ObjectIdentifier,
        refusal: Option<String>,
    ) -> Result<DeletedObject, Error> {
        let ObjectIdentifier { key, version_id, e_tag, last_modified_time, size } = object;
        let outcome = match refusal {
            Some(message) => Err(error::access_denied(message)),
            None if key.len() > KEY_BYTES => Err(error::key_too_long()),
            None if last_modified_time.is_some() || size.is_some() => Err(error::not_implemented()),
            None => match Wanted::parse(version_id.as_deref()) {
                Ok(wanted) => {
                    let matching = e_tag.map(ETagCondition::ETag);
                    self.remove(call, Address { bucket, key: &key }, wanted.as_ref(), matching.as_ref()).await
                }
                Err(refused) => Err(refused),
            },
        };
        match outcome {
            Ok(gone) => Ok(DeletedObject {
                delete_marker: gone.marker.then_some(true),
                delete_marker_version_id: gone.made.or(version_id.clone().filter(|_| gone.marker)),
                key: Some(key),
                version_id,
            }),
            Err(refused) => Err(Error {
                code: Some(refused.code().as_str().to_owned()),
                key: Some(key),
                message: refused.message().map(str::to_owned),
                version_id,
            }),
        }
    }
}
