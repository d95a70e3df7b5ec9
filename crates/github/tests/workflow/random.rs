//! Whatever stands in a file, it is read or refused.

use daypass_github::workflow::{NODES_MAX, Workflow};
use proptest::prelude::*;

use crate::PATH;

/// Lines that workflows are made of, at any depth, in any order.
fn lines() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("on:"),
        Just("push"),
        Just("jobs:"),
        Just("a:"),
        Just("b:"),
        Just("steps:"),
        Just("- run: x"),
        Just("- "),
        Just("uses: ./x"),
        Just("needs: [a, b]"),
        Just("environment: ${{ x }}"),
        Just("&a "),
        Just("*a"),
        Just("permissions: write-all"),
        Just("permissions:"),
        Just("id-token: write"),
        Just("{"),
        Just("}"),
        Just("[x, y]"),
        Just("'"),
        Just("\""),
        Just("|"),
        Just("<<: *a"),
        Just("---"),
        Just("!!str 1"),
        Just("? "),
        Just("ä: ü"),
        Just("\t"),
        Just("strategy: {matrix: {a: [1]}}"),
        Just("branches: ['!x']"),
        Just("inputs: {a: {type: choice}}"),
        Just("schedule: [{cron: x}]"),
    ];
    let line = (0..5_usize, word).prop_map(|(depth, word)| format!("{}{word}\n", "  ".repeat(depth)));
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read(&text)?;
    }

    #[test]
    fn any_lines_are_read_or_refused(text in lines()) {
        read(&text)?;
    }
}

fn read(text: &str) -> Result<(), TestCaseError> {
    match Workflow::parse(PATH, text) {
        Ok(workflow) => {
            prop_assert!(!workflow.jobs.is_empty() && workflow.jobs.len() < NODES_MAX);
            for location in workflow.findings.iter().flat_map(|finding| &finding.locations) {
                let bytes = location.extent.start.offset..location.extent.end.offset;
                prop_assert!(text.get(bytes).is_some(), "{location:?} lies outside of the text");
            }
        }
        Err(error) => {
            let lines = text.lines().count() + 1;
            prop_assert!((1..=lines).contains(&error.place.line), "{error} has a line that is not there");
        }
    }
    Ok(())
}
