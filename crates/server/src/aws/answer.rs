//! Answers as bytes: the domain's [`Shape`] in the form that the protocol wants.

use daypass_aws::{AwsError, Shape};
use daypass_targets::body::full;
use daypass_wire::refusal::{self, Refusal};
use daypass_wire::xml::Writer;
use http::{HeaderValue, Response, StatusCode};

use super::Body;

/// Which service's XML namespace an answer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    Iam,
    Sts,
}

impl Namespace {
    const fn uri(self) -> &'static str {
        match self {
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }
}

/// A result of the query protocol:
/// `<XResponse xmlns=...><XResult>...</XResult><ResponseMetadata>...</ResponseMetadata></XResponse>`.
/// `action` is one of our own operations' names, never a stranger's text.
pub(super) fn query_result(
    namespace: Namespace,
    action: &'static str,
    result: Option<&Shape>,
    request_id: &str,
) -> Response<Body> {
    let mut xml = Writer::new();
    xml.root([action, "Response"], namespace.uri(), |xml| {
        if let Some(result) = result {
            xml.nested([action, "Result"], |xml| write_content(xml, result));
        }
        xml.nested("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    respond("text/xml", xml.into_string(), request_id)
}

/// A refusal of the query protocol.
pub(super) fn query_error(namespace: Namespace, refusal: &Refusal, request_id: &str) -> Response<Body> {
    refusal::query_error(namespace.uri(), refusal, request_id).map(full)
}

/// A result of the JSON 1.1 protocol.
pub(super) fn json_result(body: &serde_json::Value, request_id: &str) -> Response<Body> {
    respond("application/x-amz-json-1.1", body.to_string(), request_id)
}

/// A refusal of the JSON 1.1 protocol.
pub(super) fn json_error(refusal: &Refusal, request_id: &str) -> Response<Body> {
    refusal::json_error(refusal, request_id).map(full)
}

/// The domain's error in the wire's terms.
pub(super) fn refusal(error: &AwsError) -> Refusal {
    Refusal::new(error.status, error.code, error.message.clone())
}

fn write_content(xml: &mut Writer, shape: &Shape) {
    match shape {
        Shape::List(items) => items.iter().for_each(|item| write(xml, "member", item)),
        Shape::Structure(members) => members.iter().for_each(|(name, value)| write(xml, name, value)),
        // Every result is a structure; a bare text has no element to stand in.
        Shape::Secret(_) | Shape::Text(_) => {}
    }
}

fn write(xml: &mut Writer, name: &'static str, shape: &Shape) {
    match shape {
        Shape::List(_) | Shape::Structure(_) => xml.nested(name, |xml| write_content(xml, shape)),
        Shape::Secret(secret) => xml.text(name, secret),
        Shape::Text(text) => xml.text(name, text),
    }
}

fn respond(content_type: &'static str, body: String, request_id: &str) -> Response<Body> {
    let mut response = Response::new(full(body));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
    response
}
