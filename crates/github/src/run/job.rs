//! One job of a run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::gate::{Gate, State};
use crate::workflow::PlannedJob;

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunJob {
    /// The number: that of its check run.
    pub id: u64,
    /// What the workflow says of it.
    pub planned: PlannedJob,
    /// The name, as far as it is known.
    pub name: String,
    /// The environment, once it is known.
    pub environment: Option<JobEnvironment>,
    /// What stands before it, where it names an environment.
    pub gate: Option<Gate>,
    /// How far it is.
    pub phase: Phase,
    /// Why it is over, where that is not plain.
    pub reason: Option<String>,
    /// When the jobs that it needs were over.
    pub ready: Option<Timestamp>,
    /// When a runner started it.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// What it hands to the jobs that need it.
    #[serde(default)]
    pub outputs: BTreeMap<String, String>,
    /// How many tokens it was given.
    #[serde(default)]
    pub tokens: u64,
    /// When it was noted that its gate is open.
    #[serde(default)]
    pub opened: Option<Timestamp>,
}

/// The environment that a job deploys to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobEnvironment {
    /// The name as the workflow spells it, which is what the token says.
    pub name: String,
    /// The page that the deployment is seen at.
    pub url: Option<String>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Jobs that it needs are not over.
    Pending,
    /// It may start as soon as its gate is open.
    Ready,
    /// A runner has it.
    Started,
    /// It is over.
    Over(Conclusion),
}

/// What came of a job or a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// It was cancelled.
    Cancelled,
    /// It failed.
    Failure,
    /// Its `if` did not hold, or a job that it needs was skipped or failed.
    Skipped,
    /// It succeeded.
    Success,
    /// It took too long.
    TimedOut,
}

impl Conclusion {
    /// The name, as GitHub's API has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
            Self::Success => "success",
            Self::TimedOut => "timed_out",
        }
    }

    /// The conclusion of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Cancelled, Self::Failure, Self::Skipped, Self::Success, Self::TimedOut]
            .into_iter()
            .find(|conclusion| conclusion.name() == name)
    }
}

/// Where a job stands, as GitHub's API says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// It is over.
    Completed,
    /// A runner has it.
    InProgress,
    /// It waits for jobs that it needs.
    Pending,
    /// It waits for a runner.
    Queued,
    /// It waits at its gate.
    Waiting,
}

impl JobStatus {
    /// The name, as GitHub's API has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::InProgress => "in_progress",
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Waiting => "waiting",
        }
    }
}

impl RunJob {
    /// A job that nothing has happened to.
    #[must_use]
    pub fn new(id: u64, planned: PlannedJob) -> Self {
        Self {
            id,
            name: planned.name.clone(),
            planned,
            environment: None,
            gate: None,
            phase: Phase::Pending,
            reason: None,
            ready: None,
            started: None,
            completed: None,
            outputs: BTreeMap::new(),
            tokens: 0,
            opened: None,
        }
    }

    /// The name in the workflow file: that of the job, behind those of the jobs that call it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.planned.key
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> JobStatus {
        match self.phase {
            Phase::Pending => JobStatus::Pending,
            Phase::Started => JobStatus::InProgress,
            Phase::Over(_) => JobStatus::Completed,
            Phase::Ready => match self.gate.as_ref().map(|gate| gate.state(now)) {
                None | Some(State::Open) => JobStatus::Queued,
                Some(State::Waiting(_)) => JobStatus::Waiting,
                // The next look at the run says so.
                Some(_) => JobStatus::Completed,
            },
        }
    }

    /// What came of it, once it is over.
    #[must_use]
    pub const fn conclusion(&self) -> Option<Conclusion> {
        match self.phase {
            Phase::Over(conclusion) => Some(conclusion),
            Phase::Pending | Phase::Ready | Phase::Started => None,
        }
    }

    /// Whether it waits at its gate.
    #[must_use]
    pub fn is_waiting(&self, now: Timestamp) -> bool {
        self.status(now) == JobStatus::Waiting
    }

    pub(super) fn end(&mut self, conclusion: Conclusion, reason: Option<String>, now: Timestamp) {
        self.phase = Phase::Over(conclusion);
        self.reason = reason;
        self.completed = Some(now);
    }
}
