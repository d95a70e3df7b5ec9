//! The command line of daypass.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is an edge: it reads files, time and the environment"
)]

mod arguments;
mod clock;
mod control;
mod environment;
mod explain;
mod failure;
mod job;
mod mint;
mod reasons;
mod rehearse;
mod simulate;
mod snapshot;
mod tour;
mod tree;
mod up;
mod user;
mod validate;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(arguments.command)),
        Err(error) => Err(Failure::new(format!("the runtime does not start: {error}"))),
    };
    match result {
        Ok(status) => status,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        // Their answer is their exit status.
        Command::Rehearse(arguments) => return rehearse::run(&arguments).await,
        Command::Simulate(arguments) => return simulate::run(&arguments),
        Command::Validate(arguments) => return Ok(validate::run(&arguments)),
        Command::Clock(arguments) => clock::run(arguments).await,
        Command::Env(arguments) => environment::run(arguments).await,
        Command::Explain(arguments) => explain::run(arguments).await,
        Command::Job(arguments) => job::run(arguments).await,
        Command::Mint(arguments) => mint::run(arguments).await,
        Command::Reset(arguments) => snapshot::reset(&arguments),
        Command::Snapshot(arguments) => snapshot::run(arguments),
        Command::Tour(arguments) => tour::run(arguments).await,
        Command::Up(arguments) => up::run(arguments).await,
        Command::User(arguments) => user::run(arguments).await,
    }?;
    Ok(ExitCode::SUCCESS)
}
