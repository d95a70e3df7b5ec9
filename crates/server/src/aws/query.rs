//! The query protocol: STS and IAM. The body is a form, the operation is its `Action`, the service its `Version`.
//!
//! Source: STS API reference, "Making query requests"; IAM user guide, "Calling the IAM API using HTTP query requests".

use std::error::Error;
use std::time::Duration;

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
/// How long a whole body may take, however steadily it drips: half a megabyte in this time is 18 KB/s.
pub(super) const BODY_TIME_MAX: Duration = Duration::from_secs(30);

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
/// `RequestEntityTooLarge` over the limit, `RequestTimeout` after half a minute, `IncompleteBody` where the client went
/// away.
pub(super) async fn collect<B>(body: B, limit: usize) -> Result<Bytes, AwsError>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let collected = tokio::time::timeout(BODY_TIME_MAX, Limited::new(body, limit).collect()).await;
    let collected = collected.map_err(|_| too_slow())?;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| unread(&*error, limit))
}

/// What a client is told whose body takes too long.
pub(super) fn too_slow() -> AwsError {
    let message = format!("The request body took longer than {} seconds", BODY_TIME_MAX.as_secs());
    AwsError { code: "RequestTimeout", message: message.into(), status: 408 }
}

/// What a client is told whose body is over the limit, or was not read for what its connection says.
pub(super) fn unread(error: &(dyn Error + 'static), limit: usize) -> AwsError {
    if error.is::<LengthLimitError>() {
        let message = format!("The request body is over the limit of {limit} bytes");
        AwsError { code: "RequestEntityTooLarge", message: message.into(), status: 413 }
    } else {
        AwsError::bad_request("IncompleteBody", "The request body ended before it was complete")
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::{StreamExt as _, stream};
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    /// A body of single bytes, one a second.
    fn dripping(bytes: usize) -> impl http_body::Body<Data = Bytes, Error = Infallible> {
        StreamBody::new(stream::iter(0..bytes).then(async |_| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(Frame::data(Bytes::from_static(b"a")))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_cut_off() {
        let slow = collect(dripping(29), 100).await.map(|bytes| bytes.len());
        assert_eq!(slow.ok(), Some(29));
        let error = collect(dripping(31), 100).await.err();
        assert_eq!(error.as_ref().map(|error| (error.code, error.status)), Some(("RequestTimeout", 408)));
        let error = collect(dripping(11), 10).await.err();
        assert_eq!(error.map(|error| error.code), Some("RequestEntityTooLarge"));
    }
}
