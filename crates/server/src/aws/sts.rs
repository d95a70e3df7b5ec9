//! STS over the query protocol.

use std::sync::Arc;

use daypass_aws::arn::RoleArn;
use daypass_aws::authorize::{Action, authorize};
use daypass_aws::sts::{access_key_info, assume_role, caller_identity, web_identity};
use daypass_aws::{AccountId, AwsError, Caller, Event, Outcome, Reason, Refusal, Shape};
use daypass_store::TrailReader as _;
use daypass_wire::refusal::{Family, Refusal as Refused};
use http::Response;
use serde_json::Value;

use super::Body;
use super::answer::{self, Namespace};
use super::authenticate::authenticate;
use super::call::Call;
use super::conclude::{Conclusion, Happened, Identity};
use super::query::Query;
use crate::accounts::HostedAccount;
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
        exchange(&mut call, &query).await.map_err(|error| answer::refusal(&error))
    } else {
        signed(&mut call, &query, operation).await
    };
    match result {
        Ok(shape) => answer::query_result(Namespace::Sts, operation, Some(&shape), &call.request_id),
        Err(refusal) => answer::query_error(Namespace::Sts, &refusal, &call.request_id),
    }
}

/// AssumeRoleWithWebIdentity: SDKs send it unsigned, the token is its authentication.
/// It is of the account of the role that is asked for; a stranger's role is refused as one that is not there.
async fn exchange(call: &mut Call, query: &Query) -> Result<Shape, AwsError> {
    if let Some(account) = role_account(call, query) {
        call.account = account;
    }
    let call: &Call = call;
    let conclusion = Conclusion::new(call, SOURCE, "AssumeRoleWithWebIdentity", true);
    let verified = match verified(call, query).await {
        Ok(verified) => verified,
        Err(refusal) => return Err(conclusion.refused(refusal, Happened::default()).await),
    };
    let account = call.account.load_full();
    let identity = verified.identity();
    let deciding = web_identity::Deciding {
        account: &account,
        surroundings: &call.surroundings,
        keys: &call.account.sealing_keys,
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

/// The account of the role that is asked for, if it is one of this server's.
fn role_account(call: &Call, query: &Query) -> Option<Arc<HostedAccount>> {
    let role = RoleArn::parse(query.parameters.text("RoleArn")?)?;
    call.app.accounts.numbered(role.account).cloned()
}

/// From the form to a verified token.
async fn verified(call: &Call, query: &Query) -> Result<web_identity::Verified, Refusal> {
    let account = call.account.load_full();
    let exchange = web_identity::Request::read(&query.parameters)?.provider(&account)?;
    let issuer = exchange.provider.issuer();
    let keys = call.app.issuers.keys(&issuer, exchange.key_id()).await.map_err(|error| {
        let reason = Reason::Keys { detail: error.to_string() };
        Refusal::because(daypass_aws::sts::refusal::keys_unavailable(), reason)
    })?;
    // The keys may have been a long time coming: a provider that was removed meanwhile vouches for nobody.
    exchange.with_current_provider(&call.account.load())?.verify(&keys, call.now)
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
    match read(call, query, caller, operation).await {
        Ok(outcome) => {
            conclusion.done(Happened { identity, event: outcome.event, ..Happened::default() }).await?;
            Ok(outcome.result)
        }
        Err(refusal) => Err(conclusion.refused(refusal, Happened { identity, ..Happened::default() }).await),
    }
}

async fn read(call: &Call, query: &Query, caller: &Caller, operation: &str) -> Result<Outcome, Refusal> {
    if operation == "GetCallerIdentity" {
        return Ok(caller_identity::caller_identity(caller));
    }
    let account = call.account.load_full();
    let asked = Action { name: "sts:GetAccessKeyInfo", resource: "*", keys: &[] };
    authorize(&account, caller, &asked, &call.surroundings)?;
    let id = access_key_info::asked(&query.parameters)?;
    // AWS says that an error is possible for a key that is gone; its words were not observed.
    let owner = key_account(call, &id)
        .await?
        .ok_or_else(|| AwsError::validation(format!("The access key {id} does not exist")))?;
    Ok(access_key_info::access_key_info(&id, &owner))
}

/// The account that a key belongs to: an administrator's by the account, a session's by the event that handed it out.
async fn key_account(call: &Call, id: &str) -> Result<Option<AccountId>, AwsError> {
    if let Some(account) = call.app.accounts.of_administrator(id) {
        return Ok(Some(account.id.clone()));
    }
    let (database, key) = (Arc::clone(&call.app.database), id.to_owned());
    let found = tokio::task::spawn_blocking(move || database.by_issued_access_key(&key))
        .await
        .map_err(|error| AwsError::service_failure(error.to_string()))?
        .map_err(|error| {
            tracing::error!(request_id = %call.request_id, %error, "the trail did not answer");
            AwsError::service_failure("The trail does not answer")
        })?;
    Ok(found.and_then(|event| {
        let record: Value = serde_json::from_str(&event.record).ok()?;
        let arn = record.pointer("/responseElements/assumedRoleUser/arn")?.as_str()?;
        AccountId::parse(arn.split(':').nth(4)?)
    }))
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
    // A stranger's role is looked for among the caller's own, where none has its ARN.
    let called = role_account(call, query).unwrap_or_else(|| Arc::clone(&call.account));
    let (account, callers) = (called.load_full(), call.account.load_full());
    let also_in = (account.id != callers.id).then_some(&account.id);
    let deciding = assume_role::Deciding {
        account: &account,
        callers: &callers,
        caller,
        surroundings: &call.surroundings,
        keys: &called.sealing_keys,
    };
    match request.decide(&deciding, &mut SystemRandom::new()) {
        Ok(permitted) => {
            let result = permitted.result(call.app.clock.wall_at(permitted.granted.credentials.expires_at));
            let assume_role::Permitted { checks, event, .. } = permitted;
            conclusion
                .done(Happened { identity, checks, event, grants: true, also_in, ..Happened::default() })
                .await?;
            Ok(result)
        }
        Err(refusal) => {
            let event = request.refused_event();
            Err(conclusion.refused(refusal, Happened { identity, event, ..Happened::default() }).await)
        }
    }
}
