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
            Mismatch::Resource { wanted: texts(&["arn:a"]), presented: "*".to_owned(), negated: false },
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
            condition(&["a\nb"], Some(&["\u{1b}[2J\u{202e}"])),
            "StringLike aws:PrincipalTag/team wants `a\\u{a}b`, presented was `\\u{1b}[2J\\u{202e}`",
        ),
    ] {
        assert_eq!(mismatch.to_string(), expected);
    }
}

#[test]
fn an_evaluation_is_kept_and_read_again() {
    let evaluation = Evaluation {
        decision: Decision::ExplicitlyDenied { layer: Layer::Boundary, policy: "b".to_owned(), statement: 2 },
        layers: vec![LayerReport {
            layer: Layer::Boundary,
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
