//! What time and finished jobs do to a run.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::job::{Conclusion, JobEnvironment, JobStatus, Phase, RunJob};
use super::occurrence::Occurrence;
use super::review::Review;
use crate::expression::{Context, Status};
use crate::gate::environment::Protection;
use crate::gate::{Environment, Gate, State};
use crate::workflow::{JobResult, Outcomes, PLANNED_JOBS_MAX, Plan, SettledJob, Settlement, Settling};

/// How long a job waits for a runner: GitHub cancels it then.
///
/// Source: GitHub docs, "Actions limits", job queue time.
pub const QUEUED_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The number on all of GitHub: the claim `run_id`.
    pub id: u64,
    /// The number among the workflow's runs: the claim `run_number`.
    pub number: u64,
    /// How often it was started.
    pub attempt: u32,
    /// `OWNER/NAME`.
    pub repository: String,
    /// The workflow.
    pub workflow: RunWorkflow,
    /// What it is shown as.
    pub title: String,
    /// The event's name.
    pub event: String,
    /// The claim `ref`.
    pub reference: String,
    /// The commit.
    pub sha: String,
    /// The source branch of a pull request, or an empty text.
    pub head_ref: String,
    /// The target branch of a pull request, or an empty text.
    pub base_ref: String,
    /// The pull request.
    pub pull_request: Option<u64>,
    /// Whether the pull request comes from a fork.
    pub from_fork: bool,
    /// Who started it.
    pub actor: Actor,
    /// What was planned, but for its jobs, which are kept with what came of them.
    pub frame: Plan,
    /// The context `github` of its expressions.
    pub github: Map<String, Value>,
    /// The context `vars`.
    #[serde(default)]
    pub variables: Map<String, Value>,
    /// When it began.
    pub created: Timestamp,
    /// When something last happened to it.
    pub updated: Timestamp,
    /// Whether somebody cancelled it.
    pub cancelled: bool,
    /// Its jobs, each behind those that it needs.
    pub jobs: Vec<RunJob>,
    /// What was said at its gates.
    #[serde(default)]
    pub reviews: Vec<Review>,
}

/// The workflow of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunWorkflow {
    /// Its number.
    pub id: u64,
    /// Its display name.
    pub name: String,
    /// Its file.
    pub path: String,
    /// The file's text as it was when the run began, so that a later one can be compared with it; none where it has over
    /// [`TEXT_BYTES_MAX`].
    #[serde(default)]
    pub text: Option<Arc<str>>,
}

/// The longest text of a workflow's file that is kept with each of its runs, in bytes: nearly every file is shorter, and
/// thousands of runs are kept.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;

/// Who started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The number.
    pub id: u64,
    /// The login.
    pub login: String,
}

/// Where a run stands, as GitHub's API says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// It is over.
    Completed,
    /// A job runs, or ran, and others are to follow.
    InProgress,
    /// Nothing has started.
    Queued,
    /// Nothing runs, and a job waits at a gate.
    Waiting,
}

impl RunStatus {
    /// The name, as GitHub's API has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::InProgress => "in_progress",
            Self::Queued => "queued",
            Self::Waiting => "waiting",
        }
    }
}

/// The repository that a run is of, as far as its gates care.
pub trait Place {
    /// The environment of a name, made without protection where there is none, as GitHub does.
    ///
    /// # Errors
    /// Why there can be none, for the job's record.
    fn environment(&mut self, name: &str, now: Timestamp) -> Result<Environment, String>;

    /// What is known of the protected branches, for a ref.
    fn protection(&self, reference: &str) -> Protection;
}

