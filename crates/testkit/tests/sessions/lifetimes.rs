//! How long a session lasts, and what an answer says about it.

use daypass_testkit::{Sandbox, SandboxBuilder, Service, seed};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{JOB, SUBJECT, identity, role, sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_as_long_as_its_role_allows() {
    let sandbox = sandbox().await;
    let token = sandbox.mint(JOB).await;
    let ask =
        async |seconds: &str| sandbox.exchange_with("deploy", &token, &[("DurationSeconds", seconds)]).await;
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    assert_eq!(ask("7200").await.unwrap_err().said(), (400, "ValidationError", message));
    sandbox.iam("UpdateRole", &[("RoleName", "deploy"), ("MaxSessionDuration", "7200")]).await.unwrap();
    assert_eq!(ask("7201").await.unwrap_err().said(), (400, "ValidationError", message));
    let long = ask("7200").await.unwrap();
    let short = ask("900").await.unwrap();
    sandbox.advance(901).await;
    let refused = sandbox.query(Service::Sts, Some(&short), "GetCallerIdentity", &[]).await.unwrap_err();
    assert_eq!(refused.code, "ExpiredToken");
    sandbox.advance(7_200 - 901 - 10).await;
    identity(&sandbox, &long).await;
    sandbox.advance(15).await;
    let refused = sandbox.query(Service::Sts, Some(&long), "GetCallerIdentity", &[]).await.unwrap_err();
    assert_eq!(refused.code, "ExpiredToken");
}

/// How many seconds of the wall clock the answer says that its credentials live.
async fn lifetime_seconds(sandbox: &Sandbox) -> i64 {
    let (token, arn) = (sandbox.mint(JOB).await, role("deploy"));
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", "clock"), ("WebIdentityToken", &token)];
    let before = Timestamp::now();
    let answer = sandbox.query(Service::Sts, None, "AssumeRoleWithWebIdentity", &parameters).await.unwrap();
    let expiration: Timestamp = answer.element("Expiration").unwrap().parse().unwrap();
    expiration.duration_since(before).as_secs()
}

#[tokio::test(flavor = "multi_thread")]
async fn expiration_is_told_in_the_wall_clocks_time() {
    let start = Timestamp::now() - SignedDuration::from_hours(24 * 400);
    let sandbox = SandboxBuilder::default().clock(start).start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let near = |wanted: i64, got: i64| {
        assert!((wanted - 30..=wanted + 30).contains(&got), "wanted {wanted}, got {got}")
    };
    near(3_600, lifetime_seconds(&sandbox).await);
    sandbox.advance(86_400 * 800).await;
    near(3_600, lifetime_seconds(&sandbox).await);
    // An hour of an account whose time runs at twelve times the rate is five minutes here.
    sandbox.control("clock", &json!({ "rate": 12.0 })).await;
    near(300, lifetime_seconds(&sandbox).await);
    sandbox.control("clock", &json!({ "rate": 0.5 })).await;
    near(7_200, lifetime_seconds(&sandbox).await);
}
