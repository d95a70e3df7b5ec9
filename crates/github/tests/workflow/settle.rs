//! What becomes known as jobs end.

use std::collections::BTreeMap;

use daypass_github::expression::{Context, Status};
use daypass_github::workflow::{
    JobResult, Outcome, Outcomes, Plan, Run, SettledJob, Settlement, Trigger, github_context, plan,
};
use daypass_github::{claims, subject};
use serde_json::{Value, json};

use crate::{Folder, PATH, planned, trigger};

fn base(trigger: &Trigger) -> Context {
    let github = github_context(trigger, "deploy", PATH, None);
    let values = json!({ "github": github, "vars": {} }).as_object().unwrap().clone();
    Context { values, status: Status::Success }
}

fn outcome(result: JobResult, outputs: &[(&str, &str)]) -> Outcome {
    let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Outcome { result, outputs: outputs.collect() }
}

fn outcomes(said: &[(&str, JobResult)]) -> Outcomes {
    said.iter().map(|(key, result)| ((*key).to_owned(), outcome(*result, &[]))).collect()
}

fn shown(plan: &Plan, key: &str, outcomes: &Outcomes) -> String {
    match plan.settle(key, &base(&trigger("push")), outcomes) {
        Ok(Settlement::Ready(_)) => "ready".to_owned(),
        Ok(Settlement::Skipped { reason }) => format!("skipped {}", reason.replace(PATH, "")),
        Ok(Settlement::Waits(keys)) => format!("waits {}", keys.join(" ")),
        Ok(Settlement::Matrix(jobs)) => format!("matrix {}", jobs.len()),
        Err(error) => error.to_string().replace(PATH, ""),
    }
}

