//! From what is said about a job to a job that could exist: defaults filled in, every part checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alphabet;
use crate::claims::CUSTOM_PREFIX;
use crate::error::JobError;
use crate::event::Event;
use crate::identifier;
use crate::job::{Enterprise, Environment, JobContext};
use crate::property::Property;
use crate::reference::{self, ReferenceKind};
use crate::subject_rules::SubjectRules;
use crate::text;

const RUNNER_RULE: &str = "it is `github-hosted` or `self-hosted`";
const VISIBILITY_RULE: &str = "it is `private`, `internal` or `public`";
const EVENT_RULE: &str = "GitHub has no such event";
const JOB_WORKFLOW_RULE: &str = "a reusable workflow is `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`, where REF is \
                                 a whole ref or a commit";

/// What is said about a job so far.
#[derive(Debug, Clone)]
pub struct JobBuilder {
    owner: String,
    repository: String,
    said: BTreeMap<Property, String>,
    custom: BTreeMap<String, String>,
    subject_rules: Arc<SubjectRules>,
}

impl JobBuilder {
    /// A job of a repository, `owner/name`.
    ///
    /// # Errors
    /// [`JobError::NotARepository`]
    pub fn new(full_name: &str) -> Result<Self, JobError> {
        let not = || JobError::NotARepository { text: full_name.chars().take(300).collect() };
        let (owner, repository) = full_name.split_once('/').ok_or_else(not)?;
        if !alphabet::is_owner(owner) || !alphabet::is_repository(repository) {
            return Err(not());
        }
        Ok(Self {
            owner: owner.to_owned(),
            repository: repository.to_owned(),
            said: BTreeMap::new(),
            custom: BTreeMap::new(),
            subject_rules: Arc::default(),
        })
    }

    /// Reads the text form; see [`JobContext::parse`].
    ///
    /// # Errors
    /// [`JobError`], save for the values, which are checked by [`build`](Self::build).
    pub fn parse(text: &str) -> Result<Self, JobError> {
        let mut words = text::words(text)?.into_iter();
        let mut builder = Self::new(&words.next().unwrap_or_default())?;
        for word in words {
            let Some((name, value)) = word.split_once('=') else {
                return Err(JobError::NotAPair { word });
            };
            if let Some(custom) = name.strip_prefix(CUSTOM_PREFIX) {
                builder.custom.insert(custom.to_owned(), value.to_owned());
                continue;
            }
            let property = Property::from_name(name)
                .ok_or_else(|| JobError::UnknownProperty { name: name.chars().take(300).collect() })?;
            if builder.said.insert(property, value.to_owned()).is_some() {
                return Err(JobError::Repeated { property });
            }
        }
        Ok(builder)
    }

    /// Says something, in place of what was said before.
    #[must_use]
    pub fn with(mut self, property: Property, value: impl Into<String>) -> Self {
        self.said.insert(property, value.into());
        self
    }

    /// Says something unless it was said before.
    #[must_use]
    pub fn with_default(mut self, property: Property, value: impl Into<String>) -> Self {
        self.said.entry(property).or_insert_with(|| value.into());
        self
    }

    /// Gives the repository a custom property, which becomes the claim `repo_property_NAME`.
    #[must_use]
    pub fn with_custom(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom.insert(name.into(), value.into());
        self
    }

    /// Says how its subject is made; GitHub's default where it is not said.
    #[must_use]
    pub fn with_subject_rules(mut self, rules: impl Into<Arc<SubjectRules>>) -> Self {
        self.subject_rules = rules.into();
        self
    }

