//! A sandbox that is kept in a file and brought back elsewhere: a run waits on, its reviewer is known by the same token.

use daypass_server::snapshot;
use daypass_testkit::SandboxBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{REPOSITORY, address, finish, push, start};

const CONFIG: &str = r#"
[[users]]
login = "alice"
[[repositories]]
name = "your-org/your-repo"
[[repositories.environments]]
name = "production"
reviewers = ["alice"]
"#;

#[tokio::test]
async fn a_waiting_run_is_approved_where_it_was_brought() {
    let folder = TempDir::new().unwrap();
    let sandbox = SandboxBuilder::default().config_text(folder.path(), CONFIG).start().await;
    let added = sandbox.control("users", &json!({ "login": "alice" })).await;
    let token = added["token"].as_str().unwrap().to_owned();
    let shown = sandbox.control("runs", &push()).await;
    start(&sandbox, &shown, "prepare").await;
    finish(&sandbox, &shown, "prepare").await;
    let here = sandbox.stop().await;
    let file = here.path().join("snapshot");
    snapshot::save(&here.path().join("data"), &file).unwrap();

    // Without its configuration: what it said is kept.
    let there = TempDir::new().unwrap();
    snapshot::load(&there.path().join("data"), &file).unwrap();
    let sandbox = SandboxBuilder::default().start_in(there).await;
    let (status, waiting) = sandbox.try_control(&address(&shown, "deploy", "start"), &json!({})).await;
    assert_eq!(status, 409, "{waiting}");
    let path = format!("repos/{REPOSITORY}/actions/runs/{}/pending_deployments", shown["run"]["id"]);
    let (status, pending) = sandbox.github("GET", &path, &token, None).await;
    assert_eq!((status, &pending[0]["current_user_can_approve"]), (200, &json!(true)), "{pending}");
    let review = json!({
        "environment_ids": [pending[0]["environment"]["id"]], "state": "approved", "comment": "as agreed",
    });
    let (status, answer) = sandbox.github("POST", &path, &token, Some(&review)).await;
    assert_eq!(status, 200, "{answer}");
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    assert!(sandbox.id_token(&url.unwrap(), &secret.unwrap()).await.is_ok());

    let stopped = sandbox.stop().await;
    assert!(snapshot::reset(&stopped.path().join("data")).unwrap());
    let sandbox = SandboxBuilder::default().start_in(stopped).await;
    assert_eq!(sandbox.read_control("users").await, Value::Array(Vec::new()));
    assert_eq!(sandbox.github("GET", "user", &token, None).await.0, 401, "nobody is known by it any more");
    let (status, gone) = sandbox.try_control(&address(&shown, "deploy", "start"), &json!({})).await;
    assert_eq!(status, 404, "{gone}");
}
