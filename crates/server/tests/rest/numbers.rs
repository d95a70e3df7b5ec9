//! Names that were made to have one number: no two things do.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_github::hosting::number;
use serde_json::{Value, json};

use crate::flow::{DEPLOY, PATH, environment, run, say, upload};
use crate::hosted::{Hosted, of};

/// The number of the first run of a sandbox.
const FIRST_RUN: u64 = 10_000_000_001;
/// So many names are tried: two of them have one number, as two of a few people have one birthday.
const NAMES: usize = 3_000_000;

/// Two names of one number.
fn twins(number: impl Fn(&str) -> u64) -> [String; 2] {
    let mut known: HashMap<u64, String> = HashMap::new();
    for index in 0..NAMES {
        let name = format!("x{index}");
        if let Some(other) = known.insert(number(&name), name.clone()) {
            return [other, name];
        }
    }
    panic!("no two of {NAMES} names have one number");
}

#[tokio::test]
async fn nobody_is_a_reviewer_by_a_number_that_is_somebody_elses() {
    let hosted = Hosted::start().await;
    let [first, second] = twins(number::of_owner);
    let add = |login: &str| hosted.user(json!({ "login": login, "grants": ["your-org/*=read"] }));
    let reviewer = add(&first).await;
    let set = json!({ "reviewers": [{ "type": "User", "id": reviewer.id }] });
    assert_eq!(hosted.put(&hosted.ada, &of("/environments/production"), set).await.status, 200);
    assert_eq!(upload(&hosted, &hosted.wim, DEPLOY).await.status, 201);
    let start = json!({
        "repository": "your-org/your-repo", "path": PATH, "event": "workflow_dispatch",
        "actor": second, "inputs": { "version": "1" },
    });
    let started = hosted.control("POST", "/runs", start).await;
    assert_eq!(started.status, 200, "{started:?}");
    let id = started.body["run"]["id"].as_u64().unwrap();
    let actor = started.body["run"]["actor"]["id"].as_u64().unwrap();
    assert_ne!(actor, reviewer.id, "a login without a user");

    let other = add(&second).await;
    assert_eq!(other.id, actor, "it stays the login's");
    let production = environment(&hosted, id).await;
    let said = say(&hosted, &other, id, production, "approved").await;
    assert!(said.status == 422 && said.words().contains("is not a reviewer"), "{said:?}");

    for login in [&first, &second] {
        let removed = hosted.control("DELETE", &format!("/users/{login}"), Value::Null).await;
        assert_eq!(removed.status, 200, "{removed:?}");
    }
    assert_eq!(add(&second).await.id, other.id, "whoever comes back first");
    assert_eq!(add(&first).await.id, reviewer.id);
}

#[tokio::test]
async fn no_two_teams_repositories_workflows_or_environments_have_one_number() {
    let hosted = Hosted::start().await;
    let teams = twins(|name| number::of_team("your-org", name));
    for team in &teams {
        hosted
            .user(json!({ "login": "rita", "token_name": team, "teams": [format!("your-org/{team}")] }))
            .await;
    }
    let repositories = twins(|name| number::of_repository(&format!("your-org/{name}")));
    for name in &repositories {
        let made = hosted.post(&hosted.ada, "/orgs/your-org/repos", json!({ "name": name })).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let path = |name: &str| format!(".github/workflows/{name}.yml");
    let workflows = twins(|name| number::of_workflow("your-org/your-repo", &path(name)));
    for name in &workflows {
        let body = json!({ "message": "add", "content": STANDARD.encode(DEPLOY) });
        let put = hosted.put(&hosted.wim, &of(&format!("/contents/{}", path(name))), body).await;
        assert_eq!(put.status, 201, "{put:?}");
    }
    let environments = twins(|name| number::of_environment("your-org/your-repo", name));
    for name in &environments {
        assert_eq!(
            hosted.put(&hosted.ada, &of(&format!("/environments/{name}")), json!({})).await.status,
            200
        );
    }
    let lists = [
        teams.map(|name| format!("/orgs/your-org/teams/{name}")),
        repositories.map(|name| format!("/repos/your-org/{name}")),
        workflows.map(|name| of(&format!("/actions/workflows/{name}.yml"))),
        environments.map(|name| of(&format!("/environments/{name}"))),
    ];
    for [one, other] in lists {
        let ids = [hosted.get(&hosted.ada, &one).await.body, hosted.get(&hosted.ada, &other).await.body];
        assert!(ids[0]["id"].is_u64() && ids[1]["id"].is_u64(), "{one}: {ids:?}");
        assert_ne!(ids[0]["id"], ids[1]["id"], "{one} {other}");
        assert_ne!(ids[0]["node_id"], ids[1]["node_id"], "{one} {other}");
    }
}

#[tokio::test]
async fn no_two_patterns_of_an_environment_have_one_number() {
    let hosted = Hosted::start().await;
    let selected = json!({ "protected_branches": false, "custom_branch_policies": true });
    let path = of("/environments/production");
    hosted.put(&hosted.ada, &path, json!({ "deployment_branch_policy": selected })).await;
    let named = |name: &str| format!("production\nbranch\n{name}");
    let mut ids = Vec::new();
    for name in twins(|name| number::of_part("your-org/your-repo", "branch-policy", &named(name))) {
        let policies = format!("{path}/deployment-branch-policies");
        ids.push(hosted.post(&hosted.ada, &policies, json!({ "name": name })).await.body["id"].clone());
    }
    assert!(ids[0].is_u64() && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn no_two_jobs_of_a_run_have_one_number() {
    let hosted = Hosted::start().await;
    let [one, other] = twins(|key| number::of_job(FIRST_RUN, key));
    let job = |key: &str| format!("  {key}:\n    runs-on: ubuntu-latest\n    steps: [{{ run: make }}]\n");
    let text = format!("on: workflow_dispatch\njobs:\n{}{}", job(&one), job(&other));
    assert_eq!(upload(&hosted, &hosted.wim, &text).await.status, 201);
    let path = of("/actions/workflows/deploy.yml/dispatches");
    let body = json!({ "ref": "main", "return_run_details": true });
    let started = hosted.post(&hosted.wim, &path, body).await.body;
    assert_eq!(started["workflow_run_id"], FIRST_RUN, "{started}");
    let jobs = hosted.get(&hosted.rita, &run(FIRST_RUN, "/jobs")).await.body;
    assert_ne!(jobs["jobs"][0]["id"], jobs["jobs"][1]["id"], "{jobs}");
}
