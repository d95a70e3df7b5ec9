//! What people and programs do to a run.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::job::{Conclusion, JobStatus, Phase, RunJob};
use super::machine::{Actor, Run, RunStatus, ended, step};
use super::occurrence::Occurrence;
use crate::gate::machine::Transition;
use crate::gate::{GateError, Input};

/// The most outputs of a job.
pub const OUTPUTS_MAX: usize = 100;
/// Bytes of a job's outputs together: what GitHub allows a job.
///
/// Source: GitHub docs, "Workflow syntax", `jobs.<job_id>.outputs`: 1 MB a job; the run's document has to stay smaller.
pub const OUTPUT_BYTES_MAX: usize = 64 * 1024;
/// The most reviews that a run keeps.
const REVIEWS_MAX: usize = 1_000;

/// What somebody said at gates of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The numbers of the environments.
    pub environments: Vec<u64>,
    /// Yes or no.
    pub state: ReviewState,
    /// Who.
    pub user: Actor,
    /// Why.
    pub comment: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was no review: an administrator let the deployment pass without waiting.
    #[serde(default)]
    pub is_bypass: bool,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewState {
    /// Yes.
    Approved,
    /// No.
    Rejected,
}

impl ReviewState {
    /// The name, as GitHub's API has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Why nothing was done to a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The gate says no.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// No job of the run goes to such an environment.
    #[error("no job of the run waits for the environment {0}")]
    NoSuchEnvironment(u64),
    /// No environment was named.
    #[error("no environment is named")]
    NoEnvironment,
    /// The run has no such job.
    #[error("the run has no job `{0}`")]
    NoSuchJob(String),
    /// The job cannot start.
    #[error("the job {job} cannot start: it is {status}")]
    NotQueued {
        /// The job.
        job: String,
        /// Where it stands.
        status: &'static str,
    },
    /// The job is not running.
    #[error("the job {job} is not running: it is {status}")]
    NotRunning {
        /// The job.
        job: String,
        /// Where it stands.
        status: &'static str,
    },
    /// The run is over.
    #[error("the run is over: nothing can be changed any more")]
    Over,
    /// There are too many outputs.
    #[error("a job hands on {OUTPUTS_MAX} outputs of {OUTPUT_BYTES_MAX} bytes together at the most")]
    Outputs,
}

