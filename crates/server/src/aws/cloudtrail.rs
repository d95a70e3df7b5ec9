//! CloudTrail over JSON 1.1: LookupEvents, of the caller's own account.
//!
//! Source: CloudTrail API reference, "LookupEvents".

use std::sync::Arc;

use daypass_aws::authorize::{Action, authorize};
use daypass_aws::{AwsError, Caller, Refusal};
use daypass_store::TrailReader as _;
use daypass_trail::{LookupRequest, event_json, page_json};
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::Response;
use http::request::Parts;
use hyper::body::Incoming;
use serde_json::Value;

use super::Body;
use super::answer;
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::collect;

/// CloudTrail's event source in the trail.
const SOURCE: &str = "cloudtrail.amazonaws.com";
const TARGETS: [&str; 2] = [
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    "CloudTrail_20131101.LookupEvents",
];
/// Bytes of a request: one attribute, two times and a token.
const BODY_BYTES_MAX: usize = 64 * 1024;

pub(super) async fn handle(call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let request_id = call.request_id.clone();
    match run(call, parts, body).await {
        Ok(page) => answer::json_result(&page, &request_id),
        Err(refusal) => answer::json_error(&refusal, &request_id),
    }
}

async fn run(mut call: Call, parts: Parts, body: Incoming) -> Result<Value, Refused> {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !TARGETS.contains(&target) {
        return Err(Refused::new(
            400,
            "UnknownOperationException",
            format!("`{target}` is not offered by daypass"),
        ));
    }
    let bytes = collect(body, BODY_BYTES_MAX).await.map_err(|error| answer::refusal(&error))?;
    let body_sha256 = daypass_wire::sha256_hex(&bytes);
    let caller = match authenticate(&mut call, &parts, "cloudtrail", Some(&body_sha256)) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => {
            let answer = Refused::of(&refused.error, Family::Json);
            let conclusion = Conclusion::new(&call, SOURCE, "LookupEvents", true);
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return Err(answer);
        }
    };
    let conclusion = Conclusion::new(&call, SOURCE, "LookupEvents", true);
    let identity = Identity::Caller(&caller);
    match lookup(&call, &caller, &bytes).await {
        Ok((page, checks)) => {
            let happened = Happened { identity, checks, ..Happened::default() };
            conclusion.done(happened).await.map_err(|error| answer::refusal(&error))?;
            Ok(page)
        }
        Err(refusal) => {
            let error = conclusion.refused(refusal, Happened { identity, ..Happened::default() }).await;
            Err(answer::refusal(&error))
        }
    }
}

type Found = (Value, Vec<daypass_aws::explanation::Check>);

async fn lookup(call: &Call, caller: &Caller, body: &[u8]) -> Result<Found, Refusal> {
    let account = call.account.load_full();
    let asked = Action { name: "cloudtrail:LookupEvents", resource: "*", keys: &[] };
    let permission = authorize(&account, caller, &asked, &call.surroundings).map_err(|mut refusal| {
        refusal.error.code = "AccessDeniedException";
        refusal.error.status = 400;
        refusal
    })?;
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| AwsError::bad_request("SerializationException", "The request body is not JSON"))?;
    let request = LookupRequest::read(&body, call.now)
        .map_err(|error| AwsError::bad_request(error.code(), error.to_string()))?;
    let database = Arc::clone(&call.app.database);
    let with_data = call.app.config.lookup_data_events;
    let (asked, own) = (request.clone(), account.id.clone());
    let page = tokio::task::spawn_blocking(move || database.lookup(own.as_str(), &asked, with_data))
        .await
        .map_err(|error| AwsError::service_failure(error.to_string()))?
        .map_err(|error| {
            tracing::error!(request_id = %call.request_id, %error, "the trail did not answer");
            AwsError::service_failure("The trail does not answer")
        })?;
    let next = page.events.last().filter(|_| page.more).map(|event| request.token(event.sequence));
    let events = page.events.iter().map(|event| {
        let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
        event_json(&event.record, &record)
    });
    Ok((page_json(events.collect(), next), permission.checks))
}
