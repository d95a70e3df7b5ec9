//! The jobs of a run.

use daypass_github::workflow::{Plan, PlanError, Planned, Run, Trigger};
use serde_json::json;

use crate::{Folder, PATH, planned, trigger};

fn names(plan: &Plan) -> Vec<&str> {
    plan.jobs.iter().map(|job| job.name.as_str()).collect()
}

fn dispatch(inputs: serde_json::Value) -> Trigger {
    Trigger { inputs: inputs.as_object().unwrap().clone(), ..trigger("workflow_dispatch") }
}

#[test]
fn jobs_come_behind_what_they_need() {
    let plan = planned(
        "on: push\njobs:\n  d: {needs: [b, c], runs-on: x, steps: [{run: x}]}\n  c: {needs: A, runs-on: x, steps: [{run: x}]}\n  a: {runs-on: x, steps: [{run: x}]}\n  b: {needs: a, runs-on: x, steps: [{run: x}]}\n",
        &trigger("push"),
    )
    .unwrap();
    assert_eq!(names(&plan), ["a", "c", "b", "d"]);
    assert_eq!(plan.jobs[3].needs, ["b", "c"]);
    assert_eq!((plan.jobs[0].line, plan.jobs[3].line), (5, 3));
    assert!(plan.jobs.iter().all(|job| job.job_workflow.is_none() && job.uses_secrets_inherit));
}

#[test]
fn what_can_be_known_is() {
    let text = "name: Ship\nrun-name: '${{ inputs.target }} by ${{ github.actor }}'\non: {workflow_dispatch: {inputs: {target: {type: string}}}}\njobs:\n  a:\n    name: Deploy ${{ inputs.target }} of ${{ github.ref_name }}\n    runs-on: x\n    environment: {name: '${{ inputs.target }}', url: 'https://${{ github.sha }}'}\n    steps: [{run: x}]\n  b:\n    name: After ${{ needs.a.outputs.x }}\n    needs: a\n    runs-on: x\n    environment: {name: '${{ needs.a.outputs.x }}', url: 'https://${{ steps.s.outputs.x }}'}\n    steps: [{run: x}]\n  c: {runs-on: x, environment: \"${{ '' }}\", steps: [{run: x}]}\n";
    let plan = planned(text, &dispatch(json!({"target": "prod"}))).unwrap();
    assert_eq!((plan.name.as_str(), plan.run_name), ("Ship", Some(Planned::Known("prod by o".to_owned()))));
    let [a, c, b] = plan.jobs.as_slice() else { panic!("three jobs") };
    assert_eq!(a.name, "Deploy prod of main");
    let environment = a.environment.as_ref().unwrap();
    assert_eq!((environment.name.known(), environment.line), (Some("prod"), 8));
    assert_eq!(
        environment.url.as_ref().unwrap().known(),
        Some(format!("https://{}", "a".repeat(40)).as_str())
    );
    assert_eq!(b.name, "After ${{ needs.a.outputs.x }}");
    assert_eq!(b.environment.as_ref().unwrap().name, Planned::Later("${{ needs.a.outputs.x }}".to_owned()));
    assert_eq!(c.environment, None);
}

#[test]
fn what_is_given_is_never_read_as_an_expression() {
    let text = "on: {workflow_dispatch: {inputs: {t: {}}}}\njobs: {a: {runs-on: x, name: 'N ${{ inputs.t }}', environment: '${{ inputs.t }}', steps: [{run: x}]}}\n";
    let plan = planned(text, &dispatch(json!({"t": "${{ github.actor }}"}))).unwrap();
    let job = &plan.jobs[0];
    assert_eq!(job.own_name, Planned::Known("N ${{ github.actor }}".to_owned()));
    assert_eq!(job.environment.as_ref().unwrap().name, Planned::Known("${{ github.actor }}".to_owned()));
}

#[test]
fn the_numbers_of_the_run_are_known_when_they_are_given() {
    let text =
        "on: push\njobs: {a: {runs-on: x, environment: 'pr-${{ github.run_id }}', steps: [{run: x}]}}\n";
    let later = planned(text, &trigger("push")).unwrap();
    assert_eq!(later.jobs[0].environment.as_ref().unwrap().name.known(), None);
    let run = Run {
        id: "42".to_owned(),
        number: "7".to_owned(),
        attempt: "1".to_owned(),
        server_url: "https://github.com".to_owned(),
        api_url: "https://api.github.com".to_owned(),
    };
    let now = planned(text, &Trigger { run: Some(run), ..trigger("push") }).unwrap();
    assert_eq!(now.jobs[0].environment.as_ref().unwrap().name.known(), Some("pr-42"));
}

