//! The design that the tour builds: one role for each environment and access level, and the contexts that try them.

/// The audience that GitHub's tokens for AWS are made out to.
pub(super) const AUDIENCE: &str = "sts.amazonaws.com";
/// The account of the policies.
pub(super) const ACCOUNT: &str = "123456789012";
/// The bucket that the deploy policy names.
pub(super) const BUCKET: &str = "my-prod-bucket";

/// The repository that deploys.
pub(super) const REPOSITORY: &str = "your-org/your-repo";
/// The sandbox's configuration: a repository that was there before, so that its subjects hold no numbers.
pub(super) const CONFIGURATION: &str = "[[repositories]]\nname = \"your-org/your-repo\"\n";
/// Where the workflow lies in it.
pub(super) const WORKFLOW_PATH: &str = ".github/workflows/deploy.yml";
/// The workflow.
pub(super) const WORKFLOW: &str = include_str!("workflows/deploy.yml");

/// A policy and its file's name.
pub(super) struct Policy {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

macro_rules! policy {
    ($name:literal) => {
        Policy { name: $name, text: include_str!(concat!("policies/", $name, ".json")) }
    };
}

/// A role: who may become it, and what it may do.
pub(super) struct Role {
    pub(super) name: &'static str,
    /// The trust policy that it is created with.
    pub(super) trust: Policy,
    /// The one that replaces it.
    pub(super) better_trust: Option<Policy>,
    pub(super) permissions: Policy,
}

/// Feature branches get nothing; develop, production and pull requests get a role each.
pub(super) const ROLES: [Role; 3] = [
    Role {
        name: "github-prod-deploy",
        trust: policy!("trust-main"),
        better_trust: Some(policy!("trust-production")),
        permissions: policy!("deploy"),
    },
    Role {
        name: "github-staging-deploy",
        trust: policy!("trust-staging"),
        better_trust: None,
        permissions: policy!("stage"),
    },
    Role {
        name: "github-pr-read",
        trust: policy!("trust-pull-request"),
        better_trust: None,
        permissions: policy!("read"),
    },
];

/// A workflow context: what ran where, and which role it must get.
pub(super) struct Context {
    pub(super) label: &'static str,
    pub(super) job: &'static str,
    pub(super) role: Option<&'static str>,
}

/// The seven contexts.
pub(super) const CONTEXTS: [Context; 7] = [
    Context { label: "push to main", job: "your-org/your-repo ref=refs/heads/main", role: None },
    Context {
        label: "push to develop",
        job: "your-org/your-repo ref=refs/heads/develop",
        role: Some("github-staging-deploy"),
    },
    Context {
        label: "push to a feature branch",
        job: "your-org/your-repo ref=refs/heads/feature/login",
        role: None,
    },
    Context { label: "tag v1.2.3", job: "your-org/your-repo ref=refs/tags/v1.2.3", role: None },
    Context {
        label: "pull request",
        job: "your-org/your-repo event=pull_request",
        role: Some("github-pr-read"),
    },
    Context {
        label: "environment production",
        job: "your-org/your-repo ref=refs/heads/main environment=production",
        role: Some("github-prod-deploy"),
    },
    Context {
        label: "another organisation",
        job: "evil-org/your-repo ref=refs/heads/main environment=production",
        role: None,
    },
];
