//! What a matrix asks of expressions: whether a filter holds of a value, and the texts in a job's name.

use std::borrow::Cow;

use serde_json::Value;

use super::operand::Operand;
use super::{compare, fold, index};

/// Whether each leaf of a filter is loosely equal to what stands at its place in the value.
pub(crate) fn agrees(filter: &Value, value: &Value) -> bool {
    holds(filter, &Operand::borrowed(value))
}

fn holds(filter: &Value, value: &Operand<'_>) -> bool {
    let at = |key: Operand<'_>| index::child(value.clone(), &key).unwrap_or(Operand::Null);
    match filter {
        Value::Object(members) => {
            members.iter().all(|(name, filter)| holds(filter, &at(Operand::Text(Cow::Borrowed(name)))))
        }
        Value::Array(items) => {
            let mut places = 0_u32..;
            items
                .iter()
                .zip(&mut places)
                .all(|(filter, place)| holds(filter, &at(Operand::Number(place.into()))))
        }
        leaf => compare::equal(value, &Operand::borrowed(leaf)),
    }
}

/// The texts of a value's leaves in their order, without those that are empty.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        leaf => {
            let text = Operand::borrowed(leaf).text().into_owned();
            if text.is_empty() { Vec::new() } else { vec![text] }
        }
    }
}

/// Whether two names are one, as keys of GitHub's objects are.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    fold::equal(left, right)
}
