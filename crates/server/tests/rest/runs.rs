//! Workflow files, runs and jobs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::flow::{DEPLOY, PATH, dispatch, job, protect, run, upload, waiting};
use crate::hosted::{Hosted, of};

#[tokio::test]
async fn a_workflow_is_uploaded_read_replaced_and_deleted() {
    let hosted = Hosted::start().await;
    let path = of(&format!("/contents/{PATH}"));
    assert_eq!(hosted.get(&hosted.rita, &path).await.status, 404);
    let made = upload(&hosted, &hosted.wim, DEPLOY).await;
    assert_eq!(made.status, 201, "{made:?}");
    let sha = made.body["content"]["sha"].as_str().unwrap();
    let read = hosted.get(&hosted.rita, &path).await.body;
    assert_eq!((read["sha"].as_str(), &read["encoding"]), (Some(sha), &json!("base64")));
    let content: String = read["content"].as_str().unwrap().split_whitespace().collect();
    assert_eq!(STANDARD.decode(content).unwrap(), DEPLOY.as_bytes());
    let folder = hosted.get(&hosted.rita, &of("/contents/.github/workflows")).await.body;
    assert_eq!(folder[0]["path"], PATH);

    let other = STANDARD.encode(DEPLOY.replace("Deploy", "Ship"));
    let replace = |sha: Value| json!({ "message": "x", "content": other, "sha": sha, "branch": "main" });
    assert_eq!(hosted.put(&hosted.wim, &path, replace(Value::Null)).await.status, 422);
    assert_eq!(hosted.put(&hosted.wim, &path, replace(json!("0".repeat(40)))).await.status, 409);
    let replaced = hosted.put(&hosted.wim, &path, replace(json!(sha))).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    let listed = hosted.get(&hosted.rita, &of("/actions/workflows")).await.body;
    assert_eq!((&listed["total_count"], &listed["workflows"][0]["name"]), (&json!(1), &json!("Ship")));
    let by_id = format!("/actions/workflows/{}", listed["workflows"][0]["id"]);
    let one = hosted.get(&hosted.rita, &of("/actions/workflows/deploy.yml")).await.body;
    assert_eq!(one, hosted.get(&hosted.rita, &of(&by_id)).await.body);
    assert_eq!((&one["state"], &one["path"]), (&json!("active"), &json!(PATH)));

    assert_eq!(hosted.delete(&hosted.wim, &path).await.status, 422);
    let stale = format!("{path}?message=x&sha={sha}");
    assert_eq!(hosted.delete(&hosted.wim, &stale).await.status, 409);
    let sha = replaced.body["content"]["sha"].as_str().unwrap();
    let body = json!({ "message": "x", "sha": sha }).to_string();
    assert_eq!(hosted.ask(&hosted.wim, "DELETE", &path, &body).await.status, 200);
    assert_eq!(hosted.get(&hosted.rita, &path).await.status, 404);
    assert_eq!(hosted.get(&hosted.rita, &of("/actions/workflows")).await.body["total_count"], 0);
    assert_eq!(hosted.trail("WorkflowUpdated").await.len(), 3);
}

#[tokio::test]
async fn a_file_cannot_be_so() {
    let hosted = Hosted::start().await;
    let path = of(&format!("/contents/{PATH}"));
    let largest = STANDARD.encode(vec![b' '; 512_001]);
    let cases = [
        (path.clone(), json!({ "content": "" }), 422, "\"message\" wasn't supplied."),
        (path.clone(), json!({ "message": "x" }), 422, "\"content\" wasn't supplied."),
        (path.clone(), json!({ "message": "x", "content": "%" }), 422, "content is not valid Base64"),
        (path.clone(), json!({ "message": "x", "content": "/w==" }), 422, "a workflow file is text in UTF-8"),
        (path.clone(), json!({ "message": "x", "content": largest }), 422, "512000 bytes at the most"),
        (
            path.clone(),
            json!({ "message": "x", "content": "", "branch": "next" }),
            422,
            "next: the sandbox keeps the files of the default branch only, main",
        ),
        (path.clone(), json!({ "message": "x", "content": "", "sha": "0" }), 409, "does not match 0"),
        (path, json!({ "message": "x", "content": "A".repeat(1_100_000) }), 413, "The body is too large"),
        (
            of("/contents/README.md"),
            json!({ "message": "x", "content": "" }),
            422,
            "README.md: the sandbox keeps workflow files only",
        ),
        (
            of("/contents/.github/workflows/a/b.yml"),
            json!({ "message": "x", "content": "" }),
            422,
            "the sandbox keeps workflow files only",
        ),
    ];
    for (path, body, status, words) in cases {
        let answer = hosted.put(&hosted.wim, &path, body.clone()).await;
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!(answer.status, status, "{path} {shown}: {answer:?}");
        assert!(answer.words().contains(words), "{path} {shown}: {answer:?}");
    }
}

