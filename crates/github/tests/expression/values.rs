//! Literals, operators and coercions.

use daypass_github::expression::interpolate;
use serde_json::json;

use crate::{answers, context, holds};

#[test]
fn literals() {
    answers(
        "Evaluate expressions, Literals",
        &[
            ("null", json!(null)),
            ("false", json!(false)),
            ("true", json!(true)),
            ("711", json!(711)),
            ("-9.2", json!(-9.2)),
            ("0xff", json!(255)),
            ("0xffffffff", json!(-1)),
            ("0o17", json!(15)),
            ("-2.99e-2", json!(-0.0299)),
            (".5", json!(0.5)),
            ("+1", json!(1)),
            ("-0", json!(0)),
            ("'It''s open source!'", json!("It's open source!")),
            ("''", json!("")),
            ("'}}'", json!("}}")),
        ],
    );
}

#[test]
fn operators() {
    answers(
        "Evaluate expressions, Operators: && and || give an operand",
        &[
            ("'a' && 'b'", json!("b")),
            ("'' && 'b'", json!("")),
            ("0 || 'b'", json!("b")),
            ("'a' || 'b'", json!("a")),
            ("null || 0 || ''", json!("")),
            ("1 && 2 && 0 && 3", json!(0)),
            ("false || true && 'x'", json!("x")),
            ("(false || true) && 'x'", json!("x")),
            (
                "github.ref == 'refs/heads/main' && 'value_for_main' || 'value_for_other'",
                json!("value_for_main"),
            ),
            ("!true", json!(false)),
            ("!!'a'", json!(true)),
            ("!null == true", json!(true)),
        ],
    );
    holds(
        "Evaluate expressions, Operators",
        &[
            ("1 < 2", true),
            ("2 <= 2", true),
            ("2 > 2", false),
            ("3 >= 2", true),
            ("1 < 2 == true", true),
            ("'a' < 'B'", true),
            ("'b' > 'A'", true),
            ("'Z' < '_'", true),
            ("'a' <= 'A'", true),
            ("true > false", true),
            ("false >= true", false),
            ("null >= null", true),
            ("null > null", false),
            ("1 != 2", true),
        ],
    );
}

/// As JavaScript's `==`, but for texts, whose case does not count, and objects, which are no texts.
#[test]
fn coercions() {
    holds(
        "Evaluate expressions, Operators, the table of coercions",
        &[
            ("null == 0", true),
            ("null == ''", true),
            ("null == false", true),
            ("null == 'null'", false),
            ("true == 1", true),
            ("true == '1'", true),
            ("true == 'true'", false),
            ("false == ''", true),
            ("'0xff' == 255", true),
            ("' 0o10 ' == 8", true),
            ("' -1.5e1 ' == -15", true),
            ("'Infinity' == Infinity", true),
            ("'inf' == Infinity", false),
            ("'nan' == 0", false),
            ("'' == 0", true),
            ("'abc' == 0", false),
            ("'abc' < 0", false),
            ("'abc' >= 0", false),
            ("NaN == NaN", false),
            ("NaN != NaN", true),
            ("'a' == 'A'", true),
            ("'ς' == 'Σ'", true),
            ("'ı' == 'I'", false),
            ("'ſ' == 'S'", false),
            ("'ß' == 'SS'", false),
            ("'10' < '9'", true),
            ("'10' < 9", false),
            ("matrix.list == matrix.list", true),
            ("matrix.list >= matrix.list", true),
            ("matrix.list == vars.fruits", false),
            ("fromJSON('[]') == fromJSON('[]')", false),
            ("fromJSON('[]') == 'Array'", false),
            ("fromJSON('[1]') == 1", false),
            ("github.event != github", true),
        ],
    );
    holds(
        "Evaluate expressions, Literals: what is falsy",
        &[
            ("!false && !0 && !-0 && !'' && !null && !NaN", true),
            ("!'false' || !'0' || !fromJSON('[]') || !fromJSON('{}')", false),
        ],
    );
}

#[test]
fn numbers_as_texts() {
    for (number, expected) in [
        ("1", "1"),
        ("-1.50", "-1.5"),
        ("1e3", "1000"),
        ("0.1", "0.1"),
        ("1e14", "100000000000000"),
        ("123456789012345678", "1.23456789012346E+17"),
        ("1e15", "1E+15"),
        ("-1.5e300", "-1.5E+300"),
        ("0.0001", "0.0001"),
        ("0.00001", "1E-05"),
        ("-0.000012", "-1.2E-05"),
        ("0.84551240822557006", "0.84551240822557"),
        ("0.1234567890123456", "0.123456789012346"),
        ("999999999999999.9", "1E+15"),
        ("99999999999999.95", "100000000000000"),
        ("-0", "0"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
    ] {
        assert_eq!(interpolate(&format!("${{{{ {number} }}}}"), &context()).unwrap(), expected, "{number}");
    }
}
