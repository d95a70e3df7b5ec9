//! A bucket's policy beside the policies of roles, sessions and boundaries, in one account and between two; and the
//! condition keys that either may ask about.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and signs by the wall clock"
)]

mod condition_keys;
mod layers;
mod object_tags;
mod operations;
mod two_accounts;

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder, seed};
use http::Request;
use serde_json::{Value, json};

/// The second account.
const OTHER: &str = "210987654321";
const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
/// The role of the tests, and its session.
const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";
const BUCKET: &str = "arn:aws:s3:::site";
const OBJECT: &str = "arn:aws:s3:::site/index.html";

/// Two accounts; the first has the role `deploy` without any policy, and the bucket `site` with one object.
async fn furnished() -> Sandbox {
    let sandbox = SandboxBuilder::default().account(OTHER).start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox.create_bucket("site").await;
    let administrator = sandbox.administrator.clone();
    s3(&sandbox, &administrator, "PUT", "/site/index.html", "hello").await.unwrap();
    sandbox
}

async fn session(sandbox: &Sandbox, more: &[(&str, &str)]) -> Credentials {
    sandbox.exchange_with("deploy", &sandbox.mint(JOB).await, more).await.unwrap()
}

async fn s3(
    sandbox: &Sandbox,
    credentials: &Credentials,
    method: &str,
    path: &str,
    body: &str,
) -> Result<Answer, Refused> {
    let request = Request::builder().method(method).uri(path).body(body.as_bytes().to_vec()).unwrap();
    sandbox.s3(Some(credentials), request).await
}

async fn get(sandbox: &Sandbox, credentials: &Credentials) -> Result<Answer, Refused> {
    s3(sandbox, credentials, "GET", "/site/index.html", "").await
}

/// A policy of one statement, about the bucket and all that is in it.
fn statement(effect: &str, principal: &Value, actions: &Value, condition: &Value) -> Value {
    let both = [BUCKET.to_owned(), format!("{BUCKET}/*")];
    json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "of the bucket", "Effect": effect, "Principal": principal, "Action": actions, "Resource": both,
        "Condition": condition,
    }]})
}

fn allow(principal: &str, action: &str) -> Value {
    statement("Allow", &json!({ "AWS": principal }), &json!(action), &json!({}))
}

fn deny(principal: &str, action: &str) -> Value {
    statement("Deny", &json!({ "AWS": principal }), &json!(action), &json!({}))
}

/// A policy of a role.
fn own(effect: &str, action: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": effect, "Action": action, "Resource": "*" }] })
}

async fn put_policy(sandbox: &Sandbox, policy: &Value) -> Result<Answer, Refused> {
    s3(sandbox, &sandbox.administrator, "PUT", "/site?policy", &policy.to_string()).await
}

fn because(user: &str, action: &str, resource: &str, reason: &str) -> String {
    format!("User: {user} is not authorized to perform: {action} on resource: \"{resource}\" {reason}")
}
