//! The IAM operations as a caller sees them: answers, refusals, changes and records.

mod attachments;
mod boundaries;
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
mod trust_control;
