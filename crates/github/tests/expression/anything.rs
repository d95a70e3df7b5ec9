//! Any text has an answer or a refusal, and what is no expression stays as it is.

use daypass_github::expression::{condition, condition_contexts, contexts, evaluate, interpolate};
use proptest::prelude::*;

use crate::context;

/// Texts that look like expressions.
fn likely() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "${{",
        "}}",
        "'",
        "''",
        "(",
        ")",
        "[",
        "]",
        ".",
        ".*",
        "*",
        ",",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        " ",
        "\n",
        "github",
        "matrix",
        "list",
        "needs",
        "event",
        "null",
        "true",
        "NaN",
        "Infinity",
        "0",
        "-1",
        "0x",
        "1e9",
        "é",
        "'a'",
        "'{0}'",
        "'[1]'",
        "format(",
        "join(",
        "toJSON(",
        "fromJSON(",
        "contains(",
        "startsWith(",
        "success(",
        "case(",
        "{",
        "}",
        "|",
        "&",
        "=",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn ask(text: &str) {
    let context = context();
    let _ = condition(text, &context);
    let _ = interpolate(text, &context);
    let _ = evaluate(text, &context);
    let _ = contexts(text);
    let _ = condition_contexts(text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_breaks_it(text in "\\PC{0,60}", likely in likely()) {
        ask(&text);
        ask(&likely);
        ask(&format!("${{{{ {text} }}}}"));
        ask(&format!("a ${{{{ {likely} }}}} b"));
    }

    #[test]
    fn a_text_without_an_expression_is_left(text in "[^$]{0,80}") {
        prop_assert_eq!(interpolate(&text, &context()).unwrap(), text);
    }

    #[test]
    fn what_is_quoted_comes_back(text in "\\PC{0,60}") {
        let quoted = format!("${{{{ '{}' }}}}", text.replace('\'', "''"));
        prop_assert_eq!(interpolate(&quoted, &context()).unwrap(), text.clone());
        let within = format!("<{quoted}>");
        prop_assert_eq!(interpolate(&within, &context()).unwrap(), format!("<{text}>"));
    }

    #[test]
    fn json_goes_round(number in any::<i32>(), text in "[a-z\"\\\\\n]{0,9}") {
        let json = serde_json::json!([number, { "a": text, "b": [null, true] }]);
        let quoted = json.to_string().replace('\'', "''");
        let round = format!("${{{{ fromJSON(toJSON(fromJSON('{quoted}'))) }}}}");
        prop_assert_eq!(evaluate(&round, &context()).unwrap(), json);
    }

    /// Of two texts one is before the other, or they are equal.
    #[test]
    fn texts_have_an_order(left in "\\PC{0,6}", right in "\\PC{0,6}") {
        let [left, right] = [left, right].map(|text| format!("'{}'", text.replace('\'', "''")));
        let answers = ["<", "==", ">"].map(|operator| {
            evaluate(&format!("${{{{ {left} {operator} {right} }}}}"), &context()).unwrap() == true
        });
        prop_assert_eq!(answers.into_iter().filter(|answer| *answer).count(), 1);
    }
}
