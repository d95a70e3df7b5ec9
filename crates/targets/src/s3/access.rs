//! The access hook: every decision about a call is taken here, on the operation and path that `s3s` resolved.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::dto::{CopyObjectInput, CopySource, CreateBucketInput, DeleteObjectsInput, UploadPartCopyInput};
use s3s::{S3Request, S3Result};

use super::actions::{Content, Operation, Query, Resource, object_arn};
use super::error;
use super::limits::DELETE_KEYS;
use super::state::Call;
use crate::authority::{ConditionKey, TargetCall};

/// The authenticator that knows nobody. It must be installed, since `s3s` calls its access hook only when there is
/// one; it is never asked, since no signature reaches `s3s`.
pub(crate) struct Nobody;

#[async_trait]
impl S3Auth for Nobody {
    async fn get_secret_key(&self, _access_key: &str) -> S3Result<SecretKey> {
        Err(error::access_denied("Access Denied"))
    }
}

/// Asks the call's authority.
pub(crate) struct Gate;

/// For each key of a batch delete in order: the words of its refusal, if it is refused. The handler deletes nothing
/// without this list.
#[derive(Debug, Clone)]
pub(crate) struct KeyRefusals(pub(crate) Arc<[Option<String>]>);

#[async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let name = context.s3_op().name().to_owned();
        let Some(call) = context.extensions_mut().get::<Arc<Call>>().cloned() else {
            return Err(error::access_denied("Access Denied"));
        };
        let Some(operation) = Operation::named(&name) else {
            return Err(error::operation_not_implemented(&name));
        };
        let path = context.s3_path();
        let (bucket, key) = (path.get_bucket_name(), path.get_object_key());
        let query = Query::parse(context.uri().query());
        call.resolved(operation.name, bucket, key, query.value("versionId"));
        if !matches!(operation.resource, Resource::Keys | Resource::NewBucket) {
            call.authorize(&operation.call(bucket, key, &query, context.headers()))?;
        }
        if !operation.offered {
            return Err(error::operation_not_implemented(operation.name));
        }
        match operation.content {
            Content::Bytes => {}
            // A checksum given with this one is that of the finished object.
            Content::Document => call.reception.verify_inline(operation.name != "CompleteMultipartUpload"),
            Content::Nothing => {
                call.reception.verify_inline(true);
                call.reception.ignore().await.map_err(|broken| error::integrity(&broken))?;
            }
        }
        if operation.resource != Resource::NewBucket {
            call.allow();
        }
        Ok(())
    }

    async fn create_bucket(&self, request: &mut S3Request<CreateBucketInput>) -> S3Result<()> {
        let call = request.extensions.get::<Arc<Call>>().cloned();
        let (Some(call), Some(operation)) = (call, Operation::named("CreateBucket")) else {
            return Err(error::access_denied("Access Denied"));
        };
        let configuration = request.input.create_bucket_configuration.as_ref();
        let region = configuration.and_then(|it| it.location_constraint.as_ref()).map(|it| it.as_str());
        call.authorize(&operation.call_of_new_bucket(&request.input.bucket, region, &request.headers))?;
        call.allow();
        Ok(())
    }

    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        let call = Call::of(request)?;
        if request.input.delete.objects.len() > DELETE_KEYS {
            return Err(error::malformed_xml());
        }
        let refusals = request.input.delete.objects.iter().map(|object| {
            let versioned = object.version_id.is_some();
            let question = TargetCall {
                service: "s3",
                operation: "DeleteObjects",
                action: if versioned { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" },
                resource: object_arn(&request.input.bucket, &object.key),
                keys: object
                    .version_id
                    .iter()
                    .map(|version| ConditionKey::one("s3:VersionId", version))
                    .collect(),
            };
            call.authorize(&question)
                .err()
                .map(|denied| denied.message().unwrap_or("Access Denied").to_owned())
        });
        let refusals = KeyRefusals(refusals.collect());
        request.extensions.insert(refusals);
        Ok(())
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        let call = Call::of(request)?;
        authorize_source(&call, "CopyObject", &request.input.copy_source)
    }

    async fn upload_part_copy(&self, request: &mut S3Request<UploadPartCopyInput>) -> S3Result<()> {
        let call = Call::of(request)?;
        authorize_source(&call, "UploadPartCopy", &request.input.copy_source)
    }
}

/// Whoever copies must be allowed to read the source.
fn authorize_source(call: &Call, operation: &'static str, source: &CopySource) -> S3Result<()> {
    let CopySource::Bucket { bucket, key, version_id } = source else {
        return Err(error::not_implemented());
    };
    call.authorize(&TargetCall {
        service: "s3",
        operation,
        action: if version_id.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" },
        resource: object_arn(bucket, key),
        keys: version_id
            .iter()
            .map(|version| ConditionKey::one("s3:VersionId", version.to_string()))
            .collect(),
    })
}
