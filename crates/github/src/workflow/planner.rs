//! Making the plan of a run.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::files::{Files, JobWorkflow};
use super::give;
use super::grant::Caller;
use super::model::{Body, Job, Workflow};
use super::plan::{FileFindings, Plan};
use super::plan_error::PlanError;
use super::started;
use super::trigger::{Trigger, github_context};
use super::words::{Known, OF_JOB, OF_RUN};
use super::{
    CALLED_WORKFLOWS_MAX, COMPARISONS_MAX, PLAN_BYTES_MAX, PLANNED_JOBS_MAX, call, graph, planned, strategy,
};
use crate::expression::{Context, ExpressionError, Status};
use crate::property::Property;

/// The plan of the run that something starts.
///
/// Calls of reusable workflows are followed. A workflow that is not here makes a call that fails with a message; whatever
/// GitHub would refuse to start is an error. Texts that can be known now are, the others are kept as they are written.
///
/// # Errors
/// [`PlanError`]
pub fn plan(files: &dyn Files, path: &str, trigger: &Trigger) -> Result<Plan, PlanError> {
    let text =
        files.text(&trigger.repository, path, &trigger.reference).map_err(|_| PlanError::NoWorkflow {
            repository: trigger.repository.clone(),
            path: path.to_owned(),
            reference: trigger.reference.clone(),
        })?;
    let workflow = Workflow::parse(path, &text)?;
    trigger.job()?.with(Property::WorkflowPath, path).build()?;
    let filter = started::check(&workflow, trigger)?;
    let inputs = give::dispatched(&filter.inputs, &trigger.inputs)?;
    let trigger = &Trigger { inputs: inputs.clone(), ..trigger.clone() };
    let own = JobWorkflow {
        repository: trigger.repository.clone(),
        path: path.to_owned(),
        reference: trigger.reference.clone(),
        sha: trigger.sha.clone(),
    };
    let mut planner = Planner {
        files,
        trigger,
        name: workflow.display_name().to_owned(),
        called: BTreeMap::new(),
        bytes: 0,
        comparisons: 0,
        plan: Plan {
            name: workflow.display_name().to_owned(),
            path: path.to_owned(),
            run_name: None,
            concurrency: workflow.concurrency.clone(),
            inputs: inputs.clone(),
            jobs: Vec::new(),
            calls: Vec::new(),
            findings: Vec::new(),
        },
    };
    let scope = Scope {
        key: "",
        label: path.to_owned(),
        workflow: &workflow,
        file: &own,
        inputs: Some(inputs),
        callers: &[],
        keys: &[],
        names: &[],
        inherits: true,
    };
    let run_name = workflow.run_name.as_ref().filter(|name| !name.value.trim().is_empty());
    if let Some(name) = run_name {
        let known = planner.known(&scope, None);
        planner.plan.run_name =
            Some(known.text(name, OF_RUN).map_err(|error| scope.expression(name.line, error))?);
    }
    planner.scope(&scope)?;
    Ok(planner.plan)
}

/// The workflow whose jobs are planned: the one that was started, or a called one.
pub(super) struct Scope<'a> {
    /// The key of the call; empty for the workflow that was started.
    pub(super) key: &'a str,
    /// What to call the file in messages.
    pub(super) label: String,
    pub(super) workflow: &'a Workflow,
    pub(super) file: &'a JobWorkflow,
    /// The context `inputs`, where it is known.
    pub(super) inputs: Option<Map<String, Value>>,
    pub(super) callers: &'a [Caller<'a>],
    /// The keys of the calls on the way here.
    pub(super) keys: &'a [String],
    /// The names of the calls on the way here.
    pub(super) names: &'a [String],
    /// Whether all of those hand all secrets on.
    pub(super) inherits: bool,
}

impl Scope<'_> {
    pub(super) fn key_of(&self, id: &str, index: &str) -> String {
        if self.key.is_empty() { format!("{id}{index}") } else { format!("{}/{id}{index}", self.key) }
    }

    pub(super) fn expression(&self, line: usize, error: ExpressionError) -> PlanError {
        PlanError::Expression { path: self.label.clone(), line, error }
    }

    /// `caller / callee`
    pub(super) fn full_name(&self, own: &str) -> String {
        self.names.iter().map(String::as_str).chain([own]).collect::<Vec<_>>().join(" / ")
    }
}

pub(super) struct Planner<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) trigger: &'a Trigger,
    /// The display name of the workflow that was started: `github.workflow` of called ones too.
    name: String,
    /// The workflows that are called; each is read once.
    called: BTreeMap<JobWorkflow, Option<Rc<Workflow>>>,
    /// Bytes of the jobs and calls planned so far.
    bytes: usize,
    /// Comparisons that the matrices so far took.
    comparisons: usize,
    pub(super) plan: Plan,
}

