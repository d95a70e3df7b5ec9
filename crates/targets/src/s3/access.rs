//! The access hook: every decision about a call is taken here, on the operation and path that `s3s` resolved.

use std::sync::Arc;

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::dto::{
    CopyObjectInput, CopySource, CreateBucketInput, DeleteObjectsInput, ObjectIdentifier,
    PutObjectTaggingInput, TaggingDirective, UploadPartCopyInput,
};
use s3s::{S3Request, S3Result};
use tokio::task::yield_now;

use super::actions::{Content, Operation, Query, Resource, object_arn};
use super::error;
use super::limits::{DELETE_KEYS, KEY_BYTES};
use super::operations::Backend;
use super::operations::attributes::must_be_wanted;
use super::state::{Call, Decided};
use super::tags::{self, Tags};
use crate::authority::{ConditionKey, KeyValues, TargetCall};

/// The condition key of a conditional write or delete.
const IF_MATCH: &str = "s3:if-match";

/// The authenticator that knows nobody. It must be installed, since `s3s` calls its access hook only when there is
/// one; it is never asked, since no signature reaches `s3s`.
pub(crate) struct Nobody;

#[async_trait]
impl S3Auth for Nobody {
    async fn get_secret_key(&self, _access_key: &str) -> S3Result<SecretKey> {
        Err(error::access_denied("Access Denied"))
    }
}

