//! An enterprise whose slug is in the issuer of its repositories' tokens.
//!
//! Source: GitHub docs, REST API, "Set the GitHub Actions OIDC custom issuer policy for an enterprise".

use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::{Value, json};
use tempfile::TempDir;

const CONFIG: &str = r#"
[[enterprises]]
slug = "octo-ent"
include_slug_in_issuer = true

[[enterprises]]
slug = "plain"

[[repositories]]
name = "org/repo"
enterprise = "octo-ent"

[[repositories]]
name = "org/plain"
enterprise = "plain"
"#;
const ISSUER: &str = "https://token.actions.githubusercontent.com/octo-ent";
const LOCATION: &str = "token.actions.githubusercontent.com/octo-ent";

async fn sandbox() -> Sandbox {
    let directory = TempDir::new().unwrap();
    SandboxBuilder::default().config_text(directory.path(), CONFIG).start().await
}

/// What anybody is answered at a path of the GitHub address.
async fn anybody(sandbox: &Sandbox, path: &str) -> (u16, Value) {
    sandbox.github("GET", path.trim_start_matches('/'), "nothing", None).await
}

fn trust(conditions: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::{}:oidc-provider/{LOCATION}", seed::ACCOUNT) },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }]})
}

#[tokio::test(flavor = "multi_thread")]
async fn its_discovery_lies_below_its_slug() {
    let sandbox = sandbox().await;
    let (status, document) = anybody(&sandbox, "/octo-ent/.well-known/openid-configuration").await;
    assert_eq!((status, document["issuer"].as_str()), (200, Some(ISSUER)));
    let keys_url = document["jwks_uri"].as_str().unwrap();
    let keys_path = keys_url.strip_prefix(sandbox.github_url()).unwrap();
    assert_eq!(keys_path, "/octo-ent/.well-known/jwks");
    let (_, keys) = anybody(&sandbox, keys_path).await;
    assert_eq!(keys, anybody(&sandbox, "/.well-known/jwks").await.1);
    let (_, github) = anybody(&sandbox, "/.well-known/openid-configuration").await;
    assert_eq!(github["issuer"], seed::ISSUER);
    for path in
        ["/plain/.well-known/jwks", "/Octo-Ent/.well-known/openid-configuration", "/x/.well-known/jwks"]
    {
        assert_eq!(anybody(&sandbox, path).await.0, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_repositories_have_its_issuer_and_others_cannot_pass_for_them() {
    let sandbox = sandbox().await;
    sandbox.register_github().await;
    sandbox.register(ISSUER, &[seed::AUDIENCE]).await;
    let subject = "repo:org/*:ref:refs/heads/main";
    let own = json!({ "StringLike": { format!("{LOCATION}:sub"): subject } });
    sandbox.create_role("enterprise", &trust(&own)).await;
    let of_github = json!({ "StringLike": { "token.actions.githubusercontent.com:sub": subject } });
    sandbox.create_role("github", &seed::trust_where(&of_github)).await;
    for (job, enterprise, github) in [
        ("org/repo", true, false),
        ("org/plain", false, true),
        ("org/other", false, true),
        // A job that is described may say it, as it may say anything.
        ("org/other enterprise=Octo-Ent", true, false),
        ("org/repo enterprise=plain", false, true),
    ] {
        let token = sandbox.mint(job).await;
        for (role, enters) in [("enterprise", enterprise), ("github", github)] {
            let result = sandbox.exchange(role, &token).await;
            let refused = result.as_ref().err().map(|refused| refused.message.as_str());
            assert_eq!(result.is_ok(), enters, "{job} at {role}: {refused:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn iam_asks_a_trust_policy_for_it_to_name_a_subject_too() {
    let sandbox = sandbox().await;
    let loose = trust(&json!({ "StringEquals": { format!("{LOCATION}:aud"): seed::AUDIENCE } })).to_string();
    let parameters = [("RoleName", "loose"), ("AssumeRolePolicyDocument", loose.as_str())];
    let refused = sandbox.iam("CreateRole", &parameters).await.err().unwrap();
    assert_eq!(refused.code, "MalformedPolicyDocument");
    assert!(
        refused.message.contains(&format!("{LOCATION}:sub or {LOCATION}:job_workflow_ref")),
        "{}",
        refused.message
    );
}
