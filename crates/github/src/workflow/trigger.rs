//! What starts a run, and what a run is called.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::grant::DefaultPermissions;
use crate::builder::JobBuilder;
use crate::error::JobError;
use crate::event::Event;
use crate::property::Property;

/// What happened, in which repository, and what GitHub knows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// The event.
    #[serde(with = "by_name")]
    pub event: Event,
    /// Its activity, `opened`; the first of those that the workflow names where it is not said.
    pub activity: Option<String>,
    /// `owner/name`
    pub repository: String,
    /// The repository's number; made from its name where it is not said.
    pub repository_id: Option<String>,
    /// The owner's number; made from the login where it is not said.
    pub repository_owner_id: Option<String>,
    /// The whole ref, `refs/heads/main`.
    pub reference: String,
    /// The commit.
    pub sha: String,
    /// The target branch of a pull request or merge group, without `refs/heads/`; else empty.
    pub base_ref: String,
    /// The source branch of a pull request or of the run that `workflow_run` follows; else empty.
    pub head_ref: String,
    /// Who started it.
    pub actor: String,
    /// The inputs that were given.
    pub inputs: Map<String, Value>,
    /// The default branch, `main`.
    pub default_branch: String,
    /// Whether the pull request comes from a fork.
    pub from_fork: bool,
    /// The files that changed; every `paths` filter passes where they are not known.
    pub changed_paths: Option<Vec<String>>,
    /// What jobs may do that say nothing.
    pub default_permissions: DefaultPermissions,
    /// The context `vars`.
    pub variables: Map<String, Value>,
    /// The context `github.event`, without its inputs.
    pub payload: Map<String, Value>,
    /// The run's numbers, where they are known already.
    pub run: Option<Run>,
}

/// A run's numbers, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number on all of GitHub.
    pub id: String,
    /// Its number among the workflow's.
    pub number: String,
    /// How often it was started.
    pub attempt: String,
    /// `https://github.com`, or what stands in for it.
    pub server_url: String,
    /// `https://api.github.com`, or what stands in for it.
    pub api_url: String,
}

impl Trigger {
    /// An event of a repository, with nothing else known.
    #[must_use]
    pub fn new(
        event: Event,
        repository: impl Into<String>,
        reference: impl Into<String>,
        sha: impl Into<String>,
    ) -> Self {
        let repository = repository.into();
        Self {
            event,
            activity: None,
            actor: owner(&repository).to_owned(),
            repository,
            repository_id: None,
            repository_owner_id: None,
            reference: reference.into(),
            sha: sha.into(),
            base_ref: String::new(),
            head_ref: String::new(),
            inputs: Map::new(),
            default_branch: "main".to_owned(),
            from_fork: false,
            changed_paths: None,
            default_permissions: DefaultPermissions::default(),
            variables: Map::new(),
            payload: Map::new(),
            run: None,
        }
    }

    /// The ref without `refs/heads/`, `refs/tags/` or `refs/pull/`: the context `github.ref_name`.
    #[must_use]
    pub fn reference_name(&self) -> &str {
        let prefixes = ["refs/heads/", "refs/tags/", "refs/pull/"];
        prefixes.iter().find_map(|prefix| self.reference.strip_prefix(prefix)).unwrap_or(&self.reference)
    }

    pub(super) fn is_of_tag(&self) -> bool {
        self.reference.starts_with("refs/tags/")
    }

    /// What is said about every job of the run.
    ///
    /// # Errors
    /// [`JobError`] where the repository is none.
    pub(super) fn job(&self) -> Result<JobBuilder, JobError> {
        let mut builder = JobBuilder::new(&self.repository)?
            .with(Property::Event, self.event.name())
            .with(Property::Ref, &self.reference)
            .with(Property::Sha, &self.sha)
            .with(Property::Actor, &self.actor);
        if self.event.has_head_and_base() {
            let said = [(Property::HeadRef, &self.head_ref), (Property::BaseRef, &self.base_ref)];
            for (property, value) in said.into_iter().filter(|(_, value)| !value.is_empty()) {
                builder = builder.with(property, value);
            }
        }
        let ids = [
            (Property::RepositoryId, &self.repository_id),
            (Property::RepositoryOwnerId, &self.repository_owner_id),
        ];
        for (property, id) in ids {
            if let Some(id) = id {
                builder = builder.with(property, id);
            }
        }
        if let Some(run) = &self.run {
            builder = builder
                .with(Property::RunId, &run.id)
                .with(Property::RunNumber, &run.number)
                .with(Property::RunAttempt, &run.attempt);
        }
        Ok(builder)
    }
}

/// The owner of `owner/name`.
pub(super) fn owner(repository: &str) -> &str {
    repository.split_once('/').map_or(repository, |(owner, _)| owner)
}

/// The context `github` of a run, or of one of its jobs. What is not known yet is not in it: the numbers and addresses
/// where [`Trigger::run`] is not said, `job` where no job is meant.
///
/// Source: GitHub docs, "Contexts reference", `github`.
#[must_use]
pub fn github_context(
    trigger: &Trigger,
    workflow: &str,
    path: &str,
    job: Option<&str>,
) -> Map<String, Value> {
    let mut event = trigger.payload.clone();
    if !trigger.inputs.is_empty() {
        let inputs = trigger.inputs.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), Value::String(text))
        });
        event.insert("inputs".to_owned(), Value::Object(inputs.collect()));
    }
    if let Some(activity) = &trigger.activity {
        event.entry("action".to_owned()).or_insert_with(|| json!(activity));
    }
    let reference = &trigger.reference;
    let mut context = Map::new();
    let mut say = |name: &str, value: &str| context.insert(name.to_owned(), json!(value));
    say("actor", &trigger.actor);
    say("base_ref", &trigger.base_ref);
    say("event_name", trigger.event.name());
    say("head_ref", &trigger.head_ref);
    say("ref", reference);
    say("ref_name", trigger.reference_name());
    say("ref_type", if trigger.is_of_tag() { "tag" } else { "branch" });
    say("repository", &trigger.repository);
    say("repository_owner", owner(&trigger.repository));
    say("sha", &trigger.sha);
    say("triggering_actor", &trigger.actor);
    say("workflow", workflow);
    say("workflow_ref", &format!("{}/{path}@{reference}", trigger.repository));
    say("workflow_sha", &trigger.sha);
    if let Some(id) = &trigger.repository_id {
        say("repository_id", id);
    }
    if let Some(id) = &trigger.repository_owner_id {
        say("repository_owner_id", id);
    }
    if let Some(job) = job {
        say("job", job);
    }
    if let Some(run) = &trigger.run {
        say("run_id", &run.id);
        say("run_number", &run.number);
        say("run_attempt", &run.attempt);
        say("server_url", &run.server_url);
        say("api_url", &run.api_url);
        say("graphql_url", &format!("{}/graphql", run.api_url));
        say("repositoryUrl", &format!("{}/{}.git", run.server_url, trigger.repository));
    }
    context.insert("event".to_owned(), Value::Object(event));
    context
}

/// An event as its name.
mod by_name {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::event::Event;

    pub(super) fn serialize<S: Serializer>(event: &Event, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(event.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Event, D::Error> {
        let name = String::deserialize(deserializer)?;
        Event::from_name(&name).ok_or_else(|| D::Error::custom("there is no such event"))
    }
}
