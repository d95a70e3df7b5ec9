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
    let target = target.into();
    let ambiguous = ambiguous(&call.keys);
    if ambiguous.is_empty() {
        return authorize_with(account, caller, &action, target, surroundings);
    }
    let unavailable: Vec<&str> = target.unavailable.iter().copied().chain(ambiguous).collect();
    authorize_with(account, caller, &action, Target { unavailable: &unavailable, ..target }, surroundings)
}

/// Keys that a call has twice, but for the case of their letters, such as those of two tags. Policies cannot tell them
/// apart, so whatever turns on one of them is not to be decided by the other.
fn ambiguous(keys: &[ConditionKey]) -> Vec<&str> {
    let is_twice = |(place, key): (usize, &ConditionKey)| {
        keys.iter().skip(place + 1).any(|other| other.name.eq_ignore_ascii_case(&key.name))
    };
    keys.iter().enumerate().filter(|pair| is_twice(*pair)).map(|(_, key)| &*key.name).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_in_case_alone_are_ambiguous() {
        let keys = ["aws:RequestTag/Team", "aws:RequestTag/other", "aws:RequestTag/team"];
        let keys = keys.map(|name| ConditionKey::one(name, "x"));
        assert_eq!(ambiguous(&keys), ["aws:RequestTag/Team"]);
        assert!(ambiguous(keys.get(1..).unwrap_or_default()).is_empty());
    }
}
