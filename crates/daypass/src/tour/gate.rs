//! Step 3: the deploy of the production environment waits for a person.

use daypass_client::{Credentials, id_token};
use reqwest::Method;
use serde_json::{Value, json};

use super::design::{ACCOUNT, AUDIENCE, REPOSITORY, WORKFLOW, WORKFLOW_PATH};
use super::{Tour, must};
use crate::failure::Failure;

/// A user of the sandbox's GitHub, and the token that was handed out once.
struct User {
    login: &'static str,
    id: u64,
    token: String,
}

pub(super) async fn run(tour: &Tour) -> Result<Credentials, Failure> {
    let admin = user(tour, "octo-admin", "admin").await?;
    let reviewer = user(tour, "octo-reviewer", "read").await?;
    let author = user(tour, "octo-author", "write").await?;
    protect(tour, &admin, &reviewer).await?;
    let run = push(tour, &author).await?;
    prepare(tour, &run).await?;
    nothing_before_the_review(tour, &run, &author).await?;
    approve(tour, &run, &reviewer).await?;
    deploy(tour, &run).await
}

async fn user(tour: &Tour, login: &'static str, role: &str) -> Result<User, Failure> {
    let grant = format!("{REPOSITORY}={role}");
    let added = tour.control.write("users", &json!({ "login": login, "grants": [grant] })).await?;
    let id = added.get("id").and_then(Value::as_u64).unwrap_or_default();
    let token = added.get("token").and_then(Value::as_str).unwrap_or_default().to_owned();
    println!("user      {login:<22} {role} of {REPOSITORY}");
    Ok(User { login, id, token })
}

/// As an administrator would with GitHub's API: one reviewer, who cannot be the author.
async fn protect(tour: &Tour, admin: &User, reviewer: &User) -> Result<(), Failure> {
    let body = json!({
        "reviewers": [{ "type": "User", "id": reviewer.id }],
        "prevent_self_review": true,
    });
    let path = format!("repos/{REPOSITORY}/environments/production");
    let (status, answer) = github(tour, Method::PUT, &path, admin, Some(&body)).await?;
    must(status == 200, &format!("the environment was not protected: {answer}"))?;
    println!("gate      production             needs a review by {}, never by the author", reviewer.login);
    Ok(())
}

/// What the tour knows of its run.
struct Run {
    id: u64,
    jobs: Value,
}

impl Run {
    fn job(&self, key: &str) -> Result<u64, Failure> {
        let mut jobs = self.jobs.as_array().into_iter().flatten();
        let job = jobs.find(|job| job.get("key").and_then(Value::as_str) == Some(key));
        job.and_then(|job| job.get("id")?.as_u64())
            .ok_or_else(|| Failure::new(format!("the run has no job {key}")))
    }

    fn path(&self, key: &str, what: &str) -> Result<String, Failure> {
        Ok(format!("runs/{}/jobs/{}/{what}", self.id, self.job(key)?))
    }
}

async fn push(tour: &Tour, author: &User) -> Result<Run, Failure> {
    tour.keep.text("deploy.yml", WORKFLOW)?;
    let body = json!({
        "repository": REPOSITORY,
        "path": WORKFLOW_PATH,
        "files": [{ "repository": REPOSITORY, "path": WORKFLOW_PATH, "text": WORKFLOW }],
        "event": "push",
        "ref": "refs/heads/main",
        "actor": author.login,
    });
    let shown = tour.control.write("runs", &body).await?;
    let run = Run {
        id: shown.pointer("/run/id").and_then(Value::as_u64).unwrap_or_default(),
        jobs: shown.get("jobs").cloned().unwrap_or_default(),
    };
    println!("push      {:<22} starts a run of {WORKFLOW_PATH}", author.login);
    Ok(run)
}

