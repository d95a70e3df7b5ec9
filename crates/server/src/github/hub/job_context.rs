//! The job that a token speaks of, with what is known of its repository.

use daypass_github::gate::Environment;
use daypass_github::hosting::{Organization, Repository, number};
use daypass_github::run::{Run, RunJob};
use daypass_github::{JobBuilder, JobContext, JobError, Property, SubjectRules};

use super::holdings::Holdings;
use crate::config::Config;

/// Reads the text form of a job, with what is known of its repository.
///
/// # Errors
/// [`JobError`]
pub fn describe(text: &str, holdings: &Holdings, config: &Config) -> Result<JobContext, JobError> {
    describe_for(text, None, holdings, config)
}

/// The same with subjects as this issuer makes them; as the repository's own does where there is none.
///
/// # Errors
/// [`JobError`]
pub fn describe_for(
    text: &str,
    issuer: Option<&str>,
    holdings: &Holdings,
    config: &Config,
) -> Result<JobContext, JobError> {
    let builder = JobBuilder::parse(text)?;
    let full_name = builder.clone().build()?.full_name();
    complete(builder, &full_name, issuer, holdings, config)
}

/// The protected environment whose subject a described job would have. Such a job passes no gate.
#[must_use]
pub fn protected_environment<'a>(job: &JobContext, holdings: &'a Holdings) -> Option<&'a Environment> {
    holdings.repository(&job.full_name())?.protected_by_subject(job.environment()?)
}

/// The job of a run.
///
/// # Errors
/// [`JobError`] where no token of GitHub's could say what it would have to.
pub fn of_run(run: &Run, job: &RunJob, holdings: &Holdings, config: &Config) -> Result<JobContext, JobError> {
    let mut builder = JobBuilder::new(&run.repository)?
        .with(Property::Event, &run.event)
        .with(Property::Ref, &run.reference)
        .with(Property::Sha, &run.sha)
        .with(Property::Actor, &run.actor.login)
        .with(Property::ActorId, run.actor.id.to_string())
        .with(Property::Workflow, &run.workflow.name)
        .with(Property::WorkflowPath, &run.workflow.path)
        .with(Property::RunId, run.id.to_string())
        .with(Property::RunNumber, run.number.to_string())
        .with(Property::RunAttempt, run.attempt.to_string())
        .with(Property::CheckRunId, job.id.to_string())
        .with(Property::RunnerEnvironment, if job.is_self_hosted { "self-hosted" } else { "github-hosted" });
    for (property, value) in [(Property::HeadRef, &run.head_ref), (Property::BaseRef, &run.base_ref)] {
        if !value.is_empty() {
            builder = builder.with(property, value);
        }
    }
    let repository_id = holdings.repository_number(&run.repository);
    if let Some(environment) = &job.environment {
        let node =
            job.gate.as_ref().map(|gate| number::environment_node(repository_id, gate.environment().id));
        builder = builder.with(Property::Environment, &environment.name);
        if let Some(node) = node {
            builder = builder.with(Property::EnvironmentNodeId, node);
        }
    }
    if let Some(called) = &job.planned.job_workflow {
        builder = builder
            .with(Property::JobWorkflowRef, called.workflow_ref())
            .with(Property::JobWorkflowSha, &called.sha);
    }
    complete(builder, &run.repository, None, holdings, config)
}

/// The job with what is known of its repository, and with subjects as its issuer makes them.
///
/// # Errors
/// [`JobError`]
pub fn complete(
    builder: JobBuilder,
    full_name: &str,
    issuer: Option<&str>,
    holdings: &Holdings,
    config: &Config,
) -> Result<JobContext, JobError> {
    let organization = holdings.organization(full_name.split('/').next().unwrap_or_default());
    let repository = holdings.repository(full_name);
    let builder = match repository {
        Some(repository) => with_repository(builder, repository, &organization),
        None => builder,
    };
    let builder = with_numbers(builder, holdings)?;
    let own = config.issuer_of(builder.clone().build()?.enterprise());
    let template = repository.and_then(|it| it.subject.effective(&organization.subject)).cloned();
    let rules = SubjectRules {
        template,
        forms: config.forms_of(issuer.unwrap_or(&own)).to_vec(),
        target_is_pull_request: config.target_is_pull_request,
    };
    builder.with_subject_rules(rules).build()
}

/// Says the numbers of what is not known too, so that none of them is a known repository's, owner's or user's.
fn with_numbers(builder: JobBuilder, holdings: &Holdings) -> Result<JobBuilder, JobError> {
    let job = builder.clone().build()?;
    let full_name = job.full_name();
    let builder = builder
        .with_default(Property::RepositoryId, holdings.repository_number(&full_name).to_string())
        .with_default(Property::RepositoryOwnerId, holdings.owner_number(job.owner()).to_string())
        .with_default(Property::ActorId, holdings.owner_number(job.actor()).to_string());
    let (Some(name), Some(repository)) = (job.environment(), holdings.repository(&full_name)) else {
        return Ok(builder);
    };
    let node = number::environment_node(repository.id, repository.environment_number(name));
    Ok(builder.with_default(Property::EnvironmentNodeId, node))
}

/// Says what is known of a repository, unless it was said before.
fn with_repository(
    mut builder: JobBuilder,
    repository: &Repository,
    organization: &Organization,
) -> JobBuilder {
    builder = builder
        .with_default(Property::RepositoryId, repository.id.to_string())
        .with_default(Property::RepositoryOwnerId, repository.owner_id.to_string())
        .with_default(Property::Visibility, repository.visibility.name())
        .with_default(Property::Immutable, is_immutable(repository, organization).to_string());
    if let Some(enterprise) = &repository.enterprise {
        builder = builder.with_default(Property::Enterprise, enterprise);
    }
    for (name, value) in &repository.properties {
        if organization.token_properties.contains(name) {
            builder = builder.with_custom(name, value);
        }
    }
    if !repository.protections.is_empty()
        && let Ok(job) = builder.clone().build()
    {
        let is_protected = repository.protection(job.reference()).reference;
        builder = builder.with_default(Property::RefProtected, is_protected.to_string());
    }
    builder
}

/// Whether a repository's subjects hold numbers.
#[must_use]
pub fn is_immutable(repository: &Repository, organization: &Organization) -> bool {
    repository.subject.is_immutable(&organization.subject, repository.is_immutable_by_age())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_configuration_makes_a_repository_immutable_unless_the_job_says_otherwise() {
        let text = "[[repositories]]\nname = \"Octo-Org/octo-repo\"\nimmutable = true\nowner_id = 12\nrepository_id = 34\n";
        let config = Config::parse(Path::new("daypass.toml"), text).unwrap();
        let mut holdings = Holdings::default();
        config.apply(&mut holdings, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let subject = |text| daypass_github::subject(&describe(text, &holdings, &config).unwrap());
        assert_eq!(subject("octo-org/octo-repo"), "repo:octo-org@12/octo-repo@34:ref:refs/heads/main");
        assert_eq!(
            subject("octo-org/octo-repo immutable=false"),
            "repo:octo-org/octo-repo:ref:refs/heads/main"
        );
        assert_eq!(subject("octo-org/other"), "repo:octo-org/other:ref:refs/heads/main");
    }
}
