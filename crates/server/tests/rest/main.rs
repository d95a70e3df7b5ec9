//! GitHub's REST API over HTTP: what callers may, what they are told, what is kept.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod access;
mod branches;
mod deployments;
mod environments;
mod flow;
mod happenings;
mod hosted;
mod late;
mod numbers;
mod organizations;
mod pages;
mod passing_by;
mod programs;
mod runs;
mod subjects;
