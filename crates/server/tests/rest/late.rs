//! Bodies that come late: what a call may do is asked once all of it is there, and again where it is done.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::flow::{environment, protect, run, waiting};
use crate::hosted::{Hosted, User, of};

/// Time for the server to read the head of a call.
const HEAD_READ: Duration = Duration::from_millis(200);

/// A call of which a part has been sent.
struct Begun {
    stream: TcpStream,
    rest: String,
}

impl Begun {
    async fn new(hosted: &Hosted, user: &User, method: &str, path: &str, body: &Value) -> Self {
        let authority = hosted.sandbox.github_url().strip_prefix("http://").unwrap();
        let (body, token) = (body.to_string(), &user.token);
        let (first, rest) = body.split_at(1);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{}",
            body.len(),
            first
        );
        let mut stream = TcpStream::connect(authority).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(HEAD_READ).await;
        Self { stream, rest: rest.to_owned() }
    }

    /// Sends the rest; the status of the answer.
    async fn end(mut self) -> u16 {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

async fn remove(hosted: &Hosted, user: &User) {
    let removed = hosted.control("DELETE", &format!("/users/{}", user.login), Value::Null).await;
    assert_eq!(removed.status, 200, "{removed:?}");
}

#[tokio::test]
async fn a_user_who_is_removed_meanwhile_does_not_come_back() {
    let hosted = Hosted::start().await;
    let grants = json!({ "login": "wim", "grants": ["your-org/your-repo=write", "wim/*=admin"] });
    let wim = hosted.user(grants).await;
    let begun = Begun::new(&hosted, &wim, "POST", "/user/repos", &json!({ "name": "mine" })).await;
    remove(&hosted, &wim).await;
    assert_eq!(begun.end().await, 401);
    let users = hosted.control("GET", "/users", Value::Null).await.body;
    assert!(users.as_array().unwrap().iter().all(|user| user["login"] != "wim"), "{users}");
    assert_eq!(hosted.get(&hosted.ada, "/repos/wim/mine").await.status, 404);
}

#[tokio::test]
async fn a_repository_of_ones_own_takes_nothing_back_that_was_taken_meanwhile() {
    let hosted = Hosted::start().await;
    let begun = Begun::new(&hosted, &hosted.wim, "POST", "/user/repos", &json!({ "name": "mine" })).await;
    // Another token, and fewer grants; the token that was shown stays.
    hosted
        .user(json!({ "login": "wim", "token_name": "second", "grants": ["your-org/your-repo=read"] }))
        .await;
    assert_eq!(begun.end().await, 201);
    let users = hosted.control("GET", "/users", Value::Null).await.body;
    let wim = users.as_array().unwrap().iter().find(|user| user["login"] == "wim").unwrap();
    assert_eq!(wim["grants"], json!(["your-org/your-repo=read", "wim/mine=admin"]));
    assert_eq!(wim["tokens"], json!(["daypass", "second"]));
}

#[tokio::test]
async fn a_reviewer_who_is_removed_meanwhile_approves_nothing() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let production = environment(&hosted, id).await;
    let body = json!({ "environment_ids": [production], "state": "approved", "comment": "late" });
    let path = run(id, "/pending_deployments");
    let begun = Begun::new(&hosted, &hosted.rita, "POST", &path, &body).await;
    remove(&hosted, &hosted.rita).await;
    assert_eq!(begun.end().await, 401);
    assert_eq!(hosted.get(&hosted.ada, &run(id, "/approvals")).await.body, json!([]));
}

#[tokio::test]
async fn an_administrator_who_is_none_any_more_sets_nothing() {
    let hosted = Hosted::start().await;
    let id = waiting(&hosted).await;
    let production = environment(&hosted, id).await;
    protect(&hosted, json!({})).await;
    let of_gates = json!({ "environment_ids": [production], "comment": "late" });
    let sub = of("/actions/oidc/customization/sub");
    let calls = [
        ("PUT", of("/environments/production"), json!({ "reviewers": null }), 403),
        ("PUT", of("/environments/open"), json!({}), 403),
        ("PUT", sub, json!({ "use_default": true }), 403),
        ("POST", run(id, "/pending_deployments/bypass"), of_gates.clone(), 403),
        ("POST", run(id, "/pending_deployments/revoke"), of_gates, 403),
        ("POST", "/orgs/your-org/repos".to_owned(), json!({ "name": "another" }), 404),
        (
            "PUT",
            "/orgs/your-org/actions/oidc/customization/sub".to_owned(),
            json!({ "use_immutable_subject": true }),
            404,
        ),
    ];
    let mut begun = Vec::new();
    for (method, path, body, status) in &calls {
        begun.push((path, Begun::new(&hosted, &hosted.ada, method, path, body).await, *status));
    }
    hosted
        .user(json!({ "login": "ada", "token_name": "second", "grants": ["your-org/your-repo=write"] }))
        .await;
    for (path, begun, status) in begun {
        assert_eq!(begun.end().await, status, "{path}");
    }
    let shown = hosted.get(&hosted.rita, &of("/environments/production")).await.body;
    assert_eq!(shown["protection_rules"][0]["type"], "required_reviewers", "{shown}");
    assert_eq!(hosted.get(&hosted.rita, &of("/environments/open")).await.status, 404);
}
