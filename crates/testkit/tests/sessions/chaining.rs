//! A session that becomes one of another role.

use daypass_testkit::{Service, seed};
use serde_json::json;

use crate::{DEPLOYER, JOB, SUBJECT, allow, get, identity, role, sandbox, session, trust_aws};

#[tokio::test(flavor = "multi_thread")]
async fn a_trust_policy_that_names_the_role_lets_it_in_by_itself() {
    let sandbox = sandbox().await;
    sandbox.create_role("by-role", &trust_aws(&role("deploy"), &["sts:AssumeRole"])).await;
    sandbox.create_role("by-session", &trust_aws(DEPLOYER, &["sts:AssumeRole"])).await;
    sandbox.create_role("by-other", &trust_aws(&role("by-role"), &["sts:AssumeRole"])).await;
    let first = session(&sandbox, &[]).await;
    for name in ["by-role", "by-session"] {
        let second = sandbox.assume_role(&first, name, &[]).await.unwrap();
        let [arn, ..] = identity(&sandbox, &second).await;
        assert_eq!(arn, format!("arn:aws:sts::123456789012:assumed-role/{name}/chained"));
    }
    let message = |name: &str| {
        format!("User: {DEPLOYER} is not authorized to perform: sts:AssumeRole on resource: {}", role(name))
    };
    for name in ["by-other", "deploy", "absent"] {
        let refused = sandbox.assume_role(&first, name, &[]).await.unwrap_err();
        assert_eq!(refused.said(), (403, "AccessDenied", message(name).as_str()));
    }
    let third = sandbox
        .assume_role(&sandbox.assume_role(&first, "by-role", &[]).await.unwrap(), "by-other", &[])
        .await;
    let [arn, ..] = identity(&sandbox, &third.unwrap()).await;
    assert_eq!(arn, "arn:aws:sts::123456789012:assumed-role/by-other/chained");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trust_policy_that_names_the_account_leaves_it_to_the_callers_policies() {
    let sandbox = sandbox().await;
    let root = format!("arn:aws:iam::{}:root", seed::ACCOUNT);
    sandbox.create_role("target", &trust_aws(&root, &["sts:AssumeRole"])).await;
    let session = session(&sandbox, &[]).await;
    let refused = sandbox.assume_role(&session, "target", &[]).await.unwrap_err();
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: sts:AssumeRole on resource: {} because no identity-based policy allows the sts:AssumeRole action",
        role("target")
    );
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    sandbox.put_role_policy("deploy", "other", &allow(&["sts:AssumeRole"], &role("another"))).await;
    assert_eq!(
        sandbox.assume_role(&session, "target", &[]).await.unwrap_err().said(),
        (403, "AccessDenied", message.as_str())
    );
    sandbox.put_role_policy("deploy", "chain", &allow(&["sts:AssumeRole"], &role("target"))).await;
    sandbox.assume_role(&session, "target", &[]).await.unwrap();
    let deny = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "sts:*", "Resource": "*" }] });
    sandbox.put_role_policy("deploy", "deny", &deny).await;
    let refused = sandbox.assume_role(&session, "target", &[]).await.unwrap_err();
    let message = format!(
        "User: {DEPLOYER} is not authorized to perform: sts:AssumeRole on resource: {} with an explicit deny in an identity-based policy",
        role("target")
    );
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chained_session_lasts_an_hour_at_most() {
    let sandbox = sandbox().await;
    sandbox.create_role("long", &trust_aws(&role("deploy"), &["sts:AssumeRole"])).await;
    sandbox.iam("UpdateRole", &[("RoleName", "long"), ("MaxSessionDuration", "43200")]).await.unwrap();
    let first = session(&sandbox, &[]).await;
    let refused = sandbox.assume_role(&first, "long", &[("DurationSeconds", "3601")]).await.unwrap_err();
    let message =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
    assert_eq!(refused.said(), (400, "ValidationError", message));
    let second = sandbox.assume_role(&first, "long", &[("DurationSeconds", "3600")]).await.unwrap();
    // The second outlives nothing: it ends by itself, an hour on, like the first.
    sandbox.advance(3_590).await;
    identity(&sandbox, &second).await;
    sandbox.advance(15).await;
    let refused = sandbox.query(Service::Sts, Some(&second), "GetCallerIdentity", &[]).await.unwrap_err();
    assert_eq!(refused.code, "ExpiredToken");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_source_identity_go_along() {
    let sandbox = sandbox().await;
    let mut trust = seed::trust(SUBJECT);
    let actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"];
    *trust.pointer_mut("/Statement/0/Action").unwrap() = json!(actions);
    sandbox.create_role("tagged", &trust).await;
    sandbox
        .create_role(
            "next",
            &trust_aws(&role("tagged"), &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]),
        )
        .await;
    sandbox
        .create_role("no-tags", &trust_aws(&role("tagged"), &["sts:AssumeRole", "sts:SetSourceIdentity"]))
        .await;
    sandbox
        .create_role("no-source", &trust_aws(&role("tagged"), &["sts:AssumeRole", "sts:TagSession"]))
        .await;
    let only = |tag: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
            "Condition": { "StringEquals": { format!("aws:PrincipalTag/{tag}"): "web", "aws:SourceIdentity": "octocat" } },
        }]})
    };
    let claims = json!({
        "https://aws.amazon.com/tags": {
            "principal_tags": { "team": ["web"], "stage": ["web"] },
            "transitive_tag_keys": ["team"],
        },
        "https://aws.amazon.com/source_identity": "octocat",
    });
    let token = sandbox.mint_with(json!({ "job": JOB, "audience": seed::AUDIENCE, "claims": claims })).await;
    let first = sandbox.exchange("tagged", &token).await.unwrap();
    let second = sandbox.assume_role(&first, "next", &[]).await.unwrap();
    sandbox.put_role_policy("tagged", "read", &only("stage")).await;
    get(&sandbox, &first).await.unwrap();
    sandbox.put_role_policy("next", "read", &only("stage")).await;
    assert_eq!(get(&sandbox, &second).await.unwrap_err().code, "AccessDenied", "`stage` is not transitive");
    sandbox.put_role_policy("next", "read", &only("team")).await;
    get(&sandbox, &second).await.unwrap();

    let refusal = |action: &str, name: &str| {
        let who = "arn:aws:sts::123456789012:assumed-role/tagged/GitHubActions";
        format!("User: {who} is not authorized to perform: {action} on resource: {}", role(name))
    };
    for (name, action) in [("no-tags", "sts:TagSession"), ("no-source", "sts:SetSourceIdentity")] {
        let refused = sandbox.assume_role(&first, name, &[]).await.unwrap_err();
        assert_eq!(refused.said(), (403, "AccessDenied", refusal(action, name).as_str()));
    }
    let refused = sandbox.assume_role(&first, "next", &[("SourceIdentity", "mallory")]).await.unwrap_err();
    assert_eq!(refused.said(), (403, "AccessDenied", refusal("sts:SetSourceIdentity", "next").as_str()));
    for key in ["team", "Team"] {
        let retag = [("Tags.member.1.Key", key), ("Tags.member.1.Value", "admin")];
        let refused = sandbox.assume_role(&first, "next", &retag).await.unwrap_err();
        let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
        assert_eq!(refused.said(), (400, "InvalidParameterValue", message));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_identity_that_is_asked_for_is_not_one_that_the_caller_has() {
    let sandbox = sandbox().await;
    let mut trust = trust_aws(&role("deploy"), &["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let condition = json!({ "StringEquals": { "aws:SourceIdentity": "octocat" } });
    trust["Statement"][0]["Condition"] = condition;
    sandbox.create_role("for-octocat", &trust).await;
    let session = session(&sandbox, &[]).await;
    let asked = [("SourceIdentity", "octocat")];
    let refused = sandbox.assume_role(&session, "for-octocat", &asked).await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_made_again_is_another_one() {
    let sandbox = sandbox().await;
    let refused = sandbox
        .iam(
            "CreateRole",
            &[
                ("RoleName", "early"),
                ("AssumeRolePolicyDocument", &trust_aws(&role("absent"), &["sts:AssumeRole"]).to_string()),
            ],
        )
        .await
        .unwrap_err();
    let message = format!("Invalid principal in policy: \"AWS\":\"{}\"", role("absent"));
    assert_eq!(refused.said(), (400, "MalformedPolicyDocument", message.as_str()));

    let trust = trust_aws(&role("deploy"), &["sts:AssumeRole"]);
    sandbox.create_role("target", &trust).await;
    sandbox.assume_role(&session(&sandbox, &[]).await, "target", &[]).await.unwrap();
    sandbox.iam("DeleteRole", &[("RoleName", "deploy")]).await.unwrap();
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let successor = session(&sandbox, &[]).await;
    let refused = sandbox.assume_role(&successor, "target", &[]).await.unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    let explained = sandbox.explain(&refused).await;
    assert!(explained.contains("former-role"), "{explained}");
    let sandbox = sandbox.restart().await;
    let successor = session(&sandbox, &[]).await;
    sandbox.assume_role(&successor, "target", &[]).await.unwrap_err();
    let written = [("RoleName", "target"), ("PolicyDocument", &trust.to_string())];
    sandbox.iam("UpdateAssumeRolePolicy", &written).await.unwrap();
    sandbox.assume_role(&successor, "target", &[]).await.unwrap();
}
