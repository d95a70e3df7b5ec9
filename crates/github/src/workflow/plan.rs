//! The plan of a run: its jobs in an order in which they can run, and the calls that brought some of them.

use std::collections::BTreeMap;

use daypass_diagnostic::Finding;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::files::JobWorkflow;
use super::grant::{Granted, IdToken};
use super::input::Input;
use super::model::{Concurrency, Defaults, Placed, Step, Text, Texts};
use super::words::Planned;

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The workflow's display name.
    pub name: String,
    /// The workflow's file.
    pub path: String,
    /// `run-name`
    pub run_name: Option<Planned>,
    /// `concurrency` of the workflow.
    pub concurrency: Option<Concurrency>,
    /// The context `inputs` of the workflow.
    pub inputs: Map<String, Value>,
    /// The jobs; each comes behind all that it needs.
    pub jobs: Vec<PlannedJob>,
    /// The calls of reusable workflows; each comes behind the calls that it is within.
    pub calls: Vec<PlannedCall>,
    /// What GitHub would not understand, file by file.
    pub findings: Vec<FileFindings>,
}

/// The findings of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFindings {
    /// The file.
    pub path: String,
    /// The findings, in the order of its text.
    pub findings: Vec<Finding>,
}

/// A job of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedJob {
    /// What names it in the plan: `build`, `call/build`, `build[0]` where a matrix made it.
    pub key: String,
    /// Its id in its workflow.
    pub id: String,
    /// The key of the call that it is within; empty for a job of the workflow that was started.
    pub scope: String,
    /// What GitHub shows: `caller / callee`, `build (linux)`.
    pub name: String,
    /// Its own part of that, without matrix and callers.
    pub own_name: Planned,
    /// ` (linux, 18)`, what a matrix puts behind the name.
    pub name_suffix: String,
    /// The ids of the jobs of its scope that it needs.
    pub needs: Vec<String>,
    /// `if`
    pub condition: Option<Text>,
    /// The environment that it names.
    pub environment: Option<PlannedEnvironment>,
    /// Whether it may ask for an identity token.
    pub id_token: IdToken,
    /// What its own token may do.
    pub permissions: Granted,
    /// The reusable workflow that it is in; none for a job of the workflow that was started.
    pub job_workflow: Option<JobWorkflow>,
    /// The context `inputs`, where it is known.
    pub inputs: Option<Map<String, Value>>,
    /// The context `matrix`; empty where there is none.
    pub matrix: Map<String, Value>,
    /// A matrix that is known later: the job stands for as many as [`PlannedJob::expand`] makes of it.
    pub later_matrix: Option<Placed<Value>>,
    /// The context `strategy`.
    pub strategy: Map<String, Value>,
    /// `runs-on`, as it is written.
    pub runs_on: Option<Placed<Value>>,
    /// `outputs`, as they are written.
    pub outputs: Texts,
    /// `env` of the workflow and, in its place, of the job, as they are written.
    pub env: Texts,
    /// `defaults.run` of the job, and of the workflow where the job says nothing.
    pub defaults: Defaults,
    /// `concurrency`
    pub concurrency: Option<Concurrency>,
    /// `continue-on-error`
    pub continue_on_error: Option<Text>,
    /// `timeout-minutes`
    pub timeout_minutes: Option<Text>,
    /// `container`, as it is written.
    pub container: Option<Placed<Value>>,
    /// `services`, as they are written.
    pub services: Option<Placed<Value>>,
    /// `steps`, as they are written.
    pub steps: Vec<Step>,
    /// Whether every call on the way hands all secrets on; true for a job of the workflow that was started.
    pub uses_secrets_inherit: bool,
    /// The file that it is written in.
    pub path: String,
    /// Its line.
    pub line: usize,
    /// The keys of the calls that it is within, the outermost first.
    pub callers: Vec<String>,
}

/// The environment of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEnvironment {
    /// Its name.
    pub name: Planned,
    /// Its address; mostly known when the job has ended.
    pub url: Option<Planned>,
    /// The line of its name.
    pub line: usize,
}

/// A job that calls a reusable workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedCall {
    /// What names it in the plan; the keys of its jobs begin with it and a `/`.
    pub key: String,
    /// Its id in its workflow.
    pub id: String,
    /// The key of the call that it is within.
    pub scope: String,
    /// Its part of the names of its jobs.
    pub own_name: Planned,
    /// What a matrix puts behind the name.
    pub name_suffix: String,
    /// The ids of the jobs of its scope that it needs.
    pub needs: Vec<String>,
    /// `if`
    pub condition: Option<Text>,
    /// `uses`
    pub uses: Text,
    /// What that is; none where it is not here.
    pub job_workflow: Option<JobWorkflow>,
    /// Why its workflow cannot be run: the call fails with these words. Nothing where it can.
    pub problem: Option<String>,
    /// `with`, as it is written.
    pub with: BTreeMap<String, Placed<Value>>,
    /// The inputs that its workflow takes.
    pub takes: Vec<Input>,
    /// The outputs of its workflow, as they are written.
    pub outputs: Texts,
    /// The context `matrix`; empty where there is none.
    pub matrix: Map<String, Value>,
    /// The context `strategy`.
    pub strategy: Map<String, Value>,
    /// The file that it is written in.
    pub path: String,
    /// Its line.
    pub line: usize,
    /// The keys of the calls that it is within, the outermost first.
    pub callers: Vec<String>,
}

impl Plan {
    /// The job of that key.
    #[must_use]
    pub fn job(&self, key: &str) -> Option<&PlannedJob> {
        self.jobs.iter().find(|job| job.key == key)
    }

    /// The call of that key.
    #[must_use]
    pub fn call(&self, key: &str) -> Option<&PlannedCall> {
        self.calls.iter().find(|call| call.key == key)
    }
}
