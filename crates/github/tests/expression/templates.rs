//! Texts with `${{ }}` in them.

use daypass_github::expression::{contexts, evaluate, interpolate};
use serde_json::json;

use crate::context;

#[test]
fn texts_with_expressions() {
    for (text, expected) in [
        ("", ""),
        ("no expression", "no expression"),
        ("$ { {{ }} $}}", "$ { {{ }} $}}"),
        ("${{ github.actor }}", "Mona"),
        ("${{github.actor}}", "Mona"),
        ("Hello ${{ github.actor }}!", "Hello Mona!"),
        ("{${{ github.run_number }}}", "{7}"),
        ("${{ github.ref_name }}-${{ github.run_number }}", "main-7"),
        ("${{ '}}' }} it's ${{ '${{' }}", "}} it's ${{"),
        ("${{ 'it''s }}' }}", "it's }}"),
        ("a${{ null }}b${{ true }}c${{ 1.50 }}", "abtruec1.5"),
        ("e: ${{ github.event }} l: ${{ matrix.list }}", "e: Object l: Array"),
        ("${{\n  github.actor\n}}\n", "Mona\n"),
        ("é${{ 'ü' }}日", "éü日"),
    ] {
        assert_eq!(interpolate(text, &context()).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_whole_expression_keeps_its_type() {
    for (text, expected) in [
        ("", json!("")),
        ("text", json!("text")),
        ("true", json!("true")),
        ("${{ true }}", json!(true)),
        ("${{ true }} ", json!("true ")),
        ("${{ github.run_number }}", json!(7)),
        ("${{ 0.5 }}", json!(0.5)),
        ("${{ fromJSON(matrix.axes) }}", json!(["a", "b"])),
        ("${{ matrix.list }}", json!([0, "one", null, [], {}])),
        ("${{ github.missing }}", json!(null)),
        ("${{ 1 }}${{ 2 }}", json!("12")),
    ] {
        assert_eq!(evaluate(text, &context()).unwrap(), expected, "{text}");
    }
}

#[test]
fn the_contexts_of_a_text() {
    for (text, expected) in [
        ("needs.a", vec![]),
        ("${{ 1 }}", vec![]),
        ("${{ NEEDS.build }} and ${{ steps.x }} ${{ steps.y }}", vec!["needs", "steps"]),
        (
            "${{ github.event[env.K] || (inputs).a || fromJSON(vars.b).c }}",
            vec!["env", "github", "inputs", "vars"],
        ),
        ("${{ github }}", vec!["github"]),
    ] {
        let found = contexts(text).unwrap();
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
    }
}
