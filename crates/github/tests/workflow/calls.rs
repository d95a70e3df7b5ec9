//! Reusable workflows.

use daypass_github::workflow::{Plan, PlanError, plan};
use serde_json::json;

use crate::{Folder, PATH, trigger};

const CALLED: &str = "on: {workflow_call: {inputs: {v: {type: number, default: 1}, who: {type: string, default: '${{ github.actor }}'}}, secrets: {T: {required: true}, U: }}}\njobs:\n  ship:\n    name: Ship ${{ inputs.v }} for ${{ inputs.who }}\n    runs-on: x\n    environment: e-${{ inputs.v }}\n    steps: [{run: x}]\n";

fn caller(call: &str) -> String {
    format!("on: push\npermissions: {{id-token: write}}\njobs:\n  call:\n    uses: {call}\n")
}

fn run(files: Folder) -> Result<Plan, PlanError> {
    plan(&files, PATH, &trigger("push"))
}

fn with(call: &str) -> Folder {
    Folder::default()
        .with(PATH, &caller(call))
        .with(".github/workflows/x.yml", CALLED)
        .with("p/q/.github/workflows/y.yml", CALLED)
}

#[test]
fn a_call_is_followed() {
    let more = "./.github/workflows/x.yml\n    name: Release\n    with: {v: 2}\n    secrets: inherit";
    let plan = run(with(more)).unwrap();
    let [job] = plan.jobs.as_slice() else { panic!("one job") };
    assert_eq!((job.key.as_str(), job.scope.as_str(), job.id.as_str()), ("call/ship", "call", "ship"));
    assert_eq!(job.name, "Release / Ship 2 for o");
    assert_eq!(job.environment.as_ref().unwrap().name.known(), Some("e-2"));
    assert_eq!(json!(job.inputs), json!({"v": 2, "who": "o"}));
    let file = job.job_workflow.as_ref().unwrap();
    assert_eq!(file.workflow_ref(), "o/r/.github/workflows/x.yml@refs/heads/main");
    assert_eq!(file.sha, "a".repeat(40));
    assert!(job.uses_secrets_inherit && job.id_token.granted);
    assert_eq!(job.id_token.reason, format!("`id-token: write` at {PATH}:2"));
    assert_eq!((job.path.as_str(), job.line), (".github/workflows/x.yml", 3));
    assert_eq!(plan.calls[0].takes.len(), 2);
}

#[test]
fn another_repository_has_its_own_ref() {
    for (reference, expected) in [
        ("v1", "refs/tags/v1"),
        ("2.0", "refs/tags/2.0"),
        ("main", "refs/heads/main"),
        ("refs/heads/v1", "refs/heads/v1"),
        ("0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789"),
    ] {
        let plan =
            run(with(&format!("p/q/.github/workflows/y.yml@{reference}\n    secrets: {{T: x}}"))).unwrap();
        let file = plan.jobs[0].job_workflow.clone().unwrap();
        assert_eq!(file.workflow_ref(), format!("p/q/.github/workflows/y.yml@{expected}"));
        assert_eq!(file.sha == expected, expected.len() == 40);
        assert_eq!(plan.jobs[0].path, "p/q/.github/workflows/y.yml");
        assert!(!plan.jobs[0].uses_secrets_inherit);
    }
}

#[test]
fn local_calls_of_a_called_workflow_are_of_its_own_repository() {
    let inner = "on: workflow_call\njobs: {deep: {uses: ./.github/workflows/z.yml}}\n";
    let deepest = "on: workflow_call\njobs: {last: {runs-on: x, steps: [{run: x}]}}\n";
    let files = Folder::default()
        .with(PATH, &caller("p/q/.github/workflows/y.yml@v1"))
        .with("p/q/.github/workflows/y.yml", inner)
        .with("p/q/.github/workflows/z.yml", deepest);
    let plan = run(files).unwrap();
    let [job] = plan.jobs.as_slice() else { panic!("one job") };
    assert_eq!((job.key.as_str(), job.name.as_str()), ("call/deep/last", "call / deep / last"));
    assert_eq!(job.callers, ["call", "call/deep"]);
    assert_eq!(job.job_workflow.as_ref().unwrap().workflow_ref(), "p/q/.github/workflows/z.yml@refs/tags/v1");
    assert!(job.id_token.granted, "{}", job.id_token.reason);
}

#[test]
fn what_is_not_here_fails_its_call_alone() {
    let text = "on: push\njobs:\n  a: {uses: p/other/.github/workflows/y.yml@v1}\n  b: {uses: ./.github/workflows/none.yml}\n  c: {runs-on: x, steps: [{run: x}]}\n";
    let plan = run(Folder::default().with(PATH, text)).unwrap();
    assert_eq!(plan.jobs.len(), 1);
    let problems: Vec<_> = plan.calls.iter().map(|call| call.problem.clone().unwrap()).collect();
    assert_eq!(
        problems,
        [
            format!(
                "{PATH}:3: `p/other/.github/workflows/y.yml@v1` is in the repository `p/other`, which is not here: say where it is with `--repo-path p/other=DIR`"
            ),
            format!("{PATH}:4: there is no `.github/workflows/none.yml` in `o/r`"),
        ]
    );
}

#[test]
fn a_call_of_a_matrix_is_many_calls() {
    let more = "./.github/workflows/x.yml\n    with: {v: '${{ matrix.v }}'}\n    secrets: inherit\n    strategy: {matrix: {v: [3, 4]}}";
    let plan = run(with(more)).unwrap();
    let found: Vec<_> = plan.jobs.iter().map(|job| (job.key.as_str(), job.name.as_str())).collect();
    assert_eq!(
        found,
        [("call[0]/ship", "call (3) / Ship 3 for o"), ("call[1]/ship", "call (4) / Ship 4 for o")]
    );
}