fn ready(plan: &Plan, key: &str, outcomes: &Outcomes) -> SettledJob {
    match plan.settle(key, &base(&trigger("push")), outcomes).unwrap() {
        Settlement::Ready(settled) => *settled,
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn a_job_waits_runs_or_is_skipped() {
    use JobResult::{Cancelled, Failure, Skipped, Success};
    let job = |id: &str, more: &str| format!("  {id}: {{runs-on: x, steps: [{{run: x}}], {more}}}\n");
    let plan = planned(
        &format!(
            "on: push\njobs:\n{}{}{}{}{}{}{}",
            job("a", "if: github.ref_name == 'main'"),
            job("b", "needs: a"),
            job("c", "needs: b"),
            job("always", "needs: c, if: always()"),
            job("failed", "needs: b, if: failure()"),
            job("result", "needs: a, if: \"needs.a.result == 'skipped' && !cancelled()\""),
            job("never", "if: false"),
        ),
        &trigger("push"),
    )
    .unwrap();
    for (key, said, expected) in [
        ("a", vec![], "ready"),
        ("never", vec![], "skipped :9: the `if` of `never` is not met"),
        ("b", vec![], "waits a"),
        ("b", vec![("a", Success)], "ready"),
        ("b", vec![("a", Failure)], "skipped :4: the `if` of `b` is not met"),
        ("b", vec![("a", Skipped)], "skipped :4: the `if` of `b` is not met"),
        ("b", vec![("a", Cancelled)], "skipped :4: the `if` of `b` is not met"),
        ("c", vec![("a", Failure)], "waits b"),
        ("c", vec![("a", Failure), ("b", Skipped)], "skipped :5: the `if` of `c` is not met"),
        ("c", vec![("a", Failure), ("b", Success)], "skipped :5: the `if` of `c` is not met"),
        ("always", vec![("a", Failure), ("b", Skipped), ("c", Skipped)], "ready"),
        ("failed", vec![("a", Failure), ("b", Skipped)], "ready"),
        ("failed", vec![("a", Skipped), ("b", Skipped)], "skipped :7: the `if` of `failed` is not met"),
        ("failed", vec![("a", Success), ("b", Success)], "skipped :7: the `if` of `failed` is not met"),
        ("result", vec![("a", Skipped)], "ready"),
        ("result", vec![("a", Success)], "skipped :8: the `if` of `result` is not met"),
        ("nobody", vec![], "the run has no job `nobody`"),
    ] {
        assert_eq!(shown(&plan, key, &outcomes(&said)), expected, "{key} after {said:?}");
    }
    let cancelled = Context { status: Status::Cancelled, ..base(&trigger("push")) };
    let settled = plan.settle("a", &cancelled, &Outcomes::new()).unwrap();
    assert!(matches!(settled, Settlement::Skipped { .. }));
}

#[test]
fn what_the_needed_jobs_give_is_filled_in() {
    let text = "on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n  b:\n    needs: a\n    name: To ${{ needs.a.outputs.env }}\n    runs-on: ['${{ needs.a.outputs.label }}', linux]\n    environment: {name: '${{ needs.a.outputs.env }}', url: 'https://${{ steps.s.outputs.x }}'}\n    steps: [{run: x}]\n";
    let plan = planned(text, &trigger("push")).unwrap();
    let mut said = Outcomes::new();
    said.insert("a".to_owned(), outcome(JobResult::Success, &[("env", "prod"), ("label", "self-hosted")]));
    let settled = ready(&plan, "b", &said);
    assert_eq!(settled.name, "To prod");
    let environment = settled.environment.as_ref().unwrap();
    assert_eq!(environment.name, "prod");
    assert_eq!(environment.url.as_ref().unwrap().known(), None, "the steps have not run");
    assert_eq!((settled.runs_on.join(" ").as_str(), settled.is_self_hosted()), ("self-hosted linux", true));
    assert_eq!(settled.values["needs"]["a"]["result"], json!("success"));
    for (env, expected) in [
        ("", "none"),
        (
            &"x".repeat(256),
            "is no name of an environment: an environment's name has 1 to 255 characters, none of them a control character",
        ),
        (
            "a\nb",
            "is no name of an environment: an environment's name has 1 to 255 characters, none of them a control character",
        ),
        ("${{ github.token }}", "${{ github.token }}"),
        ("Production:V1", "Production:V1"),
    ] {
        said.insert("a".to_owned(), outcome(JobResult::Success, &[("env", env)]));
        let found = match plan.settle("b", &base(&trigger("push")), &said) {
            Ok(Settlement::Ready(settled)) => settled.environment.map_or("none".to_owned(), |it| it.name),
            Ok(other) => panic!("{other:?}"),
            Err(error) => error.to_string(),
        };
        assert!(found.ends_with(expected), "{env:?}: {found}");
    }
}

#[test]
fn a_matrix_that_comes_later_becomes_many_jobs() {
    let text = "on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n  b:\n    needs: a\n    strategy: {matrix: '${{ fromJSON(needs.a.outputs.m) }}', max-parallel: 1}\n    runs-on: x\n    environment: ${{ matrix.e }}\n    steps: [{run: x}]\n  c: {needs: b, runs-on: x, steps: [{run: x}]}\n";
    let mut plan = planned(text, &trigger("push")).unwrap();
    let mut said = Outcomes::new();
    said.insert("a".to_owned(), outcome(JobResult::Success, &[("m", r#"{"e": ["dev", "prod"]}"#)]));
    let Settlement::Matrix(jobs) = plan.settle("b", &base(&trigger("push")), &said).unwrap() else {
        panic!("it is a matrix")
    };
    plan.replace("b", jobs);
    let keys: Vec<_> = plan.jobs.iter().map(|job| (job.key.as_str(), job.name.as_str())).collect();
    assert_eq!(keys, [("a", "a"), ("b[0]", "b (dev)"), ("b[1]", "b (prod)"), ("c", "c")]);
    assert_eq!(ready(&plan, "b[1]", &said).environment.unwrap().name, "prod");
    assert_eq!(shown(&plan, "c", &said), "waits b[0] b[1]");
    said.extend(outcomes(&[("b[0]", JobResult::Success), ("b[1]", JobResult::Failure)]));
    assert_eq!(shown(&plan, "c", &said), "skipped :10: the `if` of `c` is not met");
    said.insert("a".to_owned(), outcome(JobResult::Success, &[("m", "{")]));
    let plan = planned(text, &trigger("push")).unwrap();
    assert!(shown(&plan, "b", &said).contains("`fromJSON` cannot read"), "{}", shown(&plan, "b", &said));
}

const CALLED: &str = "on:\n  workflow_call:\n    inputs: {to: {type: string, required: true}}\n    outputs: {where: {value: '${{ jobs.ship.outputs.at }} ${{ inputs.to }}'}}\njobs:\n  ship:\n    runs-on: x\n    environment: ${{ inputs.to }}\n    steps: [{run: x}]\n  after: {needs: ship, runs-on: x, steps: [{run: x}]}\n";

fn calling(call: &str) -> Plan {
    let text = format!(
        "on: push\npermissions: write-all\njobs:\n  a: {{runs-on: x, steps: [{{run: x}}]}}\n  call:\n    name: Call ${{{{ needs.a.outputs.n }}}}\n    needs: a\n    uses: ./.github/workflows/x.yml\n    with: {{to: '${{{{ needs.a.outputs.e }}}}'}}\n{call}  last:\n    needs: call\n    name: Last ${{{{ needs.call.outputs.where }}}} ${{{{ needs.call.result }}}}\n    if: always()\n    runs-on: x\n    steps: [{{run: x}}]\n"
    );
    plan(&Folder::default().with(PATH, &text).with(".github/workflows/x.yml", CALLED), PATH, &trigger("push"))
        .unwrap()
}

#[test]
fn a_call_hands_inputs_in_and_outputs_out() {
    let plan = calling("");
    let keys: Vec<_> = plan.jobs.iter().map(|job| job.key.as_str()).collect();
    assert_eq!(keys, ["a", "call/ship", "call/after", "last"]);
    assert_eq!(plan.job("call/ship").unwrap().inputs, None, "they depend on `a`");
    let mut said = Outcomes::new();
    assert_eq!(shown(&plan, "call/ship", &said), "waits a");
    assert_eq!(shown(&plan, "last", &said), "waits a call/ship call/after");
    said.insert("a".to_owned(), outcome(JobResult::Success, &[("e", "prod"), ("n", "N")]));
    let settled = ready(&plan, "call/ship", &said);
    assert_eq!(settled.name, "Call N / ship");
    assert_eq!(settled.environment.unwrap().name, "prod");
    assert_eq!(settled.values["inputs"], json!({"to": "prod"}));
    assert_eq!(shown(&plan, "call/after", &said), "waits call/ship");
    said.insert("call/ship".to_owned(), outcome(JobResult::Success, &[("at", "there")]));
    said.insert("call/after".to_owned(), outcome(JobResult::Success, &[]));
    assert_eq!(ready(&plan, "last", &said).name, "Last there prod success");
    said.insert("call/after".to_owned(), outcome(JobResult::Failure, &[]));
    assert_eq!(ready(&plan, "last", &said).name, "Last there prod failure");
}

#[test]
fn a_call_that_is_skipped_skips_its_jobs() {
    let plan = calling("    if: needs.a.outputs.e == 'x'\n");
    let mut said = Outcomes::new();
    said.insert("a".to_owned(), outcome(JobResult::Success, &[("e", "prod")]));
    assert_eq!(shown(&plan, "call/ship", &said), "skipped :10: the `if` of `call` is not met");
    said.extend(outcomes(&[("call/ship", JobResult::Skipped), ("call/after", JobResult::Skipped)]));
    assert_eq!(ready(&plan, "last", &said).name, "Last  skipped");
}

#[test]
fn a_call_that_is_not_here_fails_what_needs_it() {
    let text = "on: push\njobs:\n  call: {uses: p/q/.github/workflows/x.yml@v1}\n  b: {needs: call, runs-on: x, steps: [{run: x}]}\n  c: {needs: call, if: failure(), runs-on: x, steps: [{run: x}]}\n";
    let plan = planned(text, &trigger("push")).unwrap();
    assert_eq!(shown(&plan, "b", &Outcomes::new()), "skipped :4: the `if` of `b` is not met");
    assert_eq!(shown(&plan, "c", &Outcomes::new()), "ready");
}

#[test]
fn many_calls_behind_each_other_are_settled_quickly() {
    let mut text = "on: push\njobs:\n  c0: {uses: ./.github/workflows/x.yml, with: {to: a}}\n".to_owned();
    for number in 1..200 {
        let before = number - 1;
        text += &format!(
            "  c{number}: {{needs: c{before}, if: \"needs.c{before}.outputs.where != 'x'\", uses: ./.github/workflows/x.yml, with: {{to: '${{{{ needs.c{before}.outputs.where }}}}'}}}}\n"
        );
    }
    let files = Folder::default().with(PATH, &text).with(".github/workflows/x.yml", CALLED);
    let plan = plan(&files, PATH, &trigger("push")).unwrap();
    let said = plan.jobs.iter().filter(|job| job.key != "c199/ship");
    let said: Outcomes = said.map(|job| (job.key.clone(), outcome(JobResult::Success, &[]))).collect();
    let settled = ready(&plan, "c199/ship", &said);
    assert!(settled.values["inputs"]["to"].as_str().unwrap().ends_with(" a"));
}

#[test]
fn a_settled_job_makes_a_token() {
    let text = "name: Ship it\non: push\njobs:\n  direct: {runs-on: [self-hosted], environment: 'prod:1', steps: [{run: x}]}\n  call: {uses: p/q/.github/workflows/y.yml@v1}\n";
    let called = "on: workflow_call\njobs: {inner: {runs-on: x, steps: [{run: x}]}}\n";
    let run = Run {
        id: "42".to_owned(),
        number: "7".to_owned(),
        attempt: "2".to_owned(),
        server_url: "https://github.com".to_owned(),
        api_url: "https://api.github.com".to_owned(),
    };
    let trigger = Trigger { actor: "octocat".to_owned(), run: Some(run), ..trigger("push") };
    let files = Folder::default().with(PATH, text).with("p/q/.github/workflows/y.yml", called);
    let plan = plan(&files, PATH, &trigger).unwrap();
    let token = |key: &str| {
        let job = plan.job(key).unwrap();
        let Settlement::Ready(settled) = plan.settle(key, &base(&trigger), &Outcomes::new()).unwrap() else {
            panic!("{key} is ready")
        };
        let job = plan.job_builder(job, &settled, &trigger).unwrap().build().unwrap();
        let request = daypass_github::TokenRequest {
            issuer: "https://token.actions.githubusercontent.com",
            audience: None,
            now: "2026-11-26T00:00:00Z".parse().unwrap(),
            lifetime_seconds: 300,
            token_id: "t",
        };
        (subject(&job), claims(&job, &request))
    };
    let (direct, said) = token("direct");
    assert_eq!(direct, "repo:o/r:environment:prod%3A1");
    let said: BTreeMap<&str, &Value> = said.iter().map(|(name, value)| (name.as_str(), value)).collect();
    for (claim, expected) in [
        ("actor", "octocat"),
        ("environment", "prod:1"),
        ("job_workflow_ref", "o/r/.github/workflows/deploy.yml@refs/heads/main"),
        ("run_attempt", "2"),
        ("run_id", "42"),
        ("run_number", "7"),
        ("runner_environment", "self-hosted"),
        ("sha", &"a".repeat(40)),
        ("workflow", "Ship it"),
        ("workflow_ref", "o/r/.github/workflows/deploy.yml@refs/heads/main"),
    ] {
        assert_eq!(said[claim], expected, "{claim}");
    }
    let (called, inner) = token("call/inner");
    assert_eq!(called, "repo:o/r:ref:refs/heads/main");
    assert_eq!(inner["job_workflow_ref"], json!("p/q/.github/workflows/y.yml@refs/tags/v1"));
    assert_eq!(inner["workflow_ref"], json!("o/r/.github/workflows/deploy.yml@refs/heads/main"));
    assert_ne!(inner["job_workflow_sha"], inner["sha"]);
    assert_ne!(inner["check_run_id"], *said["check_run_id"]);
}
