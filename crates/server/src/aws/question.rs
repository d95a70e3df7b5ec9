//! A target's question, put to the caller's policies.

use daypass_aws::authorize::{Action, Permission, Surroundings, authorize_without};
use daypass_aws::{Account, AccountId, Caller, Refusal};
use daypass_policy::Values;
use daypass_targets::authority::{ConditionKey, KeyValues, TargetCall};

/// Asks about something of `owner`'s, with the keys of the call itself and those of how it was signed and came.
///
/// # Errors
/// As [`authorize_without`].
pub(super) fn ask(
    account: &Account,
    caller: &Caller,
    (call, owner): (&TargetCall, &AccountId),
    signed: &[ConditionKey],
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    ask_without(account, caller, ((call, &[]), owner), signed, surroundings)
}

/// The same where the target cannot know some condition keys: policies that turn on them deny.
///
/// # Errors
/// As [`authorize_without`].
pub(super) fn ask_without(
    account: &Account,
    caller: &Caller,
    ((call, unavailable), owner): ((&TargetCall, &[&str]), &AccountId),
    signed: &[ConditionKey],
    surroundings: &Surroundings,
) -> Result<Permission, Refusal> {
    let keys: Vec<(String, Values)> = signed.iter().chain(&call.keys).map(key).collect();
    let action = Action { name: call.action, resource: &call.resource, keys: &keys };
    authorize_without(account, caller, (&action, unavailable), owner, surroundings)
}

fn key(key: &ConditionKey) -> (String, Values) {
    let values = match &key.values {
        KeyValues::Many(values) => Values::Many(values.clone()),
        KeyValues::One(value) => Values::One(value.clone()),
    };
    (key.name.clone().into_owned(), values)
}
