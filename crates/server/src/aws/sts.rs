//! STS over the query protocol.

use daypass_aws::authorize::{Action, authorize};
use daypass_aws::sts::{access_key_info, assume_role, caller_identity, web_identity};
use daypass_aws::{AwsError, Caller, Event, Outcome, Reason, Refusal, Shape};
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::Response;

use super::Body;
use super::answer::{self, Namespace};
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::Query;
use crate::random::SystemRandom;

/// STS's event source in the trail.
const SOURCE: &str = "sts.amazonaws.com";

const OPERATIONS: [&str; 4] =
    ["AssumeRole", "AssumeRoleWithWebIdentity", "GetAccessKeyInfo", "GetCallerIdentity"];

pub(super) async fn handle(mut call: Call, query: Query) -> Response<Body> {
    let Some(operation) = OPERATIONS.into_iter().find(|name| *name == query.action) else {
        let message = format!("Could not find operation {} for version 2011-06-15", query.action);
        let error = AwsError::bad_request("InvalidAction", message);
        return answer::query_error(Namespace::Sts, &answer::refusal(&error), &call.request_id);
    };
    let result = if operation == "AssumeRoleWithWebIdentity" {
        exchange(&call, &query).await.map_err(|error| answer::refusal(&error))
    } else {
        signed(&mut call, &query, operation).await
    };
    match result {
        Ok(shape) => answer::query_result(Namespace::Sts, operation, Some(&shape), &call.request_id),
        Err(refusal) => answer::query_error(Namespace::Sts, &refusal, &call.request_id),
    }
}

/// AssumeRoleWithWebIdentity: SDKs send it unsigned, the token is its authentication.
async fn exchange(call: &Call, query: &Query) -> Result<Shape, AwsError> {
    let conclusion = Conclusion::new(call, SOURCE, "AssumeRoleWithWebIdentity", true);
    let verified = match verified(call, query).await {
        Ok(verified) => verified,
        Err(refusal) => return Err(conclusion.refused(refusal, Happened::default()).await),
    };
    let account = call.app.account.load_full();
    let identity = verified.identity();
    let deciding = web_identity::Deciding {
        account: &account,
        surroundings: &call.surroundings,
        keys: &call.app.sealing_keys,
    };
    let decided = verified.decide(&deciding, &mut SystemRandom::new());
    let happened = |event: Event| Happened {
        identity: Identity::Web { account: &account.id, identity: &identity },
        claims: Some(verified.token.claims()),
        event,
        ..Happened::default()
    };
    match decided {
        Ok(permitted) => {
            let result = permitted.result(call.app.clock.wall_at(permitted.granted.credentials.expires_at));
            let web_identity::Permitted { checks, event, .. } = permitted;
            conclusion.done(Happened { checks, grants: true, ..happened(event) }).await?;
            Ok(result)
        }
        Err(refusal) => Err(conclusion.refused(refusal, happened(verified.refused_event())).await),
    }
}

/// From the form to a verified token.
async fn verified(call: &Call, query: &Query) -> Result<web_identity::Verified, Refusal> {
    let account = call.app.account.load_full();
    let exchange = web_identity::Request::read(&query.parameters)?.provider(&account)?;
    let issuer = exchange.provider.issuer();
    let keys = call.app.issuers.keys(&issuer, exchange.key_id()).await.map_err(|error| {
        let reason = Reason::Keys { detail: error.to_string() };
        Refusal::because(daypass_aws::sts::refusal::keys_unavailable(), reason)
    })?;
    exchange.verify(&keys, call.now)
}

/// The operations that are signed.
async fn signed(call: &mut Call, query: &Query, operation: &'static str) -> Result<Shape, Refused> {
    let caller = match authenticate(call, &query.parts, "sts", Some(&query.body_sha256())) {
        Ok(authenticated) => authenticated.caller,
        Err(refused) => {
            let answer = Refused::of(&refused.error, Family::Query);
            let conclusion = Conclusion::new(call, SOURCE, operation, true);
            conclusion.unauthenticated(&refused, &answer.code, &answer.message).await;
            return Err(answer);
        }
    };
    let done = if operation == "AssumeRole" {
        assume(call, query, &caller).await
    } else {
        ask(call, query, &caller, operation).await
    };
    done.map_err(|error| answer::refusal(&error))
}

async fn ask(call: &Call, query: &Query, caller: &Caller, operation: &str) -> Result<Shape, AwsError> {
    let conclusion = Conclusion::new(call, SOURCE, operation, true);
    let identity = Identity::Caller(caller);
    match read(call, query, caller, operation) {
        Ok(outcome) => {
            conclusion.done(Happened { identity, event: outcome.event, ..Happened::default() }).await?;
            Ok(outcome.result)
        }
        Err(refusal) => Err(conclusion.refused(refusal, Happened { identity, ..Happened::default() }).await),
    }
}

fn read(call: &Call, query: &Query, caller: &Caller, operation: &str) -> Result<Outcome, Refusal> {
    if operation == "GetCallerIdentity" {
        return Ok(caller_identity::caller_identity(caller));
    }
    let account = call.app.account.load();
    let asked = Action { name: "sts:GetAccessKeyInfo", resource: "*", keys: &[] };
    authorize(&account, caller, &asked, &call.surroundings)?;
    Ok(access_key_info::access_key_info(&account, &query.parameters)?)
}

async fn assume(call: &Call, query: &Query, caller: &Caller) -> Result<Shape, AwsError> {
    let conclusion = Conclusion::new(call, SOURCE, "AssumeRole", true);
    let identity = Identity::Caller(caller);
    let request = match assume_role::Request::read(&query.parameters) {
        Ok(request) => request,
        Err(error) => {
            return Err(conclusion.refused(error.into(), Happened { identity, ..Happened::default() }).await);
        }
    };
    let account = call.app.account.load_full();
    let deciding = assume_role::Deciding {
        account: &account,
        caller,
        surroundings: &call.surroundings,
        keys: &call.app.sealing_keys,
    };
    match request.decide(&deciding, &mut SystemRandom::new()) {
        Ok(permitted) => {
            let result = permitted.result(call.app.clock.wall_at(permitted.granted.credentials.expires_at));
            let assume_role::Permitted { checks, event, .. } = permitted;
            conclusion
                .done(Happened { identity, checks, event, grants: true, ..Happened::default() })
                .await?;
            Ok(result)
        }
        Err(refusal) => {
            let event = request.refused_event();
            Err(conclusion.refused(refusal, Happened { identity, event, ..Happened::default() }).await)
        }
    }
}
