//! Ways past an environment's protection that are none: other spellings, described jobs, refs that are not there.

use daypass_server::config::Config;
use serde_json::{Value, json};

use crate::flow::{DEPLOY, dispatch, environment, job, protect, run, upload, waiting};
use crate::hosted::{Answer, Hosted, of};

/// Describes a job that wants to ask for tokens.
async fn describe(hosted: &Hosted, environment: &str) -> Answer {
    let job = format!("your-org/your-repo environment={environment}");
    hosted.control("POST", "/jobs", json!({ "job": job })).await
}

/// The same job's request for a token.
async fn ask(hosted: &Hosted, admitted: &Answer) -> Answer {
    let text = |name: &str| admitted.body[name].as_str().unwrap().to_owned();
    let authorization = format!("Authorization: Bearer {}", text("request_token"));
    hosted.send("GET", &text("request_url"), &[&authorization], "").await
}

#[tokio::test]
async fn a_described_job_has_no_protected_environments_subject() {
    let hosted = Hosted::start().await;
    let wait = json!({ "wait_timer": 10 });
    assert_eq!(hosted.put(&hosted.ada, &of("/environments/P%3A1"), wait.clone()).await.status, 200);
    for name in ["P:1", "p:1", "P%3A1", "p%3a1"] {
        let answer = describe(&hosted, name).await;
        assert_eq!(answer.status, 409, "{name}: {answer:?}");
    }
    let before = describe(&hosted, "later").await;
    assert_eq!(ask(&hosted, &before).await.status, 200);
    assert_eq!(hosted.put(&hosted.ada, &of("/environments/Later"), wait).await.status, 200);
    let after = ask(&hosted, &before).await;
    assert_eq!(after.status, 403, "{after:?}");
    assert!(
        after.words().contains("the environment `Later` of your-org/your-repo is protected"),
        "{after:?}"
    );
}

#[tokio::test]
async fn strict_names_hold_for_twins_that_are_kept() {
    let strict = Config { strict_environment_names: true, ..Config::default() };
    let hosted = Hosted::configured(strict).await;
    assert_eq!(hosted.put(&hosted.ada, &of("/environments/P%3A1"), json!({})).await.status, 200);
    let twin = hosted.put(&hosted.ada, &of("/environments/P%253A1"), json!({})).await;
    assert_eq!(twin.status, 422, "{twin:?}");
    let own = hosted.put(&hosted.ada, &of("/environments/P%3A1"), json!({ "wait_timer": 1 })).await;
    assert_eq!(own.status, 200, "one that is there can be set: {own:?}");
}

#[tokio::test]
async fn a_workflow_is_started_by_hand_on_refs_that_are_there() {
    let hosted = Hosted::start().await;
    assert_eq!(upload(&hosted, &hosted.wim, DEPLOY).await.status, 201);
    let start = async |reference: &str| {
        let path = of("/actions/workflows/deploy.yml/dispatches");
        let body = json!({ "ref": reference, "inputs": { "version": "1" }, "return_run_details": true });
        hosted.post(&hosted.wim, &path, body).await
    };
    let refs = ["v1", "refs/tags/v1", "topic", "refs/heads/topic", "refs/pull/1/merge", "refs/tags/main"];
    for reference in refs {
        let answer = start(reference).await;
        let words = format!("No ref found for: {reference}");
        assert_eq!((answer.status, &answer.body["message"]), (422, &json!(words)), "{answer:?}");
    }
    let tell = async |name: &str, mut payload: Value| {
        payload["repository"] = json!({ "full_name": "your-org/your-repo" });
        let answer =
            hosted.control_with("POST", "/events", &[&format!("X-GitHub-Event: {name}")], payload).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    tell("create", json!({ "ref": "v1", "ref_type": "tag" })).await;
    tell("push", json!({ "ref": "refs/heads/topic", "after": "1".repeat(40) })).await;
    for (reference, branch) in [("v1", "v1"), ("refs/tags/v1", "v1"), ("topic", "topic"), ("main", "main")] {
        let answer = start(reference).await;
        assert_eq!(answer.status, 200, "{reference}: {answer:?}");
        let id = answer.body["workflow_run_id"].as_u64().unwrap();
        assert_eq!(hosted.get(&hosted.rita, &run(id, "")).await.body["head_branch"], branch);
    }
    tell("push", json!({ "ref": "refs/tags/v1", "after": "0".repeat(40) })).await;
    assert_eq!(start("v1").await.status, 422, "it was deleted");
}

#[tokio::test]
async fn a_writer_leaves_room_for_administrators() {
    let hosted = Hosted::start().await;
    let named = format!("name: {}\n{DEPLOY}", "x".repeat(100_000)).replace("name: Deploy\n", "");
    assert_eq!(upload(&hosted, &hosted.wim, &named).await.status, 201);
    let shown = hosted.get(&hosted.wim, &of("/actions/workflows/deploy.yml")).await.body;
    assert_eq!(shown["name"].as_str().unwrap().len(), 255);

    let selected = json!({ "protected_branches": false, "custom_branch_policies": true });
    let mut answer = None;
    for index in 0..140 {
        let path = of(&format!("/environments/full-{}", index / 70));
        if index % 70 == 0 {
            hosted.put(&hosted.ada, &path, json!({ "deployment_branch_policy": selected })).await;
        }
        let name = format!("{index}{}", "\u{1f511}".repeat(1_000));
        let policies = format!("{path}/deployment-branch-policies");
        answer = Some(hosted.post(&hosted.ada, &policies, json!({ "name": name })).await.status);
    }
    assert_eq!(answer, Some(200), "an administrator goes on where others may not");
    let id = dispatch(&hosted, &hosted.wim).await;
    let deploy = job(&hosted, id, "deploy").await;
    assert_eq!(deploy["conclusion"], "failure", "{deploy}");
    assert_eq!(hosted.get(&hosted.ada, &of("/environments/production")).await.status, 404);
    let path = of("/contents/.github/workflows/second.yml");
    let refused = hosted.put(&hosted.wim, &path, json!({ "message": "x", "content": "eA==" })).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.words().contains("runs and files add nothing to that"), "{refused:?}");
    assert_eq!(hosted.put(&hosted.ada, &of("/environments/production"), json!({})).await.status, 200);
}

#[tokio::test]
async fn a_bypass_is_not_listed_as_a_review() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let body = json!({ "environment_ids": [environment(&hosted, id).await], "comment": "urgent" });
    assert_eq!(hosted.post(&hosted.ada, &run(id, "/pending_deployments/bypass"), body).await.status, 200);
    protect(&hosted, json!({})).await;
    let reviewed = dispatch(&hosted, &hosted.wim).await;
    crate::flow::review(&hosted, &hosted.rita, reviewed, "approved").await;
    for (id, is_bypass) in [(id, true), (reviewed, false)] {
        let approvals = hosted.get(&hosted.wim, &run(id, "/approvals")).await.body;
        assert_eq!(
            (&approvals[0]["state"], &approvals[0]["is_bypass"]),
            (&json!("approved"), &json!(is_bypass))
        );
    }
}
