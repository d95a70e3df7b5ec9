//! The design that daypass is built for, set up by its own commands.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// The policies under the names that the commands give them.
const POLICIES: &[(&str, &str)] = &[
    ("trust-policy.json", include_str!("../../src/tour/policies/trust-main.json")),
    ("trust-policy-staging.json", include_str!("../../src/tour/policies/trust-staging.json")),
    ("trust-policy-prod.json", include_str!("../../src/tour/policies/trust-production.json")),
    ("deploy-policy.json", include_str!("../../src/tour/policies/deploy.json")),
];

pub(crate) const CREATE_PROVIDER: &str = r"aws iam create-open-id-connect-provider \
  --url https://token.actions.githubusercontent.com \
  --client-id-list sts.amazonaws.com \
  --thumbprint-list 6938fd4d98bab03faadb97b34396831e3780aea1";

pub(crate) const CREATE_ROLE: &str = r"aws iam create-role \
  --role-name github-prod-deploy \
  --assume-role-policy-document file://trust-policy.json";

pub(crate) const CREATE_ROLE_AGAIN: &str = r"aws iam create-role \
  --role-name github-prod-deploy \
  --assume-role-policy-document file://trust-policy-prod.json";

pub(crate) const UPDATE_ROLE: &str = r"aws iam update-assume-role-policy \
  --role-name github-prod-deploy \
  --policy-document file://trust-policy-prod.json";

pub(crate) const PUT_ROLE_POLICY: &str = r"aws iam put-role-policy \
  --role-name github-prod-deploy \
  --policy-name deploy \
  --policy-document file://deploy-policy.json";

pub(crate) const CREATE_STAGING_ROLE: &str = r"aws iam create-role \
  --role-name github-staging-deploy \
  --assume-role-policy-document file://trust-policy-staging.json";

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";
pub(crate) const PROVIDER: &str =
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
pub(crate) const SUBJECT: &str = "repo:your-org/your-repo:environment:production";
pub(crate) const NOT_AUTHORIZED: &str = "An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity \
     operation: Not authorized to perform sts:AssumeRoleWithWebIdentity";

/// A sandbox with the policies' files in its folder and nothing in its account.
pub(crate) fn with_files() -> Sandbox {
    let sandbox = Sandbox::start();
    write_policies(&sandbox);
    sandbox
}

fn write_policies(sandbox: &Sandbox) {
    for (name, text) in POLICIES {
        sandbox.write(name, text);
    }
}

/// A sandbox with the production role as it ends up, its policy and its bucket.
pub(crate) fn with_account() -> Sandbox {
    let sandbox = Sandbox::start();
    furnish(&sandbox);
    sandbox
}

/// Sets up the first account of a sandbox: the policies' files, the production role, its policy and its bucket.
pub(crate) fn furnish(sandbox: &Sandbox) {
    write_policies(sandbox);
    let create = CREATE_ROLE_AGAIN;
    sandbox.administrator().must(&format!(
        "{CREATE_PROVIDER} > provider.json\n{create} > role.json\n{PUT_ROLE_POLICY}\naws s3 mb s3://my-prod-bucket\n"
    ));
}

/// A policy's file as JSON.
pub(crate) fn policy(name: &str) -> Value {
    let (_, text) = POLICIES.iter().find(|(known, _)| *known == name).unwrap();
    serde_json::from_str(text).unwrap()
}

/// The answer of the AWS CLI to the exchange of the production environment's token.
pub(crate) fn exchange(sandbox: &Sandbox) -> Value {
    let token = sandbox.mint("--repo your-org/your-repo --environment production");
    sandbox.administrator().json(&exchange_command(&token))
}

/// The exchange of a token for the production role.
pub(crate) fn exchange_command(token: &str) -> String {
    format!(
        "aws sts assume-role-with-web-identity --role-arn {ROLE} --role-session-name GitHubActions \
         --web-identity-token {token}"
    )
}
