//! Every question that a call asks, put to the caller's policies.

use daypass_aws::authorize::{ResourcePolicy, Target};
use daypass_aws::explanation::{Check, Reason};
use daypass_aws::{AccountId, AwsError, Refusal as Denied};
use daypass_targets::authority::{ConditionKey, TargetCall};
use daypass_targets::gateway::{Identified, Service, Unknown};
use daypass_wire::refusal::Refusal;

use super::super::answer;
use super::super::authenticate::Authenticated;
use super::super::call::Call;
use super::super::conclude::{Conclusion, Happened, Identity};
use super::super::question::{account_in, ask};
use super::super::s3::manner::Manner;
use super::UNKNOWN;
use super::record;
use super::shape::Shape;

/// Checks of one call that are kept: a batch asks for each of its keys.
const CHECKS_KEPT_MAX: usize = 50;

/// Denies a call that cannot be told.
pub(super) async fn unknown(
    call: &Call,
    (service, shape): (Service, &Shape),
    from: &Authenticated,
    unknown: &Unknown,
) -> Refusal {
    let message = format!(
        "User: {} called what daypass cannot tell for an operation of {}, so it is denied",
        from.caller.arn(),
        service.name()
    );
    let refusal = Denied::because(
        AwsError::access_denied(message),
        Reason::UnknownCall { detail: unknown.detail.clone() },
    );
    let conclusion = Conclusion::new(call, service.event_source(), UNKNOWN, true).on_data();
    let happened = Happened { identity: Identity::Caller(&from.caller), ..Happened::default() };
    let error = conclusion.refused(in_words_of(shape, refusal), happened).await;
    answer::refusal(&error)
}

/// Asks all of a call's questions; one no is enough.
///
/// # Errors
/// What the caller is told; it is on record.
pub(super) async fn ask_all(
    call: &Call,
    (service, shape): (Service, &Shape),
    from: &Authenticated,
    identified: &Identified,
) -> Result<Vec<Check>, Refusal> {
    let refusal = match answers(call, service, from, identified) {
        Ok(checks) => return Ok(checks),
        Err(refusal) => in_words_of(shape, refusal),
    };
    let conclusion = record::conclusion(call, service, identified);
    let happened = Happened {
        identity: Identity::Caller(&from.caller),
        event: record::event(call, identified, serde_json::Map::new()),
        ..Happened::default()
    };
    let error = conclusion.refused(refusal, happened).await;
    Err(answer::refusal(&error))
}

fn answers(
    call: &Call,
    service: Service,
    from: &Authenticated,
    identified: &Identified,
) -> Result<Vec<Check>, Denied> {
    if identified.questions.is_empty() {
        return Err(AwsError::access_denied("Access denied").into());
    }
    let account = call.account.load_full();
    let caller = &from.caller;
    let signature = &from.signature;
    let signed = match service {
        Service::S3 => Manner::of(signature).condition_keys(signature, call),
        Service::DynamoDb | Service::Sqs => Vec::new(),
    };
    let mut checks: Vec<Check> = Vec::new();
    for question in &identified.questions {
        let Some(owner) = owner(call, question) else {
            return Err(Denied::from(AwsError::access_denied("Access denied")).with(&checks));
        };
        let mut signed = signed.clone();
        if service == Service::S3 {
            signed.push(ConditionKey::one("s3:ResourceAccount", owner.to_string()));
        }
        let target =
            Target { owner: &owner, policy: ResourcePolicy::None, unavailable: &identified.unavailable };
        let asked = ask(&account, caller, (question, target), &signed, &call.surroundings);
        match asked {
            Ok(permission) => {
                let room = CHECKS_KEPT_MAX.saturating_sub(checks.len());
                checks.extend(permission.checks.into_iter().take(room));
            }
            Err(refusal) => return Err(refusal.with(&checks)),
        }
    }
    Ok(checks)
}

/// The account that a question's resource belongs to. What stands behind the gateway is the first account's: it has one
/// space of names, so that a caller of another account, whose ARNs would name the same things, is a stranger there.
fn owner(call: &Call, question: &TargetCall) -> Option<AccountId> {
    let first = &call.app.accounts.first().id;
    if call.account.id != *first {
        return Some(first.clone());
    }
    let named = question.resource.split(':').nth(4).unwrap_or_default();
    if named.is_empty() || named == "*" { Some(first.clone()) } else { account_in(question) }
}

/// The code and status of the service.
fn in_words_of(shape: &Shape, mut refusal: Denied) -> Denied {
    (refusal.error.code, refusal.error.status) = shape.denied();
    refusal
}