impl Planner<'_> {
    /// Plans the jobs of a workflow, each behind all that it needs.
    pub(super) fn scope(&mut self, scope: &Scope<'_>) -> Result<(), PlanError> {
        let findings = &scope.workflow.findings;
        if !findings.is_empty() && self.plan.findings.iter().all(|file| file.path != scope.label) {
            let path = scope.label.clone();
            self.plan.findings.push(FileFindings { path, findings: findings.clone() });
        }
        // `Workflow::parse` refuses circles.
        let order = graph::order(&scope.workflow.jobs).unwrap_or_default();
        for job in order.into_iter().filter_map(|place| scope.workflow.jobs.get(place)) {
            self.job(scope, job)?;
        }
        Ok(())
    }

    fn job(&mut self, scope: &Scope<'_>, job: &Job) -> Result<(), PlanError> {
        let matrix = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref());
        let known = self.known(scope, None);
        let value = match matrix {
            Some(matrix) => {
                known.value(&matrix.value, OF_JOB).map_err(|error| scope.expression(matrix.line, error))?
            }
            None => None,
        };
        let variants = match (matrix, value) {
            (Some(matrix), Some(value)) => {
                self.comparisons = self.comparisons.saturating_add(strategy::comparisons(&value));
                if self.comparisons > COMPARISONS_MAX {
                    return Err(PlanError::TooLarge { path: scope.label.clone(), line: matrix.line });
                }
                let axes = job.strategy.as_ref().map(|strategy| strategy.axes.as_slice()).unwrap_or_default();
                strategy::expand(job.strategy.as_ref(), &value, axes).map_err(|error| PlanError::Matrix {
                    path: scope.label.clone(),
                    line: matrix.line,
                    error,
                })?
            }
            _ => vec![strategy::single(job.strategy.as_ref())],
        };
        let later_matrix = matrix.filter(|_| variants.iter().all(|variant| variant.index.is_empty()));
        for variant in variants {
            match &job.body {
                Body::Steps(steps) => {
                    let planned = planned::job(self, scope, job, steps, &variant, later_matrix)?;
                    if self.plan.jobs.len() >= PLANNED_JOBS_MAX {
                        return Err(PlanError::TooManyJobs { path: scope.label.clone(), line: job.line });
                    }
                    self.spend(scope, job.line, &planned)?;
                    self.plan.jobs.push(planned);
                }
                Body::Call(called) => call::plan(self, scope, job, called, &variant, later_matrix)?,
            }
        }
        Ok(())
    }

    /// Remembers a workflow that is called; at most so many may be.
    pub(super) fn remember(
        &mut self,
        scope: &Scope<'_>,
        line: usize,
        file: &JobWorkflow,
    ) -> Result<(), PlanError> {
        self.called.entry(file.clone()).or_default();
        if self.called.len() > CALLED_WORKFLOWS_MAX {
            return Err(PlanError::TooManyWorkflows { path: scope.label.clone(), line });
        }
        // One call more than there may be jobs would be a plan of nothing but calls.
        if self.plan.calls.len() >= PLANNED_JOBS_MAX {
            return Err(PlanError::TooManyJobs { path: scope.label.clone(), line });
        }
        Ok(())
    }

    /// Counts what a plan keeps.
    pub(super) fn spend(
        &mut self,
        scope: &Scope<'_>,
        line: usize,
        kept: &impl Serialize,
    ) -> Result<(), PlanError> {
        self.bytes += serde_json::to_vec(kept).map_or(0, |json| json.len());
        if self.bytes > PLAN_BYTES_MAX {
            return Err(PlanError::TooLarge { path: scope.label.clone(), line });
        }
        Ok(())
    }

    /// The workflow that a call names.
    pub(super) fn read(
        &mut self,
        file: &JobWorkflow,
        label: &str,
        text: &str,
    ) -> Result<Rc<Workflow>, PlanError> {
        if let Some(Some(workflow)) = self.called.get(file) {
            return Ok(Rc::clone(workflow));
        }
        let workflow = Rc::new(Workflow::parse(label, text)?);
        self.called.insert(file.clone(), Some(Rc::clone(&workflow)));
        Ok(workflow)
    }

    /// What is known in a scope, and of a job of a matrix.
    pub(super) fn known(&self, scope: &Scope<'_>, variant: Option<&strategy::Variant>) -> Known {
        let github = github_context(self.trigger, &self.name, &self.plan.path, None);
        let mut values = Map::new();
        values.insert("github".to_owned(), Value::Object(github));
        values.insert("vars".to_owned(), Value::Object(self.trigger.variables.clone()));
        if let Some(inputs) = &scope.inputs {
            values.insert("inputs".to_owned(), Value::Object(inputs.clone()));
        }
        if let Some(variant) = variant {
            values.insert("matrix".to_owned(), Value::Object(variant.matrix.clone()));
            values.insert("strategy".to_owned(), Value::Object(variant.strategy.clone()));
        }
        Known { context: Context { values, status: Status::Success }, has_run: self.trigger.run.is_some() }
    }
}
