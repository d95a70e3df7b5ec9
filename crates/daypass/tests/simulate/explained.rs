//! `daypass explain` of a denial by each kind of policy that the server has.

use daypass_testkit::{Credentials, Refused, Sandbox, seed};
use http::Request;
use serde_json::{Value, json};

use crate::folder::{Ended, READ, UPLOAD, expect, run};

/// A sandbox with a bucket, and a role `deploy` with one policy that may be assumed from `main`.
async fn sandbox(policy: &str) -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    let trust = seed::trust("repo:your-org/your-repo:ref:refs/heads/main");
    sandbox.create_role("deploy", &trust).await;
    let policy: Value = serde_json::from_str(policy).unwrap();
    sandbox.put_role_policy("deploy", "work", &policy).await;
    sandbox.create_bucket("site").await;
    sandbox
}

async fn session(sandbox: &Sandbox, more: &[(&str, &str)]) -> Credentials {
    let token = sandbox.mint("your-org/your-repo ref=refs/heads/main").await;
    sandbox.exchange_with("deploy", &token, more).await.unwrap()
}

async fn upload(sandbox: &Sandbox, session: &Credentials) -> Refused {
    let request = Request::put("/site/a").body(b"content".to_vec()).unwrap();
    sandbox.s3(Some(session), request).await.unwrap_err()
}

fn explain(sandbox: &Sandbox, refused: &Refused) -> Ended {
    let data = sandbox.data().display().to_string();
    run(std::path::Path::new("/"), &["explain", &refused.request_id, "--data", &data])
}

/// What is printed of a refused upload.
fn refused(id: &str, because: &str, tree: &str) -> String {
    format!(
        "\
PutObject was denied (request {id})
caller: arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions
AWS's words: AccessDenied: User: arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions is not authorized to \
perform: s3:PutObject on resource: \"arn:aws:s3:::site/a\" {because}
{tree}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_by_the_identity_policies() {
    let sandbox = sandbox(READ).await;
    let refusal = upload(&sandbox, &session(&sandbox, &[]).await).await;
    let head = refused(
        &refusal.request_id,
        "because no identity-based policy allows the s3:PutObject action",
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the identity policies allows it
└─ identity policies: nothing allows it
   └─ work, line 1, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the identity policies
",
    );
    expect(&explain(&sandbox, &refusal), 0, &head);
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_by_the_session_policy() {
    let sandbox = sandbox(UPLOAD).await;
    let refusal = upload(&sandbox, &session(&sandbox, &[("Policy", READ)]).await).await;
    let head = refused(
        &refusal.request_id,
        "because no session policy allows the s3:PutObject action",
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the session policies allows it
├─ identity policies: allows it
│  └─ work, line 1, statement `Upload` (Allow): matches
└─ session policies: nothing allows it
   └─ session policy, line 4, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the session policies
",
    );
    expect(&explain(&sandbox, &refusal), 0, &head);
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_by_the_boundary() {
    let sandbox = sandbox(UPLOAD).await;
    let policy = [("PolicyName", "bound"), ("PolicyDocument", READ)];
    sandbox.iam("CreatePolicy", &policy).await.unwrap();
    let boundary = "arn:aws:iam::123456789012:policy/bound";
    let parameters = [("RoleName", "deploy"), ("PermissionsBoundary", boundary)];
    sandbox.iam("PutRolePermissionsBoundary", &parameters).await.unwrap();
    let refusal = upload(&sandbox, &session(&sandbox, &[]).await).await;
    let head = refused(
        &refusal.request_id,
        "because no permissions boundary allows the s3:PutObject action",
        "\
s3:PutObject on arn:aws:s3:::site/a: denied: nothing in the permissions boundary allows it
├─ identity policies: allows it
│  └─ work, line 1, statement `Upload` (Allow): matches
└─ permissions boundary: nothing allows it
   └─ arn:aws:iam::123456789012:policy/bound, line 4, statement `Read` (Allow): does not match
      └─ Action wants `s3:GetObject`, presented was `s3:PutObject`
likely mend: add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the permissions boundary
",
    );
    expect(&explain(&sandbox, &refusal), 0, &head);
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_by_the_trust_policy() {
    let sandbox = sandbox(UPLOAD).await;
    let token = sandbox.mint("your-org/your-repo environment=production").await;
    let refusal = sandbox.exchange("deploy", &token).await.unwrap_err();
    let expected = format!("\
AssumeRoleWithWebIdentity was denied (request {})
caller: repo:your-org/your-repo:environment:production
AWS's words: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
sts:AssumeRoleWithWebIdentity on arn:aws:iam::123456789012:role/deploy: denied: nothing in the trust policy allows it
└─ trust policy: nothing allows it
   └─ trust policy, line 1, statement 1 (Allow): does not match
      └─ StringEquals token.actions.githubusercontent.com:sub wants `repo:your-org/your-repo:ref:refs/heads/main`, presented was `repo:your-org/your-repo:environment:production`
likely mend: the job sets `environment: production`, so GitHub's subject is `repo:your-org/your-repo:environment:production`; the policy asks for `repo:your-org/your-repo:ref:refs/heads/main`
", refusal.request_id);
    expect(&explain(&sandbox, &refusal), 0, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explicit_deny_names_its_line() {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
        { "Sid": "Never", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*" },
    ]});
    let sandbox = sandbox(&policy.to_string()).await;
    let refusal = upload(&sandbox, &session(&sandbox, &[]).await).await;
    let head = refused(
        &refusal.request_id,
        "with an explicit deny in an identity-based policy",
        "\
s3:PutObject on arn:aws:s3:::site/a: denied explicitly by work, line 1 (identity policies)
└─ identity policies: denies it
   ├─ work, line 1, statement 1 (Allow): matches
   └─ work, line 1, statement `Never` (Deny): matches
likely mend: statement 2 of `work` denies it, and no other statement can allow it: narrow or remove that one
",
    );
    expect(&explain(&sandbox, &refusal), 0, &head);
}
