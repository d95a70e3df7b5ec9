//! What a session may do, how it becomes a session of another role, and how long it lasts.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and compares with the wall clock"
)]

mod boundaries;
mod chaining;
mod condition_keys;
mod lifetimes;
mod permissions;

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, Service, seed};
use http::Request;
use serde_json::{Value, json};

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const DEPLOYER: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": resource }] })
}

/// A trust policy for AWS principals.
fn trust_aws(principal: &str, actions: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": principal }, "Action": actions,
    }]})
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", seed::ACCOUNT)
}

/// A sandbox with the role `deploy`, which the tokens of one branch are exchanged for, and an object.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox.create_bucket("site").await;
    let request = Request::put("/site/index.html").body(b"hello".to_vec()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), request).await.unwrap();
    sandbox
}

async fn session(sandbox: &Sandbox, more: &[(&str, &str)]) -> Credentials {
    sandbox.exchange_with("deploy", &sandbox.mint(JOB).await, more).await.unwrap()
}

async fn get(sandbox: &Sandbox, credentials: &Credentials) -> Result<Answer, Refused> {
    sandbox.s3(Some(credentials), Request::get("/site/index.html").body(Vec::new()).unwrap()).await
}

async fn put(sandbox: &Sandbox, credentials: &Credentials) -> Result<Answer, Refused> {
    sandbox.s3(Some(credentials), Request::put("/site/new.html").body(b"new".to_vec()).unwrap()).await
}

async fn identity(sandbox: &Sandbox, credentials: &Credentials) -> [String; 3] {
    let answer = sandbox.query(Service::Sts, Some(credentials), "GetCallerIdentity", &[]).await.unwrap();
    ["Arn", "UserId", "Account"].map(|name| answer.element(name).unwrap())
}

fn not_authorized(action: &str, key: &str, because: &str) -> String {
    format!(
        "User: {DEPLOYER} is not authorized to perform: {action} on resource: \"arn:aws:s3:::site/{key}\" {because}"
    )
}
