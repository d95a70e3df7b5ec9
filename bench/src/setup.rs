//! The account that the exchanges go to: a provider and a role, registered over the wire by the administrator.

use daypass_client::{AwsClient, Credentials, Service, transport};
use daypass_token::SigningKey;

use crate::failure::Outcome;
use crate::server::Server;
use crate::tokens;

/// GitHub's own issuer; its keys are the driver's.
pub(crate) const ISSUER: &str = "https://token.actions.githubusercontent.com";
/// The audience of configure-aws-credentials.
pub(crate) const AUDIENCE: &str = "sts.amazonaws.com";
/// The job whose tokens are exchanged.
pub(crate) const JOB: &str = "your-org/your-repo environment=production ref=refs/heads/main event=push";
/// The role.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";

const TRUST_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":
"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",
"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",
"token.actions.githubusercontent.com:sub":"repo:your-org/your-repo:environment:production"}}}]}"#;

/// Registers the provider and the role.
pub(crate) async fn register(server: &Server) -> Outcome {
    let (access_key_id, secret_access_key) = server.administrator()?;
    let administrator =
        Credentials { access_key_id, secret_access_key: secret_access_key.into(), session_token: None };
    let aws = AwsClient::new(transport(None)?, server.aws_url(), server.region());
    let provider = [("Url", ISSUER), ("ClientIDList.member.1", AUDIENCE)];
    let role = [("RoleName", "github-prod-deploy"), ("AssumeRolePolicyDocument", TRUST_POLICY)];
    for (action, parameters) in [("CreateOpenIDConnectProvider", provider), ("CreateRole", role)] {
        aws.query(Service::Iam, Some(&administrator), action, &parameters).await?.succeeded(action)?;
    }
    Ok(())
}

/// What the deploy role may do: the seed's part about S3, and an item of a table behind the gateway.
const DEPLOY_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject",
"s3:DeleteObject","s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::my-prod-bucket","arn:aws:s3:::my-prod-bucket/*"]},
{"Effect":"Allow","Action":["lambda:UpdateFunctionCode","lambda:PublishVersion","lambda:UpdateAlias","lambda:GetFunction"],
"Resource":"arn:aws:lambda:eu-west-1:123456789012:function:my-function"},{"Effect":"Allow","Action":"dynamodb:GetItem",
"Resource":"arn:aws:dynamodb:*:123456789012:table/orders"}]}"#;

/// Gives the role its policy, and exchanges a token for a session of it.
pub(crate) async fn deploy_session(server: &Server, key: &SigningKey) -> Outcome<Credentials> {
    let (access_key_id, secret_access_key) = server.administrator()?;
    let administrator =
        Credentials { access_key_id, secret_access_key: secret_access_key.into(), session_token: None };
    let aws = AwsClient::new(transport(None)?, server.aws_url(), server.region());
    let policy =
        [("RoleName", "github-prod-deploy"), ("PolicyName", "deploy"), ("PolicyDocument", DEPLOY_POLICY)];
    aws.query(Service::Iam, Some(&administrator), "PutRolePolicy", &policy)
        .await?
        .succeeded("PutRolePolicy")?;
    let token = key.sign(&tokens::token_claims(1)?)?;
    let exchange = [("RoleArn", ROLE), ("RoleSessionName", "bench"), ("WebIdentityToken", token.as_str())];
    let operation = "AssumeRoleWithWebIdentity";
    let answer = aws.query(Service::Sts, None, operation, &exchange).await?.succeeded(operation)?;
    Ok(Credentials::of(&answer, operation)?)
}
