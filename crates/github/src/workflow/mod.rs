//! Workflow files: what they say, who may ask for a token, and what a run of one would do.
//!
//! | module | rule |
//! |---|---|
//! | `yaml`, `scalar` | YAML as GitHub reads it, with places and limits |
//! | `model`, `on`, `input`, `permissions` | the parts of a workflow |
//! | `read`, `graph` | from the tree to the parts; jobs that need each other |
//! | `grant` | what a job's token may do, and whether it may ask for an identity token |
//! | `filter`, `started`, `give` | whether something starts a workflow, and with which inputs |
//! | `planner`, `planned`, `call`, `strategy`, `words` | the plan of a run, with all that can be known now |
//! | `outcome`, `settle` | what becomes known as jobs end |
//! | `token` | from a job of a run to its token |
//!
//! [`plan()`] makes a [`Plan`]; [`Plan::settle`] says of each job whether it waits, is skipped or runs, after what came of
//! the others; [`Plan::job_builder`] makes the job whose token it is.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", and where they are silent the parser that GitHub publishes
//! with its runner.

mod call;
mod error;
mod files;
mod filter;
mod found;
mod give;
mod grant;
mod graph;
mod input;
mod keys;
mod model;
mod on;
mod outcome;
mod permissions;
mod plan;
mod plan_error;
mod planned;
mod planner;
mod read;
mod reading;
mod scalar;
mod settle;
mod started;
mod strategy;
mod token;
mod trigger;
mod words;
mod yaml;

pub use error::{Problem, WorkflowError};
pub use files::{Files, JobWorkflow, Missing};
pub use filter::{FILTER_CHARACTERS_MAX, Pattern, PatternError};
pub use give::{INPUT_CHARACTERS_MAX, InputError};
pub use grant::{Asking, Caller, DefaultPermissions, Granted, IdToken, PermissionsError, granted};
pub use input::{INPUTS_MAX, Input, InputKind};
pub use model::{
    Body, Call, Concurrency, Defaults, EnvironmentReference, Job, Placed, Secrets, Step, Strategy, Text,
    Texts, Workflow,
};
pub use on::{EventFilter, Patterns, Schedule, SecretDefinition};
pub use outcome::{JobResult, Outcome, Outcomes};
pub use permissions::{ID_TOKEN, Level, Permissions, Said};
pub use plan::{FileFindings, Plan, PlannedCall, PlannedEnvironment, PlannedJob};
pub use plan_error::PlanError;
pub use planner::plan;
pub use reading::FINDINGS_MAX;
pub use settle::{SettleError, SettledEnvironment, SettledJob, Settlement, Settling};
pub use trigger::{Run, Trigger, github_context};
pub use words::Planned;
pub use yaml::{DEPTH_MAX, EXPANDED_BYTES_MAX, NODES_MAX, WORKFLOW_BYTES_MAX};

/// Characters of the name of an environment.
pub const ENVIRONMENT_CHARACTERS_MAX: usize = 255;
/// Characters of the id of a job or step: fewer than 100, as in GitHub's parser.
pub const IDENTIFIER_CHARACTERS_MAX: usize = 99;
/// The most jobs of one file. GitHub names no number; its matrices end at 256.
pub const JOBS_MAX: usize = 1_000;
/// The most steps of one job. GitHub names no number; nobody reads a job of more.
pub const STEPS_MAX: usize = 1_000;
/// How deep calls of workflows nest, the one that was started counted. GitHub docs, "Reuse workflows".
pub const CALL_DEPTH_MAX: usize = 10;
/// The most different workflows that one run calls. GitHub docs, "Reusing workflow configurations".
pub const CALLED_WORKFLOWS_MAX: usize = 50;
/// The most jobs of a run. GitHub names 256 for a matrix, and no number for a run; a run is kept as one document, in which a
/// plain job takes a kilobyte and a half.
pub const PLANNED_JOBS_MAX: usize = 500;
/// Comparisons that all matrices of a plan take. A matrix that `exclude` empties gives no job that could be counted, and
/// there may be as many of those as there are calls.
pub const COMPARISONS_MAX: usize = 2_000_000;
/// Bytes of a plan's jobs as JSON: it is kept, and matrices and aliases can make much of a small file.
pub const PLAN_BYTES_MAX: usize = 16 * 1024 * 1024;
