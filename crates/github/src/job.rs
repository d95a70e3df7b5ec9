//! One job of one workflow run, with everything that its token says about it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::builder::JobBuilder;
use crate::error::JobError;
use crate::event::Event;
use crate::reference::ReferenceKind;
use crate::subject_rules::SubjectRules;

/// A job that could exist on GitHub. Made by [`JobContext::parse`] or a [`JobBuilder`], which check every part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobContext {
    pub(crate) owner: String,
    pub(crate) owner_id: String,
    pub(crate) repository: String,
    pub(crate) repository_id: String,
    pub(crate) visibility: String,
    pub(crate) immutable: bool,
    pub(crate) enterprise: Option<Enterprise>,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) event: Event,
    pub(crate) reference: String,
    pub(crate) reference_kind: ReferenceKind,
    pub(crate) reference_protected: bool,
    pub(crate) head_ref: String,
    pub(crate) base_ref: String,
    pub(crate) sha: String,
    pub(crate) environment: Option<Environment>,
    pub(crate) actor: String,
    pub(crate) actor_id: String,
    pub(crate) workflow: String,
    pub(crate) workflow_path: String,
    pub(crate) job_workflow_ref: Option<String>,
    pub(crate) job_workflow_sha: Option<String>,
    pub(crate) run_id: String,
    pub(crate) run_number: String,
    pub(crate) run_attempt: String,
    pub(crate) check_run_id: String,
    pub(crate) runner_environment: String,
    pub(crate) subject_rules: Arc<SubjectRules>,
}

/// The enterprise that the owner belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enterprise {
    pub(crate) slug: String,
    pub(crate) id: String,
}

/// The environment that the job names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    pub(crate) name: String,
    pub(crate) node_id: String,
}

impl JobContext {
    /// Reads the text form: `owner/repository`, then words `name=value` with the names of
    /// [`Property`](crate::Property), in any order. A value with spaces stands in quotation marks.
    ///
    /// # Errors
    /// [`JobError`]
    pub fn parse(text: &str) -> Result<Self, JobError> {
        JobBuilder::parse(text)?.build()
    }

    /// The owner's login.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's name without its owner.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// `owner/repository`, the claim `repository`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.repository)
    }

    /// The event that started the run.
    #[must_use]
    pub fn event(&self) -> Event {
        self.event
    }

    /// The claim `ref`.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The commit: the claim `sha`.
    #[must_use]
    pub fn sha(&self) -> &str {
        &self.sha
    }

    /// The source and the target branch of a pull request: the claims `head_ref` and `base_ref`, or empty texts.
    #[must_use]
    pub fn head_and_base(&self) -> (&str, &str) {
        (&self.head_ref, &self.base_ref)
    }

    /// The environment that the job names, as the workflow file spells it.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_ref().map(|environment| environment.name.as_str())
    }

    /// The slug of the enterprise that the repository belongs to.
    #[must_use]
    pub fn enterprise(&self) -> Option<&str> {
        self.enterprise.as_ref().map(|enterprise| enterprise.slug.as_str())
    }

    /// Who started the run.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The run's number on all of GitHub.
    #[must_use]
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Whether the repository's subjects hold the owner's and the repository's number.
    #[must_use]
    pub fn is_immutable(&self) -> bool {
        self.immutable
    }

    /// The workflow that was started, with the ref it was taken from: the claim `workflow_ref`.
    #[must_use]
    pub fn workflow_ref(&self) -> String {
        format!("{}/{}@{}", self.full_name(), self.workflow_path, self.reference)
    }

    /// The workflow that the job is written in: the reusable one where it is called, else the one that was started.
    #[must_use]
    pub fn job_workflow_ref(&self) -> String {
        self.job_workflow_ref.clone().unwrap_or_else(|| self.workflow_ref())
    }
}

/// The text form, short: what [`JobContext::parse`] needs to make a job with the same subject, event, actor and run.
impl fmt::Display for JobContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}/{} event={} ref={}",
            self.owner,
            self.repository,
            self.event.name(),
            self.reference
        )?;
        if let Some(environment) = &self.environment {
            let escaped = environment.name.replace('\\', "\\\\").replace('"', "\\\"");
            write!(formatter, " environment=\"{escaped}\"")?;
        }
        write!(formatter, " actor={} run_id={}", self.actor, self.run_id)?;
        if self.immutable {
            write!(
                formatter,
                " immutable=true repository_owner_id={} repository_id={}",
                self.owner_id, self.repository_id
            )?;
        }
        Ok(())
    }
}
