//! Disks that are full, directories that are taken, databases that are damaged, and restarts.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and damages files by itself"
)]

mod damage;
mod filling_disk;
mod full_disk;
mod restart;

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, Service, seed};
use http::Request;

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";

/// Lets the role `deploy` be taken by the tokens of one branch, to read and write the bucket `site`.
async fn furnish(sandbox: &Sandbox) {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::site/*",
    }]});
    sandbox.put_role_policy("deploy", "site", &policy).await;
    sandbox.create_bucket("site").await;
}

async fn put(sandbox: &Sandbox, by: &Credentials, key: &str, body: &[u8]) -> Result<Answer, Refused> {
    sandbox.s3(Some(by), Request::put(format!("/site/{key}")).body(body.to_vec()).unwrap()).await
}

async fn get(sandbox: &Sandbox, by: &Credentials, key: &str) -> Result<Answer, Refused> {
    sandbox.s3(Some(by), Request::get(format!("/site/{key}")).body(Vec::new()).unwrap()).await
}

async fn whoami(sandbox: &Sandbox, by: &Credentials) -> Result<String, Refused> {
    let answer = sandbox.query(Service::Sts, Some(by), "GetCallerIdentity", &[]).await?;
    Ok(answer.element("Arn").unwrap())
}
