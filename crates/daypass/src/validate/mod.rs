//! `daypass validate`: what is wrong with policies, wherever they are written down.

mod cloudformation;
mod input;
mod recognise;
mod render;
mod template;
mod terraform;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use daypass_diagnostic::{Finding, Severity, Source, Style, json, summary, terminal};
use daypass_policy::validate::{Options, validate};

use crate::arguments::{ValidateArguments, ValidateFormat};
use crate::failure::Failure;
use recognise::Found;

/// Nothing but warnings and less.
const NO_ERRORS: u8 = 0;
/// Some policy has an error.
const ERRORS: u8 = 1;
/// Some file could not be read.
const UNREADABLE: u8 = 2;

/// A policy with its findings, in the places of the text that is shown.
struct Checked {
    found: Found,
    findings: Vec<Finding>,
}

/// Checks files and shows what was found. The status is 0 without errors, 1 with, 2 where a file could not be read.
pub(crate) fn run(arguments: &ValidateArguments) -> ExitCode {
    let mut checked = Vec::new();
    let mut is_unreadable = false;
    for file in &arguments.files {
        match input::read(file).and_then(|text| recognise::policies(file, &text, arguments.kind())) {
            Ok(policies) => checked.extend(policies.into_iter().map(check)),
            Err(failure) => {
                failure.print();
                is_unreadable = true;
            }
        }
    }
    let shown = match arguments.format {
        ValidateFormat::Json => as_json(&checked),
        ValidateFormat::Text => as_text(&checked),
    };
    // Whoever reads the output may stop reading it.
    let _ = std::io::stdout().write_all(shown.as_bytes());
    let has_errors =
        checked.iter().flat_map(|one| &one.findings).any(|finding| finding.severity == Severity::Error);
    ExitCode::from(match (is_unreadable, has_errors) {
        (true, _) => UNREADABLE,
        (false, true) => ERRORS,
        (false, false) => NO_ERRORS,
    })
}

fn check(found: Found) -> Checked {
    let options = Options { resource_type: found.resource_type.as_deref() };
    let mut findings = validate(found.kind, &found.policy, options);
    for finding in &mut findings {
        for location in &mut finding.locations {
            found.place(location);
        }
    }
    findings.extend(found.notes.iter().cloned());
    Finding::sort(&mut findings);
    Checked { found, findings }
}

fn as_json(checked: &[Checked]) -> String {
    let all: Vec<(Source<'_>, &[Finding])> =
        checked.iter().map(|one| (one.found.source(), one.findings.as_slice())).collect();
    json(&all)
}

fn as_text(checked: &[Checked]) -> String {
    let is_coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let style = if is_coloured { Style::Coloured } else { Style::Plain };
    let mut text: String = checked
        .iter()
        .flat_map(|one| one.findings.iter().map(|finding| terminal(one.found.source(), finding, style)))
        .collect();
    let policies = checked.len();
    let plural = if policies == 1 { "policy" } else { "policies" };
    let findings = summary(checked.iter().flat_map(|one| &one.findings));
    text.push_str(&format!("{policies} {plural}: {findings}\n"));
    text
}

/// A failure that names the file.
fn unreadable(file: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(format!("cannot read `{file}`: {why}"))
}
