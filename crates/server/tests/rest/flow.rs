//! Workflows that are uploaded, runs that they start, and what jobs get.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::hosted::{Answer, Hosted, User, of};

/// The path of the workflow.
pub(crate) const PATH: &str = ".github/workflows/deploy.yml";

/// A workflow that deploys.
pub(crate) const DEPLOY: &str = "\
name: Deploy
on:
  workflow_dispatch:
    inputs:
      version:
        type: string
        required: true
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
  deploy:
    runs-on: [self-hosted, linux]
    environment: production
    permissions:
      id-token: write
    steps:
      - run: make deploy
";

/// Uploads a workflow as a user.
pub(crate) async fn upload(hosted: &Hosted, user: &User, text: &str) -> Answer {
    let content = STANDARD.encode(text);
    hosted.put(user, &of(&format!("/contents/{PATH}")), json!({ "message": "add", "content": content })).await
}

/// The environment `production`, which `rita` reviews, with more settings.
pub(crate) async fn protect(hosted: &Hosted, more: Value) {
    let mut set = json!({ "reviewers": [{ "type": "User", "id": hosted.rita.id }] });
    set.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = hosted.put(&hosted.ada, &of("/environments/production"), set).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The number of a run that a user starts.
pub(crate) async fn dispatch(hosted: &Hosted, user: &User) -> u64 {
    let path = of("/actions/workflows/deploy.yml/dispatches");
    let body = json!({ "ref": "main", "inputs": { "version": "1.2.3" }, "return_run_details": true });
    let answer = hosted.post(user, &path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["workflow_run_id"].as_u64().unwrap()
}

/// A run that waits for `rita`.
pub(crate) async fn waiting(hosted: &Hosted) -> u64 {
    protect(hosted, json!({})).await;
    let uploaded = upload(hosted, &hosted.wim, DEPLOY).await;
    assert!([201, 422].contains(&uploaded.status), "{uploaded:?}");
    dispatch(hosted, &hosted.wim).await
}

/// The address of something of a run.
pub(crate) fn run(id: u64, rest: &str) -> String {
    of(&format!("/actions/runs/{id}{rest}"))
}

/// A job of a run, by its name.
pub(crate) async fn job(hosted: &Hosted, id: u64, name: &str) -> Value {
    let jobs = hosted.get(&hosted.rita, &run(id, "/jobs")).await.body;
    jobs["jobs"].as_array().unwrap().iter().find(|job| job["name"] == name).unwrap().clone()
}

/// The number of the environment that a run waits for.
pub(crate) async fn environment(hosted: &Hosted, id: u64) -> u64 {
    let pending = hosted.get(&hosted.rita, &run(id, "/pending_deployments")).await.body;
    pending[0]["environment"]["id"].as_u64().unwrap()
}

/// What a reviewer says of a run's first pending deployment.
pub(crate) async fn review(hosted: &Hosted, user: &User, id: u64, state: &str) -> Answer {
    let environment = environment(hosted, id).await;
    say(hosted, user, id, environment, state).await
}

/// The same of an environment by its number.
pub(crate) async fn say(hosted: &Hosted, user: &User, id: u64, environment: u64, state: &str) -> Answer {
    let body = json!({ "environment_ids": [environment], "state": state, "comment": "as discussed" });
    hosted.post(user, &run(id, "/pending_deployments"), body).await
}

/// Starts the job `deploy` as a runner does, and asks for its token: the subject, or the refusal's status and words.
pub(crate) async fn token(hosted: &Hosted, id: u64) -> Result<String, (u16, String)> {
    let job = job(hosted, id, "deploy").await["id"].as_u64().unwrap();
    let started = hosted.control("POST", &format!("/runs/{id}/jobs/{job}/start"), json!({})).await;
    if started.status != 200 {
        return Err((started.status, started.body["error"].as_str().unwrap().to_owned()));
    }
    let text = |name: &str| started.body[name].as_str().unwrap().to_owned();
    let authorization = format!("Authorization: Bearer {}", text("request_token"));
    let answer = hosted.send("GET", &text("request_url"), &[&authorization], "").await;
    if answer.status != 200 {
        return Err((answer.status, answer.body["message"].as_str().unwrap().to_owned()));
    }
    let payload = answer.body["value"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    Ok(claims["sub"].as_str().unwrap().to_owned())
}
