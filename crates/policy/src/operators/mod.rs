//! Condition operators: one file for each family.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators".
//!
//! What a policy wants is read when the policy is read; a value that its operator cannot read makes the policy
//! malformed, since a condition that could never be understood must not be stored. A value that a request presents and
//! that cannot be read equals nothing: a positive operator does not match, a negated one does.

mod arn;
mod binary;
mod boolean;
mod date;
mod ip_address;
mod name;
mod null;
mod numeric;
mod relation;
mod string;

pub use name::{Comparison, Operator, Quantifier};

use crate::context::Context;
use crate::pattern::{Reading, Set};
use crate::variables::Malformed;
use relation::Relation;

/// The values that a condition wants, read.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    Arns(arn::Arns),
    Booleans(boolean::Booleans),
    Bytes(binary::Bytes),
    Dates(Relation, Box<[date::Instant]>),
    IgnoringCase(string::IgnoringCase),
    Networks(Box<[ip_address::Network]>),
    Null(null::Null),
    Numbers(Relation, Box<[numeric::Number]>),
    Texts(Set),
}

/// A wanted value that its operator cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Its number among the values, from 0.
    pub(crate) index: usize,
    /// What would be right.
    pub(crate) detail: String,
}

impl From<(usize, Malformed)> for Unreadable {
    fn from((index, malformed): (usize, Malformed)) -> Self {
        Self { index, detail: malformed.to_string() }
    }
}

impl Wanted {
    /// Reads the wanted values; `variables` says whether `${...}` is a variable in this version of the language.
    pub(crate) fn read(
        comparison: Comparison,
        values: &[String],
        variables: bool,
    ) -> Result<Self, Unreadable> {
        let reading = Reading { variables, wildcards: comparison.takes_wildcards(), resources: false };
        let texts = values.iter().map(String::as_str);
        match comparison {
            Comparison::ArnEquals
            | Comparison::ArnLike
            | Comparison::ArnNotEquals
            | Comparison::ArnNotLike => arn::Arns::read(values, variables).map(Self::Arns),
            Comparison::BinaryEquals => binary::Bytes::read(values).map(Self::Bytes),
            Comparison::Bool => boolean::Booleans::read(values, variables).map(Self::Booleans),
            Comparison::Null => null::Null::read(values).map(Self::Null),
            Comparison::IpAddress | Comparison::NotIpAddress => {
                each(values, "an IP address or a range of them in CIDR form", ip_address::Network::read)
                    .map(Self::Networks)
            }
            Comparison::StringEqualsIgnoreCase | Comparison::StringNotEqualsIgnoreCase => {
                string::IgnoringCase::read(values, variables).map(Self::IgnoringCase)
            }
            Comparison::StringEquals
            | Comparison::StringNotEquals
            | Comparison::StringLike
            | Comparison::StringNotLike => Ok(Self::Texts(Set::new(texts, reading)?)),
            Comparison::DateEquals
            | Comparison::DateGreaterThan
            | Comparison::DateGreaterThanEquals
            | Comparison::DateLessThan
            | Comparison::DateLessThanEquals
            | Comparison::DateNotEquals => {
                let dates = each(values, "a date such as 2026-01-31T12:00:00Z", date::Instant::read)?;
                Ok(Self::Dates(Relation::of(comparison), dates))
            }
            Comparison::NumericEquals
            | Comparison::NumericGreaterThan
            | Comparison::NumericGreaterThanEquals
            | Comparison::NumericLessThan
            | Comparison::NumericLessThanEquals
            | Comparison::NumericNotEquals => {
                let numbers = each(values, "a number such as 10 or 2.5", numeric::Number::read)?;
                Ok(Self::Numbers(Relation::of(comparison), numbers))
            }
        }
    }

    /// Whether a presented value is one of the wanted, by the comparison without its negation.
    pub(crate) fn has(&self, presented: &str, context: &Context) -> bool {
        match self {
            Self::Arns(arns) => arns.have(presented, context),
            Self::Booleans(booleans) => booleans.have(presented, context),
            Self::Bytes(bytes) => bytes.have(presented),
            Self::Dates(relation, dates) => date::Instant::read(presented)
                .is_some_and(|presented| dates.iter().any(|wanted| relation.holds(presented.cmp(wanted)))),
            Self::IgnoringCase(texts) => texts.have(presented, context),
            Self::Networks(networks) => ip_address::have(networks, presented),
            // It asks for the key and not for its values.
            Self::Null(_) => false,
            Self::Numbers(relation, numbers) => numeric::Decimal::read(presented).is_some_and(|presented| {
                numbers.iter().any(|wanted| relation.holds(wanted.order(presented)))
            }),
            Self::Texts(set) => set.contains(presented, context),
        }
    }
}

fn each<T>(
    values: &[String],
    expected: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Box<[T]>, Unreadable> {
    let numbered = values.iter().enumerate();
    numbered
        .map(|(index, value)| {
            read(value).ok_or_else(|| Unreadable { index, detail: format!("`{value}` is not {expected}") })
        })
        .collect()
}
