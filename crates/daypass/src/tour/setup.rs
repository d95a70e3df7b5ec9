//! Step 1: the provider, the roles and their policies, as an administrator would with `aws iam`.

use daypass_client::{Answer, Service};

use super::design::{AUDIENCE, BUCKET, Policy, ROLES};
use super::{Tour, must};
use crate::failure::Failure;

pub(super) async fn run(tour: &Tour) -> Result<(), Failure> {
    let answer = iam(
        tour,
        "CreateOpenIDConnectProvider",
        &[
            ("Url", "https://token.actions.githubusercontent.com"),
            ("ClientIDList.member.1", AUDIENCE),
            ("ThumbprintList.member.1", "6938fd4d98bab03faadb97b34396831e3780aea1"),
        ],
    )
    .await?;
    println!("provider  {}", answer.element("OpenIDConnectProviderArn").unwrap_or_default());
    for role in ROLES {
        keep(tour, &role.trust)?;
        iam(tour, "CreateRole", &[("RoleName", role.name), ("AssumeRolePolicyDocument", role.trust.text)])
            .await?;
        println!("role      {:<22} trusts {}", role.name, subject(&role.trust));
        if let Some(better) = &role.better_trust {
            keep(tour, better)?;
            iam(tour, "UpdateAssumeRolePolicy", &[("RoleName", role.name), ("PolicyDocument", better.text)])
                .await?;
            println!("          {:<22} now trusts {} instead", "", subject(better));
        }
        keep(tour, &role.permissions)?;
        iam(
            tour,
            "PutRolePolicy",
            &[
                ("RoleName", role.name),
                ("PolicyName", role.permissions.name),
                ("PolicyDocument", role.permissions.text),
            ],
        )
        .await?;
    }
    unscoped_trust_is_refused(tour).await?;
    let bucket = tour.aws.s3(Some(&tour.administrator), "PUT", &format!("/{BUCKET}"), Vec::new()).await;
    bucket.and_then(|answer| answer.succeeded("CreateBucket")).map_err(Failure::new)?;
    println!("bucket    {BUCKET}");
    Ok(())
}

/// A trust policy with the audience alone would let in all of GitHub; IAM refuses it.
async fn unscoped_trust_is_refused(tour: &Tour) -> Result<(), Failure> {
    let [production, ..] = ROLES;
    let line = production.trust.text.lines().find(|line| line.contains(":sub\""));
    let unscoped: String = production
        .trust
        .text
        .replace(line.unwrap_or_default(), "")
        .replace("\"sts.amazonaws.com\",", "\"sts.amazonaws.com\"");
    let parameters = [("RoleName", "everybody"), ("AssumeRolePolicyDocument", unscoped.as_str())];
    let answer = tour
        .aws
        .query(Service::Iam, Some(&tour.administrator), "CreateRole", &parameters)
        .await
        .map_err(Failure::new)?;
    must(
        answer.element("Code").as_deref() == Some("MalformedPolicyDocument"),
        "a trust policy without a subject was not refused",
    )?;
    println!("refused   a role that checks the audience and no subject: MalformedPolicyDocument");
    Ok(())
}

async fn iam(tour: &Tour, action: &str, parameters: &[(&str, &str)]) -> Result<Answer, Failure> {
    let answer = tour.aws.query(Service::Iam, Some(&tour.administrator), action, parameters).await;
    answer.and_then(|answer| answer.succeeded(action)).map_err(Failure::new)
}

fn keep(tour: &Tour, policy: &Policy) -> Result<(), Failure> {
    tour.keep.text(&format!("policies/{}.json", policy.name), policy.text)
}

/// The subject that a trust policy of the design asks for.
fn subject(policy: &Policy) -> String {
    let value: serde_json::Value = serde_json::from_str(policy.text).unwrap_or_default();
    value
        .pointer("/Statement/0/Condition/StringEquals/token.actions.githubusercontent.com:sub")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