#[test]
fn a_matrix_is_many_jobs_in_the_order_of_the_file() {
    let plan = planned(
        "on: push\njobs:\n  build:\n    runs-on: ${{ matrix.os }}\n    environment: ${{ matrix.os }}-${{ matrix.node }}\n    strategy:\n      matrix:\n        os: [windows, linux]\n        node: [20, 18]\n        exclude: [{os: windows, node: 18}]\n        include: [{os: mac, node: 1}, {os: linux, node: 18, extra: yes}]\n    steps: [{run: x}]\n  named:\n    name: N ${{ matrix.a }}\n    runs-on: x\n    strategy: {matrix: {a: [1, 2]}}\n    steps: [{run: x}]\n  plain:\n    name: Plain\n    runs-on: x\n    strategy: {matrix: {a: [1, 2]}}\n    steps: [{run: x}]\n",
        &trigger("push"),
    )
    .unwrap();
    assert_eq!(
        names(&plan),
        [
            "build (windows, 20)",
            "build (linux, 20)",
            "build (linux, 18)",
            "build (1, mac)",
            "N 1",
            "N 2",
            "Plain (1)",
            "Plain (2)"
        ]
    );
    let keys: Vec<_> = plan.jobs.iter().map(|job| job.key.as_str()).collect();
    assert_eq!(
        keys,
        ["build[0]", "build[1]", "build[2]", "build[3]", "named[0]", "named[1]", "plain[0]", "plain[1]"]
    );
    let environments: Vec<_> =
        plan.jobs[..4].iter().map(|job| job.environment.as_ref().unwrap().name.known().unwrap()).collect();
    assert_eq!(environments, ["windows-20", "linux-20", "linux-18", "mac-1"]);
    assert_eq!(json!(plan.jobs[2].matrix), json!({"os": "linux", "node": 18, "extra": "yes"}));
    assert_eq!(
        json!(plan.jobs[1].strategy),
        json!({"fail-fast": true, "job-index": 1, "job-total": 4, "max-parallel": 4})
    );
}

#[test]
fn a_plan_can_be_kept() {
    let text = "on: push\nnam: x\npermissions: {id-token: write}\njobs: {a: {runs-on: x, environment: 'E ${{ github.run_id }}', if: always(), steps: [{run: x, env: {A: 1}}]}}\n";
    let plan = planned(text, &trigger("push")).unwrap();
    let kept = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&kept).unwrap(), plan);
    assert_eq!(plan.findings[0].path, PATH);
    let kept = serde_json::to_string(&trigger("release")).unwrap();
    assert_eq!(serde_json::from_str::<Trigger>(&kept).unwrap(), trigger("release"));
}

#[test]
fn refusals_have_their_line() {
    let steps = "steps: [{run: x}]";
    for (text, expected) in [
        (
            format!("on: push\njobs: {{a: {{runs-on: x, environment: '${{{{ secrets.X }}}}', {steps}}}}}\n"),
            ":2: the context `secrets` is not available here",
        ),
        (
            format!("on: push\njobs:\n  a:\n    name: '${{{{ oops }}'\n    runs-on: x\n    {steps}\n"),
            ":4: `${{` is not closed: there is no `}}` behind it",
        ),
        (
            format!(
                "on: push\njobs:\n  a:\n    strategy: {{matrix: {{a: []}}}}\n    runs-on: x\n    {steps}\n"
            ),
            ":4: ",
        ),
    ] {
        let found = planned(&text, &trigger("push")).unwrap_err().to_string();
        assert!(found.starts_with(&format!("{PATH}{expected}")), "{found}");
    }
    let missing = daypass_github::workflow::plan(&Folder::default(), PATH, &trigger("push")).unwrap_err();
    assert_eq!(missing.to_string(), format!("there is no workflow `{PATH}` in `o/r` at `refs/heads/main`"));
}

#[test]
fn a_plan_has_limits() {
    let axes =
        |name: &str| format!("{name}: [{}]", (0..16).map(|it| it.to_string()).collect::<Vec<_>>().join(","));
    let job = |id: &str, step: &str| {
        format!(
            "  {id}: {{runs-on: x, strategy: {{matrix: {{{}, {}}}}}, steps: [{{run: {step}}}]}}\n",
            axes("a"),
            axes("b")
        )
    };
    let two = ["a", "b"].map(|id| job(id, "x")).concat();
    let found = planned(&format!("on: push\njobs:\n{two}"), &trigger("push")).unwrap_err();
    assert_eq!(found, PlanError::TooManyJobs { path: PATH.to_owned(), line: 4 });
    let large = format!("on: push\njobs:\n{}", job("a", &"x".repeat(100_000)));
    let found = planned(&large, &trigger("push")).unwrap_err();
    assert_eq!(found, PlanError::TooLarge { path: PATH.to_owned(), line: 3 });
}

#[test]
fn matrices_that_give_nothing_cost_nothing_for_long() {
    let list = |count: usize| (0..count).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    let exclude = vec!["{a: 100}"; 400].join(",");
    let mut text = "on: push\njobs:\n".to_owned();
    for number in 0..10 {
        let axes = format!("a: [{}], b: [{}], exclude: [{{a: 0}}, {exclude}]", list(100), list(100));
        text +=
            &format!("  j{number}: {{runs-on: x, strategy: {{matrix: {{{axes}}}}}, steps: [{{run: x}}]}}\n");
    }
    let found = planned(&text, &trigger("push")).unwrap_err();
    assert_eq!(found, PlanError::TooLarge { path: PATH.to_owned(), line: 3 });
}
