//! What becomes known of a job once the jobs that it needs have ended.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::PLAN_BYTES_MAX;
use super::found::CallState;
use super::give::InputError;
use super::outcome::{Outcome, Outcomes, Progress};
use super::plan::{Plan, PlannedJob};
use super::strategy;
use super::words::{Planned, settled_value};
use crate::alphabet;
use crate::expression::{Context, ExpressionError, condition};
use crate::matrix::{self, MatrixError};

/// What a job is, with all that it needs known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettledJob {
    /// Whether its `if` lets it run.
    pub runs: bool,
    /// What GitHub shows.
    pub name: String,
    /// Its environment.
    pub environment: Option<SettledEnvironment>,
    /// The labels of `runs-on`.
    pub runs_on: Vec<String>,
    /// The contexts of the job: `github`, `inputs`, `matrix`, `needs`, `strategy`, `vars`.
    pub values: Map<String, Value>,
}

/// The environment of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledEnvironment {
    /// Its name, as it goes into a token.
    pub name: String,
    /// Its address; the expression where it speaks of the job's steps.
    pub url: Option<Planned>,
}

/// What can be said about a job now.
#[derive(Debug, Clone, PartialEq)]
pub enum Settlement {
    /// It stands for these jobs: its matrix is known now.
    Matrix(Vec<PlannedJob>),
    /// It runs.
    Ready(Box<SettledJob>),
    /// It does not run.
    Skipped {
        /// The place of the `if` that says so, and of whom it is.
        reason: String,
    },
    /// It waits for these jobs.
    Waits(Vec<String>),
}

/// Why a job cannot be settled: it fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// The name of its environment.
    #[error("{path}:{line}: `{name}` is no name of an environment: {}", alphabet::ENVIRONMENT)]
    Environment {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// The name, cut to 300 characters.
        name: String,
    },
    /// An expression.
    #[error("{path}:{line}: {error}")]
    Expression {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// Why.
        error: ExpressionError,
    },
    /// The inputs of the workflow that it is in.
    #[error("{path}:{line}: {error}")]
    Inputs {
        /// The file.
        path: String,
        /// The line of the call.
        line: usize,
        /// Why.
        error: InputError,
    },
    /// Its matrix.
    #[error("{path}:{line}: {error}")]
    Matrix {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// Why.
        error: MatrixError,
    },
    /// The jobs of its matrix are too many bytes.
    #[error("{path}:{line}: the jobs of a run have {PLAN_BYTES_MAX} bytes at the most")]
    TooLarge {
        /// The file.
        path: String,
        /// The line.
        line: usize,
    },
    /// No such job.
    #[error("the run has no job `{0}`")]
    Unknown(String),
}

impl SettleError {
    pub(super) fn expression(path: &str, line: usize, error: ExpressionError) -> Self {
        Self::Expression { path: path.to_owned(), line, error }
    }
}

impl Plan {
    /// What can be said about a job, after what came of the others. `base` holds `github`, `vars`, and
    /// [`Status::Cancelled`](crate::expression::Status::Cancelled) where the run is cancelled.
    ///
    /// # Errors
    /// [`SettleError`]: the job fails.
    pub fn settle(&self, key: &str, base: &Context, outcomes: &Outcomes) -> Result<Settlement, SettleError> {
        let job = self.job(key).ok_or_else(|| SettleError::Unknown(key.chars().take(100).collect()))?;
        let settling = Settling { progress: Progress::new(self, base, Cow::Borrowed(outcomes)) };
        Ok(settling.settle(job)?.unwrap_or_else(|| Settlement::Waits(settling.waits(job))))
    }

    /// Puts the jobs that a matrix stands for in the place of the one that had it.
    pub fn replace(&mut self, key: &str, jobs: Vec<PlannedJob>) {
        if let Some(place) = self.jobs.iter().position(|job| job.key == key) {
            self.jobs.splice(place..=place, jobs);
        }
    }
}

/// Settles the jobs of a plan one after another, in the plan's order, and takes in what comes of each: so each job is looked
/// at once, whatever it needs.
pub struct Settling<'a> {
    progress: Progress<'a>,
}

impl<'a> Settling<'a> {
    /// Begins with what came of the jobs that have ended; `base` as for [`Plan::settle`].
    #[must_use]
    pub fn new(plan: &'a Plan, base: &'a Context, outcomes: Outcomes) -> Self {
        Self { progress: Progress::new(plan, base, Cow::Owned(outcomes)) }
    }