impl Run {
    /// Where it stands.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> RunStatus {
        let is = |status: JobStatus| self.jobs.iter().any(|job| job.status(now) == status);
        let begun = self.jobs.iter().any(|job| job.started.is_some());
        if self.jobs.iter().all(|job| job.conclusion().is_some()) {
            RunStatus::Completed
        } else if is(JobStatus::InProgress) {
            RunStatus::InProgress
        } else if is(JobStatus::Waiting) && !is(JobStatus::Queued) {
            RunStatus::Waiting
        } else if begun {
            RunStatus::InProgress
        } else {
            RunStatus::Queued
        }
    }

    /// What came of it, once it is over. A job with `continue-on-error` fails alone; a call of a workflow that is not there
    /// fails the run.
    #[must_use]
    pub fn conclusion(&self) -> Option<Conclusion> {
        let all: Option<Vec<JobResult>> = self.jobs.iter().map(|job| Some(job.outcome()?.result)).collect();
        let all = all?;
        let has = |result| all.contains(&result);
        Some(if self.cancelled {
            Conclusion::Cancelled
        } else if has(JobResult::Failure) || self.broken_call().is_some() {
            Conclusion::Failure
        } else if has(JobResult::Cancelled) {
            Conclusion::Cancelled
        } else if !all.is_empty() && all.iter().all(|result| *result == JobResult::Skipped) {
            Conclusion::Skipped
        } else {
            Conclusion::Success
        })
    }

    /// The branch or tag that it is of, without what comes before the name: `main`, `v1.2.3`; the source branch of a
    /// pull request.
    #[must_use]
    pub fn branch(&self) -> &str {
        if !self.head_ref.is_empty() {
            return &self.head_ref;
        }
        let reference = &self.reference;
        let name = reference.strip_prefix("refs/heads/").or_else(|| reference.strip_prefix("refs/tags/"));
        name.unwrap_or(reference)
    }

    /// Whether time has something to do to it.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.jobs.iter().any(|job| match job.phase {
            Phase::Over(_) | Phase::Pending => false,
            Phase::Ready | Phase::Started => {
                let opened = job.opened.is_none()
                    && job.gate.as_ref().is_some_and(|gate| !matches!(gate.state(now), State::Waiting(_)));
                let closed = job
                    .gate
                    .as_ref()
                    .is_some_and(|gate| !matches!(gate.state(now), State::Open | State::Waiting(_)));
                opened || closed || overdue(job, now).is_some()
            }
        })
    }

    /// The job of a number.
    #[must_use]
    pub fn job(&self, id: u64) -> Option<&RunJob> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// Why a call of a reusable workflow cannot be followed, where one cannot.
    #[must_use]
    pub fn broken_call(&self) -> Option<&str> {
        self.frame.calls.iter().find_map(|call| call.problem.as_deref())
    }

    /// Does what time and finished jobs bring about, until nothing more happens; what happened.
    pub fn advance(&mut self, place: &mut dyn Place, now: Timestamp) -> Vec<Occurrence> {
        let mut happened = Vec::new();
        loop {
            let jobs = self.jobs.len();
            let mut news: Vec<Occurrence> = self.jobs.iter_mut().flat_map(|job| look_at(job, now)).collect();
            news.extend(self.go_on(place, now));
            if news.is_empty() && self.jobs.len() == jobs {
                break;
            }
            happened.extend(news);
        }
        if !happened.is_empty() {
            self.updated = now;
        }
        happened
    }

    /// Lets the jobs go on that wait for others, as far as those are over. Each is behind all that it needs, so that one look
    /// at each is enough, and what comes of it counts for those behind it at once.
    fn go_on(&mut self, place: &mut dyn Place, now: Timestamp) -> Vec<Occurrence> {
        if !self.jobs.iter().any(|job| job.phase == Phase::Pending) {
            return Vec::new();
        }
        let (plan, base) = (self.plan(), self.base());
        let mut settling = Settling::new(&plan, &base, self.outcomes());
        let mut jobs = std::mem::take(&mut self.jobs);
        let mut room = PLANNED_JOBS_MAX.saturating_sub(jobs.len());
        jobs.reverse();
        let mut happened = Vec::new();
        while let Some(mut job) = jobs.pop() {
            if job.phase != Phase::Pending {
                self.jobs.push(job);
                continue;
            }
            match settling.settle(&job.planned) {
                Ok(None | Some(Settlement::Waits(_))) => {}
                Ok(Some(Settlement::Matrix(planned))) if planned.len() > room.saturating_add(1) => {
                    let reason = format!("a run has {PLANNED_JOBS_MAX} jobs at the most");
                    happened.push(ended(&mut job, Conclusion::Failure, Some(reason), now));
                }
                Ok(Some(Settlement::Matrix(planned))) => {
                    room = room.saturating_add(1).saturating_sub(planned.len());
                    settling.replace(&job.planned, &planned);
                    let taken: Vec<u64> = self.jobs.iter().chain(&jobs).map(|job| job.id).collect();
                    jobs.extend(RunJob::all(self.id, planned, taken).into_iter().rev());
                    continue;
                }
                Ok(Some(Settlement::Skipped { reason })) => {
                    happened.push(ended(&mut job, Conclusion::Skipped, Some(reason), now));
                }
                Ok(Some(Settlement::Ready(settled))) => {
                    happened.extend(self.settled(&mut job, *settled, place, now));
                    happened.extend(look_at(&mut job, now));
                }
                Err(error) => {
                    happened.push(ended(&mut job, Conclusion::Failure, Some(error.to_string()), now));
                }
            }
            if let Some(outcome) = job.outcome() {
                settling.note(&job.planned.key, outcome);
            }
            self.jobs.push(job);
        }
        happened
    }

    /// What becomes of a job that runs.
    fn settled(
        &self,
        job: &mut RunJob,
        settled: SettledJob,
        place: &mut dyn Place,
        now: Timestamp,
    ) -> Vec<Occurrence> {
        if let Err(error) = job.settle(&settled) {
            return vec![ended(job, Conclusion::Failure, Some(error.to_string()), now)];
        }
        job.ready = Some(now);
        job.phase = Phase::Ready;
        let Some(named) = settled.environment else { return vec![step(job, Occurrence::JOB_QUEUED, now)] };
        let environment = match place.environment(&named.name, now) {
            Ok(environment) => environment,
            Err(reason) => return vec![ended(job, Conclusion::Failure, Some(reason), now)],
        };
        let protection = place.protection(&self.reference);
        let gate = Gate::request(&environment, self.actor.id, (&self.reference, protection), now);
        job.gate = Some(gate);
        job.environment = Some(JobEnvironment::of(named));
        vec![step(job, Occurrence::DEPLOYMENT_REQUESTED, now)]
    }

    /// The plan as it is now: jobs that a matrix made are in it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let jobs = self.jobs.iter().map(|job| job.planned.clone()).collect();
        Plan { jobs, ..self.frame.clone() }
    }

    /// What came of the jobs that are over.
    #[must_use]
    pub fn outcomes(&self) -> Outcomes {
        let over = self.jobs.iter().filter_map(|job| Some((job.planned.key.clone(), job.outcome()?)));
        over.collect()
    }

    /// What every job's texts may name.
    #[must_use]
    pub fn base(&self) -> Context {
        let mut values = Map::new();
        values.insert("github".to_owned(), Value::Object(self.github.clone()));
        values.insert("vars".to_owned(), Value::Object(self.variables.clone()));
        let status = if self.cancelled { Status::Cancelled } else { Status::Success };
        Context { values, status }
    }
}