#[test]
fn calls_that_github_refuses() {
    let secrets = "\n    secrets: inherit";
    for (call, expected) in [
        (
            "build.yml".to_owned(),
            ":5: `build.yml` names no workflow: it is `./.github/workflows/NAME.yml` or `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`",
        ),
        ("./x.yml".to_owned(), ":5: `./x.yml` names no workflow: "),
        ("o/r/.github/workflows/x.yml".to_owned(), ":5: `o/r/.github/workflows/x.yml` names no workflow: "),
        (
            "o/r/.github/workflows/../x.yml@v1".to_owned(),
            ":5: `o/r/.github/workflows/../x.yml@v1` names no workflow: ",
        ),
        (
            "o/r/.github/workflows/x.yml@a..b".to_owned(),
            ":5: `o/r/.github/workflows/x.yml@a..b` names no workflow: ",
        ),
        (
            format!("./.github/workflows/x.yml\n    with: {{w: 1}}{secrets}"),
            ":5: the call of `./.github/workflows/x.yml`: Invalid input, w is not defined in the referenced workflow.",
        ),
        (
            format!("./.github/workflows/x.yml\n    with: {{v: many}}{secrets}"),
            ":5: the call of `./.github/workflows/x.yml`: Provided value 'many' for input 'v' not in the list of allowed values",
        ),
        (
            "./.github/workflows/x.yml".to_owned(),
            ":5: the call of `./.github/workflows/x.yml`: Secret T is required, but not provided while calling.",
        ),
        (
            "./.github/workflows/x.yml\n    secrets: {t: a, V: b}".to_owned(),
            ":5: the call of `./.github/workflows/x.yml`: Invalid secret, V is not defined in the referenced workflow.",
        ),
        (
            "./.github/workflows/deploy.yml".to_owned(),
            ":5: `./.github/workflows/deploy.yml` cannot be called: it has no `workflow_call` in its `on`",
        ),
        (format!("./.github/workflows/x.yml{secrets}\n    permissions: {{}}"), ""),
    ] {
        let found = run(with(&call));
        match found {
            Err(error) => {
                let found = error.to_string();
                assert!(
                    found.starts_with(&format!("{PATH}{expected}")) && !expected.is_empty(),
                    "{call}: {found}"
                );
            }
            Ok(_) => assert!(expected.is_empty(), "{call}"),
        }
    }
    let needy = "on: {workflow_call: {inputs: {v: {type: string, required: true}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
    let files = Folder::default()
        .with(PATH, &caller("./.github/workflows/x.yml"))
        .with(".github/workflows/x.yml", needy);
    let found = run(files).unwrap_err().to_string();
    assert!(found.ends_with("Input v is required, but not provided while calling."), "{found}");
}

#[test]
fn a_called_workflow_that_asks_for_too_much_starts_no_run() {
    let greedy = "on: workflow_call\npermissions: {id-token: write, contents: write}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
    let files = Folder::default()
        .with(PATH, &caller("./.github/workflows/x.yml"))
        .with(".github/workflows/x.yml", greedy);
    let error = run(files).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{PATH}:4: Error calling workflow './.github/workflows/x.yml'. The workflow is requesting 'contents: write', but is only allowed 'contents: none'."
        )
    );
    assert_eq!(error.hint().unwrap(), "add `contents: write` to the `permissions` of the job `call`");
}

#[test]
fn calls_nest_ten_deep_and_no_deeper() {
    let chain = |length: usize| {
        let mut files = Folder::default().with(PATH, &caller("./.github/workflows/w1.yml"));
        for level in 1..length {
            let text = if level + 1 == length {
                "on: workflow_call\njobs: {last: {runs-on: x, steps: [{run: x}]}}\n".to_owned()
            } else {
                format!("on: workflow_call\njobs: {{c: {{uses: ./.github/workflows/w{}.yml}}}}\n", level + 1)
            };
            files = files.with(&format!(".github/workflows/w{level}.yml"), &text);
        }
        run(files)
    };
    assert_eq!(chain(10).unwrap().jobs[0].callers.len(), 9);
    assert!(matches!(chain(11).unwrap_err(), PlanError::CallsTooDeep { .. }));
    let circle = "on: [push, workflow_call]\njobs: {c: {uses: ./.github/workflows/deploy.yml}}\n";
    assert!(matches!(run(Folder::default().with(PATH, circle)).unwrap_err(), PlanError::CallsTooDeep { .. }));
    let wide = "on: [push, workflow_call]\njobs: {c: {strategy: {matrix: {a: [1,2,3,4,5,6,7,8,9]}}, uses: ./.github/workflows/deploy.yml}}\n";
    assert!(run(Folder::default().with(PATH, wide)).is_err(), "it ends");
}

#[test]
fn a_run_calls_fifty_workflows_and_no_more() {
    let many = |count: usize| {
        let mut text = "on: push\njobs:\n".to_owned();
        let mut files = Folder::default();
        for number in 0..count {
            text += &format!("  j{number}: {{uses: ./.github/workflows/w{number}.yml}}\n");
            let called = "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
            files = files.with(&format!(".github/workflows/w{number}.yml"), called);
        }
        run(files.with(PATH, &text))
    };
    assert_eq!(many(50).unwrap().jobs.len(), 50);
    assert_eq!(many(51).unwrap_err(), PlanError::TooManyWorkflows { path: PATH.to_owned(), line: 53 });
}
