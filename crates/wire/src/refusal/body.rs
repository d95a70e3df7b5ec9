//! The bytes of an error.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::refusal::Refusal;
use crate::xml::Writer;

/// An error of STS or IAM. `namespace` is the service's, e.g. `https://sts.amazonaws.com/doc/2011-06-15/`.
#[must_use]
pub fn query_error(namespace: &str, refusal: &Refusal, request_id: &str) -> Response<Bytes> {
    let mut writer = Writer::new();
    writer.root("ErrorResponse", namespace, |writer| {
        writer.nested("Error", |writer| {
            writer.text("Type", if refusal.status < 500 { "Sender" } else { "Receiver" });
            writer.text("Code", &refusal.code);
            writer.text("Message", &refusal.message);
        });
        writer.text("RequestId", request_id);
    });
    respond(refusal, "text/xml", writer.into_string(), &[("x-amzn-requestid", request_id)])
}

/// An error of CloudTrail.
#[must_use]
pub fn json_error(refusal: &Refusal, request_id: &str) -> Response<Bytes> {
    let body = serde_json::json!({ "__type": refusal.code, "message": refusal.message });
    let headers = [("x-amzn-requestid", request_id), ("x-amzn-errortype", &refusal.code)];
    respond(refusal, "application/x-amz-json-1.1", body.to_string(), &headers)
}

/// An error of S3. `resource` is the path that was asked for; `host_id` is S3's second id, `x-amz-id-2`.
///
/// The answer to a HEAD request has the same status and headers, and no body: that is the caller's task.
#[must_use]
pub fn s3_error(
    refusal: &Refusal,
    resource: Option<&str>,
    request_id: &str,
    host_id: &str,
) -> Response<Bytes> {
    let mut writer = Writer::with_declaration();
    writer.nested("Error", |writer| {
        writer.text("Code", &refusal.code);
        writer.text("Message", &refusal.message);
        for (name, value) in &refusal.details {
            writer.text(name, value);
        }
        writer.optional("Resource", resource);
        writer.text("RequestId", request_id);
        writer.text("HostId", host_id);
    });
    let headers = [("x-amz-request-id", request_id), ("x-amz-id-2", host_id)];
    respond(refusal, "application/xml", writer.into_string(), &headers)
}

fn respond(
    refusal: &Refusal,
    content_type: &'static str,
    body: String,
    headers: &[(&'static str, &str)],
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in headers {
        // An id that cannot stand in a header is in the body all the same.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}
