//! `cargo xtask bench`: builds the release binary and the load driver, and lets the driver measure.

use crate::failure::{Failure, Outcome};
use crate::process;

/// Runs the benchmark that the arguments name.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments.split_first() {
        Some((name, rest)) if name == "exchange" => exchange(rest),
        Some((name, _)) => Err(Failure::new(format!("there is no benchmark `{name}`; there is `exchange`"))),
        None => Err(Failure::new("which benchmark? there is `exchange`")),
    }
}

fn exchange(arguments: &[String]) -> Outcome {
    process::run(&mut process::cargo(&["build", "--release", "--locked", "-p", "daypass"]))?;
    process::run(
        process::cargo(&["run", "--release", "--locked", "--quiet", "-p", "daypass-bench", "--", "exchange"])
            .args(arguments),
    )
}