/// A job without `id-token: write` has nothing to ask with.
async fn prepare(tour: &Tour, run: &Run) -> Result<(), Failure> {
    let started = tour.control.write(&run.path("prepare", "start")?, &json!({})).await?;
    let nothing = started.get("request_url").is_some_and(Value::is_null);
    must(nothing, "a job without `id-token: write` was given a way to ask for a token")?;
    tour.control.write(&run.path("prepare", "finish")?, &json!({ "conclusion": "success" })).await?;
    println!("prepare   runs, and has no `id-token: write`: nothing to ask for a token with");
    Ok(())
}

async fn nothing_before_the_review(tour: &Tour, run: &Run, author: &User) -> Result<(), Failure> {
    let early = tour.control.write(&run.path("deploy-frontend", "start")?, &json!({})).await;
    let Err(refusal) = early else { return Err(Failure::new("the deploy started without a review")) };
    println!("deploy    {}", refusal.message());
    let (status, answer) = review(tour, run, author, "let me through").await?;
    must(status >= 400, "the author approved the own deploy")?;
    let why = answer.pointer("/errors/0").or(answer.get("message")).and_then(Value::as_str);
    println!("author    tries to approve: {status} {}", why.unwrap_or_default());
    Ok(())
}

async fn approve(tour: &Tour, run: &Run, reviewer: &User) -> Result<(), Failure> {
    let (status, answer) = review(tour, run, reviewer, "the diff is what was agreed").await?;
    must(status == 200, &format!("the reviewer's approval was refused: {answer}"))?;
    println!("reviewer  {} approves: \"the diff is what was agreed\"", reviewer.login);
    Ok(())
}

async fn review(tour: &Tour, run: &Run, by: &User, comment: &str) -> Result<(u16, Value), Failure> {
    let path = format!("repos/{REPOSITORY}/actions/runs/{}/pending_deployments", run.id);
    let (_, pending) = github(tour, Method::GET, &path, by, None).await?;
    let environments: Vec<&Value> =
        pending.as_array().into_iter().flatten().filter_map(|one| one.pointer("/environment/id")).collect();
    must(environments.len() == 1, &format!("one deployment must be pending: {pending}"))?;
    let body = json!({ "environment_ids": environments, "state": "approved", "comment": comment });
    github(tour, Method::POST, &path, by, Some(&body)).await
}

/// The deploy runs: token, exchange, and nothing more once it is over.
async fn deploy(tour: &Tour, run: &Run) -> Result<Credentials, Failure> {
    let started = tour.control.write(&run.path("deploy-frontend", "start")?, &json!({})).await?;
    let text = |name: &str| started.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (url, secret) = (text("request_url"), text("request_token"));
    let ask = || id_token(&tour.http, &url, &secret, Some(AUDIENCE));
    let token = ask().await.map_err(Failure::new)?;
    let role = format!("arn:aws:iam::{ACCOUNT}:role/github-prod-deploy");
    let credentials =
        tour.aws.exchange(&role, &format!("run-{}", run.id), &token, &[]).await.map_err(Failure::new)?;
    println!("deploy    gets its token, and STS lets it become github-prod-deploy");
    tour.control.write(&run.path("deploy-frontend", "finish")?, &json!({ "conclusion": "success" })).await?;
    let Err(refusal) = ask().await else { return Err(Failure::new("a finished job was given a token")) };
    println!("          once it is over: {refusal}");
    Ok(credentials)
}

/// A call of GitHub's API, with a user's token.
async fn github(
    tour: &Tour,
    method: Method,
    path: &str,
    by: &User,
    body: Option<&Value>,
) -> Result<(u16, Value), Failure> {
    let address = format!("{}/{path}", tour.control.running.github_url);
    let mut request =
        tour.http.request(method, address).bearer_auth(&by.token).header("user-agent", "daypass");
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let response = request.send().await.map_err(Failure::new)?;
    let status = response.status().as_u16();
    let answer = response.bytes().await.map_err(Failure::new)?;
    Ok((status, serde_json::from_slice(&answer).unwrap_or_default()))
}
