//! What a session may do, how it becomes a session of another role, and how long it lasts.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and compares with the wall clock"
)]

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder, Service, seed};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const DEPLOYER: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": resource }] })
}

/// A trust policy for AWS principals.
fn trust_aws(principal: &str, actions: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": principal }, "Action": actions,
    }]})
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", seed::ACCOUNT)
}

/// A sandbox with the role `deploy`, which the tokens of one branch are exchanged for, and an object.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    sandbox.create_bucket("site").await;
    let request = Request::put("/site/index.html").body(b"hello".to_vec()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), request).await.unwrap();
    sandbox
}

async fn session(sandbox: &Sandbox, more: &[(&str, &str)]) -> Credentials {
    sandbox.exchange_with("deploy", &sandbox.mint(JOB).await, more).await.unwrap()
}

async fn get(sandbox: &Sandbox, credentials: &Credentials) -> Result<Answer, Refused> {
    sandbox.s3(Some(credentials), Request::get("/site/index.html").body(Vec::new()).unwrap()).await
}

async fn put(sandbox: &Sandbox, credentials: &Credentials) -> Result<Answer, Refused> {
    sandbox.s3(Some(credentials), Request::put("/site/new.html").body(b"new".to_vec()).unwrap()).await
}

async fn identity(sandbox: &Sandbox, credentials: &Credentials) -> [String; 3] {
    let answer = sandbox.query(Service::Sts, Some(credentials), "GetCallerIdentity", &[]).await.unwrap();
    ["Arn", "UserId", "Account"].map(|name| answer.element(name).unwrap())
}

fn not_authorized(action: &str, key: &str, because: &str) -> String {
    format!(
        "User: {DEPLOYER} is not authorized to perform: {action} on resource: arn:aws:s3:::site/{key} {because}"
    )
}

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
        "User: {DEPLOYER} is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::site because no identity-based policy allows the s3:ListBucket action"
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

    let refused = sandbox.assume_role(&first, "no-tags", &[]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"));
    let refused = sandbox.assume_role(&first, "next", &[("SourceIdentity", "mallory")]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"));
    let retag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "admin")];
    let refused = sandbox.assume_role(&first, "next", &retag).await.unwrap_err();
    let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    assert_eq!(refused.said(), (400, "InvalidParameterValue", message));
}

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
