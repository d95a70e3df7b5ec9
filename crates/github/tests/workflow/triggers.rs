//! What starts a workflow, and with which inputs.

use daypass_github::workflow::{PlanError, Trigger};
use serde_json::json;

use crate::{PATH, planned, trigger};

const JOBS: &str = "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n";

fn started(on: &str, trigger: &Trigger) -> String {
    match planned(&format!("on: {on}\n{JOBS}"), trigger) {
        Ok(_) => "starts".to_owned(),
        Err(error) => error.to_string().replace(&format!("{PATH}:"), ""),
    }
}

fn of(event: &str, reference: &str) -> Trigger {
    Trigger { reference: reference.to_owned(), ..trigger(event) }
}

#[test]
fn branches_and_tags_of_a_push() {
    for (filter, reference, expected) in [
        ("", "refs/heads/any", "starts"),
        ("", "refs/tags/v1", "starts"),
        ("branches: main", "refs/heads/main", "starts"),
        ("branches: main", "refs/heads/other", "1: `branches` does not mean the branch `other`"),
        ("branches: ['**', '!x/**']", "refs/heads/x/y", "1: `branches` does not mean the branch `x/y`"),
        ("branches: ['**', '!x/**', 'x/z']", "refs/heads/x/z", "starts"),
        ("branches: ['x/z', '!x/**']", "refs/heads/x/z", "1: `branches` does not mean the branch `x/z`"),
        ("branches-ignore: 'x/**'", "refs/heads/x/z", "1: `branches-ignore` leaves out the branch `x/z`"),
        ("branches-ignore: ['x/**']", "refs/heads/y", "starts"),
        ("branches: main", "refs/tags/v1", "1: the filter names no tags, and so no tag starts a run"),
        ("tags: 'v*'", "refs/heads/main", "1: the filter names no branches, and so no branch starts a run"),
        ("tags: 'v*'", "refs/tags/v1", "starts"),
        ("tags: 'v*'", "refs/tags/w1", "1: `tags` does not mean the tag `w1`"),
        ("branches: main, tags: 'v*'", "refs/tags/v1", "starts"),
        (
            "branches: '[a'",
            "refs/heads/a",
            "1: `[a` is no pattern: brackets hold letters, digits and ranges of them, such as `[0-9a-f]`",
        ),
    ] {
        let found = started(&format!("{{push: {{{filter}}}}}"), &of("push", reference));
        assert_eq!(found, expected, "{filter}, {reference}");
    }
}

#[test]
fn events_and_activities() {
    let base = |base: &str| Trigger { base_ref: base.to_owned(), ..trigger("pull_request") };
    let active = |activity: &str| Trigger { activity: Some(activity.to_owned()), ..trigger("pull_request") };
    let cron = "{schedule: [{cron: '1 1 * * *'}]}";
    let rows = [
        ("push", trigger("workflow_dispatch"), "Workflow does not have 'workflow_dispatch' trigger"),
        (
            "[push, issues]",
            trigger("schedule"),
            "1: `schedule` does not start this workflow, whose events are `push`, `issues`",
        ),
        ("{pull_request: {branches: main}}", base("main"), "starts"),
        (
            "{pull_request: {branches: main}}",
            base("old"),
            "1: `branches` does not mean the target branch `old`",
        ),
        ("pull_request", active("opened"), "starts"),
        (
            "pull_request",
            active("labeled"),
            "1: the activity `labeled` starts a run only where `types` names it; by default opened, reopened, \
             synchronize do",
        ),
        ("{pull_request: {types: labeled}}", active("labeled"), "starts"),
        (
            "{pull_request: {types: [labeled]}}",
            active("opened"),
            "1: `types` does not name the activity `opened`",
        ),
        ("{issues: {types: [opened]}}", trigger("issues"), "starts"),
        (cron, trigger("schedule"), "starts"),
        (
            cron,
            of("schedule", "refs/heads/x"),
            "1: a run of `schedule` is of the default branch, `refs/heads/main`",
        ),
        (
            "workflow_call",
            trigger("workflow_call"),
            "1: `workflow_call` starts no run of its own; the run is of the workflow that calls",
        ),
    ];
    for (on, trigger, expected) in rows {
        assert_eq!(started(on, &trigger), expected, "{on}");
    }
}

