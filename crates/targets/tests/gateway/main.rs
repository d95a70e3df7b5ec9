//! What a call to a service behind the gateway is taken for, and what is taken for nothing.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod ambiguous;
mod dynamodb;
mod s3;
mod sqs;

use daypass_targets::gateway::{Identified, Request, Service, Unknown, identify};
use http::request::Parts;

/// What a test sends.
pub(crate) struct Sent {
    pub(crate) parts: Parts,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    /// A call by JSON.
    pub(crate) fn json(target: &str, body: &str) -> Self {
        Self::with(&[("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)], "/", body)
    }

    pub(crate) fn with(headers: &[(&str, &str)], uri: &str, body: &str) -> Self {
        let mut request = http::Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Self { parts, body: body.as_bytes().to_vec() }
    }

    pub(crate) fn to(&self, service: Service) -> Result<Identified, Unknown> {
        let request = Request {
            parts: &self.parts,
            bucket_of_host: None,
            body: &self.body,
            account: "123456789012",
            region: "eu-west-1",
        };
        identify(service, &request)
    }
}

/// The questions as lines: action, resource.
pub(crate) fn asked(identified: &Identified) -> Vec<String> {
    identified.questions.iter().map(|call| format!("{} {}", call.action, call.resource)).collect()
}

/// The value or values of a condition key of the first question.
pub(crate) fn key(identified: &Identified, name: &str) -> Option<String> {
    let keys = &identified.questions.first()?.keys;
    keys.iter().find(|key| key.name == name).map(|key| format!("{:?}", key.values))
}
