//! The names of condition operators, read leniently: whatever the evaluator knows, these are AWS's.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators".

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Arn,
    Binary,
    Bool,
    Date,
    Ip,
    Null,
    Numeric,
    String,
}

impl Family {
    /// Its name in a sentence.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Arn => "ARN",
            Self::Binary => "Binary",
            Self::Bool => "Bool",
            Self::Date => "Date",
            Self::Ip => "IpAddress",
            Self::Null => "Null",
            Self::Numeric => "Numeric",
            Self::String => "String",
        }
    }
}

/// The prefix of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

/// An operator taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) quantifier: Option<Quantifier>,
    pub(super) if_exists: bool,
    /// Its own name, as AWS spells it.
    pub(super) name: &'static str,
    pub(super) family: Family,
}

pub(super) const NAMES: [(&str, Family); 27] = [
    ("ArnEquals", Family::Arn),
    ("ArnLike", Family::Arn),
    ("ArnNotEquals", Family::Arn),
    ("ArnNotLike", Family::Arn),
    ("BinaryEquals", Family::Binary),
    ("Bool", Family::Bool),
    ("DateEquals", Family::Date),
    ("DateGreaterThan", Family::Date),
    ("DateGreaterThanEquals", Family::Date),
    ("DateLessThan", Family::Date),
    ("DateLessThanEquals", Family::Date),
    ("DateNotEquals", Family::Date),
    ("IpAddress", Family::Ip),
    ("NotIpAddress", Family::Ip),
    ("Null", Family::Null),
    ("NumericEquals", Family::Numeric),
    ("NumericGreaterThan", Family::Numeric),
    ("NumericGreaterThanEquals", Family::Numeric),
    ("NumericLessThan", Family::Numeric),
    ("NumericLessThanEquals", Family::Numeric),
    ("NumericNotEquals", Family::Numeric),
    ("StringEquals", Family::String),
    ("StringEqualsIgnoreCase", Family::String),
    ("StringLike", Family::String),
    ("StringNotEquals", Family::String),
    ("StringNotEqualsIgnoreCase", Family::String),
    ("StringNotLike", Family::String),
];

impl Named {
    /// Reads an operator, in any case; `None` where AWS has none of that name.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (quantifier, rest) = match text.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::ForAllValues), rest)
            }
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::ForAnyValue), rest)
            }
            Some(_) => return None,
            None => (None, text),
        };
        const SUFFIX: &str = "IfExists";
        let cut = rest.len().checked_sub(SUFFIX.len()).and_then(|at| rest.split_at_checked(at));
        let (bare, if_exists) = match cut {
            Some((bare, suffix)) if suffix.eq_ignore_ascii_case(SUFFIX) => (bare, true),
            _ => (rest, false),
        };
        let (name, family) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(bare))?;
        Some(Self { quantifier, if_exists, name, family: *family })
    }

    /// Whether it asks that something is not so.
    pub(super) fn is_negated(self) -> bool {
        self.name.contains("Not")
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub(super) fn takes_wildcards(self) -> bool {
        self.family == Family::Arn || self.name.ends_with("Like")
    }
}
