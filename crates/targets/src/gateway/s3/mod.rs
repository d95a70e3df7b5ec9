//! Amazon S3: REST. Which operation a request is, by its method, its address and the headers that decide.
//!
//! The actions, resources and condition keys are those of the embedded S3. What is stricter here: a key that another
//! server might take for another one, a parameter or header that is not known, or two sub-resources at once, are not
//! told.
//!
//! Sources: Amazon S3 API reference; user guide, "Required permissions for Amazon S3 API operations".

mod address;
mod creation;
mod deletions;
mod further;
mod headers;
mod operation;
mod query;
mod versions;
mod xml;

use serde_json::{Map, json};

use self::address::Address;
use self::query::Parameters;
use super::{BodyNeed, Identified, Request, Touched, Unknown, Written, anew};
use crate::authority::TargetCall;
use crate::s3::actions::{Operation, Query, bucket_arn, object_arn};
use http::Method;
use http::request::Parts;

/// Bytes of a batch delete: a thousand keys of 1,024 bytes, each in its elements, escaped.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Condition keys that only the service behind can know: what lies there, or stands in a body that is not read.
const UNAVAILABLE: [&str; 3] = ["aws:ResourceTag/*", "s3:BucketTag/*", "s3:ExistingObjectTag/*"];

/// Bytes of the body of a new bucket's request: a region's name in its elements, many times over.
const CREATION_BYTES: usize = 16 * 1024;

/// A batch delete names its keys in its body, and a new bucket its region; every other body is the object's, or a document
/// that decides nothing.
pub(super) fn body_need(parts: &Parts, bucket_of_host: Option<&str>) -> BodyNeed {
    let query = parts.uri.query();
    let is_batch = query.unwrap_or_default().split('&').any(|field| field == "delete" || field == "delete=");
    if parts.method == Method::POST && is_batch {
        return BodyNeed::Whole(BATCH_BYTES);
    }
    let is_bucket = Address::of(parts.uri.path(), bucket_of_host)
        .is_ok_and(|address| address.bucket.is_some() && address.key.is_none());
    let has_subresource = Parameters::of(query).and_then(|read| read.subresource()).map(|sub| sub.is_some());
    if parts.method == Method::PUT && is_bucket && has_subresource == Ok(false) {
        return BodyNeed::Whole(CREATION_BYTES);
    }
    BodyNeed::Nothing
}

pub(super) fn identify(request: &Request<'_>) -> Result<Identified, Unknown> {
    let parts = request.parts;
    let address = Address::of(parts.uri.path(), request.bucket_of_host)?;
    let parameters = Parameters::of(parts.uri.query())?;
    headers::check(&parts.headers)?;
    let name = operation::name(&parts.method, &address, &parameters, &parts.headers)?;
    parameters.must_fit(name)?;
    let operation = Operation::named(name).ok_or_else(|| Unknown::because(format!("{name} is not told")))?;
    let (bucket, key) = (address.bucket.as_deref(), address.key.as_deref());
    let mut unavailable = UNAVAILABLE.to_vec();
    let version = parameters.value("versionId");
    let mut questions = if name == "DeleteObjects" {
        deletions::questions(bucket.unwrap_or_default(), request.body, &parts.headers)?
    } else {
        let asked = match bucket.filter(|_| name == "CreateBucket") {
            Some(bucket) => {
                let region = creation::region(request.body)?;
                operation.call_of_new_bucket(bucket, region.as_deref(), &parts.headers)
            }
            None => operation.call(bucket, key, &Query::parse(parts.uri.query()), &parts.headers),
        };
        let also = operation.also(version.is_some()).map(|action| TargetCall { action, ..asked.clone() });
        std::iter::once(asked).chain(also).collect()
    };
    questions.extend(further::questions(operation.name, &address, &parts.headers)?);
    unavailable.extend(further::unavailable(operation.name, &parts.headers));
    let mut recorded = Map::new();
    let mut resources = Vec::new();
    if let Some(bucket) = bucket {
        recorded.insert("bucketName".to_owned(), json!(bucket));
        if let Some(key) = key {
            recorded.insert("key".to_owned(), json!(key));
            resources.push(Touched { kind: "AWS::S3::Object", arn: object_arn(bucket, key) });
        }
        resources.push(Touched { kind: "AWS::S3::Bucket", arn: bucket_arn(bucket) });
    }
    Ok(Identified {
        operation: operation.name,
        read_only: ["Get", "Head", "List"].iter().any(|prefix| operation.name.starts_with(prefix)),
        is_data: key.is_some()
            || name == "DeleteObjects"
            || name.contains("Objects")
            || name.contains("Upload"),
        questions,
        unavailable,
        written: Written {
            path: anew::path(bucket, key),
            copy_source: further::Source::of(&parts.headers)?.map(|source| source.written()),
        },
        resources,
        parameters: recorded,
    })
}
