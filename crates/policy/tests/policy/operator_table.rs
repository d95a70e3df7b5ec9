//! One row for each operator, and what it says in every situation: a value that fits, one that does not, no key, no
//! value, several values, with each quantifier and with `...IfExists`.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".

use daypass_policy::{Comparison, Values};

use crate::operators::{ask, many};

/// What is wanted, a value for which the operator holds, and one for which it does not.
struct Row(&'static str, &'static str, &'static str, &'static str);

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const OTHER: &str = "arn:aws:iam::123456789012:role/other";

const ROWS: [Row; 26] = [
    Row("ArnEquals", r#""arn:aws:iam::*:role/d*""#, ROLE, OTHER),
    Row("ArnLike", r#""arn:aws:iam::*:role/d*""#, ROLE, OTHER),
    Row("ArnNotEquals", r#""arn:aws:iam::*:role/d*""#, OTHER, ROLE),
    Row("ArnNotLike", r#""arn:aws:iam::*:role/d*""#, OTHER, ROLE),
    Row("BinaryEquals", r#""YQ==""#, "YQ==", "YWI="),
    Row("Bool", "true", "True", "false"),
    Row("DateEquals", r#""2026-01-31T12:00:00Z""#, "1769860800", "2026-01-31"),
    Row("DateGreaterThan", r#""2026-01-31""#, "2026-01-31T00:00:01Z", "2026-01-31"),
    Row("DateGreaterThanEquals", r#""2026-01-31""#, "2026-01-31T00:00:00Z", "2026-01-30"),
    Row("DateLessThan", r#""2026-01-31""#, "2026-01-30", "2026-01-31"),
    Row("DateLessThanEquals", r#""2026-01-31""#, "2026-01-31", "2026-02"),
    Row("DateNotEquals", r#""2026-01-31""#, "2026-02", "2026-01-31T00:00:00Z"),
    Row("IpAddress", r#""10.0.0.0/8""#, "10.9.8.7", "11.0.0.1"),
    Row("NotIpAddress", r#""2001:db8::/32""#, "10.9.8.7", "2001:db8::1"),
    Row("NumericEquals", "10", "010.0", "10.01"),
    Row("NumericGreaterThan", "10", "10.01", "10"),
    Row("NumericGreaterThanEquals", "10", "10", "9.99"),
    Row("NumericLessThan", "10", "-10.5", "10"),
    Row("NumericLessThanEquals", "10", "10.0", "10.01"),
    Row("NumericNotEquals", "10", "9", "+10"),
    Row("StringEquals", r#""main""#, "main", "Main"),
    Row("StringEqualsIgnoreCase", r#""main""#, "MAIN", "mains"),
    Row("StringLike", r#""ma?n*""#, "mains", "mn"),
    Row("StringNotEquals", r#""main""#, "Main", "main"),
    Row("StringNotEqualsIgnoreCase", r#""main""#, "mains", "MAIN"),
    Row("StringNotLike", r#""ma?n*""#, "mn", "main"),
];

#[test]
fn no_operator_is_missing() {
    let names: Vec<&str> = ROWS.iter().map(|row| row.0).collect();
    let all = Comparison::ALL.iter().map(|comparison| comparison.name());
    assert_eq!(
        names,
        all.filter(|name| *name != "Null").collect::<Vec<_>>(),
        "`Null` has a table of its own"
    );
}

#[test]
fn every_operator_in_every_situation() {
    for Row(name, wanted, holding, failing) in ROWS {
        let negated = name.contains("Not");
        let one = |value: &str| Some(Values::from(value));
        let both = many(&[failing, holding]);
        for (form, presented, expected) in [
            (name.to_owned(), one(holding), true),
            (name.to_owned(), one(failing), false),
            (name.to_owned(), None, negated),
            (name.to_owned(), many(&[]), negated),
            // Several values without a quantifier: one that is wanted is enough, and none may be unwanted.
            (name.to_owned(), both.clone(), !negated),
            (format!("{name}IfExists"), one(holding), true),
            (format!("{name}IfExists"), one(failing), false),
            (format!("{name}IfExists"), None, true),
            (format!("{name}IfExists"), many(&[]), true),
            (format!("ForAllValues:{name}"), many(&[holding, holding]), true),
            (format!("ForAllValues:{name}"), both.clone(), false),
            (format!("ForAllValues:{name}"), None, true),
            (format!("ForAllValues:{name}"), many(&[]), true),
            (format!("ForAllValues:{name}IfExists"), both.clone(), false),
            (format!("ForAllValues:{name}IfExists"), None, true),
            (format!("ForAnyValue:{name}"), both.clone(), true),
            (format!("ForAnyValue:{name}"), many(&[failing, failing]), false),
            (format!("ForAnyValue:{name}"), None, false),
            (format!("ForAnyValue:{name}"), many(&[]), false),
            (format!("ForAnyValue:{name}IfExists"), many(&[failing]), false),
            (format!("ForAnyValue:{name}IfExists"), None, true),
        ] {
            assert_eq!(ask(&form, wanted, presented.clone()), expected, "{form} {wanted} {presented:?}");
        }
        // An empty list wants nothing: nothing is one of it, and nothing is excluded by it.
        assert_eq!(ask(name, "[]", one(holding)), negated, "{name} []");
        assert_eq!(
            ask(&format!("ForAllValues:{name}"), "[]", one(holding)),
            negated,
            "ForAllValues:{name} []"
        );
        assert_eq!(ask(&format!("ForAnyValue:{name}"), "[]", one(holding)), negated, "ForAnyValue:{name} []");
    }
}

#[test]
fn a_value_that_cannot_be_read_is_equal_to_nothing() {
    for Row(name, wanted, ..) in ROWS {
        let expected = name.contains("Not");
        assert_eq!(ask(name, wanted, Some(Values::from("\u{1}"))), expected, "{name}");
    }
}
