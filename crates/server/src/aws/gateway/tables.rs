//! Where the gateway learns what a call is. Until the tables of operations are there, no call can be told, so that every
//! one is denied.

use daypass_targets::gateway::{BodyNeed, Identified, Request, Service, Unknown};
use http::request::Parts;

/// Bytes of a call in JSON or of a form: DynamoDB's and SQS's own limit lies far below.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How much of a body must be read before it is known what a call is.
pub(super) fn body_need(service: Service, _: &Parts, _: Option<&str>) -> BodyNeed {
    match service {
        Service::DynamoDb | Service::Sqs => BodyNeed::Whole(BODY_BYTES_MAX),
        Service::S3 => BodyNeed::Nothing,
    }
}

/// What a call is.
///
/// # Errors
/// [`Unknown`], for every call.
pub(super) fn identify(service: Service, _: &Request<'_>) -> Result<Identified, Unknown> {
    Err(Unknown { detail: format!("there is no table of the operations of {}", service.name()) })
}
