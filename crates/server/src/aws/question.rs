//! A target's question, put to the caller's policies.

use daypass_aws::authorize::{Action, Permission, Surroundings, authorize_on};
use daypass_aws::{Account, AccountId, Caller, Refusal};
use daypass_policy::Values;
use daypass_targets::authority::{ConditionKey, KeyValues, TargetCall};

/// Asks about something of `owner`'s, with the keys of the call itself and those of how it was signed and came.
///
/// # Errors
/// As [`authorize_on`].
pub(super) fn ask(
    account: &Account,
    caller: &Caller,
    (call, owner): (&TargetCall, &AccountId),
    signed: &[ConditionKey],
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    let keys: Vec<(String, Values)> = signed.iter().chain(&call.keys).map(key).collect();
    let action = Action { name: call.action, resource: &call.resource, keys: &keys };
    authorize_on(account, caller, &action, owner, surroundings)
}

fn key(key: &ConditionKey) -> (String, Values) {
    let values = match &key.values {
        KeyValues::Many(values) => Values::Many(values.clone()),
        KeyValues::One(value) => Values::One(value.clone()),
    };
    (key.name.clone().into_owned(), values)
}