    /// Fills in the defaults and checks every part.
    ///
    /// # Errors
    /// [`JobError`] for a value that no token of GitHub's can hold, or that does not go with the event.
    pub fn build(self) -> Result<JobContext, JobError> {
        self.check_values()?;
        let event = self.event()?;
        let full_name = format!("{}/{}", self.owner, self.repository);
        let reference = self.reference(event, &full_name)?;
        let reference_kind = reference::kind(&reference)
            .ok_or_else(|| JobError::invalid(Property::Ref, &reference, reference::RULE))?;
        check_event(event, &reference, reference_kind)?;
        let sha = self.or(Property::Sha, || identifier::commit(&format!("{full_name} {reference}")));
        let (head_ref, base_ref) = self.head_and_base(event)?;
        let repository_id = self.or(Property::RepositoryId, || identifier::number("repository", &full_name));
        let environment = self.said(Property::Environment).map(|name| Environment {
            name: name.to_owned(),
            node_id: self
                .or(Property::EnvironmentNodeId, || identifier::environment_node(&repository_id, name)),
        });
        let enterprise = self.said(Property::Enterprise).map(|slug| Enterprise {
            slug: slug.to_owned(),
            id: self.or(Property::EnterpriseId, || identifier::number("enterprise", slug)),
        });
        let workflow_path = self.or(Property::WorkflowPath, || ".github/workflows/deploy.yml".to_owned());
        let workflow = self.or(Property::Workflow, || {
            alphabet::workflow_name(&workflow_path).unwrap_or(&workflow_path).to_owned()
        });
        let actor = self.or(Property::Actor, || self.owner.clone());
        let run_id = self.or(Property::RunId, || identifier::run_number("run", &full_name));
        Ok(JobContext {
            owner_id: self.or(Property::RepositoryOwnerId, || identifier::number("owner", &self.owner)),
            visibility: self.or(Property::Visibility, || "private".to_owned()),
            immutable: self.said(Property::Immutable) == Some("true"),
            reference_protected: self.said(Property::RefProtected) == Some("true"),
            actor_id: self.or(Property::ActorId, || identifier::number("owner", &actor)),
            job_workflow_ref: self.said(Property::JobWorkflowRef).map(str::to_owned),
            job_workflow_sha: self.said(Property::JobWorkflowSha).map(str::to_owned),
            run_number: self.or(Property::RunNumber, || "1".to_owned()),
            run_attempt: self.or(Property::RunAttempt, || "1".to_owned()),
            check_run_id: self.or(Property::CheckRunId, || identifier::run_number("check run", &run_id)),
            runner_environment: self.or(Property::RunnerEnvironment, || "github-hosted".to_owned()),
            owner: self.owner,
            repository: self.repository,
            properties: self.custom,
            subject_rules: self.subject_rules,
            repository_id,
            enterprise,
            event,
            reference,
            reference_kind,
            head_ref,
            base_ref,
            sha,
            environment,
            actor,
            workflow,
            workflow_path,
            run_id,
        })
    }

    fn said(&self, property: Property) -> Option<&str> {
        self.said.get(&property).map(String::as_str)
    }

    fn or(&self, property: Property, default: impl FnOnce() -> String) -> String {
        self.said(property).map_or_else(default, str::to_owned)
    }

    /// Every value by itself. The ref is checked once it is complete.
    fn check_values(&self) -> Result<(), JobError> {
        for (property, value) in &self.said {
            let (valid, rule) = valid(*property, value);
            if !valid {
                return Err(JobError::invalid(*property, value, rule));
            }
        }
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '$' | '#');
        for (name, value) in &self.custom {
            if !(1..=75).contains(&name.len()) || !name.chars().all(allowed) {
                return Err(JobError::UnknownProperty { name: format!("{CUSTOM_PREFIX}{name}") });
            }
            if value.chars().any(char::is_control) || value.len() > 4096 {
                return Err(JobError::NotAPair { word: format!("{CUSTOM_PREFIX}{name}") });
            }
        }
        Ok(())
    }

    fn event(&self) -> Result<Event, JobError> {
        match self.said(Property::Event) {
            Some(name) => {
                Event::from_name(name).ok_or_else(|| JobError::invalid(Property::Event, name, EVENT_RULE))
            }
            None if self.said.contains_key(&Property::PullRequest) => Ok(Event::PULL_REQUEST),
            None => Ok(Event::PUSH),
        }
    }

    /// The ref from whichever property says it, or what the event brings.
    fn reference(&self, event: Event, full_name: &str) -> Result<String, JobError> {
        let ways = [Property::Ref, Property::Branch, Property::Tag, Property::PullRequest];
        // The number of a pull request belongs to `pull_request_target` too, whose ref is a branch.
        let is_way = |property: &Property| *property != Property::PullRequest || event.is_of_pull_request();
        let mut said = ways.into_iter().filter(is_way).filter(|property| self.said.contains_key(property));
        let (first, second) = (said.next(), said.next());
        if let (Some(property), Some(other)) = (first, second) {
            return Err(JobError::Excluding { property, other });
        }
        let value = first.and_then(|property| self.said(property)).unwrap_or_default();
        Ok(match first {
            Some(Property::Branch) => format!("refs/heads/{value}"),
            Some(Property::Tag) => format!("refs/tags/{value}"),
            Some(Property::PullRequest) => format!("refs/pull/{value}/merge"),
            Some(_) => value.to_owned(),
            None if event.is_of_pull_request() => "refs/pull/1/merge".to_owned(),
            None if event.is_of_merge_queue() => {
                format!("refs/heads/gh-readonly-queue/main/pr-1-{}", identifier::commit(full_name))
            }
            None if event.needs_tag() => {
                return Err(JobError::Event { event: event.name(), rule: "needs `tag=...`" });
            }
            None => "refs/heads/main".to_owned(),
        })
    }

    /// The branches of a pull request, or two empty texts.
    fn head_and_base(&self, event: Event) -> Result<(String, String), JobError> {
        if event.has_head_and_base() {
            let head = self.or(Property::HeadRef, || "feature".to_owned());
            return Ok((head, self.or(Property::BaseRef, || "main".to_owned())));
        }
        if self.said.contains_key(&Property::HeadRef) || self.said.contains_key(&Property::BaseRef) {
            return Err(JobError::Event { event: event.name(), rule: "has no `head_ref` and no `base_ref`" });
        }
        if self.said.contains_key(&Property::PullRequest) && !event.is_of_pull_request() {
            return Err(JobError::Event { event: event.name(), rule: "is not of a pull request" });
        }
        Ok((String::new(), String::new()))
    }
}

