//! Runs that become larger than is kept: they end with a reason, and nobody else notices.

use std::fmt::Write as _;

use daypass_testkit::Sandbox;
use serde_json::{Value, json};

use super::{PATH, REPOSITORY, address, deployed, finish, push, sandbox, start};

/// Characters of a variable of each job of the matrix.
const LONG: usize = 5_000;
/// Jobs that a matrix stands for, as many as may be.
const MATRIX: usize = 256;
const REASON: &str = "the run is too large to be kept";

fn of(text: &str) -> Value {
    let mut asked = push();
    asked["files"] = json!([{ "repository": REPOSITORY, "path": PATH, "text": text }]);
    asked
}

fn numbers() -> String {
    json!((0..MATRIX).collect::<Vec<_>>()).to_string()
}

/// A job that hands on a matrix, and one of that matrix, which runs whatever came of the first.
fn late_matrix() -> String {
    let (long, numbers) = ("x".repeat(LONG), numbers());
    format!(
        "on: push
jobs:
  list:
    runs-on: x
    timeout-minutes: 5
    outputs: {{ n: '${{{{ steps.a.outputs.n }}}}' }}
    steps: [{{ run: a, id: a }}]
  many:
    needs: list
    if: always()
    runs-on: x
    env: {{ LONG: {long} }}
    strategy: {{ matrix: {{ n: \"${{{{ fromJSON(needs.list.outputs.n || '{numbers}') }}}}\" }} }}
    steps: [{{ run: a }}]
"
    )
}

async fn shown(sandbox: &Sandbox, run: &Value) -> Value {
    sandbox.read_control(&format!("runs/{}", run["run"]["id"])).await
}

fn ended_with_reason(shown: &Value) {
    assert_eq!((&shown["status"], &shown["conclusion"]), (&json!("completed"), &json!("failure")));
    let many = shown["jobs"].as_array().unwrap().iter().find(|job| job["key"] == "many").unwrap();
    assert_eq!((&many["conclusion"], &many["reason"]), (&json!("failure"), &json!(REASON)));
}

#[tokio::test]
async fn a_matrix_of_large_jobs_fails_and_stops_nobody_else() {
    let sandbox = sandbox().await;
    let late = sandbox.control("runs", &of(&late_matrix())).await;
    let timed_out = sandbox.control("runs", &of(&late_matrix())).await;
    for run in [&late, &timed_out] {
        start(&sandbox, run, "list").await;
    }
    let handed = json!({ "conclusion": "success", "outputs": { "n": numbers() } });
    sandbox.control(&address(&late, "list", "finish"), &handed).await;
    ended_with_reason(&shown(&sandbox, &late).await);

    // Time ends the other one's first job, in the course of whatever is asked for next.
    sandbox.advance(301).await;
    let (other, token) = deployed(&sandbox).await;
    assert!(sandbox.exchange("deploy", &token).await.is_ok());
    finish(&sandbox, &other, "deploy").await;
    ended_with_reason(&shown(&sandbox, &timed_out).await);
    let sandbox = sandbox.restart().await;
    ended_with_reason(&shown(&sandbox, &timed_out).await);
}

#[tokio::test]
async fn a_run_that_begins_too_large_is_its_authors_mistake() {
    let sandbox = sandbox().await;
    let jobs: String = (0..MATRIX).fold(String::new(), |mut jobs, at| {
        let long = "x".repeat(LONG / 5 * 2 - 100);
        let job = "runs-on: x, steps: [{ run: a }]";
        writeln!(jobs, "  j{at}: {{ env: {{ LONG: \"{long}\" }}, {job} }}").unwrap();
        jobs
    });
    let matrix = format!(
        "on: push\njobs:\n  many:\n    runs-on: x\n    env: {{ LONG: {} }}\n    strategy: {{ matrix: {{ n: {} }} }}\n    steps: [{{ run: a }}]\n",
        "x".repeat(LONG),
        numbers()
    );
    let mut variables = push();
    variables["variables"] = json!({ "LONG": "x".repeat(800_000) });
    for (what, asked) in
        [("jobs", of(&format!("on: push\njobs:\n{jobs}"))), ("a matrix", of(&matrix)), ("vars", variables)]
    {
        let (status, answer) = sandbox.try_control("runs", &asked).await;
        assert_eq!(status, 400, "{what}: {answer}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains("the run would have"), "{what}: {error}");
    }
    let first = sandbox.control("runs", &push()).await;
    assert_eq!(first["run"]["number"], 1, "none of them was counted");
}

#[tokio::test]
async fn as_many_plain_jobs_as_may_be_are_kept() {
    let sandbox = sandbox().await;
    let most = daypass_github::workflow::PLANNED_JOBS_MAX;
    let jobs: String = (0..most).fold(String::new(), |mut jobs, at| {
        writeln!(jobs, "  job-{at}: {{ runs-on: ubuntu-latest, steps: [{{ run: make }}] }}").unwrap();
        jobs
    });
    let run = sandbox.control("runs", &of(&format!("on: push\njobs:\n{jobs}"))).await;
    assert_eq!(run["jobs"].as_array().unwrap().len(), most);
    start(&sandbox, &run, "job-0").await;
    let cancelled = sandbox.control(&format!("runs/{}/cancel", run["run"]["id"]), &json!({})).await;
    assert_eq!(cancelled["conclusion"], "cancelled");
}

#[tokio::test]
async fn outputs_that_do_not_fit_are_refused_and_the_job_may_end_without() {
    let sandbox = sandbox().await;
    let jobs = (0..20).fold(String::new(), |mut jobs, at| {
        writeln!(jobs, "  j{at}: {{ runs-on: x, steps: [{{ run: a }}] }}").unwrap();
        jobs
    });
    let run = sandbox.control("runs", &of(&format!("on: push\njobs:\n{jobs}"))).await;
    let handed = json!({ "conclusion": "success", "outputs": { "o": "x".repeat(64_000) } });
    let mut refused = None;
    for at in 0..20 {
        let key = format!("j{at}");
        start(&sandbox, &run, &key).await;
        let (status, answer) = sandbox.try_control(&address(&run, &key, "finish"), &handed).await;
        if status != 200 {
            assert_eq!(status, 400, "{answer}");
            refused = Some((key, answer["error"].as_str().unwrap().to_owned()));
            break;
        }
    }
    let (key, error) = refused.unwrap();
    assert!(error.contains("the run would have") && error.contains("at the most"), "{error}");
    finish(&sandbox, &run, &key).await;
    let job = shown(&sandbox, &run).await["jobs"].as_array().unwrap().clone();
    let job = job.into_iter().find(|job| job["key"] == key.as_str()).unwrap();
    assert_eq!(job["conclusion"], "success");
}
