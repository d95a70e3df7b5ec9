//! Whether one condition holds.
//!
//! Several values that the policy wants are alternatives. An absent key fails, but for negated operators,
//! `...IfExists`, `ForAllValues:` and `Null`. A key that is there without a value is taken for absent; the empty text is a
//! value. Where a request presents several values and the policy has no quantifier, which AWS advises against, one that
//! is wanted is enough, and none may be unwanted.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
//! values" and "Single-valued vs. multivalued context keys"; facts observed for absent keys.

use crate::context::{Context, Key, Values};
use crate::operators::{Operator, Quantifier, Unreadable, Wanted};

/// A condition, read.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    key: Key,
    wanted: Wanted,
    quantifier: Option<Quantifier>,
    is_negated: bool,
    if_exists: bool,
}

impl Test {
    /// Reads a condition; `variables` says whether `${...}` is a variable in this version of the language.
    pub(crate) fn read(
        operator: Operator,
        key: &str,
        values: &[String],
        variables: bool,
    ) -> Result<Self, Unreadable> {
        Ok(Self {
            key: Key::new(key),
            wanted: Wanted::read(operator.comparison, values, variables)?,
            quantifier: operator.quantifier,
            is_negated: operator.comparison.is_negated(),
            if_exists: operator.if_exists,
        })
    }

    /// Whether it holds for the request's keys.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        let presented = context.find(&self.key).map_or(&[] as &[String], Values::all);
        if let Wanted::Null(null) = &self.wanted {
            return null.holds(presented.is_empty());
        }
        // Whether one presented value is what the policy wants: one of the wanted ones, or none of the unwanted ones.
        let fits = |value: &String| self.wanted.has(value, context) != self.is_negated;
        if presented.is_empty() {
            return match self.quantifier {
                Some(Quantifier::All) => true,
                Some(Quantifier::Any) => self.if_exists,
                None => self.if_exists || self.is_negated,
            };
        }
        match self.quantifier {
            Some(Quantifier::All) => presented.iter().all(fits),
            Some(Quantifier::Any) => presented.iter().any(fits),
            None if self.is_negated => presented.iter().all(fits),
            None => presented.iter().any(fits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(operator: &str, wanted: &[&str], presented: Option<&[&str]>) -> bool {
        let mut context = Context::new();
        if let Some(values) = presented {
            context.insert("Some:Key", values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        }
        let wanted: Vec<String> = wanted.iter().map(|value| (*value).to_owned()).collect();
        let test = Test::read(Operator::parse(operator).unwrap(), "some:key", &wanted, true).unwrap();
        test.holds(&context)
    }

    #[test]
    fn every_operator_by_row() {
        for (operator, wanted, presented, expected) in [
            ("StringEquals", &["a", "b"][..], Some(&["b"][..]), true),
            ("StringEquals", &["a*"], Some(&["ab"]), false),
            ("StringEquals", &["a"], Some(&["A"]), false),
            ("StringEquals", &["a"], None, false),
            ("StringEqualsIfExists", &["a"], None, true),
            ("StringEqualsIfExists", &["a"], Some(&["b"]), false),
            ("StringNotEquals", &["a", "b"], Some(&["b"]), false),
            ("StringNotEquals", &["a", "b"], Some(&["c"]), true),
            ("StringNotEquals", &["a"], None, true),
            ("StringEqualsIgnoreCase", &["Main"], Some(&["mAIN"]), true),
            ("StringNotEqualsIgnoreCase", &["Main"], Some(&["mAIN"]), false),
            ("StringLike", &["repo:o/*"], Some(&["repo:o/r:ref:x"]), true),
            ("StringLike", &["repo:o/*"], None, false),
            ("StringNotLike", &["repo:o/*"], Some(&["repo:o/r"]), false),
            ("StringNotLike", &["repo:o/*"], None, true),
            ("Bool", &["true"], Some(&["True"]), true),
            ("Bool", &["false"], None, false),
            ("BoolIfExists", &["false"], None, true),
            ("Null", &["true"], None, true),
            ("Null", &["true"], Some(&["x"]), false),
            ("Null", &["false"], Some(&["x"]), true),
            ("Null", &["false"], None, false),
            ("ForAllValues:StringEquals", &["a", "b"], Some(&["a", "b"]), true),
            ("ForAllValues:StringEquals", &["a"], Some(&["a", "c"]), false),
            ("ForAllValues:StringEquals", &["a"], None, true),
            ("ForAllValues:StringEquals", &["a"], Some(&[]), true),
            ("ForAllValues:StringNotEquals", &["a"], Some(&["b", "a"]), false),
            ("ForAnyValue:StringEquals", &["a"], Some(&["c", "a"]), true),
            ("ForAnyValue:StringEquals", &["a"], None, false),
            ("ForAnyValue:StringEquals", &["a"], Some(&[]), false),
            ("ForAnyValue:StringNotEquals", &["a"], Some(&["a", "b"]), true),
            ("StringEquals", &[], Some(&["a"]), false),
        ] {
            assert_eq!(ask(operator, wanted, presented), expected, "{operator} {wanted:?} {presented:?}");
        }
    }

    #[test]
    fn operators_that_do_not_exist_are_not_read() {
        for name in [
            "StringMatches",
            "NullIfExists",
            "ForSomeValues:StringEquals",
            "ForAnyValue:Null",
            "",
            "IfExists",
            "NumericEqual",
            "NotBool",
        ] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
