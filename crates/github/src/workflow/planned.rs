//! One job of a plan.

use serde_json::Value;

use super::grant::{Asking, granted};
use super::model::{Defaults, Job, Placed, Step, Text, Workflow};
use super::plan::{PlannedEnvironment, PlannedJob};
use super::plan_error::PlanError;
use super::planner::{Planner, Scope};
use super::strategy::Variant;
use super::words::{Known, OF_ADDRESS, OF_JOB, Planned};
use crate::expression::contexts;
use crate::matrix;

pub(super) fn job(
    planner: &Planner<'_>,
    scope: &Scope<'_>,
    job: &Job,
    steps: &[Step],
    variant: &Variant,
    later_matrix: Option<&Placed<Value>>,
) -> Result<PlannedJob, PlanError> {
    let mut known = planner.known(scope, Some(variant));
    if later_matrix.is_some() {
        known.context.values.remove("matrix");
        known.context.values.remove("strategy");
    }
    let trigger = planner.trigger;
    let permissions = granted(&Asking {
        event: trigger.event,
        from_fork: trigger.from_fork,
        actor: &trigger.actor,
        default: trigger.default_permissions,
        callers: scope.callers,
        workflow: scope.workflow,
        job,
    })?;
    let (own_name, name_suffix) = name(scope, job, variant, &known)?;
    let mut env = scope.workflow.env.clone();
    env.extend(job.env.clone());
    Ok(PlannedJob {
        key: scope.key_of(&job.id, &variant.index),
        id: job.id.clone(),
        scope: scope.key.to_owned(),
        name: matrix::cut(scope.full_name(&format!("{}{name_suffix}", own_name.shown()))),
        own_name,
        name_suffix,
        needs: needs(job),
        condition: job.condition.clone(),
        environment: environment(scope, job, &known)?,
        id_token: permissions.id_token.clone(),
        permissions,
        job_workflow: (!scope.key.is_empty()).then(|| scope.file.clone()),
        inputs: scope.inputs.clone(),
        matrix: variant.matrix.clone(),
        later_matrix: later_matrix.cloned(),
        strategy: variant.strategy.clone(),
        runs_on: job.runs_on.clone(),
        outputs: job.outputs.clone(),
        env,
        defaults: defaults(scope.workflow, job),
        concurrency: job.concurrency.clone(),
        continue_on_error: job.continue_on_error.clone(),
        timeout_minutes: job.timeout_minutes.clone(),
        container: job.container.clone(),
        services: job.services.clone(),
        steps: steps.to_vec(),
        uses_secrets_inherit: scope.inherits,
        path: scope.label.clone(),
        line: job.line,
        callers: scope.keys.to_vec(),
    })
}

/// The own part of a job's name, and what a matrix puts behind it: nothing where the name speaks of the matrix itself.
pub(super) fn name(
    scope: &Scope<'_>,
    job: &Job,
    variant: &Variant,
    known: &Known,
) -> Result<(Planned, String), PlanError> {
    let Some(name) = &job.name else {
        return Ok((Planned::Known(job.id.clone()), variant.suffix.clone()));
    };
    let refuse = |error| scope.expression(name.line, error);
    let own = known.text(name, OF_JOB).map_err(refuse)?;
    let speaks_of_matrix = contexts(&name.value).map_err(refuse)?.contains("matrix");
    Ok((own, if speaks_of_matrix { String::new() } else { variant.suffix.clone() }))
}

/// The ids that a job needs, as they are spelt where they are defined.
pub(super) fn needs(job: &Job) -> Vec<String> {
    job.needs.iter().map(|needed| needed.value.clone()).collect()
}

fn environment(scope: &Scope<'_>, job: &Job, known: &Known) -> Result<Option<PlannedEnvironment>, PlanError> {
    let Some(reference) = &job.environment else { return Ok(None) };
    let line = reference.name.line;
    let name = known.text(&reference.name, OF_JOB).map_err(|error| scope.expression(line, error))?;
    // `${{ '' }}` names no environment.
    if name.known().is_some_and(str::is_empty) {
        return Ok(None);
    }
    let url = match &reference.url {
        Some(url) => Some(known.text(url, OF_ADDRESS).map_err(|error| scope.expression(url.line, error))?),
        None => None,
    };
    Ok(Some(PlannedEnvironment { name, url, line }))
}

fn defaults(workflow: &Workflow, job: &Job) -> Defaults {
    let or = |own: &Option<Text>, other: &Option<Text>| own.clone().or_else(|| other.clone());
    Defaults {
        shell: or(&job.defaults.shell, &workflow.defaults.shell),
        working_directory: or(&job.defaults.working_directory, &workflow.defaults.working_directory),
    }
}
