//! From a command to the calls that it makes.

use super::options::{self, Options, Takes};
use super::resource::{Place, Resource, Site};
use super::script::FoundCommand;
use super::unreadable::{Unreadable, Why};
use super::word::Word;
use super::{s3, s3api, services};

/// An action that a command needs, and on what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeededCall {
    /// The IAM action, `s3:PutObject`.
    pub action: String,
    /// What the action is done to.
    pub resource: Resource,
}

impl NeededCall {
    pub(super) fn new(action: &str, resource: Resource) -> Self {
        Self { action: action.to_owned(), resource }
    }
}

/// What a command needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Each once. None for a command that calls nothing, such as `help`
    /// and `configure`, or that signs nothing (`--no-sign-request`).
    pub calls: Vec<NeededCall>,
    /// `--profile`: the credentials are those of the profile, which need not be the job's.
    pub profile: Option<Word>,
    /// `--endpoint-url`: the calls go there, which need not be AWS.
    pub endpoint: Option<Word>,
}

/// What a command needs at a place. `--region` goes before the region of the place.
///
/// # Errors
///
/// Where it cannot be told; [`Why`] says what is missing.
pub fn needs(command: &FoundCommand, place: &Place<'_>) -> Result<Needs, Unreadable> {
    read(command, place).map_err(|why| Unreadable { line: command.line, why })
}

fn read(command: &FoundCommand, place: &Place<'_>) -> Result<Needs, Why> {
    let mut words = command.words.iter().peekable();
    let (mut globals, service) = options::read(&mut words, options::global, 1)?;
    if globals.has("version") {
        return Ok(Needs::default());
    }
    let service = known(*service.first().ok_or(Why::Incomplete)?)?;
    if matches!(service, "configure" | "help") {
        return Ok(Needs::default());
    }
    let (between, operation) = options::read(&mut words, options::global, 1)?;
    globals.take(between);
    let operation = known(*operation.first().ok_or(Why::Incomplete)?)?;
    if operation == "help" {
        return Ok(Needs::default());
    }
    let (waits, operation) = match operation {
        "wait" if service != "s3" => (true, known(words.next().ok_or(Why::Incomplete)?)?),
        other => (false, other),
    };
    let takes = |name: &str| if service == "s3" { s3::takes(name) } else { Some(of_an_operation(name)) };
    let (given, places) = options::read(&mut words, takes, usize::MAX)?;
    globals.take(given);
    let options = globals;
    if options.has("generate-cli-skeleton") || options.has("no-sign-request") {
        return Ok(Needs::default());
    }
    let region = options.value("region").map(|word| Resource::word(word).arn);
    let site = place.site(region.as_deref());
    let asked = Asked { service, operation, waits, options: &options, site: &site };
    let mut calls = match service {
        "s3" => s3::calls(&asked, &places)?,
        "s3api" => s3api::calls(&asked)?,
        _ => services::calls(&asked)?,
    };
    let mut seen = Vec::new();
    calls.retain(|call| {
        !seen.contains(call) && {
            seen.push(call.clone());
            true
        }
    });
    let value = |name: &str| options.value(name).cloned();
    Ok(Needs { calls, profile: value("profile"), endpoint: value("endpoint-url") })
}

/// A command as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) service: &'a str,
    pub(super) operation: &'a str,
    /// Whether the operation is a waiter's name.
    pub(super) waits: bool,
    pub(super) options: &'a Options,
    pub(super) site: &'a Site<'a>,
}

impl Asked<'_> {
    pub(super) fn unknown_operation(&self) -> Why {
        let wait = if self.waits { "wait " } else { "" };
        Why::UnknownOperation {
            service: self.service.to_owned(),
            operation: format!("{wait}{}", self.operation),
        }
    }
}

/// A service or an operation: nothing may be guessed of it.
fn known(word: &Word) -> Result<&str, Why> {
    word.text().ok_or_else(|| Why::UnknownWord { word: word.to_string() })
}

fn of_an_operation(name: &str) -> Takes {
    options::global(name).unwrap_or(Takes::Many)
}
