//! Every operator with every prefix and suffix, asked through a whole policy.

use daypass_policy::{
    Context, Decision, Document, Kind, Named, Operator, Policies, Principal, Request, Values, evaluate,
    pattern,
};
use proptest::prelude::*;

/// Whether a statement with this one condition applies.
pub(crate) fn ask(operator: &str, wanted: &str, presented: Option<Values>) -> bool {
    let text = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"Acme:Key":{wanted}}}}}}}}}"#
    );
    let document = Document::parse(Kind::Identity, &text).unwrap();
    let mut context = Context::new();
    context.insert("acme:other", "a");
    if let Some(values) = presented {
        context.insert("acme:KEY", values);
    }
    let request = Request {
        principal: Principal::Anonymous,
        action: "a:b",
        resource: "*",
        context: &context,
        resource_account: None,
    };
    let identity = [Named { name: "p", document: &document }];
    let policies = Policies { identity: &identity, ..Policies::default() };
    evaluate(&policies, &request).decision == Decision::Allowed
}

pub(crate) fn many(values: &[&str]) -> Option<Values> {
    Some(Values::Many(values.iter().map(|value| (*value).to_owned()).collect()))
}

const STRINGS: [(&str, bool); 6] = [
    ("StringEquals", false),
    ("StringNotEquals", true),
    ("StringEqualsIgnoreCase", false),
    ("StringNotEqualsIgnoreCase", true),
    ("StringLike", false),
    ("StringNotLike", true),
];