#[test]
fn paths() {
    let none = "1: `paths` means none of the files that changed";
    for (filter, changed, expected) in [
        ("paths: 'src/**'", Some("a src/b"), "starts"),
        ("paths: 'src/**'", Some("a"), none),
        ("paths: 'src/**'", None, "starts"),
        ("paths: ['**', '!docs/**']", Some("docs/a"), none),
        ("paths-ignore: 'docs/**'", Some("docs/a b"), "starts"),
        ("paths-ignore: 'docs/**'", Some("docs/a"), "1: `paths-ignore` leaves out every file that changed"),
    ] {
        let changed_paths = changed.map(|paths| paths.split(' ').map(str::to_owned).collect());
        let branch = Trigger { changed_paths, ..trigger("push") };
        let on = format!("{{push: {{{filter}}}}}");
        assert_eq!(started(&on, &branch), expected, "{filter}, {changed:?}");
        let tag = Trigger { reference: "refs/tags/v1".to_owned(), ..branch };
        assert_eq!(started(&on, &tag), "starts", "of a tag the paths are not looked at");
    }
}

#[test]
fn triggers_that_cannot_be() {
    for (trigger, expected) in [
        (of("push", "main"), "`ref` cannot be `main`: "),
        (of("pull_request", "refs/heads/x"), "a job of event `pull_request` has the ref "),
        (of("release", "refs/heads/x"), "a job of event `release` is of a tag"),
        (Trigger { actor: "a b".to_owned(), ..trigger("push") }, "`actor` cannot be `a b`: "),
        (Trigger { sha: "x".to_owned(), ..trigger("push") }, "`sha` cannot be `x`: "),
    ] {
        let found = started("[push, pull_request, release]", &trigger);
        assert!(found.starts_with(expected), "{found}");
    }
}

const INPUTS: &str = "
  workflow_dispatch:
    inputs:
      target: {type: environment, required: true}
      size: {type: choice, options: [small, large], default: small}
      dry: {type: boolean}
      count: {type: number, default: 3}
      note: {}
";

#[test]
fn inputs_are_checked_and_filled_in() {
    let dispatch = |inputs: serde_json::Value| {
        let serde_json::Value::Object(inputs) = inputs else { panic!("inputs are an object") };
        planned(&format!("on: {INPUTS}{JOBS}"), &Trigger { inputs, ..trigger("workflow_dispatch") })
    };
    for (given, expected) in [
        (
            json!({"target": "p"}),
            json!({"target": "p", "size": "small", "dry": false, "count": 3, "note": ""}),
        ),
        (
            json!({"TARGET": "p", "size": "large", "dry": "true", "count": "4.5", "note": 7}),
            json!({"target": "p", "size": "large", "dry": true, "count": 4.5, "note": "7"}),
        ),
        (
            json!({"target": "p", "dry": false, "count": 1}),
            json!({"target": "p", "size": "small", "dry": false, "count": 1, "note": ""}),
        ),
    ] {
        assert_eq!(json!(dispatch(given.clone()).unwrap().inputs), expected, "{given}");
    }
    for (given, expected) in [
        (json!({}), "Required input 'target' not provided"),
        (json!({"target": "p", "x": 1, "y": 2}), "Unexpected inputs provided: [\"x\",\"y\"]"),
        (
            json!({"target": "p", "size": "huge"}),
            "Provided value 'huge' for input 'size' not in the list of allowed values",
        ),
        (
            json!({"target": "p", "dry": ""}),
            "Provided value '' for input 'dry' not in the list of allowed values",
        ),
        (
            json!({"target": "p", "count": "many"}),
            "Provided value 'many' for input 'count' not in the list of allowed values",
        ),
        (
            json!({"target": "p", "note": ["a"]}),
            "Provided value '[\"a\"]' for input 'note' not in the list of allowed values",
        ),
        (
            json!({"target": "x".repeat(70_000)}),
            "inputs are too large: they have 65535 characters at the most, not 70000",
        ),
    ] {
        assert_eq!(dispatch(given.clone()).unwrap_err().to_string(), expected, "{given}");
    }
    let error = dispatch(json!({"target": "p", "size": "huge"})).unwrap_err();
    assert_eq!(error.hint().unwrap(), "`size` is one of small, large");
}

#[test]
fn inputs_of_another_event_are_refused() {
    let inputs = json!({"a": 1}).as_object().unwrap().clone();
    let error = planned(&format!("on: push\n{JOBS}"), &Trigger { inputs, ..trigger("push") }).unwrap_err();
    assert!(matches!(error, PlanError::Inputs(_)), "{error}");
}
