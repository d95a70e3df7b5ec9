//! A run from its workflow's file.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_github::run::Run;
use serde_json::{Map, Value};

use super::Hub;
use super::author::Author;
use super::error::HubError;
use jiff::Timestamp;

/// What starts a run.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The workflow's file, `.github/workflows/NAME.yml`.
    pub path: String,
    /// Texts of workflow files that count for this run instead of those that are kept: by `OWNER/NAME` and path.
    pub files: BTreeMap<(String, String), String>,
    /// The event's name.
    pub event: String,
    /// The ref; what the event brings where it is not given.
    pub reference: Option<String>,
    /// The commit; one is made from repository and ref where it is not given.
    pub sha: Option<String>,
    /// The source branch of a pull request.
    pub head_ref: Option<String>,
    /// The target branch of a pull request.
    pub base_ref: Option<String>,
    /// The number of a pull request.
    pub pull_request: Option<u64>,
    /// Whether the pull request comes from a fork.
    pub from_fork: bool,
    /// The login of who starts it.
    pub actor: String,
    /// The inputs of a `workflow_dispatch`.
    pub inputs: Map<String, Value>,
    /// The context `vars`.
    pub variables: Map<String, Value>,
    /// The files that the push changed, for path filters; unknown where `None`.
    pub changed_paths: Option<Vec<String>>,
}

impl Hub {
    /// Registers a run, as GitHub would: its jobs are planned, and those that need nothing go ahead to their gates.
    ///
    /// # Errors
    /// [`HubError`] where the workflow cannot be read, does not run for the event, or the inputs are wrong.
    pub async fn register(
        &self,
        _author: &Author,
        _now: Timestamp,
        _registration: Registration,
    ) -> Result<Arc<Run>, HubError> {
        Err(HubError::Invalid("workflows are planned once their branch is merged".to_owned()))
    }
}
