//! Within one account: what a bucket's policy makes up for, and what it takes away.

use daypass_testkit::seed;
use serde_json::{Value, json};

use crate::{
    BUCKET, OBJECT, ROLE, SESSION, allow, because, deny, furnished, get, own, put_policy, s3, session,
    statement,
};

const ROOT: &str = "arn:aws:iam::123456789012:root";

/// What keeps the session from reading; nothing where it may.
#[derive(Clone, Copy, Debug)]
struct Row {
    principal: &'static str,
    /// What the role's own policy allows.
    own: Option<&'static str>,
    session_policy: Option<&'static str>,
    boundary: Option<&'static str>,
    reason: Option<&'static str>,
}

const NOTHING: Row = Row { principal: ROLE, own: None, session_policy: None, boundary: None, reason: None };
const NO_IDENTITY: Option<&str> = Some("because no identity-based policy allows the s3:GetObject action");
const NO_SESSION: Option<&str> = Some("because no session policy allows the s3:GetObject action");
const NO_BOUNDARY: Option<&str> = Some("because no permissions boundary allows the s3:GetObject action");

#[tokio::test(flavor = "multi_thread")]
async fn an_allow_goes_as_far_as_it_names_the_caller() {
    let sandbox = furnished().await;
    let administrator = sandbox.administrator.clone();
    let document = own("Allow", "s3:ListBucket").to_string();
    let parameters = [("PolicyName", "narrow"), ("PolicyDocument", document.as_str())];
    sandbox.iam("CreatePolicy", &parameters).await.unwrap();
    let narrow = "arn:aws:iam::123456789012:policy/narrow";
    for row in [
        NOTHING,
        Row { principal: ROOT, reason: NO_IDENTITY, ..NOTHING },
        Row { principal: seed::ACCOUNT, reason: NO_IDENTITY, ..NOTHING },
        Row { principal: ROOT, own: Some("s3:GetObject"), ..NOTHING },
        Row { principal: SESSION, ..NOTHING },
        // What is granted to the role is bounded; what is granted to the session is not.
        Row { session_policy: Some("s3:ListBucket"), reason: NO_SESSION, ..NOTHING },
        Row { session_policy: Some("s3:GetObject"), ..NOTHING },
        Row { principal: SESSION, session_policy: Some("s3:ListBucket"), ..NOTHING },
        Row { boundary: Some(narrow), reason: NO_BOUNDARY, ..NOTHING },
        Row { principal: SESSION, boundary: Some(narrow), ..NOTHING },
    ] {
        put_policy(&sandbox, &allow(row.principal, "s3:GetObject")).await.unwrap();
        let _ = sandbox.iam("DeleteRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "own")]).await;
        let _ = sandbox.iam("DeleteRolePermissionsBoundary", &[("RoleName", "deploy")]).await;
        if let Some(action) = row.own {
            sandbox.put_role_policy("deploy", "own", &own("Allow", action)).await;
        }
        if let Some(boundary) = row.boundary {
            let parameters = [("RoleName", "deploy"), ("PermissionsBoundary", boundary)];
            sandbox.iam("PutRolePermissionsBoundary", &parameters).await.unwrap();
        }
        let policy = row.session_policy.map(|action| own("Allow", action).to_string());
        let more: Vec<(&str, &str)> = policy.iter().map(|text| ("Policy", text.as_str())).collect();
        let caller = session(&sandbox, &more).await;
        match (get(&sandbox, &caller).await, row.reason) {
            (Ok(answer), None) => assert_eq!(answer.body, "hello", "{row:?}"),
            (Err(refused), Some(reason)) => {
                let message = because(SESSION, "s3:GetObject", OBJECT, reason);
                assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{row:?}");
            }
            (answered, _) => panic!("{row:?}: {answered:?}"),
        }
    }
    // The policy is the bucket's: with it gone, so is the leave.
    assert_eq!(s3(&sandbox, &administrator, "DELETE", "/site?policy", "").await.unwrap().status, 204);
    let caller = session(&sandbox, &[]).await;
    assert_eq!(get(&sandbox, &caller).await.unwrap_err().code, "AccessDenied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deny_wins_and_is_explained() {
    let sandbox = furnished().await;
    sandbox.put_role_policy("deploy", "all", &own("Allow", "s3:*")).await;
    let caller = session(&sandbox, &[]).await;
    get(&sandbox, &caller).await.unwrap();
    let reason = "with an explicit deny in a resource-based policy";
    for principal in [ROLE, SESSION, ROOT] {
        put_policy(&sandbox, &deny(principal, "s3:GetObject")).await.unwrap();
        let refused = get(&sandbox, &caller).await.unwrap_err();
        let message = because(SESSION, "s3:GetObject", OBJECT, reason);
        assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{principal}");
        let explained = sandbox.explain(&refused).await;
        assert!(
            explained.contains("policy of the bucket site") && explained.contains("of the bucket"),
            "{explained}"
        );
        s3(&sandbox, &caller, "GET", "/site?list-type=2", "").await.unwrap();
    }
    // A role's own deny wins over the bucket's allow.
    put_policy(&sandbox, &allow(SESSION, "s3:*")).await.unwrap();
    sandbox.put_role_policy("deploy", "all", &own("Deny", "s3:GetObject")).await;
    let refused = get(&sandbox, &caller).await.unwrap_err();
    let message =
        because(SESSION, "s3:GetObject", OBJECT, "with an explicit deny in an identity-based policy");
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_is_denied_all_but_the_policy_itself() {
    let sandbox = furnished().await;
    let administrator = sandbox.administrator.clone();
    let everybody = statement("Deny", &json!("*"), &json!("s3:*"), &json!({}));
    put_policy(&sandbox, &everybody).await.unwrap();
    let refused = get(&sandbox, &administrator).await.unwrap_err();
    let reason = "with an explicit deny in a resource-based policy";
    assert_eq!(refused.said(), (403, "AccessDenied", because(ROOT, "s3:GetObject", OBJECT, reason).as_str()));
    let refused = s3(&sandbox, &administrator, "GET", "/site?policyStatus", "").await.unwrap_err();
    let message = because(ROOT, "s3:GetBucketPolicyStatus", BUCKET, reason);
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    let kept = s3(&sandbox, &administrator, "GET", "/site?policy", "").await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept.body).unwrap(), everybody);
    put_policy(&sandbox, &everybody).await.unwrap();
    // A session may do none of it, whatever its role's policies say.
    sandbox.put_role_policy("deploy", "all", &own("Allow", "s3:*")).await;
    let caller = session(&sandbox, &[]).await;
    assert_eq!(s3(&sandbox, &caller, "DELETE", "/site?policy", "").await.unwrap_err().code, "AccessDenied");
    s3(&sandbox, &administrator, "DELETE", "/site?policy", "").await.unwrap();
    get(&sandbox, &administrator).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_made_again_is_not_the_one_that_was_named() {
    let sandbox = furnished().await;
    put_policy(&sandbox, &allow(ROLE, "s3:GetObject")).await.unwrap();
    get(&sandbox, &session(&sandbox, &[]).await).await.unwrap();
    sandbox.iam("DeleteRole", &[("RoleName", "deploy")]).await.unwrap();
    sandbox.create_role("deploy", &seed::trust(crate::SUBJECT)).await;
    let again = session(&sandbox, &[]).await;
    assert_eq!(get(&sandbox, &again).await.unwrap_err().code, "AccessDenied");
    put_policy(&sandbox, &allow(ROLE, "s3:GetObject")).await.unwrap();
    get(&sandbox, &again).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_list_does_not_learn_what_is_missing() {
    let sandbox = furnished().await;
    let caller = session(&sandbox, &[]).await;
    for (action, code) in [("s3:GetObject", "AccessDenied"), ("s3:*", "NoSuchKey")] {
        put_policy(&sandbox, &allow(ROLE, action)).await.unwrap();
        let refused = s3(&sandbox, &caller, "GET", "/site/absent", "").await.unwrap_err();
        assert_eq!(refused.code, code, "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_outlives_a_restart() {
    let sandbox = furnished().await;
    put_policy(&sandbox, &allow(ROLE, "s3:GetObject")).await.unwrap();
    let sandbox = sandbox.restart().await;
    let caller = session(&sandbox, &[]).await;
    get(&sandbox, &caller).await.unwrap();
}
