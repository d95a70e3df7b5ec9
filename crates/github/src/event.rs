//! The events that start a workflow.

/// The name of an event. Source: GitHub docs, "Events that trigger workflows".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event(&'static str);

const NAMES: [&str; 36] = [
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "image_version",
    "issue_comment",
    "issues",
    "label",
    "merge_group",
    "milestone",
    "page_build",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "registry_package",
    "release",
    "repository_dispatch",
    "schedule",
    "status",
    "watch",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
];

impl Event {
    /// The event of a push.
    pub const PUSH: Self = Self("push");
    /// The event of a pull request.
    pub const PULL_REQUEST: Self = Self("pull_request");

    /// The event of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.into_iter().find(|known| *known == name).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether the run is of the merge of a pull request (`refs/pull/N/merge`) and the subject ends in `pull_request`.
    ///
    /// `pull_request_target` is not among them. GitHub's documentation does not say what subject it gets; its ref is
    /// that of the default branch (since December 2025), and we choose the form that follows from the ref. A trust
    /// policy for that branch therefore admits such a run, which is the cautious thing to assume.
    #[must_use]
    pub fn is_of_pull_request(self) -> bool {
        matches!(self.0, "pull_request" | "pull_request_review" | "pull_request_review_comment")
    }

    /// Whether the claims `head_ref` and `base_ref` are filled.
    #[must_use]
    pub fn has_head_and_base(self) -> bool {
        matches!(self.0, "pull_request" | "pull_request_target")
    }

    /// Whether the run is of a tag, whatever else.
    pub(crate) fn needs_tag(self) -> bool {
        self.0 == "release"
    }

    /// Whether the run is of a branch of the merge queue.
    pub(crate) fn is_of_merge_queue(self) -> bool {
        self.0 == "merge_group"
    }

    /// Whether the run is of the default branch, always.
    pub(crate) fn is_of_default_branch(self) -> bool {
        !self.is_of_pull_request()
            && !matches!(
                self.0,
                "create"
                    | "deployment"
                    | "deployment_status"
                    | "merge_group"
                    | "push"
                    | "release"
                    | "registry_package"
                    | "workflow_call"
                    | "workflow_dispatch"
            )
    }
}
