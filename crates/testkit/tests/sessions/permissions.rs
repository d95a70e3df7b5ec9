//! What the policies of its role, and its own, let a session do.

use daypass_testkit::{Sandbox, Service, seed};
use http::Request;
use serde_json::json;

use crate::{DEPLOYER, allow, get, identity, not_authorized, put, sandbox, session, trust_aws};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_a_policy_can_say_who_it_is_and_nothing_else() {
    let sandbox = sandbox().await;
    let session = session(&sandbox, &[]).await;
    let [arn, user, account] = identity(&sandbox, &session).await;
    assert_eq!((arn.as_str(), account.as_str()), (DEPLOYER, seed::ACCOUNT));
    let (role_id, name) = user.split_once(':').unwrap();
    assert!(role_id.starts_with("AROA") && role_id.len() == 21, "{user}");
    assert_eq!(name, "GitHubActions");
    let refused = get(&sandbox, &session).await.unwrap_err();
    let because = "because no identity-based policy allows the s3:GetObject action";
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", not_authorized("s3:GetObject", "index.html", because).as_str())
    );
    let refused = sandbox.query(Service::Iam, Some(&session), "ListRoles", &[]).await.unwrap_err();
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::123456789012:role/ because no identity-based policy allows the iam:ListRoles action"
    );
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_is_root() {
    let sandbox = Sandbox::start().await;
    let root = format!("arn:aws:iam::{}:root", seed::ACCOUNT);
    let said = identity(&sandbox, &sandbox.administrator).await;
    assert_eq!(said, [root.as_str(), seed::ACCOUNT, seed::ACCOUNT]);
    sandbox.create_role("open", &trust_aws(&root, &["sts:AssumeRole"])).await;
    let refused = sandbox.assume_role(&sandbox.administrator, "open", &[]).await.unwrap_err();
    assert_eq!(refused.said(), (403, "AccessDenied", "Roles may not be assumed by root accounts."));
    let key = sandbox.administrator.access_key_id.as_str();
    let answer = sandbox
        .query(Service::Sts, Some(&sandbox.administrator), "GetAccessKeyInfo", &[("AccessKeyId", key)])
        .await
        .unwrap();
    assert_eq!(answer.element("Account").unwrap(), seed::ACCOUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explicit_deny_wins_over_every_allow() {
    let sandbox = sandbox().await;
    sandbox.put_role_policy("deploy", "all", &allow(&["*"], "*")).await;
    let deny = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::site/*",
    }]});
    sandbox.put_role_policy("deploy", "no-writes", &deny).await;
    let session = session(&sandbox, &[]).await;
    get(&sandbox, &session).await.unwrap();
    let refused = put(&sandbox, &session).await.unwrap_err();
    let because = "with an explicit deny in an identity-based policy";
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", not_authorized("s3:PutObject", "new.html", because).as_str())
    );
    // A policy counts from the moment on in which it is changed, for sessions that are there already.
    sandbox.iam("DeleteRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "no-writes")]).await.unwrap();
    put(&sandbox, &session).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_policy_narrows_and_never_widens() {
    let sandbox = sandbox().await;
    sandbox
        .put_role_policy("deploy", "site", &allow(&["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::site/*"))
        .await;
    let reading = allow(&["s3:GetObject", "s3:ListBucket"], "*").to_string();
    let narrowed = session(&sandbox, &[("Policy", &reading)]).await;
    get(&sandbox, &narrowed).await.unwrap();
    let refused = put(&sandbox, &narrowed).await.unwrap_err();
    let because = "because no session policy allows the s3:PutObject action";
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", not_authorized("s3:PutObject", "new.html", because).as_str())
    );
    let list = Request::get("/site?list-type=2").body(Vec::new()).unwrap();
    let refused = sandbox.s3(Some(&narrowed), list).await.unwrap_err();
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::site\" because no identity-based policy allows the s3:ListBucket action"
    );
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    let denying = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*" },
    ]});
    let denied = session(&sandbox, &[("Policy", &denying.to_string())]).await;
    put(&sandbox, &denied).await.unwrap();
    let refused = get(&sandbox, &denied).await.unwrap_err();
    let because = "with an explicit deny in a session policy";
    assert_eq!(
        refused.said(),
        (403, "AccessDenied", not_authorized("s3:GetObject", "index.html", because).as_str())
    );
}
