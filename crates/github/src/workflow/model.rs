//! What a workflow says, part by part. Everything that may be an expression is kept as the text that it is.

use std::collections::BTreeMap;

use daypass_diagnostic::Finding;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::on::EventFilter;
use super::permissions::Permissions;

/// A value with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

/// A text that may hold expressions.
pub type Text = Placed<String>;
/// Texts by name: `env`, `with`, `outputs`.
pub type Texts = BTreeMap<String, Text>;

/// A workflow file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Its path, as it was given.
    pub path: String,
    /// `name`
    pub name: Option<Text>,
    /// `run-name`
    pub run_name: Option<Text>,
    /// `on`, in the order of the file.
    pub events: Vec<EventFilter>,
    /// `permissions`
    pub permissions: Option<Permissions>,
    /// `env`
    pub env: Texts,
    /// `defaults.run`
    pub defaults: Defaults,
    /// `concurrency`
    pub concurrency: Option<Concurrency>,
    /// `jobs`, in the order of the file.
    pub jobs: Vec<Job>,
    /// What GitHub would not understand, or would understand otherwise than it seems.
    pub findings: Vec<Finding>,
}

/// `defaults.run`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// `shell`
    pub shell: Option<Text>,
    /// `working-directory`
    pub working_directory: Option<Text>,
}

/// `concurrency`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concurrency {
    /// `group`
    pub group: Text,
    /// `cancel-in-progress`
    pub cancel_in_progress: Option<Text>,
}

/// One of `jobs`.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its key.
    pub id: String,
    /// The line of its key.
    pub line: usize,
    /// `name`
    pub name: Option<Text>,
    /// `needs`
    pub needs: Vec<Text>,
    /// `if`
    pub condition: Option<Text>,
    /// `permissions`
    pub permissions: Option<Permissions>,
    /// `environment`
    pub environment: Option<EnvironmentReference>,
    /// `concurrency`
    pub concurrency: Option<Concurrency>,
    /// `runs-on`: a text, a list of texts, or a map with `group` and `labels`.
    pub runs_on: Option<Placed<Value>>,
    /// `strategy`
    pub strategy: Option<Strategy>,
    /// `outputs`
    pub outputs: Texts,
    /// `env`
    pub env: Texts,
    /// `defaults.run`
    pub defaults: Defaults,
    /// `steps` or `uses`
    pub body: Body,
    /// `continue-on-error`
    pub continue_on_error: Option<Text>,
    /// `timeout-minutes`
    pub timeout_minutes: Option<Text>,
    /// `container`
    pub container: Option<Placed<Value>>,
    /// `services`
    pub services: Option<Placed<Value>>,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// It calls a reusable workflow.
    Call(Call),
    /// It has steps of its own.
    Steps(Vec<Step>),
}

/// A call of a reusable workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `uses`
    pub uses: Text,
    /// `with`: texts, numbers and booleans.
    pub with: BTreeMap<String, Placed<Value>>,
    /// `secrets`
    pub secrets: Secrets,
}

/// The secrets that a call hands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secrets {
    /// All that the caller has.
    Inherit,
    /// These; none where there is none.
    Named(Texts),
}

/// `environment`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentReference {
    /// Its name.
    pub name: Text,
    /// `url`
    pub url: Option<Text>,
    /// `deployment`: whether a deployment is recorded.
    pub deployment: Option<Text>,
}

/// `strategy`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    /// `matrix`: a map, or an expression that gives one.
    pub matrix: Option<Placed<Value>>,
    /// The axes of the matrix in the order of the file, where it is written there.
    pub axes: Vec<String>,
    /// `fail-fast`
    pub fail_fast: Option<Text>,
    /// `max-parallel`
    pub max_parallel: Option<Text>,
}

/// One of `steps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The line that it begins at.
    pub line: usize,
    /// `id`
    pub id: Option<Text>,
    /// `name`
    pub name: Option<Text>,
    /// `if`
    pub condition: Option<Text>,
    /// `uses`
    pub uses: Option<Text>,
    /// `with`
    pub with: Texts,
    /// `run`
    pub run: Option<Text>,
    /// `shell`
    pub shell: Option<Text>,
    /// `env`
    pub env: Texts,
    /// `working-directory`
    pub working_directory: Option<Text>,
    /// `continue-on-error`
    pub continue_on_error: Option<Text>,
    /// `timeout-minutes`
    pub timeout_minutes: Option<Text>,
}

impl Workflow {
    /// The job of that id; GitHub compares ids without case.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id.eq_ignore_ascii_case(id))
    }

    /// What `on` says of an event.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventFilter> {
        self.events.iter().find(|filter| filter.event == name)
    }

    /// What GitHub calls it: its `name`, or its path where it has none or an empty one.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let name = self.name.as_ref().map(|name| name.value.trim()).filter(|name| !name.is_empty());
        name.unwrap_or(&self.path)
    }
}

impl<T> Placed<T> {
    /// Another value at the same place.
    pub fn with<U>(&self, value: U) -> Placed<U> {
        Placed { value, line: self.line, column: self.column }
    }
}
