//! Whether one condition holds.
//!
//! Several values that the policy wants are alternatives. An absent key fails, but for negated operators,
//! `...IfExists`, `ForAllValues:` and `Null`.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
//! values" and "Multivalued context keys"; facts observed for absent keys.

use crate::context::Context;
use crate::document::Condition;
use crate::operator::{Comparison, Quantifier};
use crate::pattern;

/// Whether the condition holds for the request's keys.
pub(crate) fn holds(condition: &Condition, context: &Context) -> bool {
    let operator = condition.operator;
    let presented = context.get(&condition.key);
    if operator.comparison == Comparison::Null {
        let absent = presented.is_none_or(|values| values.all().is_empty());
        return condition
            .values
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(if absent { "true" } else { "false" }));
    }
    let presented = presented.map_or(&[] as &[String], |values| values.all());
    let negated = operator.comparison.is_negated();
    // Whether one presented value is what the policy wants: one of the wanted ones, or none of the unwanted ones.
    let fits = |value: &String| {
        condition.values.iter().any(|wanted| same(operator.comparison, wanted, value)) != negated
    };
    if presented.is_empty() {
        return match operator.quantifier {
            Some(Quantifier::All) => true,
            Some(Quantifier::Any) => operator.if_exists,
            None => operator.if_exists || negated,
        };
    }
    match operator.quantifier {
        Some(Quantifier::All) => presented.iter().all(fits),
        Some(Quantifier::Any) => presented.iter().any(fits),
        None if negated => presented.iter().all(fits),
        None => presented.iter().any(fits),
    }
}

/// Whether a presented value is the wanted one, by the comparison without its negation.
fn same(comparison: Comparison, wanted: &str, presented: &str) -> bool {
    match comparison {
        Comparison::Bool | Comparison::StringEqualsIgnoreCase | Comparison::StringNotEqualsIgnoreCase => {
            wanted.to_lowercase() == presented.to_lowercase()
        }
        Comparison::Null => false,
        Comparison::StringEquals | Comparison::StringNotEquals => wanted == presented,
        Comparison::StringLike | Comparison::StringNotLike => pattern::matches(wanted, presented),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Operator;
    use crate::span::Span;

    fn ask(operator: &str, wanted: &[&str], presented: Option<&[&str]>) -> bool {
        let mut context = Context::new();
        if let Some(values) = presented {
            context.insert("Some:Key", values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        }
        let condition = Condition {
            operator: Operator::parse(operator).unwrap(),
            key: "some:key".to_owned(),
            values: wanted.iter().map(|value| (*value).to_owned()).collect(),
            span: Span::of("", 0, 0),
            operator_span: Span::of("", 0, 0),
            value_spans: Vec::new(),
        };
        holds(&condition, &context)
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
            "NumericEquals",
        ] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
