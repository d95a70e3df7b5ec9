//! `daypass simulate`: what policies in files say to a call, or a trust policy to a token, with no server running.
//!
//! The exit status is the answer: 0 allowed, 1 denied, 2 where the question itself was wrong.

mod answer;
mod caller;
mod context;
mod exchange;
mod files;
mod json;
mod names;
mod permissions;

use std::process::ExitCode;

use crate::arguments::{Format, SimulateArguments};
use crate::failure::Failure;
use answer::Answer;

/// The exit status of a denial.
const DENIED: u8 = 1;
/// The exit status of a question that cannot be asked, the same as for arguments that cannot be read.
const WRONG_QUESTION: u8 = 2;

pub(crate) fn run(arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    let answer = answer(arguments).map_err(|failure| failure.status(WRONG_QUESTION))?;
    match arguments.format {
        Format::Json => println!("{}", json::text(&answer)?),
        Format::Text => print!("{}", answer.text()),
    }
    Ok(if answer.allowed() { ExitCode::SUCCESS } else { ExitCode::from(DENIED) })
}

fn answer(arguments: &SimulateArguments) -> Result<Answer, Failure> {
    match (&arguments.trust_policy, &arguments.action, &arguments.resource) {
        (Some(trust_policy), _, _) => exchange::ask(trust_policy, arguments),
        (None, Some(action), Some(resource)) => permissions::ask(action, resource, arguments),
        (None, _, _) => Err(Failure::new("nothing is asked")
            .hint("name --policy, --action and --resource, or --trust-policy and --claims or --token")),
    }
}
