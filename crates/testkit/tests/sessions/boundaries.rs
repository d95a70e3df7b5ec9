//! A deploy role cannot make a stronger role: it may make roles only with a certain permissions boundary, and neither
//! lift nor change that.
//!
//! Source: IAM user guide, "Permissions boundaries for IAM entities", delegating responsibility to others.

use daypass_testkit::{Credentials, Refused, Sandbox, Service};
use serde_json::{Value, json};

use crate::{DEPLOYER, allow, get, put, role, sandbox, session, trust_aws};

const BOUND: &str = "arn:aws:iam::123456789012:policy/app-bound";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What the deploy role may do with roles whose names begin with `app-`.
fn delegated() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        {
            "Sid": "OnlyWithBoundary",
            "Effect": "Allow",
            "Action": [
                "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
            ],
            "Resource": role("*"),
            "Condition": { "StringEquals": { "iam:PermissionsBoundary": BOUND } },
        },
        {
            "Sid": "OtherManagement",
            "Effect": "Allow",
            "Action": ["iam:CreatePolicyVersion", "iam:DeleteRolePermissionsBoundary", "iam:GetRole", "iam:SetDefaultPolicyVersion", "sts:AssumeRole"],
            "Resource": "*",
        },
        { "Sid": "BoundaryStays", "Effect": "Deny", "Action": "iam:DeleteRolePermissionsBoundary", "Resource": "*" },
        {
            "Sid": "BoundaryIsNotEdited",
            "Effect": "Deny",
            "Action": ["iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion"],
            "Resource": BOUND,
        },
    ]})
}

/// A sandbox where the session may manage roles within the boundary.
async fn delegation() -> (Sandbox, Credentials) {
    let sandbox = sandbox().await;
    let bound = allow(&["s3:GetObject", "iam:GetRole"], "*").to_string();
    let policy = [("PolicyName", "app-bound"), ("PolicyDocument", bound.as_str())];
    sandbox.iam("CreatePolicy", &policy).await.unwrap();
    sandbox.put_role_policy("deploy", "delegated", &delegated()).await;
    let session = session(&sandbox, &[]).await;
    (sandbox, session)
}

async fn create(sandbox: &Sandbox, session: &Credentials, boundary: Option<&str>) -> Result<(), Refused> {
    let trust = trust_aws(&role("deploy"), &["sts:AssumeRole"]).to_string();
    let mut parameters = vec![("RoleName", "app-web"), ("AssumeRolePolicyDocument", trust.as_str())];
    parameters.extend(boundary.map(|arn| ("PermissionsBoundary", arn)));
    sandbox.query(Service::Iam, Some(session), "CreateRole", &parameters).await.map(drop)
}