/// Whether the ref is one that the event can have.
fn check_event(event: Event, reference: &str, kind: ReferenceKind) -> Result<(), JobError> {
    let fails = |rule| Err(JobError::Event { event: event.name(), rule });
    if event.is_of_pull_request() != (kind == ReferenceKind::PullRequest) {
        return fails(if event.is_of_pull_request() {
            "has the ref `refs/pull/NUMBER/merge`, whatever its branch"
        } else {
            "cannot have the ref of a pull request"
        });
    }
    if event.needs_tag() && kind != ReferenceKind::Tag {
        return fails("is of a tag");
    }
    if event.is_of_merge_queue() && !reference.starts_with("refs/heads/gh-readonly-queue/") {
        return fails("is of a branch `gh-readonly-queue/...`");
    }
    if event.is_of_default_branch() && kind != ReferenceKind::Branch {
        return fails("is of the default branch");
    }
    Ok(())
}

/// Whether a value is one that the property can have, and what it should be.
fn valid(property: Property, value: &str) -> (bool, &'static str) {
    match property {
        Property::Actor => (alphabet::is_actor(value), alphabet::ACTOR),
        Property::ActorId
        | Property::CheckRunId
        | Property::EnterpriseId
        | Property::PullRequest
        | Property::RepositoryId
        | Property::RepositoryOwnerId
        | Property::RunAttempt
        | Property::RunId
        | Property::RunNumber => (alphabet::is_number(value), alphabet::NUMBER),
        Property::BaseRef | Property::Branch | Property::HeadRef => {
            (reference::is_name(value), reference::BRANCH)
        }
        Property::Tag => (reference::is_name(value), reference::TAG),
        Property::Enterprise => (alphabet::is_owner(value), alphabet::OWNER),
        Property::Environment => (alphabet::is_environment(value), alphabet::ENVIRONMENT),
        Property::EnvironmentNodeId | Property::Workflow => (alphabet::is_text(value), alphabet::TEXT),
        Property::Event => (Event::from_name(value).is_some(), EVENT_RULE),
        Property::Immutable | Property::RefProtected => (alphabet::is_boolean(value), alphabet::BOOLEAN),
        Property::JobWorkflowRef => (is_job_workflow(value), JOB_WORKFLOW_RULE),
        Property::JobWorkflowSha | Property::Sha => (alphabet::is_commit(value), alphabet::COMMIT),
        Property::Ref => (reference::kind(value).is_some(), reference::RULE),
        Property::RunnerEnvironment => (matches!(value, "github-hosted" | "self-hosted"), RUNNER_RULE),
        Property::Visibility => (matches!(value, "private" | "internal" | "public"), VISIBILITY_RULE),
        Property::WorkflowPath => (alphabet::workflow_name(value).is_some(), alphabet::WORKFLOW_PATH),
    }
}

/// `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`.
fn is_job_workflow(text: &str) -> bool {
    let parts = text.split_once('@').and_then(|(file, reference)| {
        let (owner, rest) = file.split_once('/')?;
        let (repository, path) = rest.split_once('/')?;
        Some((owner, repository, path, reference))
    });
    parts.is_some_and(|(owner, repository, path, reference)| {
        alphabet::is_owner(owner)
            && alphabet::is_repository(repository)
            && alphabet::workflow_name(path).is_some()
            && (alphabet::is_commit(reference) || reference::kind(reference).is_some())
    })
}
