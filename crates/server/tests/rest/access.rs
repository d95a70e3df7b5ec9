//! Who may call what: tokens, permissions, roles.

use serde_json::{Value, json};

use crate::hosted::{Hosted, User, of};

#[tokio::test]
async fn a_call_shows_a_token_that_counts() {
    let hosted = Hosted::start().await;
    let good = &hosted.rita.token;
    let cases = [
        (vec![], 401, "Requires authentication"),
        (vec![format!("Authorization: Bearer {good}")], 200, ""),
        (vec![format!("Authorization: token {good}")], 200, ""),
        (vec![format!("Authorization: BEARER {good}")], 200, ""),
        (vec!["Authorization: Bearer daypass_pat_0000".to_owned()], 401, "Bad credentials"),
        (vec![format!("Authorization: Bearer {}", "x".repeat(2_000))], 401, "Bad credentials"),
        (vec![format!("Authorization: Basic {good}")], 401, "Bad credentials"),
        (vec!["Authorization: Bearer".to_owned()], 401, "Bad credentials"),
        (
            vec![format!("Authorization: Bearer {good}"), format!("Authorization: Bearer {good}")],
            401,
            "Bad credentials",
        ),
    ];
    for (headers, status, message) in cases {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        for path in ["/user", "/api/v3/user", &of("/environments")] {
            let answer = hosted.send("GET", path, &headers, "").await;
            assert_eq!(answer.status, status, "{headers:?} {path}: {answer:?}");
            assert_eq!(answer.body["message"].as_str().unwrap_or_default(), message, "{headers:?} {path}");
            assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
            assert!(
                answer.header("x-github-request-id").is_some()
                    && answer.header("x-github-media-type").is_some()
            );
        }
    }
}

#[tokio::test]
async fn a_token_ends_and_may_be_for_other_repositories() {
    let hosted = Hosted::start().await;
    let ends = json!({ "login": "rita", "token_name": "short", "token_expires": "2020-01-01T00:00:00Z" });
    let ended = hosted.user(ends).await;
    assert_eq!(hosted.get(&ended, "/user").await.body["message"], "Bad credentials");
    let other = json!({ "login": "rita", "token_name": "other", "token_repositories": ["your-org/other"] });
    let other = hosted.user(other).await;
    assert_eq!(hosted.get(&other, &of("")).await.status, 404);
    assert_eq!(hosted.get(&other, "/user").await.body["login"], "rita");
}

/// A call, what its token must be good for, and the status for a stranger, a reader, a writer and an administrator.
struct Row {
    method: &'static str,
    path: &'static str,
    body: Value,
    permission: &'static str,
    statuses: [u16; 4],
}

const READING: [u16; 4] = [404, 200, 200, 200];

fn row(method: &'static str, path: &'static str, permission: &'static str, statuses: [u16; 4]) -> Row {
    Row { method, path, body: Value::Null, permission, statuses }
}

fn rows() -> Vec<Row> {
    [of_environments(), of_runs(), of_files_and_branches()].into_iter().flatten().collect()
}

fn of_environments() -> Vec<Row> {
    vec![
        row("GET", "", "metadata=read", READING),
        row("GET", "/environments", "actions=read", READING),
        row("GET", "/environments/staging", "actions=read", READING),
        row("PUT", "/environments/staging", "administration=write", [404, 403, 403, 200]),
        row("GET", "/environments/staging/deployment-branch-policies", "actions=read", READING),
        Row {
            body: json!({ "name": "main" }),
            ..row(
                "POST",
                "/environments/staging/deployment-branch-policies",
                "administration=write",
                [404, 403, 403, 200],
            )
        },
        row(
            "DELETE",
            "/environments/staging/deployment-branch-policies/1",
            "administration=write",
            [404, 403, 403, 404],
        ),
        row("DELETE", "/environments/staging", "administration=write", [404, 403, 403, 204]),
        row("GET", "/environments/staging/deployment_protection_rules", "actions=read", READING),
        row("GET", "/environments/staging/deployment_protection_rules/apps", "administration=read", READING),
        Row {
            body: json!({ "integration_id": 1 }),
            ..row(
                "POST",
                "/environments/staging/deployment_protection_rules",
                "administration=write",
                [404, 403, 403, 422],
            )
        },
    ]
}

