//! `POST /_daypass/events`: webhooks that start workflows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::flow::run;
use crate::hosted::{Answer, Hosted, of};

async fn upload(hosted: &Hosted, name: &str, on: &str) {
    let text =
        format!("on:\n{on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n");
    let body = json!({ "message": "x", "content": STANDARD.encode(text) });
    let answer = hosted.put(&hosted.wim, &of(&format!("/contents/.github/workflows/{name}.yml")), body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

async fn tell(hosted: &Hosted, event: &str, mut payload: Value) -> Answer {
    payload["repository"] = json!({ "full_name": "Your-Org/your-repo" });
    hosted.control_with("POST", "/events", &[&format!("X-GitHub-Event: {event}")], payload).await
}

/// The files of the workflows that were started, and the first run.
fn started(answer: &Answer) -> (Vec<String>, u64) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["failed"], json!([]), "{answer:?}");
    let runs = answer.body["runs"].as_array().unwrap();
    let file = |run: &Value| run["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (runs.iter().map(file).collect(), runs.first().map_or(0, |run| run["id"].as_u64().unwrap()))
}

#[tokio::test]
async fn an_event_starts_the_workflows_that_it_triggers() {
    let hosted = Hosted::start().await;
    upload(&hosted, "all", "  push:\n  pull_request:").await;
    upload(&hosted, "docs", "  push:\n    paths: ['docs/**']").await;
    upload(&hosted, "tags", "  push:\n    tags: ['v*']\n  release:").await;
    upload(&hosted, "closed", "  pull_request:\n    types: [closed]").await;
    upload(
        &hosted,
        "night",
        "  schedule:\n    - cron: '0 3 * * *'\n  repository_dispatch:\n    types: [ship]",
    )
    .await;
    upload(&hosted, "hand", "  workflow_dispatch:").await;
    let push = |reference: &str, file: &str| {
        json!({
            "ref": reference,
            "after": "1".repeat(40),
            "sender": { "login": "wim" },
            "commits": [{ "added": [file], "modified": [], "removed": [] }],
        })
    };
    let request = |action: &str| {
        json!({ "action": action, "sender": { "login": "rita" }, "pull_request": {
            "number": 5,
            "head": { "ref": "topic", "sha": "2".repeat(40), "repo": { "full_name": "your-org/your-repo" } },
            "base": { "ref": "main", "sha": "3".repeat(40), "repo": { "full_name": "your-org/your-repo" } },
        } })
    };
    let cases: Vec<(&str, Value, &[&str])> = vec![
        ("push", push("refs/heads/main", "docs/a.md"), &["all.yml", "docs.yml"]),
        ("push", push("refs/heads/main", "src/a.rs"), &["all.yml"]),
        ("push", push("refs/tags/v1", "docs/a.md"), &["all.yml", "docs.yml", "tags.yml"]),
        ("push", json!({ "ref": "refs/heads/gone", "after": "0".repeat(40) }), &[]),
        ("pull_request", request("opened"), &["all.yml"]),
        ("pull_request", request("closed"), &["closed.yml"]),
        ("pull_request", request("labeled"), &[]),
        ("release", json!({ "action": "published", "release": { "tag_name": "v2" } }), &["tags.yml"]),
        ("schedule", json!({ "schedule": "0 3 * * *" }), &["night.yml"]),
        ("repository_dispatch", json!({ "action": "ship", "branch": "main" }), &["night.yml"]),
        ("repository_dispatch", json!({ "action": "other", "branch": "main" }), &[]),
        ("workflow_dispatch", json!({ "ref": "refs/heads/main" }), &["hand.yml"]),
        ("issues", json!({ "action": "opened" }), &[]),
    ];
    for (event, payload, files) in cases {
        let answer = tell(&hosted, event, payload.clone()).await;
        assert_eq!(started(&answer).0, files, "{event} {payload}: {:?}", answer.body);
    }
    let (_, id) = started(&tell(&hosted, "push", push("refs/heads/next", "a")).await);
    let shown = hosted.get(&hosted.rita, &run(id, "")).await.body;
    assert_eq!((&shown["head_branch"], &shown["head_sha"]), (&json!("next"), &json!("1".repeat(40))));
    assert_eq!((&shown["event"], &shown["actor"]["login"]), (&json!("push"), &json!("wim")));
    let (_, id) = started(&tell(&hosted, "pull_request", request("opened")).await);
    let shown = hosted.get(&hosted.rita, &run(id, "")).await.body;
    assert_eq!(shown["pull_requests"][0]["number"], 5);
    assert_eq!(
        (&shown["head_branch"], &shown["pull_requests"][0]["base"]["ref"]),
        (&json!("topic"), &json!("main"))
    );
}

#[tokio::test]
async fn a_pull_request_is_of_a_fork_unless_it_is_plainly_not() {
    let hosted = Hosted::start().await;
    let text = "on: pull_request\npermissions: { id-token: write }\njobs:\n  build:\n    runs-on: x\n    steps: [{ run: a }]\n";
    let body = json!({ "message": "x", "content": STANDARD.encode(text) });
    let answer = hosted.put(&hosted.wim, &of("/contents/.github/workflows/request.yml"), body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let (own, fork) = (json!({ "full_name": "your-org/Your-repo" }), json!({ "full_name": "sam/your-repo" }));
    let cases = [
        ("its own branch", own.clone(), own.clone(), false),
        ("its own branch, with no base", own.clone(), Value::Null, false),
        ("a fork", fork.clone(), own.clone(), true),
        ("a fork, with no base", fork, Value::Null, true),
        ("a fork that was deleted", Value::Null, own, true),
        ("nothing said", Value::Null, Value::Null, true),
    ];
    for (what, head, base, from_fork) in cases {
        let payload = json!({ "action": "opened", "sender": { "login": "rita" }, "pull_request": {
            "number": 5,
            "head": { "ref": "topic", "sha": "2".repeat(40), "repo": head },
            "base": { "ref": "main", "sha": "3".repeat(40), "repo": base },
        } });
        let (_, id) = started(&tell(&hosted, "pull_request", payload).await);
        let shown = hosted.control("GET", &format!("/runs/{id}"), Value::Null).await.body;
        let granted = &shown["run"]["jobs"][0]["planned"]["id_token"]["granted"];
        assert_eq!((&shown["run"]["from_fork"], granted), (&json!(from_fork), &json!(!from_fork)), "{what}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_refused() {
    let hosted = Hosted::start().await;
    let unknown = json!({ "repository": { "full_name": "your-org/nothing" } });
    let large = json!({ "x": "x".repeat(300_000) });
    let cases = [
        (vec![], json!({}), 400, "the header X-GitHub-Event names the event"),
        (vec!["X-GitHub-Event: party"], json!({}), 400, "GitHub has no event `party`"),
        (vec!["X-GitHub-Event: push"], json!({}), 400, "the payload names no repository"),
        (vec!["X-GitHub-Event: push"], unknown, 404, "there is no repository `your-org/nothing`"),
        (vec!["X-GitHub-Event: push"], json!([]), 400, "the body is not as it should be"),
        (vec!["X-GitHub-Event: push"], large, 413, "length limit exceeded"),
    ];
    for (headers, payload, status, words) in cases {
        let answer = hosted.control_with("POST", "/events", &headers, payload).await;
        assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
        assert!(answer.body["error"].as_str().unwrap().contains(words), "{answer:?}");
    }
    let answer = hosted.send("POST", "/_daypass/events", &["X-GitHub-Event: push"], "{}").await;
    assert_eq!(answer.status, 401, "only who has the control token says what happened");
}

#[tokio::test]
async fn a_workflow_that_cannot_be_read_is_named() {
    let hosted = Hosted::start().await;
    upload(&hosted, "good", "  push:").await;
    let body = json!({ "message": "x", "content": STANDARD.encode("on: push\njobs: 1\n") });
    hosted.put(&hosted.wim, &of("/contents/.github/workflows/bad.yml"), body).await;
    let answer = tell(&hosted, "push", json!({ "ref": "refs/heads/main" })).await.body;
    assert_eq!(answer["runs"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["failed"][0]["path"], ".github/workflows/bad.yml", "{answer}");
}
