//! Runs over real HTTP: registered by the operator, started by a runner, their tokens exchanged.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod bad_input;
mod large;
mod rehearsal;
mod snapshot;
mod timers;
mod trail;
mod withdrawn;

use daypass_testkit::{Sandbox, seed};
use serde_json::{Value, json};

const PATH: &str = ".github/workflows/deploy.yml";
const REPOSITORY: &str = "your-org/your-repo";

/// The seed's two jobs: one that touches nothing, and one that deploys.
const DEPLOY: &str = "
name: Deploy
on:
  push: { branches: [main] }
  workflow_dispatch:
    inputs: { stage: { type: choice, options: [staging, production], required: true } }
jobs:
  prepare:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps: [{ run: 'true' }]
  deploy:
    needs: prepare
    runs-on: ubuntu-latest
    environment: ${{ inputs.stage || 'production' }}
    permissions: { id-token: write, contents: read }
    steps: [{ run: 'true' }]
";

/// A sandbox with the production role.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    let subject = format!("repo:{REPOSITORY}:environment:production");
    sandbox.create_role("deploy", &seed::trust(&subject)).await;
    sandbox.put_role_policy("deploy", "deploy", &seed::deploy_policy()).await;
    sandbox
}

fn push() -> Value {
    json!({
        "repository": REPOSITORY,
        "path": PATH,
        "files": [{ "repository": REPOSITORY, "path": PATH, "text": DEPLOY }],
        "event": "push",
        "ref": "refs/heads/main",
        "actor": "octocat",
    })
}

/// The number of a job of a run, as the control calls show it.
fn job(shown: &Value, key: &str) -> u64 {
    let jobs = shown["jobs"].as_array().unwrap();
    jobs.iter().find(|job| job["key"] == key).unwrap_or_else(|| panic!("no {key} in {shown}"))["id"]
        .as_u64()
        .unwrap()
}

/// Address of a job's control calls.
fn address(shown: &Value, key: &str, what: &str) -> String {
    format!("runs/{}/jobs/{}/{what}", shown["run"]["id"], job(shown, key))
}

/// Starts a job and gives what it can ask with.
async fn start(sandbox: &Sandbox, shown: &Value, key: &str) -> (Option<String>, Option<String>) {
    let started = sandbox.control(&address(shown, key, "start"), &json!({})).await;
    let text = |name: &str| started[name].as_str().map(str::to_owned);
    (text("request_url"), text("request_token"))
}

async fn finish(sandbox: &Sandbox, shown: &Value, key: &str) {
    sandbox.control(&address(shown, key, "finish"), &json!({ "conclusion": "success" })).await;
}

/// The whole of a run whose environment nobody protects.
async fn deployed(sandbox: &Sandbox) -> (Value, String) {
    let shown = sandbox.control("runs", &push()).await;
    start(sandbox, &shown, "prepare").await;
    finish(sandbox, &shown, "prepare").await;
    let (url, secret) = start(sandbox, &shown, "deploy").await;
    let token = sandbox.id_token(&url.unwrap(), &secret.unwrap()).await.unwrap();
    (shown, token)
}

#[tokio::test]
async fn a_run_becomes_a_session_and_ends() {
    let sandbox = sandbox().await;
    let shown = sandbox.control("runs", &push()).await;
    assert_eq!((&shown["status"], &shown["conclusion"]), (&json!("queued"), &Value::Null));
    let nothing = start(&sandbox, &shown, "prepare").await;
    assert_eq!(nothing, (None, None), "no `id-token: write`, nothing to ask with");
    let early = sandbox.try_control(&address(&shown, "deploy", "start"), &json!({})).await;
    assert_eq!(early.0, 409);
    assert_eq!(early.1["error"], "the job deploy cannot start: it is pending");
    finish(&sandbox, &shown, "prepare").await;
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let (url, secret) = (url.unwrap(), secret.unwrap());
    let token = sandbox.id_token(&url, &secret).await.unwrap();
    assert!(sandbox.exchange("deploy", &token).await.is_ok());
    finish(&sandbox, &shown, "deploy").await;
    let late = sandbox.id_token(&url, &secret).await.unwrap_err();
    assert!(late.contains("the job deploy is over"), "{late}");
    let over = sandbox.read_control(&format!("runs/{}", shown["run"]["id"])).await;
    assert_eq!((&over["status"], &over["conclusion"]), (&json!("completed"), &json!("success")));
}

#[tokio::test]
async fn a_request_token_is_its_own_jobs_alone() {
    let sandbox = sandbox().await;
    let mut asking = Vec::new();
    for _ in 0..2 {
        let shown = sandbox.control("runs", &push()).await;
        start(&sandbox, &shown, "prepare").await;
        finish(&sandbox, &shown, "prepare").await;
        let (url, secret) = start(&sandbox, &shown, "deploy").await;
        asking.push((url.unwrap(), secret.unwrap()));
    }
    let crossed = sandbox.id_token(&asking[0].0, &asking[1].1).await.unwrap_err();
    assert!(crossed.contains("the request token belongs to another job"), "{crossed}");
    let own = sandbox.id_token(&asking[1].0, &asking[1].1).await;
    assert!(own.is_ok());
}

#[tokio::test]
async fn a_run_outlives_a_restart_and_its_secrets_do_not() {
    let sandbox = sandbox().await;
    let shown = sandbox.control("runs", &push()).await;
    start(&sandbox, &shown, "prepare").await;
    finish(&sandbox, &shown, "prepare").await;
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let path = url.unwrap().split_once("/_services").unwrap().1.to_owned();
    let sandbox = sandbox.restart().await;
    let asked =
        sandbox.id_token(&format!("{}/_services{path}", sandbox.github_url()), &secret.unwrap()).await;
    assert!(asked.unwrap_err().contains("the request token is unknown or has expired"));
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let again = sandbox.id_token(&url.unwrap(), &secret.unwrap()).await;
    assert!(again.is_ok(), "its runner may ask again while it has the job");
    let next = sandbox.control("runs", &push()).await;
    assert!(next["run"]["id"].as_u64() > shown["run"]["id"].as_u64(), "numbers are never used twice");
    assert_eq!(next["run"]["number"], 2);
}

#[tokio::test]
async fn inputs_choose_the_environment() {
    let sandbox = sandbox().await;
    let mut dispatch = push();
    dispatch["event"] = json!("workflow_dispatch");
    dispatch["inputs"] = json!({ "stage": "staging" });
    let shown = sandbox.control("runs", &dispatch).await;
    start(&sandbox, &shown, "prepare").await;
    finish(&sandbox, &shown, "prepare").await;
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let token = sandbox.id_token(&url.unwrap(), &secret.unwrap()).await.unwrap();
    assert!(sandbox.exchange("deploy", &token).await.is_err(), "staging is not production");
}
