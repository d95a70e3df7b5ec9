//! `cargo xtask bench`: builds what is measured and what measures it, and lets it measure.

use crate::failure::{Failure, Outcome};
use crate::process;

/// Runs the benchmark that the arguments name.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments.split_first() {
        Some((name, rest)) if name == "exchange" => exchange(rest),
        Some((name, rest)) if name == "policy" => measure("policy", rest),
        Some((name, _)) => {
            Err(Failure::new(format!("there is no benchmark `{name}`; there are `exchange` and `policy`")))
        }
        None => Err(Failure::new("which benchmark? there are `exchange` and `policy`")),
    }
}

fn exchange(arguments: &[String]) -> Outcome {
    process::run(&mut process::cargo(&["build", "--release", "--locked", "-p", "daypass"]))?;
    measure("exchange", arguments)
}

fn measure(name: &str, arguments: &[String]) -> Outcome {
    process::run(
        process::cargo(&["run", "--release", "--locked", "--quiet", "-p", "daypass-bench", "--", name])
            .args(arguments),
    )
}
