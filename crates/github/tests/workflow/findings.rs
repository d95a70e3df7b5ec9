//! What GitHub would not understand.

use crate::parse;

/// The findings of a workflow as `LINE CODE message`.
fn findings(text: &str) -> Vec<String> {
    let workflow = parse(text);
    let shown = workflow.findings.iter().map(|finding| {
        let line = finding.primary().unwrap().extent.start.line;
        let mend = finding.mend.as_ref().map(|mend| format!(" [{mend}]")).unwrap_or_default();
        format!("{line} {} {}{mend}", finding.code, finding.message)
    });
    shown.collect()
}

const JOBS: &str = "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n";

#[test]
fn each_is_named_with_its_line_and_mend() {
    let unstarted = "GitHub does not start such a workflow";
    for (text, expected) in [
        (format!("on: push\npermission: {{}}\n{JOBS}"), format!("2 UNKNOWN_KEY a workflow has no key `permission`; {unstarted} [write `permissions`]")),
        (
            "on: push\njobs: {a: {runs-on: x, enviroment: p, steps: [{run: x}]}}\n".to_owned(),
            format!("2 UNKNOWN_KEY a job has no key `enviroment`; {unstarted} [write `environment`]"),
        ),
        (
            "on: push\njobs: {a: {uses: ./x, runs-on: x}}\n".to_owned(),
            format!("2 UNKNOWN_KEY a job that calls a workflow has no key `runs-on`; {unstarted} [a job that calls a workflow has concurrency, if, name, needs, permissions, secrets, strategy, uses, with]"),
        ),
        (
            "on: push\njobs: {a: {runs-on: x, steps: [{run: x, working_directory: y}]}}\n".to_owned(),
            format!("2 UNKNOWN_KEY a step has no key `working_directory`; {unstarted} [write `working-directory`]"),
        ),
        (
            "on: push\njobs: {a: {steps: [{run: x}]}}\n".to_owned(),
            format!("2 NO_RUNNER the job `a` has no `runs-on`; {unstarted} [write for example `runs-on: ubuntu-latest`]"),
        ),
        (
            format!("on: push\npermissions: {{id_token: write}}\n{JOBS}"),
            format!("2 UNKNOWN_PERMISSION there is no permission `id_token`; {unstarted} [write `id-token`]"),
        ),
        (
            format!("on: push\npermissions: {{id-token: read}}\n{JOBS}"),
            "2 PERMISSION_LEVEL `id-token` cannot be `read`; it gives nothing here [write one of none, write]".to_owned(),
        ),
        (
            format!("on: push\npermissions: write\n{JOBS}"),
            "2 UNEXPECTED_VALUE `permissions` is `read-all`, `write-all`, or a map of scopes, not a text".to_owned(),
        ),
        (format!("on: pul_request\n{JOBS}"), "1 UNKNOWN_EVENT GitHub has no event `pul_request` [write `pull_request`]".to_owned()),
        (
            format!("on: {{push: {{branch: main}}}}\n{JOBS}"),
            format!("1 UNKNOWN_KEY the event `push` has no key `branch`; {unstarted} [write `branches`]"),
        ),
        (
            format!("on: {{issues: {{branches: main}}}}\n{JOBS}"),
            format!("1 UNKNOWN_KEY the event `issues` has no key `branches`; {unstarted} [the event `issues` has types]"),
        ),
        (
            format!("on: {{push: {{branches: a, branches-ignore: b}}}}\n{JOBS}"),
            "1 FILTER_TWICE `branches` and `branches-ignore` exclude each other [keep `branches`, and write what it should leave out as `!PATTERN` behind the others]".to_owned(),
        ),
        (
            format!("on: {{push: {{branches: '!main'}}}}\n{JOBS}"),
            "1 FILTER_EMPTY `on.push.branches` has nothing but exceptions, and so starts no run [write `branches-ignore`, or put `\"**\"` before the exceptions]".to_owned(),
        ),
        (
            format!("on: {{workflow_call: {{inputs: {{a: {{required: true}}}}}}}}\n{JOBS}"),
            "1 INPUT_TYPE the type of the input `a` is `boolean`, `number` or `string`".to_owned(),
        ),
        (JOBS.to_owned(), "1 NO_EVENTS a workflow without `on` is never started [write for example `on: push`]".to_owned()),
        (format!("on: push\nname: [a]\n{JOBS}"), "2 UNEXPECTED_VALUE `name` is a text, not a list".to_owned()),
        (
            "on: push\njobs: {a: {runs-on: x, steps: [{name: x}]}}\n".to_owned(),
            "2 UNEXPECTED_VALUE `jobs.a.steps[0]` has one of `run` and `uses`".to_owned(),
        ),
        (
            "on: push\njobs: {a: {runs-on: x, environment: {url: x}, steps: [{run: x}]}}\n".to_owned(),
            "2 UNEXPECTED_VALUE `jobs.a.environment` is a name, or a map with `name`, not a map".to_owned(),
        ),
    ] {
        assert_eq!(findings(&text), [expected], "{text}");
    }
}

#[test]
fn what_is_not_understood_gives_no_permission() {
    for said in ["write", "[id-token]", "{id-token: wrte}", "{id-token: read}", "{id_token: write}", "true"] {
        let permissions = parse(&format!("on: push\npermissions: {said}\n{JOBS}")).permissions.unwrap();
        assert_eq!(permissions.level("id-token").name(), "none", "{said}");
    }
}

#[test]
fn there_are_not_too_many() {
    let keys: Vec<_> = (0..500).map(|number| format!("unknown{number}: x\n")).collect();
    assert_eq!(findings(&format!("on: push\n{JOBS}{}", keys.concat())).len(), 100);
}
