//! Calls of reusable workflows.
//!
//! Source: GitHub docs, "Reuse workflows" and "Reusing workflow configurations".

use serde_json::{Map, Value};

use super::files::{JobWorkflow, Missing};
use super::give::{self, InputError};
use super::grant::Caller;
use super::input::Input;
use super::model::{Call, Job, Placed, Secrets, Texts};
use super::on::EventFilter;
use super::plan::PlannedCall;
use super::plan_error::PlanError;
use super::planner::{Planner, Scope};
use super::strategy::Variant;
use super::trigger::owner;
use super::words::{Known, OF_JOB, OF_RUN};
use super::{CALL_DEPTH_MAX, planned};
use crate::matrix;

/// Plans a call, and the jobs of what it calls.
pub(super) fn plan(
    planner: &mut Planner<'_>,
    scope: &Scope<'_>,
    job: &Job,
    call: &Call,
    variant: &Variant,
    later_matrix: Option<&Placed<Value>>,
) -> Result<(), PlanError> {
    let line = call.uses.line;
    let uses = || call.uses.value.chars().take(300).collect::<String>();
    let file = JobWorkflow::called(&call.uses.value, scope.file, planner.files)
        .ok_or_else(|| PlanError::Uses { path: scope.label.clone(), line, uses: uses() })?;
    // The workflow that was started is the first level.
    if scope.keys.len() + 2 > CALL_DEPTH_MAX {
        return Err(PlanError::CallsTooDeep { path: scope.label.clone(), line });
    }
    planner.remember(scope, line, &file)?;
    let known = planner.known(scope, Some(variant));
    let (own_name, name_suffix) = planned::name(scope, job, variant, &known)?;
    let mut entry = PlannedCall {
        key: scope.key_of(&job.id, &variant.index),
        id: job.id.clone(),
        scope: scope.key.to_owned(),
        own_name,
        name_suffix,
        needs: planned::needs(job),
        condition: job.condition.clone(),
        uses: call.uses.clone(),
        job_workflow: None,
        problem: None,
        with: call.with.clone(),
        takes: Vec::new(),
        outputs: Texts::new(),
        matrix: variant.matrix.clone(),
        strategy: variant.strategy.clone(),
        path: scope.label.clone(),
        line: job.line,
        callers: scope.keys.to_vec(),
    };
    let place = format!("{}:{line}", scope.label);
    if later_matrix.is_some() {
        let words = "a call with a matrix that depends on other jobs cannot be planned";
        entry.problem = Some(format!("{place}: {words}: write the matrix out"));
        planner.plan.calls.push(entry);
        return Ok(());
    }
    match planner.files.text(&file.repository, &file.path, &file.reference) {
        Ok(text) => called(planner, scope, job, call, &known, entry, file, &text),
        Err(missing) => {
            entry.problem = Some(match missing {
                Missing::File => format!("{place}: there is no `{}` in `{}`", file.path, file.repository),
                Missing::Repository => format!(
                    "{place}: `{}` is in the repository `{}`, which is not here: say where it is with \
                     `--repo-path {}=DIR`",
                    call.uses.value, file.repository, file.repository
                ),
            });
            planner.plan.calls.push(entry);
            Ok(())
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the second half of `plan`, with all that it has found")]
fn called(
    planner: &mut Planner<'_>,
    scope: &Scope<'_>,
    job: &Job,
    call: &Call,
    known: &Known,
    mut entry: PlannedCall,
    file: JobWorkflow,
    text: &str,
) -> Result<(), PlanError> {
    let label = if file.repository == planner.trigger.repository {
        file.path.clone()
    } else {
        format!("{}/{}", file.repository, file.path)
    };
    let workflow = planner.read(&file, &label, text)?;
    let (path, line, uses) = (scope.label.clone(), call.uses.line, call.uses.value.clone());
    let Some(event) = workflow.event("workflow_call") else {
        return Err(PlanError::NotCallable { path, line, uses });
    };
    let refuse = |error| PlanError::Call { path: path.clone(), line, uses: uses.clone(), error };
    give::check_names(&event.inputs, call.with.keys()).map_err(refuse)?;
    check_secrets(event, &call.secrets).map_err(refuse)?;
    entry.takes = event.inputs.clone();
    entry.outputs = event.outputs.clone();
    let inputs = match (definitions(event, &label, known)?, given(scope, call, known)?) {
        (Some(takes), Some(given)) => Some(give::called(&takes, &given).map_err(refuse)?),
        _ => None,
    };
    entry.job_workflow = Some(file.clone());
    let is_trusted = owner(&file.repository).eq_ignore_ascii_case(owner(&planner.trigger.repository));
    let callers = [scope.callers, &[Caller { workflow: scope.workflow, job, is_trusted }]].concat();
    let keys = [scope.keys, &[entry.key.clone()]].concat();
    let own_name = matrix::cut(format!("{}{}", entry.own_name.shown(), entry.name_suffix));
    let names = [scope.names, &[own_name]].concat();
    let key = entry.key.clone();
    planner.spend(scope, line, &(&entry, &inputs))?;
    planner.plan.calls.push(entry);
    planner.scope(&Scope {
        key: &key,
        label,
        workflow: workflow.as_ref(),
        file: &file,
        inputs,
        callers: &callers,
        keys: &keys,
        names: &names,
        inherits: scope.inherits && call.secrets == Secrets::Inherit,
    })
}

/// What the caller gives, where all of it is known.
fn given(scope: &Scope<'_>, call: &Call, known: &Known) -> Result<Option<Map<String, Value>>, PlanError> {
    let mut given = Map::new();
    for (name, value) in &call.with {
        let known = known.value(&value.value, OF_JOB);
        match known.map_err(|error| scope.expression(value.line, error))? {
            Some(value) => given.insert(name.clone(), value),
            None => return Ok(None),
        };
    }
    Ok(Some(given))
}

/// The inputs that a workflow takes, with defaults that are values; nothing where one is not known yet.
fn definitions(event: &EventFilter, label: &str, known: &Known) -> Result<Option<Vec<Input>>, PlanError> {
    let mut definitions = event.inputs.clone();
    for default in definitions.iter_mut().filter_map(|input| input.default.as_mut()) {
        let refuse = |error| PlanError::Expression { path: label.to_owned(), line: default.line, error };
        match known.value(&default.value, OF_RUN).map_err(refuse)? {
            Some(value) => default.value = value,
            None => return Ok(None),
        }
    }
    Ok(Some(definitions))
}

fn check_secrets(event: &EventFilter, given: &Secrets) -> Result<(), InputError> {
    let Secrets::Named(given) = given else { return Ok(()) };
    for name in given.keys() {
        if !event.secrets.iter().any(|secret| secret.name.eq_ignore_ascii_case(name)) {
            return Err(InputError::UnexpectedSecret { secret: name.clone() });
        }
    }
    for secret in event.secrets.iter().filter(|secret| secret.required) {
        if !given.keys().any(|name| name.eq_ignore_ascii_case(&secret.name)) {
            return Err(InputError::RequiredSecret { secret: secret.name.clone() });
        }
    }
    Ok(())
}
