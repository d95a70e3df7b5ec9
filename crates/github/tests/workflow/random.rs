//! Whatever stands in a file, it is read or refused.

use daypass_github::expression::{Context, Status};
use daypass_github::workflow::{NODES_MAX, Outcomes, Plan, Workflow, github_context, plan};
use proptest::prelude::*;
use serde_json::json;

use crate::{Folder, PATH, trigger};

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

/// Parts of jobs that are workflows together, sensible or not.
fn workflows() -> impl Strategy<Value = String> {
    let expression = prop_oneof![
        Just("x"),
        Just("${{ github.ref_name }}"),
        Just("${{ needs.a.outputs.b }}"),
        Just("${{ matrix.m }}"),
        Just("${{ inputs.i }}"),
        Just("${{ secrets.s }}"),
        Just("${{ github.run_id }}"),
        Just("${{ fromJSON('[1]') }}"),
        Just("${{ }}"),
        Just(""),
        Just("a:b%3A"),
    ];
    let part = (0..9_usize, expression).prop_map(|(part, text)| match part {
        0 => format!("    name: \"{text}\"\n"),
        1 => format!("    environment: \"{text}\"\n"),
        2 => format!("    environment: {{name: \"{text}\", url: \"{text}\"}}\n"),
        3 => format!("    if: \"{text}\"\n"),
        4 => format!("    strategy: {{matrix: {{m: [1, \"{text}\"]}}}}\n"),
        5 => format!("    strategy: {{matrix: \"{text}\"}}\n"),
        6 => format!("    with: {{i: \"{text}\"}}\n"),
        7 => "    needs: [a]\n".to_owned(),
        _ => "    permissions: {id-token: write}\n".to_owned(),
    });
    let body = prop_oneof![
        3 => Just("    runs-on: x\n    steps: [{run: x}]\n"),
        1 => Just("    uses: ./.github/workflows/deploy.yml\n"),
        1 => Just("    uses: p/q/.github/workflows/x.yml@v1\n"),
    ];
    let job = (prop::collection::vec(part, 0..4), body).prop_map(|(parts, body)| parts.concat() + body);
    prop::collection::vec(job, 1..4).prop_map(|jobs| {
        let jobs = jobs.into_iter().zip(["a", "b", "c"]).map(|(job, id)| format!("  {id}:\n{job}"));
        let head = "on: {push: , workflow_call: {inputs: {i: {type: string, default: '${{ github.actor }}'}}}}\njobs:\n";
        head.to_owned() + &jobs.collect::<String>()
    })
}

proptest! {
    #[test]
    fn any_workflow_has_a_plan_or_an_error(text in workflows()) {
        let trigger = trigger("push");
        let Ok(plan) = plan(&Folder::default().with(PATH, &text), PATH, &trigger) else { return Ok(()) };
        let kept = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Plan>(&kept).unwrap(), &plan);
        let github = github_context(&trigger, &plan.name, PATH, None);
        let values = json!({ "github": github, "vars": {} }).as_object().unwrap().clone();
        let base = Context { values, status: Status::Success };
        let mut seen = Vec::new();
        for job in &plan.jobs {
            prop_assert!(!seen.contains(&&job.key), "{} is there twice", job.key);
            prop_assert!(job.id_token.granted == job.permissions.scopes.contains_key("id-token"));
            seen.push(&job.key);
            // It says something of each, whatever that is.
            let _ = plan.settle(&job.key, &base, &Outcomes::new());
        }
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