/// Asks the call's authority, by what is kept of the object that a call is about.
pub(crate) struct Gate(pub(crate) Arc<Backend>);

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
        if let Some(bucket) = bucket {
            call.decides_about(bucket, self.0.catalogue.identity(bucket));
        }
        if operation.resource != Resource::Keys && !operation.asks_about_its_body() {
            let given = tags::of_headers(operation.name, context.headers());
            let question = operation.call(bucket, key, &query, context.headers());
            self.ask(&call, operation, question, given).await?;
        }
        if !operation.offered {
            return Err(error::operation_not_implemented(operation.name));
        }
        if operation.name == "GetObjectAttributes" {
            must_be_wanted(context.headers())?;
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
        if !operation.asks_about_its_body() {
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
        let mut refusals = Vec::with_capacity(request.input.delete.objects.len());
        for object in &request.input.delete.objects {
            let refused = self.ask_to_delete(&call, &request.input.bucket, object).await.err();
            refusals.push(refused.map(|denied| denied.message().unwrap_or("Access Denied").to_owned()));
            // A thousand keys and a long policy take a while: let others have their turn.
            yield_now().await;
        }
        let refusals = KeyRefusals(refusals.into());
        request.extensions.insert(refusals);
        Ok(())
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        let call = Call::of(request)?;
        let input = &request.input;
        let (source, tags) = self.authorize_source(&call, "CopyObject", &input.copy_source).await?;
        let directive = input.tagging_directive.as_ref().map(TaggingDirective::as_str);
        if tags.is_empty() || tags::are_replaced(directive)? {
            return Ok(());
        }
        let by_version = source.action == "s3:GetObjectVersion";
        let reading = if by_version { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" };
        call.authorize(&TargetCall { action: reading, ..source })?;
        call.authorize(&TargetCall {
            service: "s3",
            operation: "CopyObject",
            action: "s3:PutObjectTagging",
            resource: object_arn(&input.bucket, &input.key),
            keys: Vec::new(),
        })
    }

    async fn put_object_tagging(&self, request: &mut S3Request<PutObjectTaggingInput>) -> S3Result<()> {
        let call = request.extensions.get::<Arc<Call>>().cloned();
        let (Some(call), Some(operation)) = (call, Operation::named("PutObjectTagging")) else {
            return Err(error::access_denied("Access Denied"));
        };
        let input = &request.input;
        let query = Query::parse(request.uri.query());
        let question = operation.call(Some(&input.bucket), Some(&input.key), &query, &request.headers);
        self.ask(&call, operation, question, tags::of_set(&input.tagging.tag_set)).await?;
        call.allow();
        Ok(())
    }

    async fn upload_part_copy(&self, request: &mut S3Request<UploadPartCopyInput>) -> S3Result<()> {
        let call = Call::of(request)?;
        self.authorize_source(&call, "UploadPartCopy", &request.input.copy_source).await.map(drop)
    }
}

impl Gate {
    /// Asks about an operation, by the tags that its object has and those that it gives. Whoever gives tags to what he
    /// makes must be allowed to tag it, too; what was at its key does not decide about that.
    ///
    /// Sources: Amazon S3 API reference, "PutObject", `x-amz-tagging`; user guide, "Tagging and access control policies".
    async fn ask(
        &self,
        call: &Call,
        operation: &Operation,
        mut question: TargetCall,
        given: S3Result<Tags>,
    ) -> S3Result<()> {
        if tags::decide_about(question.action)
            && let Some((bucket, key)) = object_in(&question)
        {
            let tags = self.existing(bucket, key, version_of(&question)).await?;
            question.keys.extend(tags::existing_keys(&tags));
            call.decided_by(Decided::Object, tags);
        }
        let keys = given.as_ref().map(tags::request_keys).unwrap_or_default();
        question.keys.extend(keys.iter().cloned());
        call.authorize(&question)?;
        if let Some(action) = operation.also(version_of(&question).is_some()) {
            call.authorize(&TargetCall { action, ..question.clone() })?;
        }
        if operation.name == "DeleteObject" {
            self.ask_to_compare(call, &question).await?;
        }
        let given = given?;
        if !given.is_empty() && question.action == "s3:PutObject" {
            call.authorize(&TargetCall { action: "s3:PutObjectTagging", keys, ..question })?;
        }
        call.give_tags(given);
        Ok(())
    }

    /// Asks about one key of a batch. What no object can be called is asked about by nobody, and refused by the handler.
    async fn ask_to_delete(&self, call: &Call, bucket: &str, object: &ObjectIdentifier) -> S3Result<()> {
        let ObjectIdentifier { key, version_id, e_tag, .. } = object;
        if key.len() > KEY_BYTES {
            return Ok(());
        }
        let version = version_id.iter().map(|version| ConditionKey::one("s3:VersionId", version));
        let matching = e_tag.iter().map(|etag| ConditionKey::one(IF_MATCH, etag.value()));
        let question = TargetCall {
            service: "s3",
            operation: "DeleteObjects",
            action: if version_id.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" },
            resource: object_arn(bucket, key),
            keys: version.chain(matching).collect(),
        };
        call.authorize(&question)?;
        self.ask_to_compare(call, &question).await
    }

    /// A delete that names an entity tag tells whether it is the current object's: whoever asks so must be allowed to read
    /// that.
    ///
    /// Source: Amazon S3 user guide, "Enforce conditional deletes on Amazon S3 buckets".
    async fn ask_to_compare(&self, call: &Call, question: &TargetCall) -> S3Result<()> {
        let compares = question
            .keys
            .iter()
            .any(|key| key.name == IF_MATCH && !matches!(&key.values, KeyValues::One(etag) if etag == "*"));
        let Some((bucket, key)) = object_in(question).filter(|_| compares) else { return Ok(()) };
        let tags = self.existing(bucket, key, None).await?;
        call.authorize(&TargetCall {
            service: "s3",
            operation: question.operation,
            action: "s3:GetObject",
            resource: question.resource.clone(),
            keys: tags::existing_keys(&tags),
        })
    }

    /// The tags of an object; none where there is no such object.
    async fn existing(&self, bucket: &str, key: &str, version: Option<&str>) -> S3Result<Tags> {
        Ok(self.0.meant(bucket, key, version).await?.map(|object| object.tags).unwrap_or_default())
    }

    /// Whoever copies must be allowed to read the source. Gives the question and the source's tags.
    async fn authorize_source(
        &self,
        call: &Call,
        operation: &'static str,
        source: &CopySource,
    ) -> S3Result<(TargetCall, Tags)> {
        let CopySource::Bucket { bucket, key, version_id } = source else {
            return Err(error::not_implemented());
        };
        call.decides_about(bucket, self.0.catalogue.identity(bucket));
        let tags = self.existing(bucket, key, version_id.as_deref()).await?;
        let mut keys = tags::existing_keys(&tags);
        keys.extend(version_id.iter().map(|version| ConditionKey::one("s3:VersionId", version.to_string())));
        let question = TargetCall {
            service: "s3",
            operation,
            action: if version_id.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" },
            resource: object_arn(bucket, key),
            keys,
        };
        call.authorize(&question)?;
        call.decided_by(Decided::Source, tags.clone());
        Ok((question, tags))
    }
}

/// The bucket and the key that a question is about.
fn object_in(question: &TargetCall) -> Option<(&str, &str)> {
    question.resource.strip_prefix("arn:aws:s3:::")?.split_once('/')
}

/// The version that a question is about.
fn version_of(question: &TargetCall) -> Option<&str> {
    let key = question.keys.iter().find(|key| key.name == "s3:VersionId")?;
    match &key.values {
        KeyValues::One(version) => Some(version),
        KeyValues::Many(_) => None,
    }
}
