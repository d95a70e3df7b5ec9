//! Several accounts in one server: what one lets another do, and that nothing else of one means anything to another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod assume;
mod isolation;
mod keeping;
mod trail;

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder, Service, seed};
use http::Request;
use serde_json::{Value, json};

/// The second account.
const OTHER: &str = "210987654321";
/// A third.
const THIRD: &str = "345678901234";
/// An account that the server does not have.
const STRANGER: &str = "999999999999";

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
/// The caller of the tests: a session in the first account.
const DEPLOYER: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";

fn role_in(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

fn policy(effect: &str, actions: &[&str], resource: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": effect, "Action": actions, "Resource": resource }] })
}

/// A trust policy for AWS principals.
fn trust(principal: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole",
    }]})
}

/// Two accounts; the first has the role `deploy`, which the tokens of one branch are exchanged for.
async fn two() -> Sandbox {
    furnished(SandboxBuilder::default().account(OTHER).start().await).await
}

/// The same with a third account.
async fn three() -> Sandbox {
    furnished(SandboxBuilder::default().account(OTHER).account(THIRD).start().await).await
}

async fn furnished(sandbox: Sandbox) -> Sandbox {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox
}

async fn session(sandbox: &Sandbox, more: &[(&str, &str)]) -> Credentials {
    sandbox.exchange_with("deploy", &sandbox.mint(JOB).await, more).await.unwrap()
}

/// Calls IAM as an account's administrator.
async fn iam_in(sandbox: &Sandbox, account: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let administrator = sandbox.administrator_of(account);
    sandbox.query(Service::Iam, Some(&administrator), action, parameters).await.unwrap()
}

async fn create_role_in(sandbox: &Sandbox, account: &str, name: &str, trust: &Value) {
    let document = trust.to_string();
    let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", document.as_str())];
    iam_in(sandbox, account, "CreateRole", &parameters).await;
}

async fn put_policy_in(sandbox: &Sandbox, account: &str, role: &str, policy: &Value) {
    let document = policy.to_string();
    let parameters = [("RoleName", role), ("PolicyName", "own"), ("PolicyDocument", document.as_str())];
    iam_in(sandbox, account, "PutRolePolicy", &parameters).await;
}

async fn whoami(sandbox: &Sandbox, credentials: &Credentials) -> Result<[String; 2], Refused> {
    let answer = sandbox.query(Service::Sts, Some(credentials), "GetCallerIdentity", &[]).await?;
    Ok(["Account", "Arn"].map(|name| answer.element(name).unwrap()))
}

/// An S3 call: method and path.
async fn s3(
    sandbox: &Sandbox,
    credentials: &Credentials,
    method: &str,
    path: &str,
) -> Result<Answer, Refused> {
    let body = if method == "PUT" && path.matches('/').count() > 1 { b"hello".to_vec() } else { Vec::new() };
    let request = Request::builder().method(method).uri(path).body(body).unwrap();
    sandbox.s3(Some(credentials), request).await
}
