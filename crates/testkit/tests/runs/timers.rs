//! What time does to runs happens, whether anybody looks at them or not.

use std::time::Duration;

use daypass_testkit::{Sandbox, SandboxBuilder};
use serde_json::Value;
use tempfile::TempDir;

use super::{finish, push, start};

/// How often it is looked.
const LOOKS_MAX: usize = 600;

/// The first event of this name. Reading events moves nothing.
async fn comes(sandbox: &Sandbox, name: &str) -> Value {
    for _ in 0..LOOKS_MAX {
        let events = sandbox.events().await;
        if let Some(event) = events.into_iter().find(|event| event["record"]["eventName"] == name) {
            return event["record"].clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no event {name} came");
}

async fn waiting(rule: &str) -> Sandbox {
    let directory = TempDir::new().unwrap();
    let config = format!(
        "[[users]]\nlogin = \"alice\"\n[[repositories]]\nname = \
         \"your-org/your-repo\"\n[[repositories.environments]]\nname = \"production\"\n{rule}\n"
    );
    let sandbox = SandboxBuilder::default().config_text(directory.path(), &config).start().await;
    let shown = sandbox.control("runs", &push()).await;
    start(&sandbox, &shown, "prepare").await;
    finish(&sandbox, &shown, "prepare").await;
    sandbox
}

#[tokio::test]
async fn a_timer_ends_and_is_on_record() {
    let sandbox = waiting("wait_minutes = 10").await;
    sandbox.advance(601).await;
    let opened = comes(&sandbox, "DeploymentOpened").await;
    assert_eq!(opened["requestParameters"]["environment"], "production");
    assert_eq!(opened["responseElements"]["to"], "open");
}

#[tokio::test]
async fn nobody_reviews_for_thirty_days() {
    let sandbox = waiting("reviewers = [\"alice\"]").await;
    sandbox.advance(30 * 86_400 + 1).await;
    let closed = comes(&sandbox, "DeploymentClosed").await;
    assert_eq!(closed["responseElements"]["to"], "expired");
    assert!(sandbox.stop().await.path().exists(), "it stops with the sandbox");
}
