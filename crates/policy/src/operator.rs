//! Condition operators by name.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".

use std::fmt;

/// How several values of one key are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `ForAllValues:`; true where the key is absent.
    All,
    /// `ForAnyValue:`; false where the key is absent.
    Any,
}

/// What is compared, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `Bool`.
    Bool,
    /// `Null`: whether the key is absent.
    Null,
    /// `StringEquals`.
    StringEquals,
    /// `StringEqualsIgnoreCase`.
    StringEqualsIgnoreCase,
    /// `StringLike`.
    StringLike,
    /// `StringNotEquals`.
    StringNotEquals,
    /// `StringNotEqualsIgnoreCase`.
    StringNotEqualsIgnoreCase,
    /// `StringNotLike`.
    StringNotLike,
}

const NAMES: [(&str, Comparison); 8] = [
    ("Bool", Comparison::Bool),
    ("Null", Comparison::Null),
    ("StringEquals", Comparison::StringEquals),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase),
    ("StringLike", Comparison::StringLike),
    ("StringNotEquals", Comparison::StringNotEquals),
    ("StringNotEqualsIgnoreCase", Comparison::StringNotEqualsIgnoreCase),
    ("StringNotLike", Comparison::StringNotLike),
];

impl Comparison {
    /// Whether it asks that something is not so: then an absent key is a match.
    #[must_use]
    pub const fn is_negated(self) -> bool {
        matches!(self, Self::StringNotEquals | Self::StringNotEqualsIgnoreCase | Self::StringNotLike)
    }

    /// Its name in a policy.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, comparison)| *comparison == self).map_or("", |(name, _)| name)
    }
}

/// A condition operator with its prefix and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// The prefix.
    pub quantifier: Option<Quantifier>,
    /// What is compared.
    pub comparison: Comparison,
    /// The suffix `IfExists`: true where the key is absent.
    pub if_exists: bool,
}

impl Operator {
    /// Reads `ForAllValues:StringLikeIfExists` and the like, in any case as IAM does; `None` where there is no such
    /// operator. `Null` takes neither prefix nor suffix.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (quantifier, rest) = match text.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::All), rest)
            }
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::Any), rest)
            }
            Some(_) => return None,
            None => (None, text),
        };
        const SUFFIX: &str = "IfExists";
        let cut = rest.len().checked_sub(SUFFIX.len()).and_then(|at| rest.split_at_checked(at));
        let (name, if_exists) = match cut {
            Some((name, suffix)) if suffix.eq_ignore_ascii_case(SUFFIX) => (name, true),
            _ => (rest, false),
        };
        let (_, comparison) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let bare = quantifier.is_none() && !if_exists;
        (bare || *comparison != Comparison::Null).then_some(Self {
            quantifier,
            comparison: *comparison,
            if_exists,
        })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.quantifier {
            Some(Quantifier::All) => "ForAllValues:",
            Some(Quantifier::Any) => "ForAnyValue:",
            None => "",
        };
        let suffix = if self.if_exists { "IfExists" } else { "" };
        write!(formatter, "{prefix}{}{suffix}", self.comparison.name())
    }
}
