//! The functions but those of status.

use serde_json::json;

use crate::{answers, holds};

#[test]
fn searches() {
    holds(
        "Evaluate expressions, contains, startsWith, endsWith",
        &[
            ("contains('Hello world', 'llo')", true),
            ("contains('Hello world', 'LLO')", true),
            ("contains('abc', '')", true),
            ("contains('1234', 23)", true),
            ("contains(null, null)", true),
            ("contains(github.event.issue.labels.*.name, 'Bug')", true),
            ("contains(github.event.issue.labels.*.name, 'bu')", false),
            ("contains(fromJSON('[\"push\", \"pull_request\"]'), github.event_name)", true),
            ("contains(fromJSON('[1, 2]'), '2')", true),
            ("contains(fromJSON('[\"\"]'), false)", true),
            ("contains(fromJSON('[]'), '')", false),
            ("contains(matrix.list, matrix.list[3])", true),
            ("contains(fromJSON('[[]]'), fromJSON('[]'))", false),
            ("contains(fromJSON('{\"a\":1}'), 'a')", false),
            ("contains('Array', fromJSON('[]'))", false),
            ("startsWith('Hello world', 'he')", true),
            ("startsWith('Hello world', 'world')", false),
            ("startsWith(123, 12)", true),
            ("startsWith('i_', 'İ')", false),
            ("startsWith('ς_', 'Σ')", true),
            ("endsWith('Hello world', 'LD')", true),
            ("endsWith('Hello world', null)", true),
            ("endsWith(fromJSON('[]'), '')", false),
            ("CONTAINS('a', 'A') && EndsWith('a', 'A')", true),
        ],
    );
}

#[test]
fn texts_are_made() {
    answers(
        "Evaluate expressions, format",
        &[
            ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", json!("Hello Mona the Octocat")),
            (
                "format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')",
                json!("{Hello Mona the Octocat!}"),
            ),
            ("format('{1}{0}{1}', 'a', 'b')", json!("bab")),
            ("format('{{{0}}}', 1)", json!("{1}")),
            ("format('{{0}}')", json!("{0}")),
            (
                "format('{0}|{1}|{2}|{3}', null, true, fromJSON('[]'), fromJSON('{}'))",
                json!("|true|Array|Object"),
            ),
            ("format(1)", json!("1")),
            ("format('unused', fromJSON('no JSON'))", json!("unused")),
        ],
    );
    answers(
        "Evaluate expressions, join",
        &[
            ("join(fromJSON('[1, 2]'))", json!("1,2")),
            ("join(fromJSON('[1, 2]'), ' + ')", json!("1 + 2")),
            ("join(fromJSON('[1, 2]'), null)", json!("12")),
            ("join(fromJSON('[1, 2]'), fromJSON('[]'))", json!("1,2")),
            ("join(matrix.list, '-')", json!("0-one--Array-Object")),
            ("join(fromJSON('[]'), '-')", json!("")),
            ("join('text', '-')", json!("text")),
            ("join(fromJSON('{\"a\":1}'))", json!("")),
        ],
    );
}

#[test]
fn json_is_written_and_read() {
    answers(
        "Evaluate expressions, toJSON",
        &[
            ("toJSON('a')", json!("\"a\"")),
            ("toJSON(1e20)", json!("1E+20")),
            ("toJSON(null)", json!("null")),
            ("toJSON(fromJSON('[]'))", json!("[]")),
            ("toJSON(fromJSON('{}'))", json!("{}")),
            (
                "toJSON(fromJSON('{\"a\":[1,{\"b\":true}],\"c\":[]}'))",
                json!("{\n  \"a\": [\n    1,\n    {\n      \"b\": true\n    }\n  ],\n  \"c\": []\n}"),
            ),
            ("toJSON(vars.fruits.*.name)", json!("[\n  \"apple\",\n  \"orange\",\n  \"pear\"\n]")),
            ("toJSON(fromJSON('\"\\u0007\\n\\\"\\\\/é\\u2028\"'))", json!("\"\\u0007\\n\\\"\\\\/é\\u2028\"")),
        ],
    );
    answers(
        "Evaluate expressions, fromJSON",
        &[
            ("fromJSON('true')", json!(true)),
            ("fromJSON(matrix.axes)", json!(["a", "b"])),
            (
                "fromJSON('{\"include\":[{\"project\":\"foo\"}]}')",
                json!({ "include": [{ "project": "foo" }] }),
            ),
            ("fromJSON(' 3 ')", json!(3)),
        ],
    );
}

#[test]
fn case_takes_the_first_that_holds() {
    answers(
        "Evaluate expressions, case",
        &[
            ("case(github.ref_name == 'main', 'production', 'staging')", json!("production")),
            ("case(false, 1, true, 2, 3)", json!(2)),
            ("case(false, fromJSON('no JSON'), false, 2, 3)", json!(3)),
        ],
    );
}
