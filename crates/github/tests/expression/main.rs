//! Expressions: known answers by the page of GitHub's docs that gives them, refusals, limits, and any text at all.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod anything;
mod conditions;
mod functions;
mod indexes;
mod refusals;
mod templates;
mod values;

use daypass_github::expression::{Context, evaluate};
use serde_json::{Value, json};

/// What the tests may name.
fn context() -> Context {
    let values = json!({
        "github": {
            "ref": "refs/heads/main",
            "ref_name": "main",
            "event_name": "push",
            "run_number": 7,
            "actor": "Mona",
            "event": { "issue": { "labels": [{ "name": "bug" }, { "name": "help wanted" }] }, "forced": false },
        },
        "needs": { "build": { "result": "success", "outputs": { "version": "1.2" } } },
        "matrix": { "axes": "[\"a\",\"b\"]", "list": [0, "one", null, [], {}], "none": null },
        // GitHub docs, "Evaluate expressions", "Example of returning a JSON object" and "Object filters".
        "vars": {
            "fruits": [
                { "name": "apple", "quantity": 1 },
                { "name": "orange", "quantity": 2 },
                { "name": "pear", "quantity": 1 },
            ],
            "vegetables": {
                "beets": { "ediblePortions": ["roots", "stems", "leaves"] },
                "scallops": { "colour": "white" },
                "salsify": { "ediblePortions": ["roots"] },
            },
        },
    });
    Context { values: values.as_object().unwrap().clone(), ..Context::default() }
}

/// The value of an expression.
fn value(expression: &str) -> Value {
    let text = format!("${{{{ {expression} }}}}");
    evaluate(&text, &context()).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

fn answers(page: &str, rows: &[(&str, Value)]) {
    for (expression, expected) in rows {
        assert_eq!(value(expression), *expected, "{page}: {expression}");
    }
}

fn holds(page: &str, rows: &[(&str, bool)]) {
    for (expression, expected) in rows {
        assert_eq!(value(expression), json!(expected), "{page}: {expression}");
    }
}