#[test]
fn one_value_against_another() {
    for (wanted, presented, equal, ignoring_case, like) in [
        (r#""abc""#, "abc", true, true, true),
        (r#""abc""#, "ABC", false, true, false),
        (r#""a*""#, "abc", false, false, true),
        (r#""a*""#, "a*", true, true, true),
        (r#""a?""#, "ab", false, false, true),
        (r#""É""#, "é", false, true, false),
        (r#"["x","abc"]"#, "abc", true, true, true),
        (r#"["x","y"]"#, "abc", false, false, false),
        ("[]", "abc", false, false, false),
        ("12", "12", true, true, true),
        ("true", "true", true, true, true),
        (r#""""#, "", true, true, true),
        (r#""*""#, "", false, false, true),
    ] {
        let positive = [equal, ignoring_case, like];
        for (pair, expected) in STRINGS.chunks(2).zip(positive) {
            for (operator, negated) in pair {
                for form in [(*operator).to_owned(), format!("{operator}IfExists"), operator.to_uppercase()] {
                    let holds = ask(&form, wanted, Some(presented.into()));
                    assert_eq!(holds, expected != *negated, "{form} {wanted} {presented}");
                }
            }
        }
    }
}

#[test]
fn a_key_that_is_absent_or_has_no_value() {
    for presented in [None, many(&[])] {
        for (operator, negated) in STRINGS.into_iter().chain([("Bool", false)]) {
            let wanted = if operator == "Bool" { "[true,false]" } else { r#"["*","a"]"# };
            for (form, expected) in [
                (operator.to_owned(), negated),
                (format!("{operator}IfExists"), true),
                (format!("ForAllValues:{operator}"), true),
                (format!("ForAllValues:{operator}IfExists"), true),
                (format!("ForAnyValue:{operator}"), false),
                (format!("ForAnyValue:{operator}IfExists"), true),
            ] {
                assert_eq!(ask(&form, wanted, presented.clone()), expected, "{form} {presented:?}");
            }
        }
    }
}

#[test]
fn several_values_of_one_key() {
    for (operator, wanted, presented, expected) in [
        ("ForAllValues:StringEquals", r#"["a","b"]"#, &["a", "b", "a"][..], true),
        ("ForAllValues:StringEquals", r#"["a","b"]"#, &["a", "c"], false),
        ("ForAllValues:StringEquals", "[]", &["a"], false),
        ("ForAllValues:StringNotEquals", r#"["a","b"]"#, &["c", "d"], true),
        ("ForAllValues:StringNotEquals", r#"["a","b"]"#, &["c", "a"], false),
        ("ForAllValues:StringLike", r#""a*""#, &["a", "ab"], true),
        ("ForAllValues:StringNotLike", r#""a*""#, &["b", "ab"], false),
        ("forallvalues:stringequalsignorecase", r#""A""#, &["a", "A"], true),
        ("ForAnyValue:StringEquals", r#"["a","b"]"#, &["c", "b"], true),
        ("ForAnyValue:StringEquals", r#"["a","b"]"#, &["c", "d"], false),
        ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, &["a", "c"], true),
        ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, &["a", "b"], false),
        ("ForAnyValue:StringLike", r#""a*""#, &["b", "ab"], true),
        ("ForAnyValue:Bool", "true", &["false", "True"], true),
        ("ForAllValues:Bool", "true", &["false", "true"], false),
        // Without a quantifier: one that fits is enough, and the negated form is its opposite.
        ("StringEquals", r#""a""#, &["b", "a"], true),
        ("StringNotEquals", r#""a""#, &["b", "a"], false),
        ("StringNotEquals", r#""a""#, &["b", "c"], true),
    ] {
        assert_eq!(ask(operator, wanted, many(presented)), expected, "{operator} {wanted} {presented:?}");
    }
}

#[test]
fn booleans_and_absence() {
    for (operator, wanted, presented, expected) in [
        ("Bool", "true", Some("true"), true),
        ("Bool", r#""TRUE""#, Some("true"), true),
        ("Bool", "true", Some("false"), false),
        ("Bool", "false", Some("no"), false),
        ("Bool", "false", None, false),
        ("BoolIfExists", "false", Some("true"), false),
        ("Null", "true", None, true),
        ("Null", "true", Some(""), false),
        ("Null", "false", Some(""), true),
        ("Null", r#""False""#, None, false),
        ("Null", "[true,false]", Some("x"), true),
    ] {
        assert_eq!(
            ask(operator, wanted, presented.map(Values::from)),
            expected,
            "{operator} {wanted} {presented:?}"
        );
    }
}

#[test]
fn all_conditions_must_hold() {
    let ask = |aud: &str, sub: &str| {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
            "StringEquals":{"h:aud":"sts"},"StringLike":{"h:sub":["x*","y*"]},"StringNotEquals":{"h:sub":"xx"}}}}"#;
        let document = Document::parse(Kind::Identity, text).unwrap();
        let mut context = Context::new();
        context.insert("h:aud", aud);
        context.insert("h:sub", sub);
        let request = Request {
            principal: Principal::Anonymous,
            action: "a:b",
            resource: "*",
            context: &context,
            resource_account: None,
        };
        let identity = [Named { name: "p", document: &document }];
        let policies = Policies { identity: &identity, ..Policies::default() };
        evaluate(&policies, &request).decision == Decision::Allowed
    };
    assert!(ask("sts", "x1"));
    assert!(ask("sts", "y"));
    assert!(!ask("sts", "xx"));
    assert!(!ask("other", "x1"));
    assert!(!ask("sts", "z"));
}

#[test]
fn names_are_written_back_as_they_are_documented() {
    for name in [
        "StringEquals",
        "ForAllValues:StringNotEqualsIgnoreCaseIfExists",
        "ForAnyValue:StringLike",
        "BoolIfExists",
        "Null",
    ] {
        assert_eq!(Operator::parse(name).unwrap().to_string(), name);
        assert_eq!(Operator::parse(&name.to_lowercase()).unwrap().to_string(), name);
    }
}

proptest! {
    #[test]
    fn no_name_panics(name in ".{0,40}") {
        if let Some(operator) = Operator::parse(&name) {
            prop_assert!(operator.to_string().eq_ignore_ascii_case(&name));
        }
    }

    #[test]
    fn case_is_all_that_the_other_matcher_ignores(wanted in "[aAbB*?:]{0,8}", text in "[aAbB:]{0,10}") {
        prop_assert_eq!(
            pattern::matches_ignoring_case(&wanted, &text),
            pattern::matches(&wanted.to_lowercase(), &text.to_lowercase())
        );
    }

    #[test]
    fn a_negated_operator_is_the_opposite_where_there_is_one_value(wanted in "[ab*?]{0,4}", text in "[abA]{0,4}") {
        for pair in STRINGS.chunks(2) {
            let [holds, opposite] =
                [0, 1].map(|index| ask(pair[index].0, &format!("\"{wanted}\""), Some(text.as_str().into())));
            prop_assert_ne!(holds, opposite);
        }
    }
}
