//! The IAM operations as a caller sees them: answers, refusals, changes and records.

mod account_wide;
mod keyless;
mod operations;
mod pages_and_tags;
mod providers;
mod role_policies;
mod roles;
mod sandbox;
mod trust_control;
