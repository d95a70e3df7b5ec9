//! The run as the sandbox has it.

use daypass_github::run::{Run, RunJob};
use daypass_github::workflow::{Plan, PlannedJob, Settlement};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::control::{Asked, Control};
use crate::failure::Failure;

/// What the sandbox says of a run.
#[derive(Deserialize)]
pub(super) struct Registered {
    /// The run itself.
    pub(super) run: Run,
    /// `queued`, `waiting`, `in_progress`, `completed`
    pub(super) status: String,
    /// What came of it.
    pub(super) conclusion: Option<String>,
    /// Its page.
    pub(super) url: String,
    /// Its jobs, each behind those that it needs.
    pub(super) jobs: Vec<RegisteredJob>,
}

/// A job of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RegisteredJob {
    /// Its number.
    pub(super) id: u64,
    /// What names it.
    pub(super) key: String,
    /// What GitHub shows.
    pub(super) name: String,
    /// `pending`, `waiting`, `queued`, `in_progress`, `completed`
    pub(super) status: String,
    /// What came of it.
    pub(super) conclusion: Option<String>,
    /// Why, where that is not plain.
    pub(super) reason: Option<String>,
    /// Its environment, once that is known.
    pub(super) environment: Option<String>,
    /// Its gate.
    pub(super) gate: Option<RegisteredGate>,
}

/// The gate of a job.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RegisteredGate {
    /// For whom or what it waits, in a sentence; nothing where it does not.
    pub(super) waits_for: Option<String>,
}

/// What a job's expressions can name.
pub(super) struct Foreseen {
    /// The contexts that are known: `github`, `vars`, and `inputs`, `matrix`, `needs`, `strategy` where they are.
    pub(super) values: Map<String, Value>,
    /// The environment that it names.
    pub(super) environment: Option<String>,
}

impl Registered {
    /// Registers a run.
    pub(super) async fn begin(control: &Control, registration: &Value) -> Result<Self, Failure> {
        Self::read(control.write("runs", registration).await?)
    }

    /// How it stands now.
    pub(super) async fn again(&self, control: &Control) -> Result<Self, Failure> {
        Self::read(control.read(&format!("runs/{}", self.run.id)).await?)
    }

    /// Cancels it, unless it is over.
    pub(super) async fn cancel(&self, control: &Control) -> Result<(), Failure> {
        match control.ask(&format!("runs/{}/cancel", self.run.id), &json!({})).await? {
            Asked::Answered(_) | Asked::Refused { status: 404 | 409, .. } => Ok(()),
            Asked::Refused { message, .. } => Err(Failure::new(message)),
        }
    }

    fn read(answer: Value) -> Result<Self, Failure> {
        serde_json::from_value(answer)
            .map_err(|error| Failure::new(format!("the sandbox's answer cannot be read: {error}")))
    }

    /// A job as the run keeps it.
    pub(super) fn kept(&self, id: u64) -> Option<&RunJob> {
        self.run.job(id)
    }

    /// What a job's expressions can name now; before the jobs that it needs are over, what does not depend on them.
    ///
    /// # Errors
    /// Why the job does not run, or why nothing can be told of it yet.
    pub(super) fn foresee(&self, job: &RunJob) -> Result<Foreseen, String> {
        let key = job.key();
        let settlement = self.run.plan().settle(key, &self.run.base(), &self.run.outcomes());
        match settlement.map_err(|error| error.to_string())? {
            Settlement::Ready(settled) => Ok(Foreseen {
                values: settled.values,
                environment: settled.environment.map(|environment| environment.name),
            }),
            Settlement::Skipped { reason } => Err(reason),
            Settlement::Matrix(_) => Err("its matrix is known only when it begins".to_owned()),
            Settlement::Waits(_) => {
                let settled = self.run.foresee(key).map_err(|error| error.to_string())?;
                let mut values = settled.values;
                values.remove("needs");
                if job.planned.inputs.is_none() {
                    values.remove("inputs");
                }
                Ok(Foreseen { values, environment: settled.environment.map(|environment| environment.name) })
            }
        }
    }
}

/// A job of the plan that was made here, which has the steps that the sandbox does not keep: all jobs of a matrix have
/// the same.
pub(super) fn written<'a>(plan: &'a Plan, job: &PlannedJob) -> Option<&'a PlannedJob> {
    plan.jobs.iter().find(|written| written.scope == job.scope && written.id == job.id)
}
