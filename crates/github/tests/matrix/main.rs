//! Matrices: GitHub's own examples, names, refusals, limits.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_github::matrix::{self, JOBS_MAX, MatrixError, PRODUCT_MAX, combinations, expand};
use proptest::prelude::*;
use serde_json::{Value, json};

fn values(matrix: &Value) -> Vec<Value> {
    expand(matrix).unwrap().into_iter().map(Value::Object).collect()
}

/// GitHub docs, "Run job variations in a workflow", "Expanding or adding matrix configurations".
#[test]
fn the_example_of_the_docs() {
    let matrix = json!({
        "fruit": ["apple", "pear"],
        "animal": ["cat", "dog"],
        "include": [
            { "color": "green" },
            { "color": "pink", "animal": "cat" },
            { "fruit": "apple", "shape": "circle" },
            { "fruit": "banana" },
            { "fruit": "banana", "animal": "cat" },
        ],
    });
    let mut found = values(&matrix);
    let mut expected = vec![
        json!({ "fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle" }),
        json!({ "fruit": "apple", "animal": "dog", "color": "green", "shape": "circle" }),
        json!({ "fruit": "pear", "animal": "cat", "color": "pink" }),
        json!({ "fruit": "pear", "animal": "dog", "color": "green" }),
        json!({ "fruit": "banana" }),
        json!({ "fruit": "banana", "animal": "cat" }),
    ];
    for combinations in [&mut found, &mut expected] {
        combinations.sort_by_key(ToString::to_string);
    }
    assert_eq!(found, expected);
}

#[test]
fn combinations_by_github_rules() {
    for (what, matrix, expected) in [
        (
            "the last axis moves first",
            json!({ "os": ["a", "b"], "version": [10, 12] }),
            json!([
                { "os": "a", "version": 10 }, { "os": "a", "version": 12 },
                { "os": "b", "version": 10 }, { "os": "b", "version": 12 },
            ]),
        ),
        // GitHub docs, "Excluding matrix configurations".
        (
            "an exclude is a partial match",
            json!({ "os": ["a", "b"], "version": [10, 12], "exclude": [{ "os": "a" }, { "version": 12 }] }),
            json!([{ "os": "b", "version": 10 }]),
        ),
        (
            "an include brings back what was excluded",
            json!({ "os": ["a", "b"], "exclude": [{ "os": "a" }], "include": [{ "os": "a", "x": 1 }] }),
            json!([{ "os": "b" }, { "os": "a", "x": 1 }]),
        ),
        // GitHub docs, "Example: Adding configurations".
        (
            "includes alone are jobs, and extend none of each other",
            json!({ "include": [{ "site": "production" }, { "site": "production", "datacenter": "a" }] }),
            json!([{ "site": "production" }, { "datacenter": "a", "site": "production" }]),
        ),
        (
            "a value that was added can be overwritten, an original one not",
            json!({ "os": ["a"], "include": [{ "os": "a", "x": 1 }, { "x": 2 }, { "os": "b", "x": 3 }] }),
            json!([{ "os": "a", "x": 2 }, { "os": "b", "x": 3 }]),
        ),
        (
            "values are compared loosely",
            json!({ "v": [1, "A", true], "exclude": [{ "v": "1" }, { "v": "a" }] }),
            json!([]),
        ),
        (
            "leaf by leaf, and what a filter does not name may be anything",
            json!({
                "os": [{ "name": "a", "tag": 1 }, { "name": "b", "tag": 1 }, ["x", "y"]],
                "exclude": [{ "os": { "name": "a" } }, { "os": ["x"] }],
            }),
            json!([{ "os": { "name": "b", "tag": 1 } }]),
        ),
        (
            "a key is found without regard to case",
            json!({ "OS": ["a", "b"], "exclude": [{ "os": "a" }] }),
            json!([{ "OS": "b" }]),
        ),
        ("one axis", json!({ "environment": ["production"] }), json!([{ "environment": "production" }])),
    ] {
        assert_eq!(Value::Array(values(&matrix)), expected, "{what}");
    }
}

