//! The gate: what stands between a job that names an environment and its token.
//!
//! | module | rule |
//! |---|---|
//! | [`environment`] | what an environment protects itself with |
//! | [`pattern`] | which branches and tags may deploy |
//! | [`person`] | who may review |
//! | [`machine`] | when the gate is open |
//!
//! Source: GitHub docs, "Deployments and environments", "Managing environments for deployment", and the REST API's
//! "Deployment environments" and "Workflow runs".

pub mod environment;
pub mod machine;
pub mod pattern;
pub mod person;

pub use environment::{
    BranchPattern, BranchPolicy, CustomRule, Environment, EnvironmentError, PatternKind, Reviewer,
};
pub use machine::{Gate, GateError, Input, State, Transition, Waiting};
pub use person::Person;
