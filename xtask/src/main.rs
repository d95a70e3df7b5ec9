//! The project's own commands: `cargo xtask test`, `cargo xtask bench`, `cargo xtask fuzz` and `cargo xtask catalog`.
//!
//! Every build starts with compiling this, so it has no dependency but what the workspace compiles anyway.

#![expect(clippy::disallowed_methods, reason = "a build tool reads files, time and the environment")]

mod bench;
mod catalog;
mod failure;
mod fuzz;
mod prerequisites;
mod process;
mod report;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use failure::{Failure, Outcome};

const USAGE: &str = "\
Usage:
  cargo xtask test [--only STEP]...   install what the tests need, then run every check
  cargo xtask test --list             name the steps
  cargo xtask catalog [--check]       write the catalogue of services, actions and condition keys from public packages
  cargo xtask bench exchange [...]    measure the exchange of a token for credentials; `--help` tells the options
  cargo xtask bench policy [...]      measure the decisions of policies, beside cedar-policy and iam-rs
  cargo xtask fuzz [TARGET]...        run the fuzz targets, a minute each or as `--seconds` says";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    match arguments.split_first() {
        Some((command, rest)) if command == "test" => test::run(rest),
        Some((command, rest)) if command == "catalog" => catalog::run(rest),
        Some((command, rest)) if command == "bench" => bench::run(rest),
        Some((command, rest)) if command == "fuzz" => fuzz::run(rest),
        Some((command, _)) if command == "help" || command == "--help" || command == "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        Some((command, _)) => Err(Failure::new(format!("there is no command `{command}`\n{USAGE}"))),
        None => Err(Failure::new(format!("a command is needed\n{USAGE}"))),
    }
}