#[tokio::test]
async fn a_dispatch_says_what_is_wrong_with_it() {
    let hosted = Hosted::start().await;
    upload(&hosted, &hosted.wim, DEPLOY).await;
    let path = of("/actions/workflows/deploy.yml/dispatches");
    let good = json!({ "version": "1" });
    let many: serde_json::Map<String, Value> = (0..26).map(|n| (format!("i{n}"), json!("x"))).collect();
    let cases = [
        (json!({}), "\"ref\" wasn't supplied."),
        (json!({ "ref": 1 }), "1 is not a string."),
        (json!({ "ref": "a b", "inputs": good }), "No ref found for: a b"),
        (json!({ "ref": "", "inputs": good }), "No ref found for: "),
        (json!({ "ref": "main" }), "Required input 'version' not provided"),
        (
            json!({ "ref": "main", "inputs": { "version": "1", "speed": "2" } }),
            "Unexpected inputs provided: [\"speed\"]",
        ),
        (json!({ "ref": "main", "inputs": "x" }), "\"x\" is not an object."),
        (json!({ "ref": "main", "inputs": { "version": [] } }), "an input is no list and no object."),
        (
            json!({ "ref": "main", "inputs": many }),
            "No more than 25 properties are allowed; 26 were supplied.",
        ),
    ];
    for (body, words) in cases {
        let answer = hosted.post(&hosted.wim, &path, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
        assert!(answer.words().contains(words), "{body}: {answer:?}");
    }
    let nothing = of("/actions/workflows/other.yml/dispatches");
    assert_eq!(hosted.post(&hosted.wim, &nothing, json!({ "ref": "main" })).await.status, 404);
    let body = json!({ "ref": "main", "inputs": good });
    assert_eq!(hosted.post(&hosted.rita, &path, body.clone()).await.status, 403);
    assert_eq!(hosted.post(&hosted.wim, &path, body).await.status, 204);
    assert_eq!(hosted.get(&hosted.rita, &of("/actions/runs")).await.body["total_count"], 1);

    let push = DEPLOY.replace(
        "workflow_dispatch:\n    inputs:\n      version:\n        type: string\n        required: true",
        "push:",
    );
    let body = json!({ "message": "x", "content": STANDARD.encode(push) });
    let other = hosted.put(&hosted.wim, &of("/contents/.github/workflows/push.yml"), body).await;
    assert_eq!(other.status, 201, "{other:?}");
    let path = of("/actions/workflows/push.yml/dispatches");
    let answer = hosted.post(&hosted.wim, &path, json!({ "ref": "main" })).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.body["message"], "Workflow does not have 'workflow_dispatch' trigger");
}

