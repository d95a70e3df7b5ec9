//! What was typed, read: the trigger, the values of contexts, the secrets.

use std::path::Path;
use std::process::Command;

use daypass_github::workflow::{Files as _, Trigger};
use daypass_github::{Event, RunsOf};
use serde_json::{Map, Value, json};

use super::arguments::RehearseArguments;
use super::sources::Sources;
use crate::failure::Failure;

/// Bytes of a file of secrets: GitHub takes 48 KB of one, and 100 of them.
const SECRET_FILE_BYTES_MAX: u64 = 8 << 20;
/// The branch that a run is of where none is said.
const BRANCH_DEFAULT: &str = "main";
/// The source branch of a pull request where none is said.
const HEAD_DEFAULT: &str = "feature";

/// What starts the run.
pub(super) fn trigger(arguments: &RehearseArguments, sources: &Sources) -> Result<Trigger, Failure> {
    let event = Event::from_name(&arguments.event)
        .ok_or_else(|| Failure::new(format!("`{}` is no event of GitHub's", arguments.event)))?;
    let base = arguments.base_ref.clone().unwrap_or_else(|| BRANCH_DEFAULT.to_owned());
    let number = arguments.pull_request.unwrap_or(1);
    let reference = match &arguments.reference {
        Some(reference) if reference.starts_with("refs/") => reference.clone(),
        Some(reference) => {
            return Err(Failure::new(format!("`{reference}` is no whole ref"))
                .hint(format!("write --ref refs/heads/{reference} or --ref refs/tags/{reference}")));
        }
        None if event.is_of_pull_request() => format!("refs/pull/{number}/merge"),
        None => format!("refs/heads/{BRANCH_DEFAULT}"),
    };
    let sha = match &arguments.sha {
        Some(sha) => sha.clone(),
        None => head(&sources.tree).unwrap_or_else(|| sources.commit(&arguments.repository, &reference)),
    };
    let mut trigger = Trigger::new(event, &arguments.repository, reference, sha);
    if let Some(actor) = &arguments.actor {
        trigger.actor = actor.clone();
    }
    if event.has_head_and_base() {
        trigger.base_ref = base;
        trigger.head_ref = arguments.head_ref.clone().unwrap_or_else(|| HEAD_DEFAULT.to_owned());
    }
    if event.runs_of() == RunsOf::DefaultBranch
        && let Some(branch) = trigger.reference.strip_prefix("refs/heads/")
    {
        // Which branch is the default one, the sandbox knows.
        trigger.default_branch = branch.to_owned();
    }
    trigger.from_fork = arguments.fork;
    trigger.inputs = pairs(&arguments.inputs, "--input")?;
    trigger.variables = pairs(&arguments.variables, "--var")?;
    trigger.changed_paths = (!arguments.changed.is_empty()).then(|| arguments.changed.clone());
    Ok(trigger)
}

/// The commit of a working tree, where it is a git checkout.
fn head(tree: &Path) -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(tree).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && commit.len() == 40).then_some(commit)
}

/// What the sandbox is told to register the run.
pub(super) fn registration(
    arguments: &RehearseArguments,
    trigger: &Trigger,
    path: &str,
    sources: &Sources,
) -> Value {
    let has_head_and_base = trigger.event.has_head_and_base();
    json!({
        "repository": trigger.repository,
        "path": path,
        "files": sources.asked(),
        "event": trigger.event.name(),
        "ref": trigger.reference,
        "sha": trigger.sha,
        "head_ref": has_head_and_base.then_some(&trigger.head_ref),
        "base_ref": has_head_and_base.then_some(&trigger.base_ref),
        "pull_request": trigger.event.is_of_pull_request().then(|| arguments.pull_request.unwrap_or(1)),
        "from_fork": trigger.from_fork,
        "actor": trigger.actor,
        "inputs": trigger.inputs,
        "variables": trigger.variables,
        "changed_paths": trigger.changed_paths,
    })
}

/// The secrets: those of the file, and in their place those that were typed.
pub(super) fn secrets(arguments: &RehearseArguments) -> Result<Map<String, Value>, Failure> {
    let mut secrets = Map::new();
    if let Some(path) = &arguments.secret_file {
        let wrong =
            |why: &dyn std::fmt::Display| Failure::new(format!("cannot read `{}`: {why}", path.display()));
        let length = std::fs::metadata(path).map_err(|error| wrong(&error))?.len();
        if length > SECRET_FILE_BYTES_MAX {
            return Err(wrong(&format_args!("it has over {SECRET_FILE_BYTES_MAX} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // The line itself may be a secret, and is not shown.
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| wrong(&format_args!("line {} is not KEY=VALUE", index + 1)))?;
            secrets.insert(name.trim().to_owned(), json!(value));
        }
    }
    for pair in &arguments.secrets {
        let (name, value) = pair.parts().ok_or_else(|| Failure::new("a --secret is written as KEY=VALUE"))?;
        secrets.insert(name.to_owned(), json!(value));
    }
    Ok(secrets)
}

fn pairs(pairs: &[String], option: &str) -> Result<Map<String, Value>, Failure> {
    let pairs = pairs.iter().map(|pair| match pair.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), json!(value))),
        _ => Err(Failure::new(format!("`{pair}` is not KEY=VALUE"))
            .hint(format!("write it as in {option} region=eu-west-1"))),
    });
    pairs.collect()
}
