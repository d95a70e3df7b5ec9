//! The query protocol: STS and IAM. The body is a form, the operation is its `Action`, the service its `Version`.
//!
//! Source: STS API reference, "Making query requests"; IAM user guide, "Calling the IAM API using HTTP query requests".

use bytes::Bytes;
use daypass_aws::{AwsError, Parameters};
use daypass_wire::form::Form;
use http::Response;
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::answer::{self, Namespace};
use super::call::Call;
use super::{Body, iam, sts};

/// Bytes of a form: a policy of 131,072 characters, percent-encoded, and room for the rest.
const BODY_BYTES_MAX: usize = 512 * 1024;

/// A form that was read, and the bytes it was read from.
pub(super) struct Query {
    pub(super) action: String,
    pub(super) parameters: Parameters,
    pub(super) parts: Parts,
    body: Bytes,
}

impl Query {
    /// The hash of the body, which a signature is over. An exchange is not signed and never asks for it.
    pub(super) fn body_sha256(&self) -> String {
        daypass_wire::sha256_hex(&self.body)
    }
}

pub(super) async fn handle(call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    match read(parts, body).await {
        Ok((Service::Sts, query)) => sts::handle(call, query).await,
        Ok((Service::Iam, query)) => iam::handle(call, query).await,
        Err(error) => answer::query_error(Namespace::Sts, &answer::refusal(&error), &call.request_id),
    }
}

enum Service {
    Iam,
    Sts,
}

async fn read(parts: Parts, body: Incoming) -> Result<(Service, Query), AwsError> {
    let bytes = collect(body, BODY_BYTES_MAX).await?;
    let text = match (bytes.is_empty(), parts.uri.query()) {
        (true, Some(query)) => query.as_bytes(),
        _ => &bytes,
    };
    let form =
        Form::parse(text).map_err(|error| AwsError::bad_request("MalformedInput", error.to_string()))?;
    let parameters: Parameters = form.into_iter().collect();
    let action = parameters.text("Action").unwrap_or_default().to_owned();
    if action.is_empty() {
        let message = "The request is missing an action or a required parameter.";
        return Err(AwsError::bad_request("MissingAction", message));
    }
    let service = match parameters.text("Version") {
        Some("2010-05-08") => Service::Iam,
        Some("2011-06-15") => Service::Sts,
        version => {
            let version = version.unwrap_or("NO_VERSION_SPECIFIED");
            let message = format!("Could not find operation {action} for version {version}");
            return Err(AwsError::bad_request("InvalidAction", message));
        }
    };
    Ok((service, Query { action, parameters, parts, body: bytes }))
}

/// Reads a whole body.
///
/// # Errors
/// `RequestEntityTooLarge` over the limit, `IncompleteBody` where the client went away.
pub(super) async fn collect(body: Incoming, limit: usize) -> Result<Bytes, AwsError> {
    let collected = Limited::new(body, limit).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() {
            let message = format!("The request body is over the limit of {limit} bytes");
            AwsError { code: "RequestEntityTooLarge", message: message.into(), status: 413 }
        } else {
            AwsError::bad_request("IncompleteBody", "The request body ended before it was complete")
        }
    })
}
