//! An approval that is withdrawn: the job's own request token is worth nothing any more.

use daypass_testkit::Sandbox;
use serde_json::{Value, json};

use super::{REPOSITORY, finish, push, sandbox, start};

/// Adds a user of a role; number and token.
async fn user(sandbox: &Sandbox, login: &str, role: &str) -> (u64, String) {
    let added = sandbox.control("users", &json!({ "login": login, "grants": [role] })).await;
    (added["id"].as_u64().unwrap(), added["token"].as_str().unwrap().to_owned())
}

/// Answers what waits in a run.
async fn answer(sandbox: &Sandbox, run: &Value, token: &str, call: &str, state: &str) -> u16 {
    let pending = format!("repos/{REPOSITORY}/actions/runs/{run}/pending_deployments");
    let environment = format!("repos/{REPOSITORY}/environments/production");
    let (_, environment) = sandbox.github("GET", &environment, token, None).await;
    let mut body = json!({ "environment_ids": [environment["id"]], "comment": "as agreed" });
    if !state.is_empty() {
        body["state"] = json!(state);
    }
    sandbox.github("POST", &format!("{pending}{call}"), token, Some(&body)).await.0
}

#[tokio::test]
async fn a_job_gets_a_token_while_its_approval_stands_and_none_after() {
    let sandbox = sandbox().await;
    // A run that is cancelled at once makes the repository and its environment known.
    let first = sandbox.control("runs", &push()).await;
    sandbox.control(&format!("runs/{}/cancel", first["run"]["id"]), &json!({})).await;
    let (_, admin) = user(&sandbox, "boss", "admin").await;
    let (reviewer_number, reviewer) = user(&sandbox, "rev", "read").await;
    let protection = json!({ "reviewers": [{ "type": "User", "id": reviewer_number }] });
    let path = format!("repos/{REPOSITORY}/environments/production");
    assert_eq!(sandbox.github("PUT", &path, &admin, Some(&protection)).await.0, 200);

    let shown = sandbox.control("runs", &push()).await;
    let run = &shown["run"]["id"];
    start(&sandbox, &shown, "prepare").await;
    finish(&sandbox, &shown, "prepare").await;
    let early = sandbox.try_control(&super::address(&shown, "deploy", "start"), &json!({})).await;
    assert_eq!(early.0, 409);
    assert_eq!(early.1["error"], "the job deploy waits at the environment production for a review by rev");
    assert_eq!(answer(&sandbox, run, &reviewer, "", "approved").await, 200);
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let (url, secret) = (url.unwrap(), secret.unwrap());
    let token = sandbox.id_token(&url, &secret).await.unwrap();
    assert!(sandbox.exchange("deploy", &token).await.is_ok());

    assert_eq!(answer(&sandbox, run, &reviewer, "/revoke", "").await, 403, "a reviewer cannot take it back");
    assert_eq!(answer(&sandbox, run, &admin, "/revoke", "").await, 200);
    let refused = sandbox.id_token(&url, &secret).await.unwrap_err();
    assert!(refused.contains("403"), "{refused}");
    let again = sandbox.try_control(&super::address(&shown, "deploy", "start"), &json!({})).await;
    assert_eq!(again.0, 409, "{}", again.1);
    let events = sandbox.events().await;
    let revoked = events.iter().find(|event| event["record"]["eventName"] == "DeploymentRevoked").unwrap();
    assert_eq!(revoked["record"]["userIdentity"]["userName"], "boss");
    assert_eq!(revoked["record"]["requestParameters"]["comment"], "as agreed");
}
