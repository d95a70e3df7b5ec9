//! From a job of a run to what its token says.

use super::plan::{Plan, PlannedJob};
use super::settle::SettledJob;
use super::trigger::Trigger;
use crate::builder::JobBuilder;
use crate::error::JobError;
use crate::identifier;
use crate::property::Property;

impl Plan {
    /// What is said about a job of this plan's run. Custom properties, visibility, the enterprise, the numbers of people and
    /// the subject rules are the repository's: whoever knows them adds them.
    ///
    /// # Errors
    /// [`JobError::NotARepository`]; the values are checked by [`JobBuilder::build`].
    pub fn job_builder(
        &self,
        job: &PlannedJob,
        settled: &SettledJob,
        trigger: &Trigger,
    ) -> Result<JobBuilder, JobError> {
        let runner = if settled.is_self_hosted() { "self-hosted" } else { "github-hosted" };
        let mut builder = trigger
            .job()?
            .with(Property::Workflow, &self.name)
            .with(Property::WorkflowPath, &self.path)
            .with(Property::RunnerEnvironment, runner);
        if let Some(run) = &trigger.run {
            let check = identifier::run_number("check run", &format!("{} {}", run.id, job.key));
            builder = builder.with(Property::CheckRunId, check);
        }
        if let Some(environment) = &settled.environment {
            builder = builder.with(Property::Environment, &environment.name);
        }
        if let Some(file) = &job.job_workflow {
            builder = builder
                .with(Property::JobWorkflowRef, file.workflow_ref())
                .with(Property::JobWorkflowSha, &file.sha);
        }
        Ok(builder)
    }
}