    /// Takes in what came of a job.
    pub fn note(&mut self, key: &str, outcome: Outcome) {
        self.progress.note(key, outcome);
    }

    /// Puts the jobs that a matrix stands for in the place of the one that had it.
    pub fn replace(&mut self, job: &PlannedJob, by: &[PlannedJob]) {
        self.progress.replace(job, by);
    }

    /// How many looks at ids that took so far: as many as there are jobs and needs, but for a small factor.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.progress.steps()
    }

    /// What can be said about a job of the plan, or one that [`Settling::replace`] put in; nothing where it waits for others.
    ///
    /// # Errors
    /// [`SettleError`]: the job fails.
    pub fn settle(&self, job: &PlannedJob) -> Result<Option<Settlement>, SettleError> {
        let progress = &self.progress;
        for caller in job.callers.iter().filter_map(|key| progress.called(key)) {
            match progress.call(caller)? {
                CallState::Runs => {}
                CallState::Skipped(place) => {
                    let reason = format!("{place}: the `if` of `{}` is not met", caller.key);
                    return Ok(Some(Settlement::Skipped { reason }));
                }
                CallState::Waits => return Ok(None),
            }
        }
        if !progress.have_ended(&job.scope, &job.needs) {
            return Ok(None);
        }
        let skipped = || {
            let line = job.condition.as_ref().map_or(job.line, |condition| condition.line);
            let reason = format!("{}:{line}: the `if` of `{}` is not met", job.path, job.key);
            Ok(Some(Settlement::Skipped { reason }))
        };
        let behind = progress.behind(&job.scope, &job.needs)?;
        // Where no `if` is written, what came of the others decides, and `github`, which may be large, is not copied.
        if job.condition.is_none() && !job.condition_holds(behind.clone())? {
            return skipped();
        }
        let context = progress.base_and(behind);
        if job.condition.is_some() && !job.condition_holds(context.clone())? {
            return skipped();
        }
        if job.later_matrix.is_some() {
            return job.expand(&context).map(Settlement::Matrix).map(Some);
        }
        let mut settled = job.settle_running(context)?;
        settled.name = self.full_name(job, settled.name)?;
        Ok(Some(Settlement::Ready(Box::new(settled))))
    }

    /// `caller / callee`
    fn full_name(&self, job: &PlannedJob, own: String) -> Result<String, SettleError> {
        let mut names = Vec::new();
        for caller in job.callers.iter().filter_map(|key| self.progress.called(key)) {
            let mut context = self.progress.context(&caller.scope, &caller.needs)?;
            context.values.insert("matrix".to_owned(), Value::Object(caller.matrix.clone()));
            context.values.insert("strategy".to_owned(), Value::Object(caller.strategy.clone()));
            let own = caller.own_name.settle(&context);
            let own = own.map_err(|error| SettleError::expression(&caller.path, caller.line, error))?;
            names.push(matrix::cut(format!("{own}{}", caller.name_suffix)));
        }
        names.push(own);
        Ok(matrix::cut(names.join(" / ")))
    }

    /// The jobs that a job waits for.
    fn waits(&self, job: &PlannedJob) -> Vec<String> {
        let progress = &self.progress;
        let callers = job.callers.iter().filter_map(|key| progress.called(key));
        let mut of_callers = callers.map(|caller| progress.waits(&caller.scope, &caller.needs));
        let first = of_callers.find(|waits| !waits.is_empty());
        first.unwrap_or_else(|| progress.waits(&job.scope, &job.needs))
    }
}

impl std::fmt::Debug for Settling<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Settling").field("steps", &self.steps()).finish_non_exhaustive()
    }
}

impl PlannedJob {
    /// The job with what a context holds: `github`, `vars` and `needs`, and `inputs` where the plan does not know them. The
    /// context's status is what `success()` answers.
    ///
    /// # Errors
    /// [`SettleError`]
    pub fn settle(&self, context: &Context) -> Result<SettledJob, SettleError> {
        let runs = self.condition_holds(context.clone())?;
        Ok(SettledJob { runs, ..self.settle_running(context.clone())? })
    }

    /// The same of a job whose `if` was looked at.
    fn settle_running(&self, context: Context) -> Result<SettledJob, SettleError> {
        let context = self.context(context);
        let refuse = |line, error| SettleError::expression(&self.path, line, error);
        let own = self.own_name.settle(&context).map_err(|error| refuse(self.line, error))?;
        let environment = self.settled_environment(&context)?;
        let runs_on = match &self.runs_on {
            Some(runs_on) => {
                labels(&settled_value(&runs_on.value, &context).map_err(|error| refuse(runs_on.line, error))?)
            }
            None => Vec::new(),
        };
        let name = matrix::cut(format!("{own}{}", self.name_suffix));
        Ok(SettledJob { runs: true, name, environment, runs_on, values: context.values })
    }

