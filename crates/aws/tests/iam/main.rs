//! The IAM operations as a caller sees them: answers, refusals, changes and records.

mod account_wide;
mod attachments;
mod boundaries;
mod coverage;
mod keyless;
mod malformed;
mod managed_policies;
mod operations;
mod pages_and_tags;
mod policy_versions;
mod providers;
mod questions;
mod role_policies;
mod roles;
mod sandbox;
mod simulate;
mod trust_control;