impl Run {
    /// Does something at the gates of some environments, all of them or none.
    ///
    /// # Errors
    /// [`RunError`]; the run is as it was.
    pub fn at_gates(
        &mut self,
        environments: &[u64],
        input: Input<'_>,
        now: Timestamp,
    ) -> Result<Vec<Occurrence>, RunError> {
        if environments.is_empty() {
            return Err(RunError::NoEnvironment);
        }
        let mut next = self.clone();
        let mut happened = Vec::new();
        for environment in environments {
            let mut done = false;
            let mut refused = None;
            for job in next.jobs.iter_mut().filter(|job| is_for(job, *environment)) {
                match at_gate(job, input, now) {
                    Ok(occurrence) => {
                        happened.push(occurrence);
                        done = true;
                    }
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            match (done, refused) {
                (true, _) => {}
                (false, Some(error)) => return Err(error.into()),
                (false, None) => return Err(RunError::NoSuchEnvironment(*environment)),
            }
        }
        next.note_review(environments, input, now);
        next.updated = now;
        *self = next;
        Ok(happened)
    }

    fn note_review(&mut self, environments: &[u64], input: Input<'_>, now: Timestamp) {
        let (state, by, comment) = match input {
            Input::Approve { by, comment } | Input::Bypass { by, comment } => {
                (ReviewState::Approved, by, comment)
            }
            Input::Reject { by, comment } => (ReviewState::Rejected, by, comment),
            Input::AnswerRule { .. } | Input::Cancel | Input::Revoke { .. } => return,
        };
        let is_bypass = matches!(input, Input::Bypass { .. });
        let user = Actor { id: by.id, login: by.login.clone() };
        if self.reviews.len() < REVIEWS_MAX {
            let (environments, comment) = (environments.to_vec(), comment.to_owned());
            self.reviews.push(Review { environments, state, user, comment, at: now, is_bypass });
        }
    }

    /// A runner takes a job.
    ///
    /// # Errors
    /// [`RunError`]
    pub fn start_job(&mut self, id: u64, now: Timestamp) -> Result<Vec<Occurrence>, RunError> {
        let job = self.job_mut(id)?;
        let status = job.status(now);
        if status != JobStatus::Queued {
            return Err(RunError::NotQueued { job: job.planned.key.clone(), status: status.name() });
        }
        job.phase = Phase::Started;
        job.started = Some(now);
        let occurrence =
            Occurrence { from: status.name().to_owned(), ..step(job, Occurrence::JOB_STARTED, now) };
        let occurrence = Occurrence { to: JobStatus::InProgress.name().to_owned(), ..occurrence };
        self.updated = now;
        Ok(vec![occurrence])
    }

    /// A runner says what came of a job.
    ///
    /// # Errors
    /// [`RunError`]
    pub fn finish_job(
        &mut self,
        id: u64,
        conclusion: Conclusion,
        outputs: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Vec<Occurrence>, RunError> {
        let bytes: usize = outputs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if outputs.len() > OUTPUTS_MAX || bytes > OUTPUT_BYTES_MAX {
            return Err(RunError::Outputs);
        }
        let job = self.job_mut(id)?;
        if job.phase != Phase::Started {
            let status = job.status(now).name();
            return Err(RunError::NotRunning { job: job.planned.key.clone(), status });
        }
        job.outputs = outputs;
        let occurrence = ended(job, conclusion, None, now);
        self.updated = now;
        Ok(vec![occurrence])
    }

    /// Somebody cancels the run: what is not over is cancelled.
    ///
    /// # Errors
    /// [`RunError::Over`]
    pub fn cancel(&mut self, by: Option<&str>, now: Timestamp) -> Result<Vec<Occurrence>, RunError> {
        let status = self.status(now);
        if status == RunStatus::Completed {
            return Err(RunError::Over);
        }
        self.cancelled = true;
        self.updated = now;
        let mut happened = vec![Occurrence {
            name: Occurrence::RUN_CANCELLED,
            at: now,
            job: None,
            environment: None,
            from: status.name().to_owned(),
            to: "cancelled".to_owned(),
            by: by.map(str::to_owned),
            comment: String::new(),
        }];
        happened.extend(self.end(Conclusion::Cancelled, "the run was cancelled", now));
        Ok(happened)
    }

    /// The run cannot go on: what is not over fails, for this reason.
    pub fn fail(&mut self, reason: &str, now: Timestamp) -> Vec<Occurrence> {
        self.updated = now;
        self.end(Conclusion::Failure, reason, now)
    }

    fn end(&mut self, conclusion: Conclusion, reason: &str, now: Timestamp) -> Vec<Occurrence> {
        let open = self.jobs.iter_mut().filter(|job| job.conclusion().is_none());
        let end = |job: &mut RunJob| {
            let closed = job.gate.as_ref().and_then(|gate| gate.apply(Input::Cancel, now).ok());
            if let Some((gate, _)) = closed {
                job.gate = Some(gate);
            }
            ended(job, conclusion, Some(reason.to_owned()), now)
        };
        open.map(end).collect()
    }

    pub(super) fn job_mut(&mut self, id: u64) -> Result<&mut RunJob, RunError> {
        self.jobs.iter_mut().find(|job| job.id == id).ok_or_else(|| RunError::NoSuchJob(id.to_string()))
    }
}

fn is_for(job: &RunJob, environment: u64) -> bool {
    job.gate.as_ref().is_some_and(|gate| gate.environment().id == environment)
}

/// Does something at a job's gate. A job that is over has none any more.
fn at_gate(job: &mut RunJob, input: Input<'_>, now: Timestamp) -> Result<Occurrence, GateError> {
    let over = |environment: String| GateError::Over { environment, state: "over" };
    let gate = job.gate.as_ref().ok_or_else(|| over(job.planned.key.clone()))?;
    let environment = gate.environment().name.clone();
    let (next, transition) = gate.apply(input, now)?;
    if matches!(job.phase, Phase::Over(_)) {
        return Err(over(environment));
    }
    job.gate = Some(next);
    Ok(occurrence(job, environment, transition))
}

fn occurrence(job: &RunJob, environment: String, transition: Transition) -> Occurrence {
    let name = match transition.what {
        "approved" => Occurrence::DEPLOYMENT_APPROVED,
        "rejected" => Occurrence::DEPLOYMENT_REJECTED,
        "bypassed" => Occurrence::DEPLOYMENT_BYPASSED,
        "revoked" => Occurrence::DEPLOYMENT_REVOKED,
        "rule approved" | "rule rejected" => Occurrence::RULE_ANSWERED,
        _ => Occurrence::DEPLOYMENT_CLOSED,
    };
    Occurrence {
        name,
        at: transition.at,
        job: Some(job.planned.key.clone()),
        environment: Some(environment),
        from: transition.from.name().to_owned(),
        to: transition.to.name().to_owned(),
        by: transition.by,
        comment: transition.comment,
    }
}