#[tokio::test]
async fn runs_are_listed_filtered_and_cancelled() {
    let hosted = Hosted::start().await;
    let first = waiting(&hosted).await;
    let second = dispatch(&hosted, &hosted.ada).await;
    let cancelled = hosted.post(&hosted.wim, &run(second, "/cancel"), json!({})).await;
    assert_eq!((cancelled.status, cancelled.body), (202, json!({})));
    let again = hosted.post(&hosted.wim, &run(second, "/cancel"), json!({})).await;
    assert_eq!(again.body["message"], "Cannot cancel a workflow run that is completed.");
    assert_eq!(
        (again.status, hosted.post(&hosted.rita, &run(first, "/cancel"), json!({})).await.status),
        (409, 403)
    );
    let sha = hosted.get(&hosted.rita, &run(first, "")).await.body["head_sha"].as_str().unwrap().to_owned();
    let by_sha = format!("head_sha={sha}");
    let cases: Vec<(&str, Vec<u64>)> = vec![
        ("", vec![second, first]),
        ("actor=WIM", vec![first]),
        ("actor=rita", vec![]),
        ("branch=main", vec![second, first]),
        ("branch=next", vec![]),
        ("event=workflow_dispatch", vec![second, first]),
        ("event=push", vec![]),
        ("status=completed", vec![second]),
        ("status=cancelled", vec![second]),
        ("created=%3E2020-01-01", vec![second, first]),
        ("created=2020-01-01..2020-12-31", vec![]),
        (&by_sha, vec![second, first]),
        ("per_page=1&page=2", vec![first]),
    ];
    for (query, ids) in cases {
        for path in ["/actions/runs", "/actions/workflows/deploy.yml/runs"] {
            let answer = hosted.get(&hosted.rita, &of(&format!("{path}?{query}"))).await;
            let found: Vec<u64> = answer.body["workflow_runs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|run| run["id"].as_u64().unwrap())
                .collect();
            assert_eq!(found, ids, "{path}?{query}");
        }
    }
    for query in ["created=yesterday", "check_suite_id=1"] {
        assert_eq!(
            hosted.get(&hosted.rita, &of(&format!("/actions/runs?{query}"))).await.status,
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_run_and_its_jobs_are_shown() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let shown = hosted.get(&hosted.rita, &run(id, "")).await.body;
    assert_eq!(shown["head_branch"], "main");
    assert_eq!((&shown["run_number"], &shown["run_attempt"]), (&json!(1), &json!(1)));
    assert_eq!((&shown["name"], &shown["path"]), (&json!("Deploy"), &json!(PATH)));
    assert_eq!((&shown["status"], &shown["conclusion"]), (&json!("queued"), &Value::Null));
    assert_eq!(shown["repository"]["full_name"], "your-org/your-repo");
    let time = shown["created_at"].as_str().unwrap();
    assert!(time.len() == 20 && time.ends_with('Z'), "whole seconds, as clients read them: {time}");
    assert_eq!(hosted.get(&hosted.rita, shown["url"].as_str().unwrap()).await.body, shown);
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/attempts/1")).await.body, shown);
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/attempts/2")).await.status, 404);
    let jobs = hosted.get(&hosted.rita, shown["jobs_url"].as_str().unwrap()).await.body;
    assert_eq!(jobs["total_count"], 2);
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/attempts/1/jobs")).await.body, jobs);
    let deploy = job(&hosted, id, "deploy").await;
    assert_eq!(deploy["labels"], json!(["self-hosted", "linux"]));
    assert_eq!((&deploy["run_id"], &deploy["steps"]), (&json!(id), &json!([])));
    assert_eq!(job(&hosted, id, "build").await["status"], "queued");
    assert_eq!(hosted.get(&hosted.rita, deploy["url"].as_str().unwrap()).await.body, deploy);
    assert_eq!(hosted.get(&hosted.rita, &of("/actions/jobs/1")).await.status, 404);
    for path in ["", "/jobs", "/approvals", "/pending_deployments"] {
        assert_eq!(hosted.get(&hosted.sam, &run(id, path)).await.status, 404, "{path}");
    }
    let other = json!({ "name": "other" });
    hosted.post(&hosted.ada, "/orgs/your-org/repos", other).await;
    let elsewhere = format!("/repos/your-org/other/actions/runs/{id}");
    assert_eq!(hosted.get(&hosted.ada, &elsewhere).await.status, 404, "a run is of one repository");
}

#[tokio::test]
async fn a_wait_timer_is_shown_and_ends() {
    let hosted = Hosted::start().await;
    protect(&hosted, json!({ "reviewers": null, "wait_timer": 30 })).await;
    upload(&hosted, &hosted.wim, DEPLOY).await;
    let id = dispatch(&hosted, &hosted.wim).await;
    let pending = hosted.get(&hosted.rita, &run(id, "/pending_deployments")).await.body;
    assert_eq!(pending[0]["wait_timer"], 30);
    assert!(pending[0]["wait_timer_started_at"].is_string(), "{pending}");
    assert_eq!(pending[0]["current_user_can_approve"], false);
    hosted.control("POST", "/clock", json!({ "advance_seconds": 1_801 })).await;
    assert_eq!(hosted.get(&hosted.rita, &run(id, "/pending_deployments")).await.body, json!([]));
    assert_eq!(job(&hosted, id, "deploy").await["status"], "queued");
}

#[tokio::test]
async fn a_job_is_found_by_its_number_where_its_run_is_open_or_new() {
    let hosted = Hosted::start().await;
    let open = waiting(&hosted).await;
    let path = |job: &Value| of(&format!("/actions/jobs/{}", job["id"]));
    let mut over = Vec::new();
    for _ in 0..31 {
        let id = dispatch(&hosted, &hosted.wim).await;
        over.push(job(&hosted, id, "build").await);
        assert_eq!(hosted.post(&hosted.wim, &run(id, "/cancel"), json!({})).await.status, 202);
    }
    let open = job(&hosted, open, "deploy").await;
    assert_eq!(hosted.get(&hosted.rita, &path(&open)).await.body, open, "its run is not over");
    let newest = hosted.get(&hosted.rita, &path(&over[30])).await.body;
    assert_eq!((&newest["id"], &newest["conclusion"]), (&over[30]["id"], &json!("cancelled")));
    assert_eq!(hosted.get(&hosted.rita, &path(&over[1])).await.status, 200);
    assert_eq!(hosted.get(&hosted.rita, &path(&over[0])).await.status, 404, "thirty newer ones are over");
}
