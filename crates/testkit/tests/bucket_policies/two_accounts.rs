//! Between two accounts both sides must allow.

use serde_json::json;

use crate::{
    OBJECT, OTHER, SESSION, allow, because, furnished, get, own, put_policy, s3, session, statement,
};

const NO_RESOURCE: &str = "because no resource-based policy allows the s3:GetObject action";
const NO_IDENTITY: &str = "because no identity-based policy allows the s3:GetObject action";
const THEIRS: &str = "arn:aws:s3:::theirs/index.html";

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_must_allow() {
    let sandbox = furnished().await;
    let other = sandbox.administrator_of(OTHER);
    s3(&sandbox, &other, "PUT", "/theirs", "").await.unwrap();
    s3(&sandbox, &other, "PUT", "/theirs/index.html", "theirs").await.unwrap();
    let role = "arn:aws:iam::123456789012:role/deploy";
    let root = "arn:aws:iam::123456789012:root";
    let own_leave = Some("s3:GetObject");
    for (principal, own_action, reason) in [
        (None, None, Some(NO_IDENTITY)),
        (None, own_leave, Some(NO_RESOURCE)),
        (Some(role), None, Some(NO_IDENTITY)),
        (Some(SESSION), None, Some(NO_IDENTITY)),
        (Some(root), None, Some(NO_IDENTITY)),
        (Some(role), own_leave, None),
        (Some(root), own_leave, None),
        (Some(SESSION), own_leave, None),
        (Some("arn:aws:iam::999999999999:root"), own_leave, Some(NO_RESOURCE)),
    ] {
        match principal {
            None => s3(&sandbox, &other, "DELETE", "/theirs?policy", "").await.unwrap(),
            Some(principal) => {
                let policy = allow(principal, "s3:GetObject").to_string().replace(":::site", ":::theirs");
                s3(&sandbox, &other, "PUT", "/theirs?policy", &policy).await.unwrap()
            }
        };
        sandbox.put_role_policy("deploy", "own", &own("Allow", own_action.unwrap_or("s3:ListBucket"))).await;
        let caller = session(&sandbox, &[]).await;
        let answered = s3(&sandbox, &caller, "GET", "/theirs/index.html", "").await;
        match (answered, reason) {
            (Ok(answer), None) => assert_eq!(answer.body, "theirs"),
            (Err(refused), Some(reason)) => {
                let message = because(SESSION, "s3:GetObject", THEIRS, reason);
                assert_eq!(
                    refused.said(),
                    (403, "AccessDenied", message.as_str()),
                    "{principal:?} {own_action:?}"
                );
            }
            (answered, _) => panic!("{principal:?} {own_action:?}: {answered:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_administrator_needs_the_buckets_leave() {
    let sandbox = furnished().await;
    let other = sandbox.administrator_of(OTHER);
    let root = format!("arn:aws:iam::{OTHER}:root");
    let refused = get(&sandbox, &other).await.unwrap_err();
    let message = because(&root, "s3:GetObject", OBJECT, NO_RESOURCE);
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    put_policy(&sandbox, &allow(&root, "s3:*")).await.unwrap();
    get(&sandbox, &other).await.unwrap();
    // The policy is for the owner's account, whoever else is let in.
    for (method, path) in [("GET", "/site?policy"), ("DELETE", "/site?policy"), ("PUT", "/site?policy")] {
        let refused = s3(&sandbox, &other, method, path, "{}").await.unwrap_err();
        let words = "The specified method is not allowed against this resource.";
        assert_eq!(refused.said(), (405, "MethodNotAllowed", words), "{method} {path}");
    }
    let both = statement("Deny", &json!({ "AWS": root }), &json!("s3:GetObject"), &json!({}));
    put_policy(&sandbox, &both).await.unwrap();
    let refused = get(&sandbox, &other).await.unwrap_err();
    let reason = "with an explicit deny in a resource-based policy";
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", because(&root, "s3:GetObject", OBJECT, reason).as_str())
    );
}
