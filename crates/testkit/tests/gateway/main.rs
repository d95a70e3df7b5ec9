//! The gateway: what does not reach the service behind it.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and writes the files that it configures"
)]

mod denied;
mod forwarded;

use daypass_testkit::upstream::ScriptedUpstream;
use daypass_testkit::{Answer, Credentials, Sandbox, SandboxBuilder, seed};
use http::Request;
use serde_json::{Value, json};

const KEYS: &str = "[default]\naws_access_key_id = AKIAUPSTREAM\naws_secret_access_key = upstream-secret\n";

/// A sandbox with this behind it as DynamoDB, SQS and S3.
async fn before(upstream: &ScriptedUpstream) -> Sandbox {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("keys"), KEYS).unwrap();
    let table = |service: &str| {
        let url = upstream.url();
        format!(
            "[[upstreams]]\nservice = \"{service}\"\nendpoint = \"{url}\"\ncredentials_file = \"keys\"\nsilence_seconds = 1\n"
        )
    };
    let text = ["dynamodb", "sqs", "s3"].map(table).concat();
    let builder = SandboxBuilder::default().config_text(directory.path(), &text);
    builder.start_in(directory).await
}

/// A session of a role that may do everything.
async fn session(sandbox: &Sandbox) -> Credentials {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust("repo:your-org/your-repo:ref:refs/heads/main")).await;
    let all = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }
    ]});
    sandbox.put_role_policy("deploy", "all", &all).await;
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
