//! Reasons for people and for keeping.

use daypass_policy::{Decision, Effect, Evaluation, Layer, LayerReport, Mismatch, Outcome, StatementReport};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_mismatch_is_one_line() {
    let condition = |wanted: &[&str], presented: Option<&[&str]>| Mismatch::Condition {
        operator: "StringLike".to_owned(),
        key: "aws:PrincipalTag/team".to_owned(),
        wanted: texts(wanted),
        written: None,
        presented: presented.map(texts),
    };
    let action = |wanted: &[&str], negated| Mismatch::Action {
        wanted: texts(wanted),
        presented: "s3:GetObject".to_owned(),
        negated,
    };
    for (mismatch, expected) in [
        (action(&["iam:*", "sts:*"], false), "Action wants `iam:*` or `sts:*`, presented was `s3:GetObject`"),
        (action(&["s3:*"], true), "NotAction excludes `s3:*`, presented was `s3:GetObject`"),
        (
            Mismatch::Resource {
                wanted: texts(&["arn:a"]),
                written: None,
                presented: "*".to_owned(),
                negated: false,
            },
            "Resource wants `arn:a`, presented was `*`",
        ),
        (
            Mismatch::Principal { wanted: vec![], presented: "anonymous".to_owned(), negated: false },
            "Principal wants nothing, presented was `anonymous`",
        ),
        (
            condition(&["a", "b"], Some(&["c", "d"])),
            "StringLike aws:PrincipalTag/team wants `a` or `b`, presented was `c` and `d`",
        ),
        (condition(&["a"], None), "StringLike aws:PrincipalTag/team wants `a`, the key is absent"),
        (condition(&[], Some(&[])), "StringLike aws:PrincipalTag/team wants nothing, the key has no value"),
        (
            condition(&["a\u{2066}b\u{2069}"], Some(&["\u{200e}\u{200f}\u{61c}\u{2067}\u{2068}"])),
            "StringLike aws:PrincipalTag/team wants `a\\u{2066}b\\u{2069}`, presented was \
             `\\u{200e}\\u{200f}\\u{61c}\\u{2067}\\u{2068}`",
        ),
        (
            condition(&["a\nb"], Some(&["\u{1b}[2J\u{202e}"])),
            "StringLike aws:PrincipalTag/team wants `a\\u{a}b`, presented was `\\u{1b}[2J\\u{202e}`",
        ),
    ] {
        assert_eq!(mismatch.to_string(), expected);
    }
}

#[test]
fn a_condition_says_in_words_what_its_operator_asks() {
    for (operator, wanted, presented, expected) in [
        ("StringEqualsIfExists", &["a"][..], Some(&["b"][..]), "wants `a`, presented was `b`"),
        ("StringNotEquals", &["a", "b"], Some(&["b"]), "excludes `a` or `b`, presented was `b`"),
        ("StringNotLikeIfExists", &["a*"], Some(&["ab"]), "excludes `a*`, presented was `ab`"),
        ("StringNotEqualsIgnoreCase", &["A"], Some(&["a"]), "excludes `A`, presented was `a`"),
        ("ForAnyValue:StringNotEquals", &["a"], None, "excludes `a`, the key is absent"),
        ("ForAllValues:StringLike", &["a*"], Some(&["ab", "c"]), "wants `a*`, presented was `ab` and `c`"),
        ("Bool", &["true"], Some(&["false"]), "wants `true`, presented was `false`"),
        ("Null", &["True"], Some(&["x"]), "wants no value, presented was `x`"),
        ("Null", &["false"], None, "wants a value, the key is absent"),
        ("Null", &["false"], Some(&[]), "wants a value, the key has no value"),
        ("Null", &[], None, "wants nothing, the key is absent"),
        // What an older version kept may have an operator that is not known any more.
        ("Unheard", &["a"], Some(&["b"]), "wants `a`, presented was `b`"),
    ] {
        let mismatch = Mismatch::Condition {
            operator: operator.to_owned(),
            key: "a:b".to_owned(),
            wanted: texts(wanted),
            written: None,
            presented: presented.map(texts),
        };
        assert_eq!(mismatch.to_string(), format!("{operator} a:b {expected}"));
    }
}

#[test]
fn an_evaluation_is_kept_and_read_again() {
    let evaluation = Evaluation {
        decision: Decision::ExplicitlyDenied { layer: Layer::Boundary, policy: "b".to_owned(), statement: 2 },
        layers: vec![LayerReport {
            layer: Layer::Boundary,
            level: None,
            statements: vec![StatementReport {
                policy: "b".to_owned(),
                index: 2,
                sid: Some("Stop".to_owned()),
                effect: Effect::Deny,
                line: 7,
                outcome: Outcome::Matched,
            }],
        }],
    };
    let text = serde_json::to_string(&evaluation).unwrap();
    assert_eq!(
        text,
        r#"{"decision":{"ExplicitlyDenied":{"layer":"Boundary","policy":"b","statement":2}},"layers":[{"layer":"Boundary","statements":[{"policy":"b","index":2,"sid":"Stop","effect":"Deny","line":7,"outcome":"Matched"}]}]}"#
    );
    assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), evaluation);
}
