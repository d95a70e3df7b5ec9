//! IAM over the query protocol.

use std::sync::Arc;

use daypass_aws::authorize::{Action, authorize_shown};
use daypass_aws::iam::{self, Operation};
use daypass_aws::{Account, AwsError, Caller, Event, Outcome, Refusal, Shape};
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::Response;

use super::Body;
use super::answer::{self, Namespace};
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::Query;
use crate::random::SystemRandom;

/// IAM's event source in the trail.
const SOURCE: &str = "iam.amazonaws.com";

pub(super) async fn handle(mut call: Call, query: Query) -> Response<Body> {
    let Some(operation) = iam::operation(&query.action) else {
        let error = iam::unknown_operation(&query.action);
        return answer::query_error(Namespace::Iam, &answer::refusal(&error), &call.request_id);
    };
    let caller = match authenticate(&mut call, &query.parts, "iam", Some(&query.body_sha256())) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => {
            let answer = Refused::of(&refused.error, Family::Query);
            let conclusion = Conclusion::new(&call, SOURCE, operation.name, operation.read_only);
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return answer::query_error(Namespace::Iam, &answer, &call.request_id);
        }
    };
    match run(&call, operation, &query, &caller).await {
        Ok(shape) => {
            let shape = operation.has_result.then_some(&shape);
            answer::query_result(Namespace::Iam, operation.name, shape, &call.request_id)
        }
        Err(error) => answer::query_error(Namespace::Iam, &answer::refusal(&error), &call.request_id),
    }
}

/// Authorises, executes and concludes. Writes hold the account's write lock from reading the snapshot to swapping it.
async fn run(
    call: &Call,
    operation: &'static Operation,
    query: &Query,
    caller: &Caller,
) -> Result<Shape, AwsError> {
    let conclusion = Conclusion::new(call, SOURCE, operation.name, operation.read_only);
    let writing = if operation.read_only { None } else { Some(call.account.writing.lock().await) };
    let account = call.account.load_full();
    match permitted(call, operation, query, caller, &account) {
        Ok((outcome, checks)) => {
            let next = (!outcome.changes.is_empty()).then(|| Arc::new(account.apply(&outcome.changes)));
            let happened = Happened {
                identity: Identity::Caller(caller),
                event: outcome.event,
                changes: &outcome.changes,
                checks,
                ..Happened::default()
            };
            conclusion.done(happened).await?;
            if let Some(next) = next {
                call.account.store(next);
            }
            drop(writing);
            Ok(outcome.result)
        }
        Err((refusal, event)) => {
            drop(writing);
            let happened = Happened { identity: Identity::Caller(caller), event, ..Happened::default() };
            Err(conclusion.refused(refusal, happened).await)
        }
    }
}

type Checked = (Outcome, Vec<daypass_aws::explanation::Check>);

fn permitted(
    call: &Call,
    operation: &Operation,
    query: &Query,
    caller: &Caller,
    account: &Account,
) -> Result<Checked, (Refusal, Event)> {
    let refused_event =
        || Event { request_parameters: operation.request_parameters(&query.parameters), ..Event::default() };
    let mut checks = Vec::new();
    for question in operation.questions(account, &query.parameters) {
        let asked = Action { name: &question.action, resource: &question.resource, keys: &question.keys };
        let permission = authorize_shown(account, caller, &asked, &question.shown, &call.surroundings)
            .map_err(|refusal| (refusal.with(&checks), refused_event()))?;
        checks.extend(permission.checks);
    }
    let mut random = SystemRandom::new();
    let outcome = operation
        .execute(&mut iam::Call {
            account,
            caller,
            parameters: &query.parameters,
            now: call.now,
            random: &mut random,
        })
        .map_err(|error| {
            let reason = operation.reason(&error, &query.parameters);
            (Refusal { error, reason, checks: checks.clone() }, refused_event())
        })?;
    Ok((outcome, checks))
}
