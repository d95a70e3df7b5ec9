//! What a restart keeps of each account, and what happens where one of them is damaged or gone from the configuration.

use std::os::unix::fs::PermissionsExt as _;

use daypass_store::sqlite::Database;
use daypass_store::{Change, Collection, Commit, Journal as _};
use daypass_testkit::{Sandbox, SandboxBuilder, Service, seed};

use crate::{
    OTHER, create_role_in, furnished, iam_in, policy, put_policy_in, role_in, root, s3, session, trust, two,
    whoami,
};

/// A role in the second account and a session of it, from the first.
async fn settled(sandbox: &Sandbox) -> daypass_testkit::Credentials {
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(sandbox, OTHER, "target", &trust(&root(seed::ACCOUNT))).await;
    put_policy_in(sandbox, OTHER, "target", &policy("Allow", &["s3:*"], "*")).await;
    let across =
        sandbox.assume_arn(&session(sandbox, &[]).await, &role_in(OTHER, "target"), &[]).await.unwrap();
    s3(sandbox, &across, "PUT", "/theirs").await.unwrap();
    s3(sandbox, &across, "PUT", "/theirs/a").await.unwrap();
    across
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_every_account() {
    let sandbox = two().await;
    let across = settled(&sandbox).await;
    let other = sandbox.administrator_of(OTHER);
    let file = sandbox.data().join(format!("administrators/{OTHER}.json"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let used = iam_in(&sandbox, OTHER, "GetRole", &[("RoleName", "target")]).await;
    let used = used.element("LastUsedDate").unwrap();
    let sandbox = sandbox.restart().await;
    assert_eq!(sandbox.administrator_of(OTHER).access_key_id, other.access_key_id);
    whoami(&sandbox, &other).await.unwrap();
    assert_eq!(whoami(&sandbox, &across).await.unwrap().first().unwrap(), OTHER);
    assert_eq!(s3(&sandbox, &across, "GET", "/theirs/a").await.unwrap().body, "hello");
    let refused = s3(&sandbox, &sandbox.administrator, "GET", "/theirs/a").await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    let role = iam_in(&sandbox, OTHER, "GetRole", &[("RoleName", "target")]).await;
    assert_eq!(role.element("LastUsedDate").unwrap(), used);
    let refused = sandbox.iam("GetRole", &[("RoleName", "target")]).await.unwrap_err();
    assert_eq!(refused.code, "NoSuchEntity", "the first account has no such role");
    let status = sandbox.read_control("status").await;
    assert_eq!(status["account"], seed::ACCOUNT);
    assert_eq!(status["accounts"][0]["id"], seed::ACCOUNT);
    assert_eq!(status["accounts"][1]["id"], OTHER);
    assert_eq!(status["accounts"][1]["roles"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_taken_out_of_the_configuration_is_not_served() {
    let sandbox = two().await;
    let across = settled(&sandbox).await;
    let other = sandbox.administrator_of(OTHER);
    let sandbox = SandboxBuilder::default().start_in(sandbox.stop().await).await;
    for credentials in [&across, &other] {
        let refused = whoami(&sandbox, credentials).await.unwrap_err();
        assert_eq!(refused.code, "InvalidClientTokenId");
    }
    let own = session(&sandbox, &[]).await;
    let refused = sandbox.assume_arn(&own, &role_in(OTHER, "target"), &[]).await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    let taken = s3(&sandbox, &sandbox.administrator, "PUT", "/theirs").await.unwrap_err();
    assert_eq!(taken.code, "BucketAlreadyExists", "what it has is still its own");
    assert_eq!(
        s3(&sandbox, &sandbox.administrator, "GET", "/theirs/a").await.unwrap_err().code,
        "AccessDenied"
    );
    // It comes back as it was.
    let sandbox = SandboxBuilder::default().account(OTHER).start_in(sandbox.stop().await).await;
    whoami(&sandbox, &across).await.unwrap();
    whoami(&sandbox, &other).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_of_one_account_takes_another_in() {
    let sandbox = furnished(Sandbox::start().await).await;
    sandbox.create_bucket("site").await;
    let own = session(&sandbox, &[]).await;
    let sandbox = SandboxBuilder::default().account(OTHER).start_in(sandbox.stop().await).await;
    whoami(&sandbox, &own).await.expect("sessions from before live on");
    session(&sandbox, &[]).await;
    s3(&sandbox, &sandbox.administrator, "PUT", "/site/a").await.unwrap();
    let other = sandbox.administrator_of(OTHER);
    assert_eq!(s3(&sandbox, &other, "GET", "/site/a").await.unwrap_err().code, "AccessDenied");
    let roles = sandbox.query(Service::Iam, Some(&other), "ListRoles", &[]).await.unwrap();
    assert!(!String::from_utf8_lossy(&roles.body).contains("deploy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_damaged_account_does_not_start() {
    let sandbox = two().await;
    settled(&sandbox).await;
    let directory = sandbox.stop().await;
    let data = directory.path().join("data");
    let key = format!("@{OTHER}/target");
    let database = Database::open(&data, None).unwrap();
    let change =
        Change::Put { collection: Collection::Role, key: key.clone(), document: "{\"name\":".to_owned() };
    database.commit(Commit { changes: vec![change], ..Commit::default() }).await.unwrap();
    drop(database);
    let Err(error) = SandboxBuilder::default().account(OTHER).try_start(&data).await else {
        panic!("it starts with a damaged account");
    };
    assert!(error.to_string().starts_with(&format!("the kept role `{key}` cannot be read")), "{error}");
    // Without that account the rest is as it was.
    let sandbox = SandboxBuilder::default().start_in(directory).await;
    session(&sandbox, &[]).await;
    let data = sandbox.stop().await;
    let Err(error) =
        SandboxBuilder::default().account(seed::ACCOUNT).try_start(&data.path().join("data")).await
    else {
        panic!("it starts with the first account twice");
    };
    assert!(error.to_string().contains("is the first one"), "{error}");
}
