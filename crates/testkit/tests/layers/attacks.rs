//! What somebody tries who can write to the repository, alone.

use crate::bench::Layers;

/// One attempt.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// Where the run is.
    pub(crate) repository: &'static str,
    /// What starts it.
    pub(crate) event: &'static str,
    /// The run's ref.
    pub(crate) reference: &'static str,
    /// Whether the workflow has to be pushed there first; otherwise it is one that lies there, reviewed.
    pub(crate) is_pushed: bool,
    /// The environment that the job names.
    pub(crate) environment: Option<&'static str>,
    pub(crate) from_fork: bool,
    /// The role that is to be entered.
    pub(crate) role: &'static str,
    /// What stops it where every layer is there.
    pub(crate) stopped_by: &'static str,
    /// With which layers it gets through.
    pub(crate) gets_through: fn(Layers) -> bool,
}

pub(crate) const OWN: &str = "your-org/your-repo";
pub(crate) const OTHER: &str = "your-org/playground";

/// A push to a feature branch, which nobody protects.
const FEATURE: Attack = Attack {
    name: "a feature branch names the environment",
    repository: OWN,
    event: "push",
    reference: "refs/heads/feature",
    is_pushed: true,
    environment: Some("production"),
    from_fork: false,
    role: "production",
    stopped_by: "`refs/heads/feature` is not allowed to deploy to production",
    gets_through: |layers| !layers.environment,
};

const MAIN: Attack = Attack { reference: "refs/heads/main", ..FEATURE };
const NOT_PUSHED: &str = "the push does not land";
const REFUSED_BY_STS: &str = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

pub(crate) const ATTACKS: &[Attack] = &[
    FEATURE,
    Attack {
        name: "a tag names the environment",
        reference: "refs/tags/v1",
        stopped_by: "`refs/tags/v1` is not allowed to deploy to production",
        ..FEATURE
    },
    Attack {
        name: "a run of main that nobody approved",
        event: "workflow_dispatch",
        is_pushed: false,
        stopped_by: "the job deploy waits at the environment production for a review by alice",
        ..MAIN
    },
    Attack {
        name: "a direct push to main, for a role that trusts the branch",
        environment: None,
        role: "main",
        stopped_by: NOT_PUSHED,
        gets_through: |layers| !layers.branch,
        ..MAIN
    },
    Attack {
        name: "a direct push to main, for the environment",
        stopped_by: NOT_PUSHED,
        gets_through: |layers| !layers.branch && !layers.environment,
        ..MAIN
    },
    Attack {
        name: "a twin of the environment, whose subject is the same",
        environment: Some("production%3Aeu"),
        role: "eu",
        stopped_by: "would have one subject",
        gets_through: |layers| !layers.names,
        ..FEATURE
    },
    Attack {
        name: "another repository names the environment",
        repository: OTHER,
        stopped_by: REFUSED_BY_STS,
        gets_through: |layers| !layers.trust,
        ..FEATURE
    },
    Attack {
        name: "another repository pushes to its main",
        repository: OTHER,
        environment: None,
        role: "main",
        stopped_by: REFUSED_BY_STS,
        gets_through: |layers| !layers.trust,
        ..MAIN
    },
    Attack {
        name: "a pull request from a fork",
        event: "pull_request",
        reference: "refs/pull/7/merge",
        is_pushed: false,
        environment: None,
        from_fork: true,
        role: "main",
        stopped_by: "nothing to ask for a token with",
        gets_through: |_| false,
        ..FEATURE
    },
];