/// What time does to a job that may start, or runs.
fn look_at(job: &mut RunJob, now: Timestamp) -> Vec<Occurrence> {
    if !matches!(job.phase, Phase::Ready | Phase::Started) {
        return Vec::new();
    }
    let mut happened = look_at_gate(job, now);
    if let Some((conclusion, reason)) = overdue(job, now) {
        happened.push(ended(job, conclusion, Some(reason), now));
    }
    happened
}

/// Ends a job whose gate closed, and notes once that it opened.
fn look_at_gate(job: &mut RunJob, now: Timestamp) -> Vec<Occurrence> {
    let Some(state) = job.gate.as_ref().map(|gate| gate.state(now)) else { return Vec::new() };
    let named = job.environment.as_ref().map_or("", |environment| environment.name.as_str());
    let (conclusion, reason) = match state {
        State::Waiting(_) => return Vec::new(),
        State::Open if job.opened.is_some() => return Vec::new(),
        State::Open => {
            job.opened = Some(now);
            return vec![step(job, Occurrence::DEPLOYMENT_OPENED, now)];
        }
        State::Cancelled => (Conclusion::Cancelled, "the run was cancelled".to_owned()),
        State::Revoked => (Conclusion::Cancelled, format!("the approval for {named} was withdrawn")),
        State::Rejected => (Conclusion::Failure, format!("the deployment to {named} was rejected")),
        State::Refused(reason) => (Conclusion::Failure, reason),
        State::Expired => (Conclusion::Failure, format!("nobody answered for {named} within 30 days")),
    };
    let closed = Occurrence { comment: reason.clone(), ..step(job, Occurrence::DEPLOYMENT_CLOSED, now) };
    vec![closed, ended(job, conclusion, Some(reason), now)]
}

/// Whether a job has taken too long.
fn overdue(job: &RunJob, now: Timestamp) -> Option<(Conclusion, String)> {
    match job.phase {
        Phase::Started => {
            let minutes = job.minutes;
            let late = now.duration_since(job.started?) >= SignedDuration::from_mins(i64::from(minutes));
            late.then(|| (Conclusion::TimedOut, format!("the job ran for over {minutes} minutes")))
        }
        Phase::Ready if job.status(now) == JobStatus::Queued => {
            let since = job.opened.or(job.ready)?;
            (now.duration_since(since) >= QUEUED_MAX)
                .then(|| (Conclusion::Cancelled, "no runner took the job within 24 hours".to_owned()))
        }
        Phase::Pending | Phase::Ready | Phase::Over(_) => None,
    }
}

pub(super) fn ended(
    job: &mut RunJob,
    conclusion: Conclusion,
    reason: Option<String>,
    now: Timestamp,
) -> Occurrence {
    let from = job.status(now).name().to_owned();
    let comment = reason.clone().unwrap_or_default();
    job.end(conclusion, reason, now);
    Occurrence {
        from,
        to: conclusion.name().to_owned(),
        comment,
        ..step(job, Occurrence::JOB_COMPLETED, now)
    }
}

/// Something that happened to a job, which stands there now.
pub(super) fn step(job: &RunJob, name: &'static str, now: Timestamp) -> Occurrence {
    Occurrence {
        name,
        at: now,
        job: Some(job.planned.key.clone()),
        environment: job.environment.as_ref().map(|environment| environment.name.clone()),
        from: String::new(),
        to: job
            .gate
            .as_ref()
            .map_or_else(|| job.status(now).name(), |gate| gate.state(now).name())
            .to_owned(),
        by: None,
        comment: String::new(),
    }
}
