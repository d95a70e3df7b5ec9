//! One job of a run.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::expression::{Context, ExpressionError, Status, evaluate};
use crate::gate::{Gate, State};
use crate::hosting::number;
use crate::workflow::{JobResult, Outcome, PlannedJob, SettledEnvironment, SettledJob, Text};

/// How long a job runs where its workflow does not say: GitHub's default of `timeout-minutes`.
pub const JOB_MINUTES_DEFAULT: u32 = 360;
/// The longest that a job may run, in minutes: five days, on a machine of its owner's.
///
/// Source: GitHub docs, "Actions limits".
const MINUTES_MAX: f64 = 7_200.0;

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
    /// Whether its failure is forgiven: `continue-on-error`.
    #[serde(default)]
    pub is_forgiven: bool,
    /// Whether it runs on a machine of its owner's.
    #[serde(default)]
    pub is_self_hosted: bool,
    /// How long it may run, in minutes.
    pub minutes: u32,
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

impl JobEnvironment {
    pub(super) fn of(settled: SettledEnvironment) -> Self {
        let url = settled.url.and_then(|url| url.known().map(str::to_owned));
        Self { name: settled.name, url }
    }
}

impl RunJob {
    /// Takes over what is known now that all that it needs is over.
    pub(super) fn settle(&mut self, settled: &SettledJob) -> Result<(), ExpressionError> {
        let (forgiven, timeout) = (&self.planned.continue_on_error, &self.planned.timeout_minutes);
        let speaks = forgiven.is_some() || timeout.is_some();
        let values = if speaks { settled.values.clone() } else { Map::new() };
        let context = Context { values, status: Status::Success };
        let value =
            |text: &Option<Text>| text.as_ref().map(|text| evaluate(&text.value, &context)).transpose();
        self.is_forgiven = value(forgiven)?.is_some_and(|value| is_true(&value));
        let minutes = value(timeout)?.and_then(|value| minutes(&value));
        self.minutes = minutes.unwrap_or(JOB_MINUTES_DEFAULT);
        self.name.clone_from(&settled.name);
        self.is_self_hosted = settled.is_self_hosted();
        Ok(())
    }

    /// A job of a run that nothing has happened to. Its steps are its runner's business and are not kept.
    #[must_use]
    pub fn new(run: u64, planned: PlannedJob) -> Self {
        let planned = PlannedJob { steps: Vec::new(), ..planned };
        Self {
            id: number::of_job(run, &planned.key),
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
            is_forgiven: false,
            is_self_hosted: false,
            minutes: JOB_MINUTES_DEFAULT,
            opened: None,
        }
    }

    /// Jobs of a run that nothing has happened to, with numbers that neither others of them nor those that are taken have.
    #[must_use]
    pub fn all(run: u64, planned: Vec<PlannedJob>, taken: impl IntoIterator<Item = u64>) -> Vec<Self> {
        let mut taken: BTreeSet<u64> = taken.into_iter().collect();
        let one = |planned| {
            let job = Self::new(run, planned);
            let id = number::free(job.id, |id| taken.contains(&id));
            taken.insert(id);
            Self { id, ..job }
        };
        planned.into_iter().map(one).collect()
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

    /// What the jobs behind it see of it, once it is over.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let result = match self.conclusion()? {
            Conclusion::Cancelled => JobResult::Cancelled,
            Conclusion::Failure | Conclusion::TimedOut if self.is_forgiven => JobResult::Success,
            Conclusion::Failure | Conclusion::TimedOut => JobResult::Failure,
            Conclusion::Skipped => JobResult::Skipped,
            Conclusion::Success => JobResult::Success,
        };
        Some(Outcome { result, outputs: self.outputs.clone() })
    }

    pub(super) fn end(&mut self, conclusion: Conclusion, reason: Option<String>, now: Timestamp) {
        self.phase = Phase::Over(conclusion);
        self.reason = reason;
        self.completed = Some(now);
    }
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str() == Some("true"))
}

/// Whole minutes; a part of one counts as one.
fn minutes(value: &Value) -> Option<u32> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (number > 0.0).then(|| number.ceil().min(MINUTES_MAX) as u32)
}
