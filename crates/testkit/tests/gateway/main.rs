//! The gateway: what does not reach the service behind it.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and writes the files that it configures"
)]

mod anew;
mod broken;
mod denied;
mod forwarded;
mod hostile;
mod keys;
mod outcome;
mod tls;

use daypass_testkit::upstream::{Script, ScriptedUpstream};
use daypass_testkit::{Answer, Credentials, Sandbox, SandboxBuilder, seed};
use http::Request;
use serde_json::{Value, json};

const KEYS: &str = "[default]\naws_access_key_id = AKIAUPSTREAM\naws_secret_access_key = upstream-secret\n";

/// A sandbox with this behind it as DynamoDB, SQS and S3.
async fn before(upstream: &ScriptedUpstream) -> Sandbox {
    before_endpoint(&upstream.url(), "").await
}

/// The same by the endpoint's address, with more lines in each table.
async fn before_endpoint(endpoint: &str, more: &str) -> Sandbox {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("keys"), KEYS).unwrap();
    let text = tables(endpoint, more);
    SandboxBuilder::default().config_text(directory.path(), &text).start_in(directory).await
}

/// The tables of the configuration that put an endpoint behind the gateway.
fn tables(endpoint: &str, more: &str) -> String {
    let table = |service: &str| {
        format!(
            "[[upstreams]]\nservice = \"{service}\"\nendpoint = \"{endpoint}\"\ncredentials_file = \"keys\"\nsilence_seconds = 1\n{more}\n"
        )
    };
    ["dynamodb", "sqs", "s3"].map(table).concat()
}

/// A session of a role that may do everything.
async fn session(sandbox: &Sandbox) -> Credentials {
    let all = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }
    ]});
    session_of(sandbox, Some(&all)).await
}

/// A session of a role with this policy, or none.
async fn session_of(sandbox: &Sandbox, policy: Option<&Value>) -> Credentials {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust("repo:your-org/your-repo:ref:refs/heads/main")).await;
    if let Some(policy) = policy {
        sandbox.put_role_policy("deploy", "all", policy).await;
    }
    let token = sandbox.mint("your-org/your-repo ref=refs/heads/main").await;
    sandbox.exchange("deploy", &token).await.unwrap()
}

/// Calls an operation of DynamoDB's or SQS's JSON protocol.
async fn call(
    sandbox: &Sandbox,
    (service, target): (&str, &str),
    by: Option<&Credentials>,
    body: &Value,
) -> Answer {
    let request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", target)
        .body(body.to_string().into_bytes())
        .unwrap();
    sandbox.aws.call(service, by, request).await.unwrap()
}

/// What is on record of a request, newest first.
async fn record(sandbox: &Sandbox, id: &str) -> Value {
    sandbox.read_control(&format!("explain/{id}")).await["event"].clone()
}

/// Every record of a request, oldest first.
async fn records(sandbox: &Sandbox, id: &str) -> Vec<Value> {
    let events = sandbox.events().await;
    let records = events.into_iter().map(|event| event["record"].clone());
    records.filter(|record| record["requestID"] == id).collect()
}

async fn behind(script: Script) -> (ScriptedUpstream, Sandbox, Credentials) {
    let upstream = ScriptedUpstream::start(script).await;
    let sandbox = before(&upstream).await;
    let session = session(&sandbox).await;
    (upstream, sandbox, session)
}
