//! What is decided: the trust policy and the deploy policy of the design that daypass is built for, with the requests
//! that they are for and others.

/// Which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Trust,
    Deploy,
}

pub(crate) const PROVIDER: &str =
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";
pub(crate) const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions";

/// One request and the decision that it must get.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) context: Vec<(&'static str, &'static str)>,
    pub(crate) allowed: bool,
}

/// A policy in each language, and its cases.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) subject: Subject,
    pub(crate) name: &'static str,
    /// The policy as IAM has it.
    pub(crate) iam: &'static str,
    /// One that says the same in Cedar.
    pub(crate) cedar: &'static str,
    /// With all condition keys of a real request.
    pub(crate) cases: Vec<Case>,
    /// With those alone that the policy reads.
    pub(crate) cases_with_few_keys: Vec<Case>,
}

impl Material {
    pub(crate) fn of(subject: Subject) -> Self {
        match subject {
            Subject::Trust => Self {
                subject,
                name: "trust policy",
                iam: include_str!("../../../crates/daypass/src/tour/policies/trust-main.json"),
                cedar: include_str!("trust.cedar"),
                cases: TOKENS.iter().map(|token| trust(*token, TRUST_KEYS)).collect(),
                cases_with_few_keys: TOKENS.iter().map(|token| trust(*token, &[])).collect(),
            },
            Subject::Deploy => Self {
                subject,
                name: "deploy policy",
                iam: include_str!("../../../crates/daypass/src/tour/policies/deploy.json"),
                cedar: include_str!("deploy.cedar"),
                cases: CALLS.iter().map(|call| deploy(*call, SESSION_KEYS)).collect(),
                cases_with_few_keys: CALLS.iter().map(|call| deploy(*call, &[])).collect(),
            },
        }
    }
}

/// Audience, subject, and whether they are let in.
const TOKENS: &[(&str, &str, bool)] = &[
    ("sts.amazonaws.com", "repo:your-org/your-repo:ref:refs/heads/main", true),
    ("sts.amazonaws.com", "repo:your-org/your-repo:environment:production", false),
    ("sts.amazonaws.com", "repo:evil-org/your-repo:ref:refs/heads/main", false),
    ("https://github.com/your-org", "repo:your-org/your-repo:ref:refs/heads/main", false),
];

/// Action, resource, and whether it is allowed.
const CALLS: &[(&str, &str, bool)] = &[
    ("s3:PutObject", "arn:aws:s3:::my-prod-bucket/assets/index.html", true),
    ("s3:ListBucket", "arn:aws:s3:::my-prod-bucket", true),
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:123456789012:function:my-function", true),
    ("cloudfront:CreateInvalidation", "arn:aws:cloudfront::123456789012:distribution/ABCDEF123456", true),
    ("s3:PutObject", "arn:aws:s3:::other-bucket/assets/index.html", false),
    ("iam:CreateRole", "arn:aws:iam::123456789012:role/stronger", false),
];

/// The keys of a trust decision besides `aud` and `sub`.
const TRUST_KEYS: &[(&str, &str)] = &[
    ("aws:CurrentTime", "2026-11-23T10:00:00Z"),
    ("aws:EpochTime", "1795687200"),
    ("aws:SourceIp", "192.0.2.1"),
    ("aws:SecureTransport", "true"),
    ("aws:RequestedRegion", "eu-west-1"),
    ("aws:PrincipalAccount", ACCOUNT),
    ("aws:PrincipalType", "User"),
    ("aws:userid", PROVIDER),
    ("aws:FederatedProvider", PROVIDER),
    ("sts:RoleSessionName", "GitHubActions"),
    ("sts:RoleAuthorizedByIdp", "false"),
    ("token.actions.githubusercontent.com:actor", "octocat"),
    ("token.actions.githubusercontent.com:actor_id", "583231"),
    ("token.actions.githubusercontent.com:ref", "refs/heads/main"),
    ("token.actions.githubusercontent.com:repository", "your-org/your-repo"),
    ("token.actions.githubusercontent.com:repository_id", "74000000"),
    ("token.actions.githubusercontent.com:repository_owner_id", "65000000"),
    ("token.actions.githubusercontent.com:workflow", "Deploy"),
];

/// The keys of a call of a session.
const SESSION_KEYS: &[(&str, &str)] = &[
    ("aws:CurrentTime", "2026-11-23T10:00:00Z"),
    ("aws:EpochTime", "1795687200"),
    ("aws:SourceIp", "192.0.2.1"),
    ("aws:SecureTransport", "true"),
    ("aws:RequestedRegion", "eu-west-1"),
    ("aws:UserAgent", "aws-cli/2.31.0"),
    ("aws:PrincipalArn", ROLE),
    ("aws:PrincipalAccount", ACCOUNT),
    ("aws:PrincipalType", "AssumedRole"),
    ("aws:userid", "AROAEXAMPLE:GitHubActions"),
    ("aws:TokenIssueTime", "2026-11-23T09:58:00Z"),
    ("aws:FederatedProvider", PROVIDER),
];

fn trust(
    (audience, subject, allowed): (&'static str, &'static str, bool),
    more: &[(&'static str, &'static str)],
) -> Case {
    let mut context = vec![
        ("token.actions.githubusercontent.com:aud", audience),
        ("token.actions.githubusercontent.com:sub", subject),
    ];
    context.extend_from_slice(more);
    Case { action: "sts:AssumeRoleWithWebIdentity", resource: ROLE, context, allowed }
}

fn deploy(
    (action, resource, allowed): (&'static str, &'static str, bool),
    keys: &[(&'static str, &'static str)],
) -> Case {
    Case { action, resource, context: keys.to_vec(), allowed }
}
