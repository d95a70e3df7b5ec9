//! Custom protection rules: apps that are told of a deployment, and answer.

use std::path::Path;

use daypass_server::config::Config;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::flow::{DEPLOY, dispatch, job, run, token, upload};
use crate::hosted::{Answer, Hosted, User, of};

const RULES: &str = "/environments/production/deployment_protection_rules";

/// An app with its listener, and the sandbox that knows of it.
struct Program {
    hosted: Hosted,
    listener: TcpListener,
    app: User,
    _secrets: TempDir,
}

impl Program {
    async fn start() -> Self {
        let secrets = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        for (name, text) in
            [("secret", "webhook-secret-0123456789"), ("token", "token-of-the-app-0123456789")]
        {
            private(&secrets.path().join(name), text);
        }
        let config = format!(
            "[[apps]]\nid = 7\nslug = \"change-window\"\nwebhook_url = \"http://{}/hook\"\nsecret_file = \"secret\"\ntoken_file = \"token\"\n",
            listener.local_addr().unwrap()
        );
        let config = Config::parse(&secrets.path().join("daypass.toml"), &config).unwrap();
        let hosted = Hosted::configured(config).await;
        let app = User { login: String::new(), id: 7, token: "token-of-the-app-0123456789".to_owned() };
        hosted.put(&hosted.ada, &of("/environments/production"), json!({})).await;
        upload(&hosted, &hosted.wim, DEPLOY).await;
        Self { hosted, listener, app, _secrets: secrets }
    }

    /// What the app is told next, which it answers with a status.
    async fn told(&self, status: &str) -> (String, String) {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let whole = read(&mut stream).await;
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        let (head, body) = whole.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    }

    /// The app's answer for a run.
    async fn answer(&self, id: u64, body: Value) -> Answer {
        self.hosted.post(&self.app, &run(id, "/deployment_protection_rule"), body).await
    }

    async fn enable(&self) -> Value {
        let made = self.hosted.post(&self.hosted.ada, &of(RULES), json!({ "integration_id": 7 })).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body
    }
}

#[expect(clippy::disallowed_methods, reason = "the test writes the app's secrets")]
fn private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

async fn read(stream: &mut TcpStream) -> String {
    let mut whole = String::new();
    let mut part = [0; 4_096];
    loop {
        let length = stream.read(&mut part).await.unwrap();
        assert_ne!(length, 0, "the request ends early: {whole}");
        whole.push_str(std::str::from_utf8(&part[..length]).unwrap());
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let expected = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        if body.len() >= expected.unwrap_or(0) {
            return whole;
        }
    }
}