fn of_runs() -> Vec<Row> {
    vec![
        row("GET", "/actions/runs", "actions=read", READING),
        row("GET", "/actions/runs/1", "actions=read", [404, 404, 404, 404]),
        row("GET", "/actions/runs/1/jobs", "actions=read", [404, 404, 404, 404]),
        row("GET", "/actions/runs/1/approvals", "actions=read", [404, 404, 404, 404]),
        row("GET", "/actions/runs/1/pending_deployments", "actions=read", [404, 404, 404, 404]),
        row("POST", "/actions/runs/1/pending_deployments", "deployments=write", [404, 404, 404, 404]),
        row("POST", "/actions/runs/1/pending_deployments/bypass", "deployments=write", [404, 403, 403, 404]),
        row("POST", "/actions/runs/1/pending_deployments/revoke", "deployments=write", [404, 403, 403, 404]),
        row("POST", "/actions/runs/1/cancel", "actions=write", [404, 403, 404, 404]),
        row("GET", "/actions/workflows", "actions=read", READING),
        row("POST", "/actions/workflows/x.yml/dispatches", "actions=write", [404, 403, 404, 404]),
        row("GET", "/actions/oidc/customization/sub", "actions=read", READING),
        Row {
            body: json!({ "use_default": true }),
            ..row("PUT", "/actions/oidc/customization/sub", "actions=write", [404, 403, 403, 201])
        },
    ]
}

fn of_files_and_branches() -> Vec<Row> {
    vec![
        row("GET", "/branches", "contents=read", READING),
        row("GET", "/branches/main", "contents=read", READING),
        row("GET", "/branches/main/protection", "administration=read", [404, 403, 403, 404]),
        row("PUT", "/branches/main/protection", "administration=write", [404, 403, 403, 422]),
        row("DELETE", "/branches/main/protection", "administration=write", [404, 403, 403, 404]),
        row("GET", "/properties/values", "metadata=read", READING),
        Row {
            body: json!({ "properties": [] }),
            ..row("PATCH", "/properties/values", "administration=write", [404, 403, 403, 204])
        },
        row("GET", "/contents/.github/workflows", "contents=read", READING),
        Row {
            body: json!({ "message": "x", "content": "", "sha": "0" }),
            ..row("PUT", "/contents/.github/workflows/y.yml", "contents=write", [404, 403, 409, 409])
        },
        row("DELETE", "/contents/.github/workflows/x.yml", "contents=write", [404, 403, 404, 404]),
    ]
}

#[tokio::test]
async fn every_call_asks_for_its_permission_and_role() {
    let hosted = Hosted::start().await;
    prepare(&hosted).await;
    for row in rows() {
        let users = [&hosted.sam, &hosted.rita, &hosted.wim, &hosted.ada];
        for (user, status) in users.into_iter().zip(row.statuses) {
            assert_status(&hosted, &row, user, status).await;
            prepare(&hosted).await;
        }
    }
}

#[tokio::test]
async fn a_token_is_good_for_what_it_was_made_for() {
    let hosted = Hosted::start().await;
    prepare(&hosted).await;
    for row in rows() {
        let (name, access) = row.permission.split_once('=').unwrap();
        let with = |permissions: Vec<String>| json!({ "login": "ada", "token_name": "fine", "token_permissions": permissions });
        let given = hosted.user(with(vec![row.permission.to_owned()])).await;
        assert_status(&hosted, &row, &given, row.statuses[3]).await;
        prepare(&hosted).await;
        if name == "metadata" {
            continue;
        }
        let others = ["actions", "administration", "contents", "deployments"];
        let mut others: Vec<String> =
            others.iter().filter(|other| **other != name).map(|other| format!("{other}=write")).collect();
        if access == "write" {
            others.push(format!("{name}=read"));
        }
        let lacking = hosted.user(with(others)).await;
        let answer = assert_status(&hosted, &row, &lacking, 403).await;
        assert_eq!(answer["message"], "Resource not accessible by personal access token", "{}", row.path);
    }
}

async fn prepare(hosted: &Hosted) {
    let policy = json!({ "protected_branches": false, "custom_branch_policies": true });
    let set = json!({ "deployment_branch_policy": policy });
    let answer = hosted.put(&hosted.ada, &of("/environments/staging"), set).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn assert_status(hosted: &Hosted, row: &Row, user: &User, status: u16) -> Value {
    let body = if row.body.is_null() { String::new() } else { row.body.to_string() };
    let answer = hosted.ask(user, row.method, &of(row.path), &body).await;
    let (method, path, login) = (row.method, row.path, &user.login);
    assert_eq!(answer.status, status, "{method} {path} by {login}: {answer:?}");
    answer.body
}
