//! Equal, and before or behind: loosely, as the docs' table of coercions says.
//!
//! Source: GitHub docs, "Evaluate expressions", "Operators": what differs in type is compared as numbers; texts without
//! regard to case; arrays and objects are equal where they are the same one.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ptr;

use super::fold;
use super::operand::Operand;

pub(super) fn equal(left: &Operand<'_>, right: &Operand<'_>) -> bool {
    match (left, right) {
        (Operand::Null, Operand::Null) => true,
        (Operand::Boolean(left), Operand::Boolean(right)) => left == right,
        (Operand::Text(left), Operand::Text(right)) => fold::equal(left, right),
        // What an expression made anew is nowhere else; what the contexts hold has one place.
        (Operand::Collection(Cow::Borrowed(left)), Operand::Collection(Cow::Borrowed(right))) => {
            ptr::eq(*left, *right)
        }
        _ => numbers(left, right).is_some_and(|(left, right)| left == right),
    }
}

/// Nothing where neither is before the other, such as with what is not a number.
pub(super) fn order(left: &Operand<'_>, right: &Operand<'_>) -> Option<Ordering> {
    match (left, right) {
        (Operand::Null, Operand::Null) => Some(Ordering::Equal),
        (Operand::Boolean(left), Operand::Boolean(right)) => Some(left.cmp(right)),
        (Operand::Text(left), Operand::Text(right)) => Some(fold::compare(left, right)),
        (Operand::Collection(_), Operand::Collection(_)) if equal(left, right) => Some(Ordering::Equal),
        _ => numbers(left, right).and_then(|(left, right)| left.partial_cmp(&right)),
    }
}

fn numbers(left: &Operand<'_>, right: &Operand<'_>) -> Option<(f64, f64)> {
    (left.is_primitive() && right.is_primitive()).then(|| (left.number(), right.number()))
}