fn signature(body: &str) -> String {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

    let tag = sign(&Key::new(HMAC_SHA256, b"webhook-secret-0123456789"), body.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_rule_is_enabled_shown_and_disabled() {
    let program = Program::start().await;
    let hosted = &program.hosted;
    let apps = hosted.get(&hosted.ada, &of(&format!("{RULES}/apps"))).await.body;
    assert_eq!(apps["available_custom_deployment_protection_rule_integrations"][0]["slug"], "change-window");
    let made = program.enable().await;
    assert_eq!((&made["enabled"], &made["app"]["id"]), (&json!(true), &json!(7)));
    let again = hosted.post(&hosted.ada, &of(RULES), json!({ "integration_id": 7 })).await;
    assert_eq!(again.status, 422, "{again:?}");
    let unknown = hosted.post(&hosted.ada, &of(RULES), json!({ "integration_id": 8 })).await;
    assert!(
        unknown.status == 422 && unknown.words().contains("the configuration has no app 8"),
        "{unknown:?}"
    );
    let listed = hosted.get(&hosted.rita, &of(RULES)).await.body;
    assert_eq!(listed, json!({ "total_count": 1, "custom_deployment_protection_rules": [made] }));
    assert_eq!(hosted.get(&hosted.ada, &of(&format!("{RULES}/apps"))).await.body["total_count"], 0);
    let one = of(&format!("{RULES}/{}", made["id"]));
    assert_eq!(hosted.get(&hosted.rita, &one).await.body, made);
    assert_eq!(hosted.delete(&hosted.ada, &one).await.status, 204);
    assert_eq!(hosted.get(&hosted.rita, &one).await.status, 404);
}

#[tokio::test]
async fn an_app_is_told_of_a_deployment_and_lets_it_go_on() {
    let program = Program::start().await;
    let hosted = &program.hosted;
    program.enable().await;
    let id = dispatch(hosted, &hosted.wim).await;
    let (head, body) = program.told("500 Internal Server Error").await;
    let again = program.told("204 No Content").await;
    assert_eq!(again.1, body, "it is told again where it did not answer");
    assert!(head.starts_with("post /hook http/1.1"), "{head}");
    assert!(head.contains("x-github-event: deployment_protection_rule"), "{head}");
    assert!(head.contains(&format!("x-hub-signature-256: sha256={}", signature(&body))), "{head}");
    let payload: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&payload["action"], &payload["environment"]), (&json!("requested"), &json!("production")));
    assert_eq!(
        (&payload["event"], &payload["sender"]["login"]),
        (&json!("workflow_dispatch"), &json!("wim"))
    );
    assert_eq!(payload["repository"]["full_name"], "your-org/your-repo");
    let callback = payload["deployment_callback_url"].as_str().unwrap();
    assert_eq!(
        callback,
        format!("{}{}", hosted.sandbox.github_url(), run(id, "/deployment_protection_rule"))
    );

    assert_eq!(token(hosted, id).await.unwrap_err().0, 409);
    let said = program.answer(id, json!({ "environment_name": "production", "comment": "looking" })).await;
    assert_eq!(said.status, 204, "{said:?}");
    assert_eq!(token(hosted, id).await.unwrap_err().0, 409, "a comment alone decides nothing");
    let approve =
        json!({ "environment_name": "Production", "state": "approved", "comment": "within the window" });
    assert_eq!(hosted.post(&program.app, callback, approve.clone()).await.status, 204);
    assert_eq!(program.answer(id, approve).await.status, 422, "it has said so already");
    assert!(token(hosted, id).await.unwrap().ends_with(":environment:production"));
    let answered = hosted.trail("DeploymentRuleAnswered").await;
    assert_eq!(answered[0]["userIdentity"]["userName"], "change-window[bot]");
    assert_eq!(hosted.trail("DeploymentRuleCommented").await.len(), 1);
}

#[tokio::test]
async fn an_app_rejects_and_nobody_else_answers_for_it() {
    let program = Program::start().await;
    let hosted = &program.hosted;
    program.enable().await;
    let id = dispatch(hosted, &hosted.wim).await;
    program.told("200 OK").await;
    let path = run(id, "/deployment_protection_rule");
    let reject = json!({ "environment_name": "production", "state": "rejected", "comment": "no" });
    let ada = hosted.post(&hosted.ada, &path, reject.clone()).await;
    let words = "Resource not accessible by personal access token";
    assert_eq!((ada.status, ada.body["message"].as_str()), (403, Some(words)));
    let nobody = User { token: "guessed".to_owned(), ..program.app.clone() };
    assert_eq!(hosted.post(&nobody, &path, reject.clone()).await.status, 401);
    assert_eq!(hosted.send("POST", &path, &[], "{}").await.status, 401);
    assert_eq!(hosted.get(&program.app, &run(id, "")).await.status, 401, "an app is no user");
    let cases = [
        (json!({ "state": "approved" }), 422),
        (json!({ "environment_name": "production" }), 422),
        (json!({ "environment_name": "production", "state": "maybe" }), 422),
        (json!({ "environment_name": "production", "comment": "x".repeat(1_025) }), 422),
        (json!({ "environment_name": "staging", "state": "approved" }), 404),
    ];
    for (body, status) in cases {
        assert_eq!(program.answer(id, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(program.answer(id + 1, reject.clone()).await.status, 404);
    assert_eq!(program.answer(id, reject.clone()).await.status, 204);
    assert_eq!(job(hosted, id, "deploy").await["conclusion"], "failure");
    assert_eq!(program.answer(id, reject).await.status, 422);
}
