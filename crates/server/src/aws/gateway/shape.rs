//! How each service says no: its codes, its statuses, its bytes.
//!
//! Sources: DynamoDB developer guide, "Error handling with DynamoDB"; SQS API reference, "Common errors"; Amazon S3 API
//! reference, "Error responses". The types of DynamoDB's errors (`com.amazon.coral.service#...`) are as observed. The
//! status of a refusal that SQS answers in JSON was not to be found: it is taken to be 400, as DynamoDB's.

use bytes::Bytes;
use daypass_targets::body::full;
use daypass_targets::gateway::Service;
use daypass_wire::refusal::{Family, Refusal, query_error, s3_error};
use daypass_wire::sigv4::AuthError;
use http::header::{CONNECTION, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use super::super::Body;
use crate::upstreams::Unanswered;

/// The XML namespace of SQS's answers.
const SQS_NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

/// Which bytes a caller takes for an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// JSON 1.0: DynamoDB.
    Json,
    /// JSON 1.0 whose clients still know the query protocol's codes: SQS.
    JsonWithQueryCodes,
    /// Query and XML: SQS's older protocol.
    Query,
    /// REST and XML.
    S3,
}

/// How a caller is told no.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    form: Form,
    path: String,
    /// The client waits for leave to send its body, and does not get it.
    expects_leave: bool,
}

impl Shape {
    pub(super) fn of(service: Service, parts: &Parts) -> Self {
        let form = match service {
            Service::S3 => Form::S3,
            Service::Sqs if parts.headers.contains_key("x-amz-target") => Form::JsonWithQueryCodes,
            Service::Sqs => Form::Query,
            Service::DynamoDb => Form::Json,
        };
        Self { form, path: parts.uri.path().to_owned(), expects_leave: parts.headers.contains_key(EXPECT) }
    }

    /// The caller was not established.
    pub(super) fn unauthenticated(&self, error: &AuthError) -> Refusal {
        let family = match self.form {
            Form::Json | Form::JsonWithQueryCodes => Family::Json,
            Form::Query => Family::Query,
            Form::S3 => Family::S3,
        };
        Refusal::of(error, family)
    }

    /// The code and status of a call that is not allowed.
    pub(super) const fn denied(&self) -> (&'static str, u16) {
        match self.form {
            Form::Json | Form::JsonWithQueryCodes => ("AccessDeniedException", 400),
            Form::Query | Form::S3 => ("AccessDenied", 403),
        }
    }

    /// Something here or at the upstream failed; clients try again by the status.
    pub(super) fn failure(&self, status: u16, message: impl Into<String>) -> Refusal {
        let code = match (self.form, status) {
            (Form::Query | Form::S3, 503) => "ServiceUnavailable",
            (Form::Json | Form::JsonWithQueryCodes, 503) => "ServiceUnavailableException",
            (Form::S3, _) => "InternalError",
            (Form::Query, _) => "InternalFailure",
            (Form::Json | Form::JsonWithQueryCodes, _) => "InternalServerError",
        };
        Refusal::new(status, code, message.into())
    }

    /// The request is none that the gateway takes.
    pub(super) fn invalid(&self, message: impl Into<String>) -> Refusal {
        let code = match self.form {
            Form::Json | Form::JsonWithQueryCodes => "ValidationException",
            Form::Query => "InvalidParameterValue",
            Form::S3 => "InvalidRequest",
        };
        Refusal::new(400, code, message.into())
    }

    /// Nobody stands behind the gateway for the service.
    pub(super) fn not_configured(&self, service: Service) -> Refusal {
        let name = service.name();
        let message = format!(
            "daypass has no {name} of its own. Name one that shall stand behind it, with service = \"{name}\" in an [[upstreams]] table of daypass.toml."
        );
        match self.form {
            Form::Json | Form::JsonWithQueryCodes => Refusal::new(400, "UnknownOperationException", message),
            Form::Query | Form::S3 => Refusal::new(400, "InvalidAction", message),
        }
    }

    /// There is no answer of the upstream.
    pub(super) fn unanswered(&self, error: &Unanswered) -> Refusal {
        let status = match error {
            Unanswered::Body(why) => return why.refusal(),
            Unanswered::Credentials(_) => {
                return self.failure(503, "daypass has no credentials for the service behind it.");
            }
            Unanswered::Unreachable(_) => 503,
            Unanswered::Broken(_) | Unanswered::Unsigned(_) => 502,
            Unanswered::Silent { .. } => 504,
        };
        self.failure(status, format!("The service behind daypass failed: {error}."))
    }

    /// The refusal as bytes.
    pub(super) fn answer(&self, refusal: &Refusal, request_id: &str) -> Response<Body> {
        let answer = match self.form {
            Form::S3 => s3_error(refusal, Some(&self.path), request_id, request_id),
            Form::Query => query_error(SQS_NAMESPACE, refusal, request_id),
            Form::Json | Form::JsonWithQueryCodes => self.json(refusal, request_id),
        };
        let mut answer = answer.map(full);
        if self.expects_leave {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    fn json(&self, refusal: &Refusal, request_id: &str) -> Response<Bytes> {
        let kind = format!("com.amazon.coral.service#{}", refusal.code);
        let body = if refusal.code == "AccessDeniedException" {
            json!({ "__type": kind, "Message": refusal.message })
        } else {
            json!({ "__type": kind, "message": refusal.message })
        };
        let mut answer = Response::new(Bytes::from(body.to_string()));
        *answer.status_mut() =
            StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        if let Ok(value) = HeaderValue::from_str(request_id) {
            headers.insert("x-amzn-requestid", value);
        }
        if self.form == Form::JsonWithQueryCodes {
            let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
            let code = refusal.code.strip_suffix("Exception").unwrap_or(&refusal.code);
            if let Ok(value) = HeaderValue::from_str(&format!("{code};{side}")) {
                headers.insert("x-amzn-query-error", value);
            }
        }
        answer
    }

    /// Whether the caller is one of S3's, whose answers have S3's request ids.
    pub(super) fn is_s3(&self) -> bool {
        self.form == Form::S3
    }
}
