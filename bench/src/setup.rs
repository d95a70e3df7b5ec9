//! The account that the exchanges go to: a provider and a role, registered over the wire by the administrator.

use daypass_client::{AwsClient, Credentials, Service, transport};

use crate::failure::Outcome;
use crate::server::Server;

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
