//! The rules of the house that no compiler checks.

mod files;
mod lengths;
mod lexer;
mod locks;
mod papers;
mod purity;
mod rooms;
mod words;

use std::fmt;
use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::workspace;

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: PathBuf,
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: impl Into<PathBuf>, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.into(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// Checks every rule over the whole workspace; the failure names file and line of each breach.
pub(crate) fn run() -> Outcome {
    let root = workspace::root();
    let files = files::all(&root)?;
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(lengths::check(file));
        findings.extend(words::check(file));
        findings.extend(purity::check(file));
        findings.extend(locks::check(file));
    }
    findings.extend(rooms::check(&files));
    findings.extend(papers::check(&files));
    if findings.is_empty() {
        println!("{} files, no finding", files.len());
        return Ok(());
    }
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    Err(Failure::new(format!("{} findings\n{}", findings.len(), lines.join("\n"))))
}