    /// The jobs that its matrix stands for, once what it depends on is known; itself where it has no such matrix.
    ///
    /// # Errors
    /// [`SettleError`]
    pub fn expand(&self, context: &Context) -> Result<Vec<Self>, SettleError> {
        let Some(matrix) = &self.later_matrix else { return Ok(vec![self.clone()]) };
        let mut context = self.context(context.clone());
        context.values.remove("matrix");
        context.values.remove("strategy");
        let value = settled_value(&matrix.value, &context)
            .map_err(|error| SettleError::expression(&self.path, matrix.line, error))?;
        let variants = strategy::expand(None, &value, &[]).map_err(|error| SettleError::Matrix {
            path: self.path.clone(),
            line: matrix.line,
            error,
        })?;
        // Before they are made: as many copies of a large job would fill the memory.
        let bytes = serde_json::to_vec(self).map_or(0, |json| json.len());
        if bytes.saturating_mul(variants.len()) > PLAN_BYTES_MAX {
            return Err(SettleError::TooLarge { path: self.path.clone(), line: matrix.line });
        }
        let jobs = variants.into_iter().map(|variant| {
            let mut strategy = self.strategy.clone();
            for name in ["job-index", "job-total"] {
                strategy.extend(variant.strategy.get(name).map(|value| (name.to_owned(), value.clone())));
            }
            let speaks_of_matrix = matches!(&self.own_name, Planned::Later(text) if text.contains("matrix"));
            let name_suffix = if speaks_of_matrix { String::new() } else { variant.suffix };
            Self {
                key: format!("{}{}", self.key, variant.index),
                name: matrix::cut(format!("{}{name_suffix}", self.name)),
                name_suffix,
                matrix: variant.matrix,
                strategy,
                later_matrix: None,
                ..self.clone()
            }
        });
        Ok(jobs.collect())
    }

    fn condition_holds(&self, mut context: Context) -> Result<bool, SettleError> {
        if let Some(inputs) = &self.inputs {
            context.values.insert("inputs".to_owned(), Value::Object(inputs.clone()));
        }
        let (text, line) = self.condition.as_ref().map_or(("", self.line), |text| (&text.value, text.line));
        condition(text, &context).map_err(|error| SettleError::expression(&self.path, line, error))
    }

    fn context(&self, mut context: Context) -> Context {
        if let Some(inputs) = &self.inputs {
            context.values.insert("inputs".to_owned(), Value::Object(inputs.clone()));
        }
        context.values.insert("matrix".to_owned(), Value::Object(self.matrix.clone()));
        context.values.insert("strategy".to_owned(), Value::Object(self.strategy.clone()));
        if let Some(Value::Object(github)) = context.values.get_mut("github") {
            github.insert("job".to_owned(), Value::String(self.id.clone()));
        }
        context
    }

    fn settled_environment(&self, context: &Context) -> Result<Option<SettledEnvironment>, SettleError> {
        let Some(environment) = &self.environment else { return Ok(None) };
        let line = environment.line;
        let name = environment.name.settle(context);
        let name = name.map_err(|error| SettleError::expression(&self.path, line, error))?;
        if name.is_empty() {
            return Ok(None);
        }
        if !alphabet::is_environment(&name) {
            let name = name.chars().take(300).collect();
            return Err(SettleError::Environment { path: self.path.clone(), line, name });
        }
        let url = match &environment.url {
            None => None,
            Some(url) => Some(match url.settle(context) {
                Ok(url) => Planned::Known(url),
                // It speaks of steps, which are not run yet.
                Err(ExpressionError::Unavailable { .. }) => url.clone(),
                Err(error) => return Err(SettleError::expression(&self.path, line, error)),
            }),
        };
        Ok(Some(SettledEnvironment { name, url }))
    }
}

impl SettledJob {
    /// Whether it runs on a machine of its owner's.
    #[must_use]
    pub fn is_self_hosted(&self) -> bool {
        self.runs_on.iter().any(|label| label.eq_ignore_ascii_case("self-hosted"))
    }
}

/// The labels of `runs-on`: a text, a list, or a map with `labels`.
fn labels(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(labels).collect(),
        Value::Object(members) => members.get("labels").map(labels).unwrap_or_default(),
        Value::String(label) => vec![label.clone()],
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}
