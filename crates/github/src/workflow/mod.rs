//! Workflow files: what they say, who may ask for a token, and what a run of one would do.
//!
//! | module | rule |
//! |---|---|
//! | `yaml`, `scalar` | YAML as GitHub reads it, with places and limits |
//! | `model`, `on`, `input`, `permissions` | the parts of a workflow |
//! | `read`, `graph` | from the tree to the parts; jobs that need each other |
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", and where they are silent the parser that GitHub publishes
//! with its runner.

mod error;
mod filter;
mod grant;
mod graph;
mod input;
mod keys;
mod model;
mod on;
mod permissions;
mod read;
mod reading;
mod scalar;
mod yaml;

pub use error::{Problem, WorkflowError};
pub use filter::{FILTER_CHARACTERS_MAX, Pattern, PatternError};
pub use grant::{Asking, Caller, DefaultPermissions, Granted, IdToken, PermissionsError, granted};
pub use input::{INPUTS_MAX, Input, InputKind};
pub use model::{
    Body, Call, Concurrency, Defaults, EnvironmentReference, Job, Placed, Secrets, Step, Strategy, Text,
    Texts, Workflow,
};
pub use on::{EventFilter, Patterns, Schedule, SecretDefinition};
pub use permissions::{ID_TOKEN, Level, Permissions, Said};
pub use reading::FINDINGS_MAX;
pub use yaml::{DEPTH_MAX, EXPANDED_BYTES_MAX, NODES_MAX, WORKFLOW_BYTES_MAX};

/// Characters of the name of an environment.
pub const ENVIRONMENT_CHARACTERS_MAX: usize = 255;
/// Characters of the id of a job or step: fewer than 100, as in GitHub's parser.
pub const IDENTIFIER_CHARACTERS_MAX: usize = 99;
/// The most jobs of one file. GitHub names no number; its matrices end at 256.
pub const JOBS_MAX: usize = 1_000;
/// The most steps of one job. GitHub names no number; nobody reads a job of more.
pub const STEPS_MAX: usize = 1_000;
