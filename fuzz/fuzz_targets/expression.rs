//! An expression has a value or is refused, whatever may be named; what it names can be told without evaluating it.

#![no_main]

use std::sync::LazyLock;

use daypass_github::expression::{
    Context, ExpressionError, Status, condition, condition_contexts, contexts, evaluate, interpolate,
};
use daypass_github::matrix::{JOBS_MAX, combinations};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| {
    let github =
        json!({ "ref": "refs/heads/main", "event": { "labels": [{ "name": "a" }, { "name": "b" }] } });
    let mut context = Context { status: Status::Failure, ..Context::default() };
    context.values.insert("github".to_owned(), github);
    context.values.insert("matrix".to_owned(), json!({ "list": [0, "1", null, [true], {}] }));
    context
});

fuzz_target!(|text: &str| {
    let named = condition_contexts(text);
    let held = condition(text, &CONTEXT);
    assert!(named.is_ok() || held.is_err(), "a condition was evaluated that cannot be read");
    let _ = contexts(text);
    match (evaluate(text, &CONTEXT), interpolate(text, &CONTEXT)) {
        (Ok(value), Ok(text)) => assert_eq!(value.as_str().unwrap_or(&text), text),
        (Ok(value), Err(ExpressionError::NotAText { .. })) => {
            if let Ok(jobs) = combinations(&value) {
                assert!(jobs.len() <= JOBS_MAX);
            }
        }
        (Err(ExpressionError::NotFinite { .. }), _) => {}
        (Err(one), Err(other)) => assert_eq!(one, other),
        (value, text) => panic!("{value:?} and {text:?}"),
    }
});
