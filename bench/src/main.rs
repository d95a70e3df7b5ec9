//! The figures behind `cargo xtask bench`: `exchange` starts the release binary and drives it over the wire, `policy` asks
//! the policy engine and its competitors.

#![expect(clippy::disallowed_methods, reason = "a load driver reads time, files and sockets")]

mod exchange;
mod failure;
mod figures;
mod first_answer;
mod load;
mod options;
mod policy;
mod process_figures;
mod server;
mod setup;
mod tokens;
mod verification;

use std::process::ExitCode;

use failure::Outcome;
use options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((name, rest)) if name == "policy" => {
            measure(policy::Options::parse(rest), policy::run, policy::USAGE)
        }
        _ => measure(Options::parse(&arguments), exchange::run, &[options::USAGE, policy::USAGE].join("\n")),
    }
}

/// Runs a benchmark with its options and prints its figures.
fn measure<O, F: std::fmt::Display>(
    options: Outcome<Option<O>>,
    run: impl FnOnce(&O) -> Outcome<F>,
    usage: &str,
) -> ExitCode {
    let options = match options {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{usage}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => {
            eprintln!("daypass-bench: {failure}\n{usage}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("daypass-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}
