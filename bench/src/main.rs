//! The load driver behind `cargo xtask bench`: starts the release binary, drives it over the wire and prints figures.

#![expect(clippy::disallowed_methods, reason = "a load driver reads time, files and sockets")]

mod console;
mod exchange;
mod failure;
mod figures;
mod first_answer;
mod load;
mod many_runs;
mod options;
mod pages;
mod process_figures;
mod server;
mod setup;
mod targets;
mod tokens;
mod verification;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|name| name == "console") {
        return finish(console::Options::parse(&arguments).and_then(|options| console::run(&options)));
    }
    if arguments.first().is_some_and(|name| name == "targets") {
        return finish(targets::Options::parse(&arguments).and_then(|options| targets::run(&options)));
    }
    if let [name, folder] = arguments.as_slice()
        && name == "plain-server"
    {
        return finish(targets::plain::serve(folder.as_ref()).map(|()| ""));
    }
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
    finish(exchange::run(&options))
}

/// Prints what was measured, or why nothing was.
fn finish(measured: failure::Outcome<impl std::fmt::Display>) -> ExitCode {
    match measured {
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
