//! The load driver behind `cargo xtask bench`: starts the release binary, drives it over the wire and prints figures.

#![expect(clippy::disallowed_methods, reason = "a load driver reads time, files and sockets")]

mod exchange;
mod failure;
mod figures;
mod first_answer;
mod load;
mod options;
mod process_figures;
mod server;
mod setup;
mod tokens;
mod verification;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = match Options::parse(&arguments) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(failure) => {
            eprintln!("daypass-bench: {failure}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match exchange::run(&options) {
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
