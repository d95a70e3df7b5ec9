//! A target's question, put to the caller's policies.

use daypass_aws::authorize::{Action, Permission, Surroundings, Target, authorize_with};
use daypass_aws::{Account, AccountId, Caller, Refusal};
use daypass_policy::Values;
use daypass_targets::authority::{ConditionKey, KeyValues, TargetCall};

/// Asks about something of an account's, with its policy if it has one, by the keys of the call itself and those of how
/// it was signed and came.
///
/// # Errors
/// As [`authorize_with`].
pub(super) fn ask<'a>(
    account: &Account,
    caller: &Caller,
    (call, target): (&TargetCall, impl Into<Target<'a>>),
    signed: &[ConditionKey],
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    let keys: Vec<(String, Values)> = signed.iter().chain(&call.keys).map(key).collect();
    let action = Action { name: call.action, resource: &call.resource, keys: &keys };
    authorize_with(account, caller, &action, target.into(), surroundings)
}

/// The account in the ARN of a question's resource; `None` where there is none, as in those of S3.
pub(super) fn account_in(question: &TargetCall) -> Option<AccountId> {
    question.resource.split(':').nth(4).and_then(AccountId::parse)
}

fn key(key: &ConditionKey) -> (String, Values) {
    let values = match &key.values {
        KeyValues::Many(values) => Values::Many(values.clone()),
        KeyValues::One(value) => Values::One(value.clone()),
    };
    (key.name.clone().into_owned(), values)
}
