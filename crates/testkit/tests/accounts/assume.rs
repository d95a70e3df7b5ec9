//! AssumeRole from one account into another.
//!
//! Source: IAM user guide, "Cross-account policy evaluation logic".

use daypass_testkit::{Service, seed};
use serde_json::{Value, json};

use crate::{
    DEPLOYER, JOB, OTHER, STRANGER, THIRD, create_role_in, policy, put_policy_in, role_in, root, session,
    three, trust, two, whoami,
};

/// One exchange across accounts: what the role trusts, what the caller may do, and what AWS says of it.
struct Row {
    name: &'static str,
    trust: Value,
    identity: Option<Value>,
    /// The session policy of the caller.
    session: Option<Value>,
    /// The end of AWS's sentence; `None` where the caller gets in.
    refused: Option<&'static str>,
}

const NO_IDENTITY: &str = " because no identity-based policy allows the sts:AssumeRole action";
const NO_SESSION: &str = " because no session policy allows the sts:AssumeRole action";
const DENIED: &str = " with an explicit deny in an identity-based policy";

fn rows() -> Vec<Row> {
    let any = || Some(policy("Allow", &["sts:AssumeRole"], &role_in(OTHER, "*")));
    let deploy = role_in(seed::ACCOUNT, "deploy");
    let row = |name, principal: &str, identity, refused| Row {
        name,
        trust: trust(principal),
        identity,
        session: None,
        refused,
    };
    vec![
        row("both allow, by account", &root(seed::ACCOUNT), any(), None),
        row("both allow, by the account's number", seed::ACCOUNT, any(), None),
        row("both allow, by role", &deploy, any(), None),
        row("both allow, by session", DEPLOYER, any(), None),
        row("both allow, by everybody", "*", any(), None),
        row("only the trust, by account", &root(seed::ACCOUNT), None, Some(NO_IDENTITY)),
        // In one account these three would be enough; across accounts they are not.
        row("only the trust, by role", &deploy, None, Some(NO_IDENTITY)),
        row("only the trust, by session", DEPLOYER, None, Some(NO_IDENTITY)),
        row("only the trust, by everybody", "*", None, Some(NO_IDENTITY)),
        row("only the identity", &root(OTHER), any(), Some("")),
        row("another role is trusted", &role_in(seed::ACCOUNT, "deploy2"), any(), Some("")),
        row("a role of this name in its own account", &role_in(OTHER, "deploy"), any(), Some("")),
        row(
            "another resource",
            DEPLOYER,
            Some(policy("Allow", &["sts:AssumeRole"], &role_in(seed::ACCOUNT, "*"))),
            Some(NO_IDENTITY),
        ),
        row("a deny", DEPLOYER, Some(policy("Deny", &["sts:*"], "*")), Some(DENIED)),
        Row {
            session: Some(policy("Allow", &["s3:*"], "*")),
            ..row("a session policy is silent", DEPLOYER, any(), Some(NO_SESSION))
        },
        Row {
            session: Some(policy("Allow", &["sts:AssumeRole"], "*")),
            ..row("a session policy allows", DEPLOYER, any(), None)
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_must_allow() {
    let sandbox = two().await;
    create_role_in(&sandbox, OTHER, "deploy", &trust(&root(OTHER))).await;
    for (number, row) in rows().into_iter().enumerate() {
        let target = format!("target-{number}");
        create_role_in(&sandbox, OTHER, &target, &row.trust).await;
        let nothing = policy("Allow", &["s3:GetObject"], "arn:aws:s3:::none/*");
        sandbox.put_role_policy("deploy", "chain", row.identity.as_ref().unwrap_or(&nothing)).await;
        let text = row.session.as_ref().map(Value::to_string);
        let more: Vec<(&str, &str)> = text.iter().map(|text| ("Policy", text.as_str())).collect();
        let caller = session(&sandbox, &more).await;
        let arn = role_in(OTHER, &target);
        let said = sandbox.assume_arn(&caller, &arn, &[]).await;
        match row.refused {
            None => {
                let session = said.unwrap_or_else(|refused| panic!("{}: {refused:?}", row.name));
                let expected =
                    [OTHER.to_owned(), format!("arn:aws:sts::{OTHER}:assumed-role/{target}/chained")];
                assert_eq!(whoami(&sandbox, &session).await.unwrap(), expected, "{}", row.name);
            }
            Some(end) => {
                let message = format!(
                    "User: {DEPLOYER} is not authorized to perform: sts:AssumeRole on resource: {arn}{end}"
                );
                let refused = said.expect_err(row.name);
                assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()), "{}", row.name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_or_an_account_that_is_not_there_is_refused_alike() {
    let sandbox = two().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    sandbox.create_role("mine", &trust(&role_in(seed::ACCOUNT, "deploy"))).await;
    let caller = session(&sandbox, &[]).await;
    for arn in [
        role_in(OTHER, "absent"),
        role_in(STRANGER, "absent"),
        // A role of this name and trust is there, in another account.
        role_in(OTHER, "mine"),
        role_in(STRANGER, "mine"),
    ] {
        let refused = sandbox.assume_arn(&caller, &arn, &[]).await.unwrap_err();
        let message =
            format!("User: {DEPLOYER} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        assert_eq!(refused.said(), (403, "AccessDenied", message.as_str()));
    }
    for account in [seed::ACCOUNT, OTHER] {
        let administrator =
            if account == OTHER { sandbox.administrator_of(OTHER) } else { sandbox.administrator.clone() };
        let refused =
            sandbox.assume_arn(&administrator, &role_in(seed::ACCOUNT, "mine"), &[]).await.unwrap_err();
        assert_eq!(refused.said(), (403, "AccessDenied", "Roles may not be assumed by root accounts."));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_exchanged_in_the_account_of_the_role() {
    let sandbox = two().await;
    let token = sandbox.mint(JOB).await;
    let exchange = async |account: &str, role: &str| {
        let arn = role_in(account, role);
        let parameters =
            [("RoleArn", arn.as_str()), ("RoleSessionName", "job"), ("WebIdentityToken", token.as_str())];
        sandbox.query(Service::Sts, None, "AssumeRoleWithWebIdentity", &parameters).await
    };
    exchange(seed::ACCOUNT, "deploy").await.unwrap();
    // The other account does not know the issuer yet, and then knows no such role.
    let refused = exchange(OTHER, "deploy").await.unwrap_err();
    let unknown = format!("No OpenIDConnect provider found in your account for {}", seed::ISSUER);
    assert_eq!(refused.said(), (400, "InvalidIdentityToken", unknown.as_str()));
    let provider = [("Url", seed::ISSUER), ("ClientIDList.member.1", seed::AUDIENCE)];
    crate::iam_in(&sandbox, OTHER, "CreateOpenIDConnectProvider", &provider).await;
    let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    for account in [OTHER, STRANGER] {
        let refused = exchange(account, "deploy").await.unwrap_err();
        assert_eq!(refused.said(), (403, "AccessDenied", message), "{account}");
    }
    // A role that trusts the first account's provider lets nobody in through its own account's.
    create_role_in(&sandbox, OTHER, "deploy", &seed::trust(crate::SUBJECT)).await;
    assert_eq!(exchange(OTHER, "deploy").await.unwrap_err().said(), (403, "AccessDenied", message));
    let own = seed::trust(crate::SUBJECT).to_string().replace(seed::ACCOUNT, OTHER);
    let parameters = [("RoleName", "deploy"), ("PolicyDocument", own.as_str())];
    crate::iam_in(&sandbox, OTHER, "UpdateAssumeRolePolicy", &parameters).await;
    let answer = exchange(OTHER, "deploy").await.unwrap();
    assert_eq!(answer.element("Arn").unwrap(), format!("arn:aws:sts::{OTHER}:assumed-role/deploy/job"));
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_on_the_caller_and_an_external_id() {
    let sandbox = two().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    let caller = session(&sandbox, &[]).await;
    let cases = [
        (json!({ "StringEquals": { "sts:ExternalId": "shared-secret" } }), true),
        (json!({ "StringEquals": { "sts:ExternalId": "another" } }), false),
        (
            json!({ "StringEquals": { "aws:PrincipalAccount": seed::ACCOUNT, "aws:ResourceAccount": OTHER } }),
            true,
        ),
        (json!({ "StringEquals": { "aws:PrincipalAccount": OTHER } }), false),
        (json!({ "ArnEquals": { "aws:PrincipalArn": role_in(seed::ACCOUNT, "deploy") } }), true),
        // No account here belongs to an organisation.
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }), false),
        (json!({ "Null": { "aws:PrincipalOrgID": "true" } }), true),
    ];
    for (number, (condition, allowed)) in cases.into_iter().enumerate() {
        let target = format!("target-{number}");
        let mut document = trust(&root(seed::ACCOUNT));
        document["Statement"][0]["Condition"] = condition.clone();
        create_role_in(&sandbox, OTHER, &target, &document).await;
        let said =
            sandbox.assume_arn(&caller, &role_in(OTHER, &target), &[("ExternalId", "shared-secret")]).await;
        assert_eq!(said.is_ok(), allowed, "{condition}");
    }
    let said = sandbox.assume_arn(&caller, &role_in(OTHER, "target-0"), &[]).await;
    assert_eq!(said.unwrap_err().code, "AccessDenied", "no external id at all");
    // The caller's own policies see whose the role is.
    create_role_in(&sandbox, OTHER, "open", &trust(&root(seed::ACCOUNT))).await;
    for (account, allowed) in [(OTHER, true), (seed::ACCOUNT, false)] {
        let mut document = policy("Allow", &["sts:AssumeRole"], "*");
        document["Statement"][0]["Condition"] = json!({ "StringEquals": { "aws:ResourceAccount": account } });
        sandbox.put_role_policy("deploy", "chain", &document).await;
        let said = sandbox.assume_arn(&caller, &role_in(OTHER, "open"), &[]).await;
        assert_eq!(said.is_ok(), allowed, "{account}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_through_three_accounts_lasts_an_hour_at_each_step() {
    let sandbox = three().await;
    sandbox.put_role_policy("deploy", "chain", &policy("Allow", &["sts:AssumeRole"], "*")).await;
    create_role_in(&sandbox, OTHER, "middle", &trust(&root(seed::ACCOUNT))).await;
    put_policy_in(&sandbox, OTHER, "middle", &policy("Allow", &["sts:AssumeRole"], &role_in(THIRD, "end")))
        .await;
    create_role_in(&sandbox, THIRD, "end", &trust(&role_in(OTHER, "middle"))).await;
    let long = [("RoleName", "middle"), ("MaxSessionDuration", "43200")];
    crate::iam_in(&sandbox, OTHER, "UpdateRole", &long).await;
    let first = session(&sandbox, &[]).await;
    let middle = role_in(OTHER, "middle");
    let refused = sandbox.assume_arn(&first, &middle, &[("DurationSeconds", "3601")]).await.unwrap_err();
    let message =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
    assert_eq!(refused.said(), (400, "ValidationError", message));
    let second = sandbox.assume_arn(&first, &middle, &[("DurationSeconds", "3600")]).await.unwrap();
    // The first session is not let in by the third account, the second is.
    let end = role_in(THIRD, "end");
    assert_eq!(sandbox.assume_arn(&first, &end, &[]).await.unwrap_err().code, "AccessDenied");
    let third = sandbox.assume_arn(&second, &end, &[]).await.unwrap();
    let expected = [THIRD.to_owned(), format!("arn:aws:sts::{THIRD}:assumed-role/end/chained")];
    assert_eq!(whoami(&sandbox, &third).await.unwrap(), expected);
    sandbox.advance(3_605).await;
    for credentials in [&first, &second, &third] {
        assert_eq!(whoami(&sandbox, credentials).await.unwrap_err().code, "ExpiredToken");
    }
}
