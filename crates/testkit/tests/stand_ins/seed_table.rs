//! The table "Restricting by branch, tag, and environment", row by row: which job gets into which role.
//!
//! `repo:org/repo:workflow_dispatch` is a row of it and no subject of GitHub's, so the sandbox is told to make it. Without
//! that form a dispatched run has the subject of its branch, and the role stays closed.

use daypass_testkit::{Sandbox, SandboxBuilder, seed};
use serde_json::json;
use tempfile::TempDir;

const FORM: &str = r#"
[[stand_ins]]
issuer = "https://token.actions.githubusercontent.com"
[[stand_ins.subjects]]
event = "workflow_dispatch"
environment = false
form = "repo:{repository}:workflow_dispatch"
"#;

/// The trigger, the subject that a trust policy asks for, and a role's name for it.
const ROWS: [(&str, &str, &str); 6] = [
    ("Push to branch main", "repo:org/repo:ref:refs/heads/main", "main"),
    ("Push to any branch", "repo:org/repo:ref:refs/heads/*", "branches"),
    ("Tag matching v*", "repo:org/repo:ref:refs/tags/v*", "tags"),
    ("GitHub Environment production", "repo:org/repo:environment:production", "production"),
    ("Pull request", "repo:org/repo:pull_request", "pull-request"),
    ("workflow_dispatch", "repo:org/repo:workflow_dispatch", "dispatch"),
];

/// A job, and the roles that it gets into with the form of above and without it.
const JOBS: [(&str, &[&str], &[&str]); 11] = [
    ("org/repo event=push branch=main", &["main", "branches"], &["main", "branches"]),
    ("org/repo event=push branch=feature/x", &["branches"], &["branches"]),
    ("org/repo event=push tag=v1.2.3", &["tags"], &["tags"]),
    ("org/repo event=push tag=nightly", &[], &[]),
    ("org/repo event=push branch=main environment=production", &["production"], &["production"]),
    ("org/repo event=push branch=main environment=Production", &[], &[]),
    ("org/repo event=pull_request pull_request=7", &["pull-request"], &["pull-request"]),
    ("org/repo event=workflow_dispatch branch=main", &["dispatch"], &["main", "branches"]),
    ("org/repo event=workflow_dispatch branch=feature/x", &["dispatch"], &["branches"]),
    ("org/repo event=workflow_dispatch branch=main environment=production", &["production"], &["production"]),
    ("org/other event=workflow_dispatch branch=main", &[], &[]),
];

async fn sandbox(config: &str) -> Sandbox {
    let directory = TempDir::new().unwrap();
    let sandbox = SandboxBuilder::default().config_text(directory.path(), config).start().await;
    sandbox.register_github().await;
    for (_, subject, role) in ROWS {
        let trust = seed::trust_where(&json!({
            "StringEquals": { "token.actions.githubusercontent.com:aud": seed::AUDIENCE },
            "StringLike": { "token.actions.githubusercontent.com:sub": subject },
        }));
        sandbox.create_role(role, &trust).await;
    }
    sandbox
}

/// The roles that a job gets into.
async fn entered(sandbox: &Sandbox, job: &str) -> Vec<&'static str> {
    let token = sandbox.mint(job).await;
    let mut roles = Vec::new();
    for (_, _, role) in ROWS {
        match sandbox.exchange(role, &token).await {
            Ok(_) => roles.push(role),
            Err(refused) => assert_eq!(refused.code, "AccessDenied", "{job} at {role}"),
        }
    }
    roles
}

#[tokio::test(flavor = "multi_thread")]
async fn each_job_gets_into_the_roles_of_its_row_and_no_other() {
    let (with, without) = (sandbox(FORM).await, sandbox("").await);
    let mut wrong = Vec::new();
    for (job, expected_with, expected_without) in JOBS {
        let rows = [("with the form", &with, expected_with), ("without", &without, expected_without)];
        for (which, sandbox, expected) in rows {
            let got = entered(sandbox, job).await;
            if got != expected {
                wrong.push(format!("{job}, {which}: wanted {expected:?}, got {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (trigger, _, role) in ROWS {
        assert!(JOBS.iter().any(|(_, roles, _)| roles.contains(&role)), "no job shows the row {trigger}");
    }
}