fn refusal(action: &str, resource: &str, because: &str) -> String {
    format!("User: {DEPLOYER} is not authorized to perform: {action} on resource: {resource} {because}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_role_cannot_make_a_stronger_role() {
    let (sandbox, session) = delegation().await;
    let silent = "because no identity-based policy allows the iam:CreateRole action";
    for boundary in [None, Some(ADMINISTRATOR), Some("arn:aws:iam::123456789012:policy/app-bound-2")] {
        let refused = create(&sandbox, &session, boundary).await.unwrap_err();
        let message = refusal("iam:CreateRole", &role("app-web"), silent);
        assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{boundary:?}");
    }
    create(&sandbox, &session, Some(BOUND)).await.unwrap();

    // It may give the new role everything, and the new role still has no more than the boundary.
    let everything = [("RoleName", "app-web"), ("PolicyArn", ADMINISTRATOR)];
    sandbox.query(Service::Iam, Some(&session), "AttachRolePolicy", &everything).await.unwrap();
    let stronger = sandbox.assume_role(&session, "app-web", &[]).await.unwrap();
    get(&sandbox, &stronger).await.unwrap();
    let refused = put(&sandbox, &stronger).await.unwrap_err();
    assert_eq!(
        refused.message,
        "User: arn:aws:sts::123456789012:assumed-role/app-web/chained is not authorized to perform: s3:PutObject on \
         resource: \"arn:aws:s3:::site/new.html\" because no permissions boundary allows the s3:PutObject action"
    );
    let explained = sandbox.explain(&refused).await;
    for named in [BOUND, ADMINISTRATOR, "Boundary"] {
        assert!(explained.contains(named), "{named} in {explained}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_is_neither_lifted_nor_changed() {
    let (sandbox, session) = delegation().await;
    create(&sandbox, &session, Some(BOUND)).await.unwrap();
    let app = role("app-web");
    let bound = format!("policy {BOUND}");
    let text = allow(&["*"], "*").to_string();
    let denied = "with an explicit deny in an identity-based policy";
    let silent = |action: &str| format!("because no identity-based policy allows the {action} action");
    let policy = [("PolicyName", "all"), ("PolicyDocument", text.as_str())];
    for (operation, parameters, resource, because) in [
        ("DeleteRolePermissionsBoundary", vec![("RoleName", "app-web")], "role app-web", denied.to_owned()),
        (
            "PutRolePermissionsBoundary",
            vec![("RoleName", "app-web"), ("PermissionsBoundary", ADMINISTRATOR)],
            app.as_str(),
            silent("iam:PutRolePermissionsBoundary"),
        ),
        (
            "CreatePolicyVersion",
            vec![("PolicyArn", BOUND), ("PolicyDocument", text.as_str()), ("SetAsDefault", "true")],
            bound.as_str(),
            denied.to_owned(),
        ),
        (
            "SetDefaultPolicyVersion",
            vec![("PolicyArn", BOUND), ("VersionId", "v1")],
            bound.as_str(),
            denied.to_owned(),
        ),
        // A role without a boundary, its own first of all, has no key to compare with.
        (
            "PutRolePolicy",
            [vec![("RoleName", "deploy")], policy.to_vec()].concat(),
            "role deploy",
            silent("iam:PutRolePolicy"),
        ),
        (
            "AttachRolePolicy",
            vec![("RoleName", "deploy"), ("PolicyArn", ADMINISTRATOR)],
            "role deploy",
            silent("iam:AttachRolePolicy"),
        ),
    ] {
        let refused = sandbox.query(Service::Iam, Some(&session), operation, &parameters).await.unwrap_err();
        let message = refusal(&format!("iam:{operation}"), resource, &because);
        assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{operation}");
    }
    let shown = sandbox.iam("GetRole", &[("RoleName", "app-web")]).await.unwrap();
    assert_eq!(shown.element("PermissionsBoundaryArn").unwrap(), BOUND);
    let written = [vec![("RoleName", "app-web")], policy.to_vec()].concat();
    sandbox.query(Service::Iam, Some(&session), "PutRolePolicy", &written).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trust_policy_that_names_the_role_does_not_pass_over_its_boundary() {
    let sandbox = sandbox().await;
    sandbox.create_role("by-role", &trust_aws(&role("deploy"), &["sts:AssumeRole"])).await;
    sandbox.create_role("by-session", &trust_aws(DEPLOYER, &["sts:AssumeRole"])).await;
    let only_lambda =
        [("RoleName", "deploy"), ("PermissionsBoundary", "arn:aws:iam::aws:policy/AWSLambda_FullAccess")];
    sandbox.iam("PutRolePermissionsBoundary", &only_lambda).await.unwrap();
    let session = session(&sandbox, &[]).await;
    sandbox.assume_role(&session, "by-role", &[]).await.unwrap_err();
    sandbox.assume_role(&session, "by-session", &[]).await.unwrap();
    sandbox.iam("DeleteRolePermissionsBoundary", &only_lambda[..1]).await.unwrap();
    sandbox.assume_role(&session, "by-role", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_managed_session_policy_limits_the_session() {
    let sandbox = sandbox().await;
    sandbox.put_role_policy("deploy", "all", &allow(&["*"], "*")).await;
    let reading = [("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")];
    let session = session(&sandbox, &reading).await;
    get(&sandbox, &session).await.unwrap();
    let refused = put(&sandbox, &session).await.unwrap_err();
    assert!(
        refused.message.ends_with("because no session policy allows the s3:PutObject action"),
        "{refused:?}"
    );
    let token = sandbox.mint(crate::JOB).await;
    let absent = [("PolicyArns.member.1.arn", "arn:aws:iam::123456789012:policy/absent")];
    let refused = sandbox.exchange_with("deploy", &token, &absent).await.unwrap_err();
    assert_eq!(refused.code, "MalformedPolicyDocument");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_tells_when_it_was_last_used() {
    let sandbox = sandbox().await;
    let shown = || async { sandbox.iam("GetRole", &[("RoleName", "deploy")]).await.unwrap() };
    assert!(shown().await.element("LastUsedDate").is_none());
    let session = session(&sandbox, &[]).await;
    get(&sandbox, &session).await.unwrap_err();
    let first = shown().await;
    assert_eq!(first.element("Region").unwrap(), "us-east-1");
    let first = first.element("LastUsedDate").unwrap();
    sandbox.advance(600).await;
    get(&sandbox, &session).await.unwrap_err();
    let second = shown().await.element("LastUsedDate").unwrap();
    assert!(second > first, "{second}");
    let sandbox = sandbox.restart().await;
    let kept = sandbox.iam("GetRole", &[("RoleName", "deploy")]).await.unwrap();
    assert_eq!(kept.element("LastUsedDate").unwrap(), second);
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_attachments_and_boundaries_outlive_a_restart() {
    let (sandbox, session) = delegation().await;
    create(&sandbox, &session, Some(BOUND)).await.unwrap();
    let everything = [("RoleName", "app-web"), ("PolicyArn", ADMINISTRATOR)];
    sandbox.iam("AttachRolePolicy", &everything).await.unwrap();
    let other = allow(&["s3:PutObject"], "*").to_string();
    let version = [("PolicyArn", BOUND), ("PolicyDocument", other.as_str()), ("SetAsDefault", "true")];
    sandbox.iam("CreatePolicyVersion", &version).await.unwrap();
    let stronger = sandbox.assume_role(&session, "app-web", &[]).await.unwrap();

    let sandbox = sandbox.restart().await;
    put(&sandbox, &stronger).await.unwrap();
    let refused = get(&sandbox, &stronger).await.unwrap_err();
    assert!(
        refused.message.ends_with("because no permissions boundary allows the s3:GetObject action"),
        "{refused:?}"
    );
    let listed = sandbox.iam("ListPolicyVersions", &[("PolicyArn", BOUND)]).await.unwrap();
    assert_eq!(listed.element("VersionId").unwrap(), "v2");
    let refused = sandbox.iam("DeletePolicy", &[("PolicyArn", BOUND)]).await.unwrap_err();
    assert_eq!(refused.said(), (409, "DeleteConflict", "Cannot delete a policy attached to entities."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_policy_is_explained_to_the_operator() {
    let sandbox = sandbox().await;
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{ \"Effect\": \"Permit\" }]\n}";
    let sent = [("RoleName", "deploy"), ("PolicyName", "p"), ("PolicyDocument", text)];
    let refused = sandbox.iam("PutRolePolicy", &sent).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "MalformedPolicyDocument"));
    let explained = sandbox.explain(&refused).await;
    assert!(explained.contains("malformed-policy") && explained.contains("line 3, column"), "{explained}");
    let session = sandbox
        .exchange_with("deploy", &sandbox.mint(crate::JOB).await, &[("Policy", "{\n[")])
        .await
        .unwrap_err();
    let explained = sandbox.explain(&session).await;
    assert!(explained.contains("malformed-policy") && explained.contains("line 2, column"), "{explained}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_make_a_role_may_not_therefore_tag_it() {
    let sandbox = sandbox().await;
    sandbox.put_role_policy("deploy", "make", &allow(&["iam:CreateRole"], "*")).await;
    let session = session(&sandbox, &[]).await;
    let trust = trust_aws(&role("deploy"), &["sts:AssumeRole"]).to_string();
    let tagged = [
        ("RoleName", "tagged"),
        ("AssumeRolePolicyDocument", trust.as_str()),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ];
    let refused = sandbox.query(Service::Iam, Some(&session), "CreateRole", &tagged).await.unwrap_err();
    let because = "because no identity-based policy allows the iam:TagRole action";
    let message = refusal("iam:TagRole", &role("tagged"), because);
    assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    sandbox.iam("GetRole", &[("RoleName", "tagged")]).await.unwrap_err();
    sandbox.query(Service::Iam, Some(&session), "CreateRole", &tagged[..2]).await.unwrap();
}
