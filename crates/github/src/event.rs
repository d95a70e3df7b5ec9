//! The events that start a workflow: of which ref their runs are, and which subject follows from that.
//!
//! Source: GitHub docs, "Events that trigger workflows" (the refs) and "OpenID Connect reference" (the subjects).

/// An event of GitHub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event(&'static Row);

/// What is known of an event.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Row {
    name: &'static str,
    runs_of: RunsOf,
    subject: SubjectContext,
    evidence: Evidence,
}

/// The ref that the runs of an event are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunsOf {
    /// A branch or a tag.
    Any,
    /// The default branch, always.
    DefaultBranch,
    /// A branch of the merge queue.
    MergeQueue,
    /// The merge of a pull request, `refs/pull/N/merge`.
    PullRequest,
    /// A tag.
    Tag,
}

/// The last part of the subject of a job that names no environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectContext {
    /// `pull_request`
    PullRequest,
    /// `ref:` and the ref.
    Ref,
}

/// How it is known which subject an event has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// GitHub's documentation says it, for this event or for all that are of a ref.
    Documented,
    /// A token of such a run was seen.
    Observed,
    /// Nobody says it, and no token was seen: this is our choice.
    Chosen,
}

macro_rules! events {
    ($($name:literal: $runs_of:ident, $subject:ident, $evidence:ident;)+) => {
        static ROWS: [Row; [$($name),+].len()] = [$(Row {
            name: $name,
            runs_of: RunsOf::$runs_of,
            subject: SubjectContext::$subject,
            evidence: Evidence::$evidence,
        },)+];
    };
}

events! {
    "branch_protection_rule": DefaultBranch, Ref, Documented;
    "check_run": DefaultBranch, Ref, Documented;
    "check_suite": DefaultBranch, Ref, Documented;
    "create": Any, Ref, Documented;
    "delete": DefaultBranch, Ref, Documented;
    "deployment": Any, Ref, Documented;
    "deployment_status": Any, Ref, Documented;
    "discussion": DefaultBranch, Ref, Documented;
    "discussion_comment": DefaultBranch, Ref, Documented;
    "fork": DefaultBranch, Ref, Documented;
    "gollum": DefaultBranch, Ref, Documented;
    "image_version": DefaultBranch, Ref, Documented;
    "issue_comment": DefaultBranch, Ref, Documented;
    "issues": DefaultBranch, Ref, Documented;
    "label": DefaultBranch, Ref, Documented;
    "merge_group": MergeQueue, Ref, Documented;
    "milestone": DefaultBranch, Ref, Documented;
    "page_build": DefaultBranch, Ref, Documented;
    "project": DefaultBranch, Ref, Documented;
    "project_card": DefaultBranch, Ref, Documented;
    "project_column": DefaultBranch, Ref, Documented;
    "public": DefaultBranch, Ref, Documented;
    "pull_request": PullRequest, PullRequest, Documented;
    "pull_request_review": PullRequest, PullRequest, Documented;
    "pull_request_review_comment": PullRequest, PullRequest, Documented;
    "pull_request_target": DefaultBranch, Ref, Chosen;
    "push": Any, Ref, Documented;
    "registry_package": Any, Ref, Documented;
    "release": Tag, Ref, Documented;
    "repository_dispatch": DefaultBranch, Ref, Documented;
    "schedule": DefaultBranch, Ref, Documented;
    "status": DefaultBranch, Ref, Documented;
    "watch": DefaultBranch, Ref, Documented;
    "workflow_call": Any, Ref, Documented;
    "workflow_dispatch": Any, Ref, Observed;
    "workflow_run": DefaultBranch, Ref, Documented;
}

impl Event {
    /// The event of a push.
    pub const PUSH: Self = Self(&ROWS[26]);
    /// The event of a pull request.
    pub const PULL_REQUEST: Self = Self(&ROWS[22]);
    /// The event that a person or a program starts by hand.
    pub const WORKFLOW_DISPATCH: Self = Self(&ROWS[34]);

    /// Every event.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(Self)
    }

    /// The event of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|event| event.name() == name)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// The ref that its runs are of.
    #[must_use]
    pub const fn runs_of(self) -> RunsOf {
        self.0.runs_of
    }

    /// The last part of the subject of a job that names no environment.
    ///
    /// For `pull_request_target` GitHub's documentation does not say it; the ref is that of the default branch (since
    /// December 2025), and we choose the form that follows from the ref, unless [`SubjectRules`](crate::SubjectRules)
    /// say otherwise. A trust policy for that branch therefore admits such a run, which is the cautious thing to assume.
    #[must_use]
    pub const fn subject_context(self) -> SubjectContext {
        self.0.subject
    }

    /// How that is known.
    #[must_use]
    pub const fn evidence(self) -> Evidence {
        self.0.evidence
    }

    /// Whether the run is of the merge of a pull request.
    #[must_use]
    pub fn is_of_pull_request(self) -> bool {
        self.0.runs_of == RunsOf::PullRequest
    }

    /// Whether a pull request started the run, in whatever form.
    #[must_use]
    pub fn is_pull_request_target(self) -> bool {
        self.0.name == "pull_request_target"
    }

    /// Whether the claims `head_ref` and `base_ref` are filled.
    #[must_use]
    pub fn has_head_and_base(self) -> bool {
        matches!(self.0.name, "pull_request" | "pull_request_target")
    }

    /// Whether the run is of a tag, whatever else.
    pub(crate) fn needs_tag(self) -> bool {
        self.0.runs_of == RunsOf::Tag
    }

    /// Whether the run is of a branch of the merge queue.
    pub(crate) fn is_of_merge_queue(self) -> bool {
        self.0.runs_of == RunsOf::MergeQueue
    }

    /// Whether the run is of the default branch, always.
    pub(crate) fn is_of_default_branch(self) -> bool {
        self.0.runs_of == RunsOf::DefaultBranch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_the_events_that_they_say() {
        let names = [Event::PUSH, Event::PULL_REQUEST, Event::WORKFLOW_DISPATCH].map(Event::name);
        assert_eq!(names, ["push", "pull_request", "workflow_dispatch"]);
    }

    #[test]
    fn what_nobody_says_is_one_event() {
        let chosen: Vec<_> = Event::all().filter(|event| event.evidence() == Evidence::Chosen).collect();
        assert_eq!(chosen.iter().map(|event| event.name()).collect::<Vec<_>>(), ["pull_request_target"]);
    }
}
