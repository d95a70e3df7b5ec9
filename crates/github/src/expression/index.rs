//! One step into a value: `.name`, `[index]`, `.*` and `[*]`.
//!
//! Source: GitHub docs, "Contexts reference" (a member that is missing is an empty text, that is null) and "Evaluate
//! expressions", "Object filters".

use std::borrow::Cow;
use std::mem::size_of;

use serde_json::Value;

use super::error::ExpressionError;
use super::fold;
use super::limits::Budget;
use super::operand::Operand;

/// A step.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Every,
    To(Operand<'a>),
}

pub(super) fn take<'a>(
    from: Operand<'a>,
    step: &Step<'a>,
    budget: &Budget,
) -> Result<Operand<'a>, ExpressionError> {
    let taken = match (from, step) {
        (Operand::Filtered(items), Step::Every) => {
            Operand::Filtered(items.into_iter().flat_map(children).collect())
        }
        (Operand::Filtered(items), Step::To(key)) => {
            Operand::Filtered(items.into_iter().filter_map(|item| child(item, key)).collect())
        }
        (from, Step::Every) => Operand::Filtered(children(from)),
        (from, Step::To(key)) => child(from, key).unwrap_or(Operand::Null),
    };
    if let Operand::Filtered(items) = &taken {
        budget.spend(items.len().saturating_mul(size_of::<Operand<'_>>()))?;
    }
    Ok(taken)
}

fn children(of: Operand<'_>) -> Vec<Operand<'_>> {
    match of {
        Operand::Collection(Cow::Borrowed(Value::Array(items))) => {
            items.iter().map(Operand::borrowed).collect()
        }
        Operand::Collection(Cow::Borrowed(Value::Object(members))) => {
            members.values().map(Operand::borrowed).collect()
        }
        Operand::Collection(Cow::Owned(Value::Array(items))) => {
            items.into_iter().map(Operand::owned).collect()
        }
        Operand::Collection(Cow::Owned(Value::Object(members))) => {
            members.into_iter().map(|(_, value)| Operand::owned(value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Nothing where there is no such member.
pub(super) fn child<'a>(of: Operand<'a>, key: &Operand<'_>) -> Option<Operand<'a>> {
    let Operand::Collection(of) = of else {
        return None;
    };
    if of.is_array() {
        let place = place(key)?;
        return match of {
            Cow::Borrowed(value) => value.as_array()?.get(place).map(Operand::borrowed),
            Cow::Owned(Value::Array(items)) => items.into_iter().nth(place).map(Operand::owned),
            Cow::Owned(_) => None,
        };
    }
    if !key.is_primitive() {
        return None;
    }
    let name = key.text();
    match of {
        Cow::Borrowed(value) => {
            let members = value.as_object()?;
            let found = members.get(name.as_ref());
            let found = found.or_else(|| {
                members.iter().find(|(member, _)| fold::equal(member, &name)).map(|(_, value)| value)
            });
            found.map(Operand::borrowed)
        }
        Cow::Owned(Value::Object(mut members)) => {
            if let Some(value) = members.get_mut(name.as_ref()) {
                return Some(Operand::owned(value.take()));
            }
            let found = members.into_iter().find(|(member, _)| fold::equal(member, &name));
            found.map(|(_, value)| Operand::owned(value))
        }
        Cow::Owned(_) => None,
    }
}

/// A place in an array: what is below 0, or not a number, is none.
fn place(key: &Operand<'_>) -> Option<usize> {
    let number = key.number().floor();
    if (0.0..=f64::from(i32::MAX)).contains(&number) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is whole, not below 0 and within 31 bits"
        )]
        return Some(number as usize);
    }
    None
}
