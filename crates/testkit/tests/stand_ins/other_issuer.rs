//! An issuer that is not GitHub, with subjects of its own form.

use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::json;
use tempfile::TempDir;

const ISSUER: &str = "https://gitlab.example.com";
const CONFIG: &str = r#"
[[stand_ins]]
issuer = "https://gitlab.example.com"
[[stand_ins.subjects]]
event = "push"
form = "project_path:{repository}:ref_type:{ref_type}:ref:{ref}"
"#;

async fn sandbox() -> Sandbox {
    let directory = TempDir::new().unwrap();
    let sandbox = SandboxBuilder::default().config_text(directory.path(), CONFIG).start().await;
    sandbox.register_github().await;
    sandbox.register(ISSUER, &[seed::AUDIENCE]).await;
    let provider = format!("arn:aws:iam::{}:oidc-provider/gitlab.example.com", seed::ACCOUNT);
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": provider },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            "gitlab.example.com:sub": "project_path:org/repo:ref_type:branch:ref:refs/heads/main",
        }},
    }]});
    sandbox.create_role("gitlab", &trust).await;
    sandbox.create_role("github", &seed::trust("repo:org/repo:ref:refs/heads/main")).await;
    sandbox
}

async fn mint(sandbox: &Sandbox, job: &str, issuer: Option<&str>) -> String {
    sandbox.mint_with(json!({ "job": job, "issuer": issuer, "audience": seed::AUDIENCE })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn its_tokens_are_its_own_and_no_ones_else() {
    let sandbox = sandbox().await;
    let main = "org/repo event=push branch=main";
    let gitlab = mint(&sandbox, main, Some(ISSUER)).await;
    let github = mint(&sandbox, main, None).await;
    let dispatched = mint(&sandbox, "org/repo event=workflow_dispatch branch=main", Some(ISSUER)).await;
    for (name, role, token, enters) in [
        ("its own token", "gitlab", &gitlab, true),
        ("GitHub's token at its role", "gitlab", &github, false),
        ("its token at GitHub's role", "github", &gitlab, false),
        ("GitHub's token", "github", &github, true),
        ("an event without a form has GitHub's subject", "gitlab", &dispatched, false),
    ] {
        let result = sandbox.exchange(role, token).await;
        assert_eq!(result.is_ok(), enters, "{name}: {:?}", result.err().map(|refused| refused.message));
    }
    let refused = sandbox.exchange("gitlab", &dispatched).await.err().unwrap();
    assert!(sandbox.explain(&refused).await.contains("repo:org/repo:ref:refs/heads/main"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_spoken_for() {
    let sandbox = sandbox().await;
    for issuer in ["https://gitlab.com", "https://gitlab.example.com/", "HTTPS://gitlab.example.com", ""] {
        let asked = json!({ "job": "org/repo", "issuer": issuer });
        let (status, answer) = sandbox.try_control("mint", &asked).await;
        assert_eq!(status, 409, "{issuer}");
        assert_eq!(answer["error"], format!("the sandbox does not stand in for the issuer `{issuer}`"));
        assert_eq!(answer["hint"], "add a table [[stand_ins]] with it to the configuration");
    }
}