#[test]
fn a_job_is_named_by_its_original_values() {
    for (matrix, names) in [
        (json!({ "os": ["a", "b"], "v": [1.5] }), vec!["deploy (a, 1.5)", "deploy (b, 1.5)"]),
        (json!({ "os": ["a"], "include": [{ "x": "added" }] }), vec!["deploy (a)"]),
        (json!({ "include": [{ "a": "x", "b": true }] }), vec!["deploy (x, true)"]),
        (
            json!({ "os": [{ "a": "x", "b": ["y", 1] }, "", null] }),
            vec!["deploy (x, y, 1)", "deploy", "deploy"],
        ),
        (json!({ "os": ["x".repeat(200)] }), vec![]),
    ] {
        let found = combinations(&matrix).unwrap();
        let found: Vec<String> = found.iter().map(|one| one.job_name("deploy")).collect();
        if names.is_empty() {
            assert_eq!(found, [format!("deploy ({}...", "x".repeat(89))], "{matrix}");
        } else {
            assert_eq!(found, names, "{matrix}");
        }
    }
    let combination = json!({ "a": "x", "b": 2 });
    assert_eq!(matrix::name_suffix(combination.as_object().unwrap()), " (x, 2)");
    assert_eq!(matrix::name_suffix(json!({}).as_object().unwrap()), "");
}

#[test]
fn what_is_refused() {
    let sixteen: Vec<u8> = (0..16).collect();
    let many: Vec<u32> = (0..200).collect();
    let one_of_many = json!({ "a": many, "b": many });
    let entries: Vec<Value> = (0..1_001).map(|_| json!({ "x": 1 })).collect();
    for (matrix, expected) in [
        (json!(null), MatrixError::NotAnObject),
        (json!([]), MatrixError::NotAnObject),
        (json!({}), MatrixError::NoAxis),
        (json!({ "include": [] }), MatrixError::NoAxis),
        (json!({ "os": "a" }), MatrixError::NotAList { key: "os".to_owned() }),
        (json!({ "os": ["a"], "include": {} }), MatrixError::NotAList { key: "include".to_owned() }),
        (json!({ "os": [] }), MatrixError::EmptyAxis { axis: "os".to_owned() }),
        (json!({ "os": [1], "exclude": [1] }), MatrixError::NotAnEntry { list: "exclude" }),
        (json!({ "os": [1], "include": [{}] }), MatrixError::NotAnEntry { list: "include" }),
        (json!({ "os": [1], "exclude": [{ "o": 1 }] }), MatrixError::UnknownKey { key: "o".to_owned() }),
        (
            json!({ "a": sixteen, "b": sixteen, "include": [{ "a": 99 }] }),
            MatrixError::TooManyJobs { max: JOBS_MAX },
        ),
        (one_of_many, MatrixError::TooManyCombinations { max: PRODUCT_MAX }),
        (json!({ "include": entries }), MatrixError::TooManyEntries { list: "include", max: 1_000 }),
    ] {
        assert_eq!(combinations(&matrix).unwrap_err(), expected, "{matrix}");
    }
    assert_eq!(expand(&json!({ "a": sixteen, "b": sixteen })).unwrap().len(), JOBS_MAX);
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3_i32).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("(a|b|A|include|exclude)", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_breaks_it(matrix in anything()) {
        if let Ok(found) = combinations(&matrix) {
            prop_assert!(found.len() <= JOBS_MAX);
        }
    }

    /// Without include and exclude there is the product, and no combination is there twice.
    #[test]
    fn the_product_is_whole(a in prop::collection::btree_set(0..20_u8, 1..10), b in prop::collection::btree_set("[a-f]", 1..6)) {
        let found = expand(&json!({ "a": a, "b": b })).unwrap();
        prop_assert_eq!(found.len(), a.len() * b.len());
        let distinct: std::collections::BTreeSet<String> = found.iter().map(|one| format!("{one:?}")).collect();
        prop_assert_eq!(distinct.len(), found.len());
    }
}
