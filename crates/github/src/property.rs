//! What can be said about a job, by name.

use std::fmt;

macro_rules! properties {
    ($($(#[doc = $documentation:literal])+ $variant:ident = $name:literal,)+) => {
        /// Something that can be said about a job. Each has a default.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Property {
            $($(#[doc = $documentation])+ $variant,)+
        }

        impl Property {
            /// Every property.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name in the text form of a job; where there is a claim for it, the claim's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

properties! {
    /// Who started the run: a login, or `NAME[bot]`. Default: the owner.
    Actor = "actor",
    /// The actor's number. Default: made from the login.
    ActorId = "actor_id",
    /// The target branch of a pull request. Default: `main`.
    BaseRef = "base_ref",
    /// Short for `ref=refs/heads/...`.
    Branch = "branch",
    /// The number of the job's check run. Default: made from the run.
    CheckRunId = "check_run_id",
    /// The slug of the enterprise. Default: none.
    Enterprise = "enterprise",
    /// The enterprise's number. Default: made from the slug.
    EnterpriseId = "enterprise_id",
    /// The environment that the job names. Default: none.
    Environment = "environment",
    /// The environment's node id. Default: made from the name.
    EnvironmentNodeId = "environment_node_id",
    /// The event that triggered the run. Default: `push`, or `pull_request` where that property is given.
    Event = "event",
    /// The source branch of a pull request. Default: `feature`.
    HeadRef = "head_ref",
    /// Whether the repository's subjects hold numbers (`true` or `false`). Default: `false`.
    Immutable = "immutable",
    /// The reusable workflow that the job is in. Default: the workflow itself.
    JobWorkflowRef = "job_workflow_ref",
    /// The commit of the reusable workflow. Default: the run's.
    JobWorkflowSha = "job_workflow_sha",
    /// The number of the pull request. Default: 1.
    PullRequest = "pull_request",
    /// The branch, tag or pull request that the run is of. Default: `refs/heads/main`, or what the event brings.
    Ref = "ref",
    /// Whether the branch is protected (`true` or `false`). Default: `false`.
    RefProtected = "ref_protected",
    /// The repository's number. Default: made from the name.
    RepositoryId = "repository_id",
    /// The owner's number. Default: made from the name.
    RepositoryOwnerId = "repository_owner_id",
    /// How often the run was started. Default: 1.
    RunAttempt = "run_attempt",
    /// The run's number on all of GitHub. Default: made from the repository.
    RunId = "run_id",
    /// The run's number among the workflow's. Default: 1.
    RunNumber = "run_number",
    /// `github-hosted` (the default) or `self-hosted`.
    RunnerEnvironment = "runner_environment",
    /// The commit that the run is of. Default: made from the repository and the ref.
    Sha = "sha",
    /// Short for `ref=refs/tags/...`.
    Tag = "tag",
    /// `private` (the default), `internal` or `public`.
    Visibility = "visibility",
    /// The display name of the workflow, which its author chooses. Default: the file's name.
    Workflow = "workflow",
    /// The workflow's file. Default: `.github/workflows/deploy.yml`.
    WorkflowPath = "workflow_path",
}

impl Property {
    /// The property of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.name() == name)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
