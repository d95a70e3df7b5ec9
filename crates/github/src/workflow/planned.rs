#![allow(missing_docs)]
use crate::expression::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedJob {
    pub key: String,
    pub name: String,
    pub needs: Vec<String>,
    pub condition: Option<String>,
    pub environment: Option<PlannedEnvironment>,
    pub id_token: IdToken,
    pub inputs: Map<String, Value>,
    pub matrix: Map<String, Value>,
    pub continue_on_error: bool,
    pub timeout_minutes: Option<u32>,
    pub line: usize,
    pub job_workflow: Option<JobWorkflow>,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobWorkflow {
    pub repository: String,
    pub path: String,
    pub reference: String,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedEnvironment {
    pub name: String,
    pub url: Option<String>,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IdToken {
    pub granted: bool,
    pub reason: String,
}
pub struct Settled {
    pub runs: bool,
    pub name: String,
    pub environment: Option<PlannedEnvironment>,
}
impl PlannedJob {
    pub fn runner_environment(&self) -> &'static str {
        "github-hosted"
    }
    pub fn settle(&self, _context: &Context) -> Result<Settled, crate::JobError> {
        Ok(Settled { runs: true, name: self.name.clone(), environment: self.environment.clone() })
    }
}
