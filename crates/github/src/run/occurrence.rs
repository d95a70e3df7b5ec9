//! What happened to a run, for the record.

use jiff::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// What, as the trail's `eventName`.
    pub name: &'static str,
    /// When.
    pub at: Timestamp,
    /// The job that it happened to.
    pub job: Option<String>,
    /// The environment that it was about.
    pub environment: Option<String>,
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
    /// The login of who did it; nobody's where time or a program did.
    pub by: Option<String>,
    /// What was said, or why it is so.
    pub comment: String,
}

impl Occurrence {
    /// A run began.
    pub const RUN_STARTED: &'static str = "WorkflowRunStarted";
    /// A run was cancelled.
    pub const RUN_CANCELLED: &'static str = "WorkflowRunCancelled";
    /// A job waits for a runner, and for nothing else.
    pub const JOB_QUEUED: &'static str = "WorkflowJobQueued";
    /// A job came to a gate.
    pub const DEPLOYMENT_REQUESTED: &'static str = "DeploymentRequested";
    /// A gate opened.
    pub const DEPLOYMENT_OPENED: &'static str = "DeploymentOpened";
    /// A reviewer said yes.
    pub const DEPLOYMENT_APPROVED: &'static str = "DeploymentApproved";
    /// A reviewer said no.
    pub const DEPLOYMENT_REJECTED: &'static str = "DeploymentRejected";
    /// An administrator did not wait.
    pub const DEPLOYMENT_BYPASSED: &'static str = "DeploymentBypassed";
    /// An administrator closed an open gate.
    pub const DEPLOYMENT_REVOKED: &'static str = "DeploymentRevoked";
    /// A program answered for its rule.
    pub const RULE_ANSWERED: &'static str = "DeploymentRuleAnswered";
    /// A gate closed without anybody's word: the branch may not deploy, or nobody answered in time.
    pub const DEPLOYMENT_CLOSED: &'static str = "DeploymentClosed";
    /// A runner took a job.
    pub const JOB_STARTED: &'static str = "WorkflowJobStarted";
    /// A job is over.
    pub const JOB_COMPLETED: &'static str = "WorkflowJobCompleted";
}
