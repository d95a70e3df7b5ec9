//! The secrets that a job can name: all of them, or those that the calls on the way to it hand on.

use daypass_github::expression::{Context, Status, interpolate};
use daypass_github::workflow::{Body, Files as _, JobWorkflow, Plan, PlannedJob, Secrets, Workflow};
use serde_json::{Map, Value, json};

use super::sources::Sources;

/// The secrets of a job.
///
/// # Errors
/// Why a call's `secrets` cannot be evaluated.
pub(super) fn of_job(
    job: &PlannedJob,
    plan: &Plan,
    sources: &Sources,
    (repository, github): (&str, &Map<String, Value>),
    all: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut secrets = all.clone();
    let mut file = JobWorkflow {
        repository: repository.to_owned(),
        path: plan.path.clone(),
        reference: String::new(),
        sha: String::new(),
    };
    for call in job.callers.iter().filter_map(|key| plan.call(key)) {
        let missing = || format!("the call at {}:{} is not here", call.path, call.line);
        let text = sources.text(&file.repository, &file.path, &file.reference).map_err(|_| missing())?;
        let workflow = Workflow::parse(&file.path, &text).map_err(|error| error.to_string())?;
        let Some(Body::Call(called)) = workflow.job(&call.id).map(|job| &job.body) else {
            return Err(missing());
        };
        if let Secrets::Named(named) = &called.secrets {
            let mut context = Context { values: Map::new(), status: Status::Success };
            context.values.insert("github".to_owned(), Value::Object(github.clone()));
            context.values.insert("secrets".to_owned(), Value::Object(secrets));
            context.values.insert("matrix".to_owned(), Value::Object(call.matrix.clone()));
            let handed_on = named.iter().map(|(name, text)| {
                let value = interpolate(&text.value, &context)
                    .map_err(|error| format!("{}:{}: {error}", call.path, text.line))?;
                Ok((name.clone(), json!(value)))
            });
            secrets = handed_on.collect::<Result<_, String>>()?;
        }
        if let Some(next) = &call.job_workflow {
            file = next.clone();
        }
    }
    Ok(secrets)
}
