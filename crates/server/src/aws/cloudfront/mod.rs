//! CloudFront over REST and XML.
//!
//! It is a global service: `aws:RequestedRegion` and the events say `us-east-1`, whatever region the caller signed for.
//! A change and its event are one durable commit; the snapshot is swapped after that.

mod answer;
mod event;

use daypass_aws::explanation::Check;
use daypass_aws::{AwsError, Caller, Refusal};
use daypass_targets::cloudfront::answer::Answer;
use daypass_targets::cloudfront::question::questions;
use daypass_targets::cloudfront::route::{self, Routed};
use daypass_targets::cloudfront::{
    BODY_BYTES_MAX, Circumstances, CloudFrontError, Operation, Outcome, Sent, Snapshot, execute,
};
use daypass_wire::form::Form;
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::Response;
use http::header::{AUTHORIZATION, IF_MATCH};
use http::request::Parts;
use hyper::body::Incoming;

use super::Body;
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::collect;
use super::question::{account_in, ask};
use crate::random::SystemRandom;

/// CloudFront's event source in the trail.
const SOURCE: &str = "cloudfront.amazonaws.com";
/// The service of the signature's scope.
pub(super) const SERVICE: &str = "cloudfront";
/// Characters of a path that are repeated.
const ECHO_CHARACTERS: usize = 128;

/// Whether a request that is not signed at all is one to CloudFront: it has the path of an operation.
pub(super) fn is_unsigned(parts: &Parts) -> bool {
    let is_signed = parts.headers.contains_key(AUTHORIZATION)
        || parts.uri.query().is_some_and(|query| query.contains("Signature="));
    !is_signed && routed(parts).is_ok()
}

pub(super) async fn handle(mut call: Call, parts: Parts, body: Incoming) -> Response<Body> {
    let (query, routed) = match routed(&parts) {
        Ok(routed) => routed,
        Err(refusal) => return answer::refusal(&refusal, &call.request_id),
    };
    let body = match collect(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return answer::refusal(&super::answer::refusal(&error), &call.request_id),
    };
    let hash = daypass_wire::sha256_hex(&body);
    let caller = match authenticate(&mut call, &parts, SERVICE, Some(&hash)) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => {
            let answer = Refused::of(&refused.error, Family::Query);
            let route = routed.route;
            let conclusion = Conclusion::new(&call, SOURCE, route.operation, route.is_read_only());
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return answer::refusal(&answer, &call.request_id);
        }
    };
    let if_match = parts.headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
    let sent = Sent { routed: &routed, query: &query, if_match, body: &body };
    match run(&call, &sent, &caller).await {
        Ok(answer) => answer::done(&answer, &call),
        Err(error) => answer::refusal(&super::answer::refusal(&error), &call.request_id),
    }
}

type Query = Vec<(String, String)>;

/// The operation that a request asks for, and its query.
fn routed(parts: &Parts) -> Result<(Query, Routed), Refused> {
    let query = parts.uri.query().unwrap_or_default();
    let form = Form::parse(query.as_bytes())
        .map_err(|_| Refused::new(400, "InvalidArgument", "The query string cannot be read."))?;
    let query: Query = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let path = parts.uri.path();
    match route::find(parts.method.as_str(), path, &query) {
        Some(routed) => Ok((query, routed)),
        None => {
            let path: String = path.chars().take(ECHO_CHARACTERS).collect();
            let message =
                format!("{} {path} is no operation of CloudFront's API of 2020-05-31", parts.method);
            Err(Refused::new(404, "InvalidAction", message))
        }
    }
}

/// Authorises, executes and concludes. Writes hold the lock from reading the snapshot to swapping it.
async fn run(call: &Call, sent: &Sent<'_>, caller: &Caller) -> Result<Answer, AwsError> {
    let route = sent.routed.route;
    let conclusion = Conclusion::new(call, SOURCE, route.operation, route.is_read_only());
    let held = &call.app.cloudfront;
    let writing = if route.is_read_only() { None } else { Some(held.writing.lock().await) };
    let snapshot = held.load();
    let operation = Operation::read(sent);
    let mut event = event::asked(sent, operation.as_ref().ok());
    let identity = Identity::Caller(caller);
    match permitted(call, sent, caller, &snapshot, operation) {
        Ok((outcome, checks)) => {
            if !route.is_read_only() {
                event.response_elements = event::answered(&outcome.answer, call);
            }
            let documents = outcome.changes;
            conclusion.done(Happened { identity, event, documents, checks, ..Happened::default() }).await?;
            if let Some(next) = outcome.next {
                held.store(next);
            }
            drop(writing);
            Ok(outcome.answer)
        }
        Err(refusal) => {
            drop(writing);
            Err(conclusion.refused(*refusal, Happened { identity, event, ..Happened::default() }).await)
        }
    }
}

/// Asks for leave first, and only then says what is wrong with the request.
fn permitted(
    call: &Call,
    sent: &Sent<'_>,
    caller: &Caller,
    snapshot: &Snapshot,
    operation: Result<Operation, CloudFrontError>,
) -> Result<(Outcome, Vec<Check>), Box<Refusal>> {
    let account = call.account.load();
    let mut checks = Vec::new();
    for question in questions(snapshot, sent, operation.as_ref().ok(), account.id.as_str()) {
        let owner = account_in(&question).unwrap_or_else(|| account.id.clone());
        let permission = ask(&account, caller, (&question, &owner), &[], &call.surroundings)
            .map_err(|refusal| Box::new(refusal.with(&checks)))?;
        checks.extend(permission.checks);
    }
    let mut random = SystemRandom::new();
    let mut fill = |buffer: &mut [u8]| daypass_aws::identifier::Random::fill(&mut random, buffer);
    let circumstances = Circumstances { account: account.id.as_str(), now: call.now, random: &mut fill };
    operation.and_then(|operation| execute(snapshot, &operation, circumstances)).map_or_else(
        |error| {
            let CloudFrontError { status, code, message } = error;
            Err(Box::new(Refusal {
                error: AwsError { code, message, status },
                reason: None,
                checks: checks.clone(),
            }))
        },
        |outcome| Ok((outcome, checks.clone())),
    )
}
