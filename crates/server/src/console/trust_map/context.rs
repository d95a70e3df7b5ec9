//! The kinds of jobs that a repository can have, as far as a trust policy can tell them apart.

use daypass_github::hosting::Repository;
use daypass_github::{JobBuilder, JobError, Property};

use super::guard::{Guard, of_environment, of_push};

/// A branch that stands for all that nobody named.
const OTHER_BRANCH: &str = "a-branch-of-anybodys";
/// A tag that stands for all.
const A_TAG: &str = "v0.0.0-of-anybodys";
/// Workflows of a repository whose jobs are tried: most trust policies do not look at the workflow at all.
const WORKFLOWS_MAX: usize = 5;

/// A kind of job.
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// `OWNER/NAME`
    pub(super) repository: String,
    /// What tells it apart: `environment production`, `push to main`.
    pub(super) label: String,
    /// Who stands before its token.
    pub(super) guard: Guard,
    says: Vec<(Property, String)>,
}

impl Context {
    /// A job of this kind, of each workflow that is known.
    pub(super) fn jobs(&self, repository: &Repository) -> Result<Vec<JobBuilder>, JobError> {
        let mut builder = JobBuilder::new(&self.repository)?;
        for (property, value) in &self.says {
            builder = builder.with(*property, value);
        }
        let of = |(path, file): (&String, &daypass_github::hosting::WorkflowFile)| {
            builder.clone().with(Property::WorkflowPath, path).with(Property::Workflow, &file.name)
        };
        let of_known: Vec<JobBuilder> = repository.workflows.iter().take(WORKFLOWS_MAX).map(of).collect();
        Ok(if of_known.is_empty() { vec![builder] } else { of_known })
    }
}

/// How many contexts a repository has.
pub(super) fn count(repository: &Repository) -> usize {
    repository.environments.len() + 5
}

/// All contexts of a repository.
pub(super) fn of_repository(repository: &Repository) -> Vec<Context> {
    let default = repository.default_branch.as_str();
    let new = |label: String, guard: Guard, says: Vec<(Property, String)>| Context {
        repository: repository.full_name.clone(),
        label,
        guard,
        says,
    };
    let on = |branch: &str| (Property::Branch, branch.to_owned());
    let event = |name: &str| (Property::Event, name.to_owned());
    let nobody = |words: &str| Guard::Nobody(words.to_owned());
    let mut contexts: Vec<Context> = repository
        .environments
        .iter()
        .map(|environment| {
            let says = vec![on(default), (Property::Environment, environment.name.clone())];
            let guard = of_environment(repository, environment);
            new(format!("environment {}", environment.name), guard, says)
        })
        .collect();
    contexts.push(new(format!("push to {default}"), of_push(repository, default), vec![on(default)]));
    let other = of_push(repository, OTHER_BRANCH);
    contexts.push(new("push to another branch".to_owned(), other, vec![on(OTHER_BRANCH)]));
    let tag = vec![(Property::Tag, A_TAG.to_owned())];
    contexts.push(new("push of a tag".to_owned(), nobody("whoever may write can push a tag"), tag));
    contexts.push(new(
        "pull request".to_owned(),
        nobody("whoever may write can open one; those from forks get no token"),
        vec![event("pull_request")],
    ));
    contexts.push(new(
        "pull request from a fork, by pull_request_target".to_owned(),
        nobody("anybody can open one, if a workflow runs for this event"),
        vec![event("pull_request_target"), on(default)],
    ));
    contexts
}
