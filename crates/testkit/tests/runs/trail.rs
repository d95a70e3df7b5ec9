//! What happens at GitHub's side is on record, beside AWS's calls and apart from them.

use serde_json::{Value, json};

use super::{deployed, job, sandbox, start};

fn names(events: &[Value]) -> Vec<String> {
    let github = events.iter().filter(|event| event["record"]["eventSource"] == "github.com");
    github.map(|event| event["record"]["eventName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_step_is_an_event_with_its_run() {
    let sandbox = sandbox().await;
    let (shown, token) = deployed(&sandbox).await;
    let events = sandbox.events().await;
    let expected = [
        "WorkflowRunStarted",
        "WorkflowJobQueued",
        "WorkflowJobStarted",
        "WorkflowJobCompleted",
        "EnvironmentCreated",
        "DeploymentRequested",
        "DeploymentOpened",
        "WorkflowJobStarted",
        "IdTokenIssued",
    ];
    assert_eq!(names(&events), expected);
    let issued =
        &events.iter().rev().find(|event| event["record"]["eventName"] == "IdTokenIssued").unwrap()["record"];
    assert_eq!(issued["requestParameters"]["runId"], shown["run"]["id"].to_string());
    assert_eq!(issued["responseElements"]["subject"], "repo:your-org/your-repo:environment:production");
    assert_eq!(issued["sourceIPAddress"], "127.0.0.1");
    let text = json!(events).to_string();
    assert!(
        !text.contains(token.split('.').nth(2).unwrap()) && !text.contains("eyJ"),
        "no token is on record"
    );
}

#[tokio::test]
async fn aws_answers_know_nothing_of_it() {
    let sandbox = sandbox().await;
    let (_, token) = deployed(&sandbox).await;
    assert!(sandbox.exchange("deploy", &token).await.is_ok());
    let _ = deployed(&sandbox).await;
    let looked_up = sandbox.lookup(&json!({})).await.unwrap().to_string();
    assert!(looked_up.contains("AssumeRoleWithWebIdentity") && !looked_up.contains("github.com\\\""));
    assert!(!looked_up.contains("WorkflowRunStarted"));
    let last = sandbox.read_control("explain?last=true").await;
    assert_ne!(last["event"]["eventSource"], "github.com", "the last call is a call of AWS's");
}

#[tokio::test]
async fn a_refused_token_is_on_record() {
    let sandbox = sandbox().await;
    let (shown, _) = deployed(&sandbox).await;
    let (url, secret) = start(&sandbox, &shown, "deploy").await;
    let path = format!("runs/{}/jobs/{}/finish", shown["run"]["id"], job(&shown, "deploy"));
    sandbox.control(&path, &json!({ "conclusion": "failure" })).await;
    assert!(sandbox.id_token(&url.unwrap(), &secret.unwrap()).await.is_err());
    let events = sandbox.events().await;
    let refused = &events.last().unwrap()["record"];
    assert_eq!(refused["eventName"], "IdTokenRefused");
    assert_eq!(refused["errorMessage"], "the job deploy is over");
}
