//! Lambda over the wire: what is said to a wrong request, and code that lies in a bucket.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod bad_requests;
mod changed;
mod code;
mod traffic;
mod zip;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder, seed};
use http::Request;
use serde_json::{Value, json};

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const ROLE: &str = "arn:aws:iam::123456789012:role/function";
const FUNCTIONS: &str = "/2015-03-31/functions";
const CODE: &str = "/2015-03-31/functions/f/code";

/// Has the role `deploy`, which may do everything with functions, and the role `function` for them.
async fn sandbox(builder: SandboxBuilder) -> Sandbox {
    let sandbox = builder.start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
    }]});
    sandbox.create_role("function", &trust).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "lambda:*", "Resource": "*" },
        { "Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE },
    ]});
    sandbox.put_role_policy("deploy", "functions", &policy).await;
    sandbox
}

async fn session(sandbox: &Sandbox) -> Credentials {
    sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap()
}

async fn ask(
    sandbox: &Sandbox,
    caller: &Credentials,
    (method, path): (&str, &str),
    body: impl Into<Vec<u8>>,
) -> Result<Answer, Refused> {
    let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
    sandbox.call("lambda", Some(caller), request).await
}

fn members(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The request for the function `f` with code from somewhere.
fn function(code: Value) -> String {
    json!({ "FunctionName": "f", "Runtime": "python3.13", "Handler": "main.handler", "Role": ROLE, "Code": code })
        .to_string()
}

fn in_request(zip: &[u8]) -> Value {
    json!({ "ZipFile": STANDARD.encode(zip) })
}

/// The function `f`, settled.
async fn furnished() -> (Sandbox, Credentials) {
    let sandbox = sandbox(SandboxBuilder::default()).await;
    let caller = session(&sandbox).await;
    let body = function(in_request(&zip::of(b"one")));
    ask(&sandbox, &caller, ("POST", FUNCTIONS), body).await.unwrap();
    sandbox.advance(2).await;
    (sandbox, caller)
}
