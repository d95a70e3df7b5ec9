//! How the operators of numbers and dates order two values.

use std::cmp::Ordering;

use super::Comparison;

/// An order that a presented value must have to a wanted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Relation {
    /// Of a comparison without its negation.
    pub(crate) const fn of(comparison: Comparison) -> Self {
        match comparison {
            Comparison::DateGreaterThan | Comparison::NumericGreaterThan => Self::Greater,
            Comparison::DateGreaterThanEquals | Comparison::NumericGreaterThanEquals => Self::GreaterOrEqual,
            Comparison::DateLessThan | Comparison::NumericLessThan => Self::Less,
            Comparison::DateLessThanEquals | Comparison::NumericLessThanEquals => Self::LessOrEqual,
            _ => Self::Equal,
        }
    }

    /// Whether the order of the presented value to the wanted one is this.
    pub(crate) const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}
