//! A job of a run: its variables, and its end.

use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{must, refused, run};

const PATH: &str = ".github/workflows/deploy.yml";
const REPOSITORY: &str = "your-org/your-repo";
const WORKFLOW: &str = "
on: push
jobs:
  prepare:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs: { version: '${{ steps.a.outputs.b }}' }
    steps: [{ run: 'true' }]
  build:
    runs-on: ubuntu-latest
    strategy: { matrix: { os: [a, b] } }
    steps: [{ run: 'true' }]
  deploy:
    needs: prepare
    runs-on: ubuntu-latest
    environment: production
    permissions: { id-token: write }
    steps: [{ run: 'true' }]
";
const CONFIG: &str = r#"
[[repositories]]
name = "your-org/your-repo"
[[repositories.environments]]
name = "production"
wait_minutes = 10
"#;

async fn sandbox() -> (Sandbox, u64) {
    let directory = TempDir::new().unwrap();
    let clock = "2026-11-26T10:00:00Z".parse().unwrap();
    let sandbox = SandboxBuilder::default().config_text(directory.path(), CONFIG).clock(clock).start().await;
    let shown = sandbox.control("runs", &started()).await;
    let id = shown["run"]["id"].as_u64().unwrap();
    (sandbox, id)
}

fn started() -> Value {
    json!({
        "repository": REPOSITORY,
        "path": PATH,
        "files": [{ "repository": REPOSITORY, "path": PATH, "text": WORKFLOW }],
    })
}

/// The value of a variable in what `daypass env` prints.
fn variable<'a>(printed: &'a str, name: &str) -> &'a str {
    let start = format!("export {name}='");
    let line = printed.lines().find(|line| line.starts_with(&start)).unwrap();
    line.strip_prefix(&start).unwrap().strip_suffix('\'').unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_gets_its_variables_once_its_gate_is_open() {
    let (sandbox, id) = sandbox().await;
    let early = refused(&sandbox, &format!("env --run {id} --job deploy"));
    assert!(
        early.starts_with("error: the job deploy cannot start: it is pending\nhint: the run is at "),
        "{early}"
    );
    let prepare = run(&sandbox, &format!("env --run {id} --job prepare"));
    assert_eq!(
        prepare.stderr,
        "note: the job has no `id-token: write`, so it has nothing to ask for a token with\n"
    );
    assert!(!prepare.stdout.contains("export ACTIONS_ID_TOKEN"));
    assert!(
        prepare.stdout.contains("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ACTIONS_ID_TOKEN_REQUEST_URL")
    );
    let after = must(&sandbox, &format!("job finish --run {id} --job prepare --output version=1.2.3"));
    assert!(after.contains("prepare                  success"), "{after}");
    assert!(after.contains("deploy                   waiting"), "{after}");
    let shown = sandbox.read_control(&format!("runs/{id}")).await;
    assert!(shown["run"].to_string().contains("1.2.3"), "its outputs are kept: {shown}");

    let waiting = refused(&sandbox, &format!("env --run {id} --job deploy"));
    let said =
        "error: the job deploy waits at the environment production for its timer until 2026-11-26T10:10:";
    assert!(waiting.starts_with(said), "{waiting}");
    let page = format!("hint: the run is at {}/{REPOSITORY}/actions/runs/{id}\n", sandbox.github_url());
    assert!(waiting.ends_with(&page), "{waiting}");

    sandbox.advance(601).await;
    let printed = must(&sandbox, &format!("env --run {id} --job deploy"));
    assert!(printed.contains("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"), "{printed}");
    let url = variable(&printed, "ACTIONS_ID_TOKEN_REQUEST_URL");
    let secret = variable(&printed, "ACTIONS_ID_TOKEN_REQUEST_TOKEN");
    let token = sandbox.id_token(url, secret).await.unwrap();
    sandbox.register_github().await;
    let subject = format!("repo:{REPOSITORY}:environment:production");
    sandbox.create_role("deploy", &seed::trust(&subject)).await;
    assert!(sandbox.exchange("deploy", &token).await.is_ok());
    must(&sandbox, &format!("job finish --run {id} --job deploy --conclusion failure"));
    let over = refused(&sandbox, &format!("job finish --run {id} --job deploy"));
    assert!(over.contains("deploy"), "{over}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_named_by_key_or_number() {
    let (sandbox, id) = sandbox().await;
    let shown = sandbox.read_control(&format!("runs/{id}")).await;
    let jobs = shown["jobs"].as_array().unwrap();
    let number = jobs.iter().find(|job| job["key"] == "prepare").unwrap()["id"].clone();
    must(&sandbox, &format!("env --run {id} --job {number}"));
    let missing = refused(&sandbox, &format!("env --run {id} --job release"));
    assert!(
        missing.starts_with(&format!("error: the run {id} has no job `release`\nhint: it has ")),
        "{missing}"
    );
    assert!(missing.contains(&format!("prepare ({number})")), "{missing}");
    assert_eq!(refused(&sandbox, "env --run 5 --job release"), "error: there is no run 5\n");
    let output = refused(&sandbox, &format!("job finish --run {id} --job prepare --output version"));
    assert_eq!(output, "error: `version` is not an output\nhint: write it as in --output version=1.2.3\n");
    let alone = refused(&sandbox, "env --run 5");
    assert!(alone.contains("--job <JOB>"), "{alone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_no_run_has_no_way_past_a_gate() {
    let (sandbox, _) = sandbox().await;
    let said = "error: the environment `production` of your-org/your-repo is protected\nhint: a job of a run gets a token \
                once its gate is open";
    for environment in ["production", "PRODUCTION"] {
        let data = sandbox.data();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_daypass"))
            .args(["env", "--data"])
            .arg(&data)
            .args(["--job", &format!("{REPOSITORY} environment={environment}")])
            .output()
            .unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{environment}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(said), "{environment}: {stderr}");
    }
    for job in
        ["your-org/your-repo environment=staging", "your-org/your-repo", "your-org/x environment=production"]
    {
        let (status, answer) = sandbox.try_control("jobs", &json!({ "job": job })).await;
        assert_eq!(status, 200, "{job}: {answer}");
    }
    let asked = json!({ "job": "your-org/your-repo environment=production" });
    assert_eq!(sandbox.try_control("jobs", &asked).await.0, 409);
}
