//! IAM Access Analyzer over REST and JSON: ValidatePolicy.
//!
//! Source: Access Analyzer API reference, "ValidatePolicy".

mod refusal;
mod request;
mod response;

use daypass_aws::authorize::{Action, authorize};
use daypass_aws::explanation::Check;
use daypass_aws::{AwsError, Caller, Event, Refusal};
use daypass_policy::validate::{Options, validate};
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use hyper::body::Incoming;
use serde_json::Value;

use self::refusal::Invalid;
use self::request::Request;
use super::Body;
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::collect;

/// Access Analyzer's event source in the trail.
const SOURCE: &str = "access-analyzer.amazonaws.com";
/// The service of the signature's scope.
pub(super) const SERVICE: &str = "access-analyzer";
const OPERATION: &str = "ValidatePolicy";
const PATH: &str = "/policy/validation";
/// Bytes of a request: a policy of 131,072 characters, each escaped, and room for the rest.
const BODY_BYTES_MAX: usize = 1024 * 1024;

pub(super) async fn handle(call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let request_id = call.request_id.clone();
    match run(call, parts, body).await {
        Ok(answer) => respond(StatusCode::OK, answer.to_string(), &request_id),
        Err(invalid) => refusal::response(&invalid, &request_id),
    }
}

async fn run(mut call: Call, parts: Parts, body: Incoming) -> Result<Value, Invalid> {
    if parts.method != Method::POST || parts.uri.path() != PATH {
        return Err(Invalid::operation(&parts));
    }
    let bytes = collect(body, BODY_BYTES_MAX).await?;
    let body_sha256 = daypass_wire::sha256_hex(&bytes);
    let caller = match authenticate(&mut call, &parts, SERVICE, Some(&body_sha256)) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => {
            let answer = Refused::of(&refused.error, Family::RestJson);
            let conclusion = Conclusion::new(&call, SOURCE, OPERATION, true);
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return Err(answer.into());
        }
    };
    let conclusion = Conclusion::new(&call, SOURCE, OPERATION, true);
    let identity = Identity::Caller(&caller);
    let read = Request::read(&parts, &bytes);
    let event = Event { request_parameters: read.as_ref().ok().map(Request::event), ..Event::default() };
    match permitted(&call, &caller) {
        Err(refusal) => {
            let error =
                conclusion.refused(refusal, Happened { identity, event, ..Happened::default() }).await;
            Err(error.into())
        }
        Ok(checks) => match validated(read).await {
            Ok(answer) => {
                conclusion.done(Happened { identity, checks, event, ..Happened::default() }).await?;
                Ok(answer)
            }
            Err(invalid) => {
                let refusal = Refusal { error: invalid.error.clone(), reason: None, checks };
                conclusion.refused(refusal, Happened { identity, event, ..Happened::default() }).await;
                Err(invalid)
            }
        },
    }
}

fn permitted(call: &Call, caller: &Caller) -> Result<Vec<Check>, Refusal> {
    let account = call.account.load();
    let asked = Action { name: "access-analyzer:ValidatePolicy", resource: "*", keys: &[] };
    let permission = authorize(&account, caller, &asked, &call.surroundings).map_err(|mut refusal| {
        refusal.error.code = "AccessDeniedException";
        refusal
    })?;
    Ok(permission.checks)
}

/// Checks the policy beside the requests: a long one takes its time.
async fn validated(read: Result<Request, Invalid>) -> Result<Value, Invalid> {
    let request = read?;
    let checked = tokio::task::spawn_blocking(move || {
        let options = Options { resource_type: request.resource_type.as_deref() };
        let findings = validate(request.kind, &request.document, options);
        response::page(&request, &findings)
    });
    checked.await.map_err(|error| {
        tracing::error!(%error, "a policy was not validated");
        AwsError {
            code: "InternalServerException",
            message: "The policy was not validated".into(),
            status: 500,
        }
        .into()
    })
}

fn respond(status: StatusCode, body: String, request_id: &str) -> Response<Body> {
    let mut response = Response::new(daypass_targets::body::full(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
    response
}
