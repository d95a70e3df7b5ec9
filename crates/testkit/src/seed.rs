//! Policies of the design that daypass is built for: one role for each environment and access level.

use serde_json::{Value, json};

/// The account of the policies.
pub const ACCOUNT: &str = "123456789012";
/// The issuer that GitHub signs as.
pub const ISSUER: &str = "https://token.actions.githubusercontent.com";
/// The audience of tokens for AWS.
pub const AUDIENCE: &str = "sts.amazonaws.com";

/// A trust policy that asks for exactly this subject.
#[must_use]
pub fn trust(subject: &str) -> Value {
    trust_where(&json!({ "StringEquals": {
        "token.actions.githubusercontent.com:aud": AUDIENCE,
        "token.actions.githubusercontent.com:sub": subject,
    }}))
}

/// A trust policy for GitHub's provider with these conditions.
#[must_use]
pub fn trust_where(conditions: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com") },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }]})
}

/// The deploy policy, as it stands in the seed.
#[must_use]
pub fn deploy_policy() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::my-prod-bucket", "arn:aws:s3:::my-prod-bucket/*"],
        },
        {
            "Effect": "Allow",
            "Action": [
                "lambda:UpdateFunctionCode",
                "lambda:PublishVersion",
                "lambda:UpdateAlias",
                "lambda:GetFunction",
                "lambda:WaitForFunctionActive",
            ],
            "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:my-function",
        },
        {
            "Effect": "Allow",
            "Action": "cloudfront:CreateInvalidation",
            "Resource": "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456",
        },
    ]})
}
