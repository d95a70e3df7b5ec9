//! `cargo xtask bench`: builds what is measured and what measures it, and lets it measure.

use crate::failure::{Failure, Outcome};
use crate::{process, workspace};

const MANIFEST: &str = "bench/policy/Cargo.toml";

/// Runs the benchmark that the arguments name.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments.split_first() {
        Some((name, rest)) if matches!(name.as_str(), "console" | "exchange" | "targets") => {
            over_the_wire(name, rest)
        }
        Some((name, rest)) if name == "policy" => policy(rest),
        Some((name, _)) => Err(Failure::new(format!(
            "there is no benchmark `{name}`; there are `console`, `exchange`, `policy` and `targets`"
        ))),
        None => Err(Failure::new("which benchmark? there are `console`, `exchange`, `policy` and `targets`")),
    }
}

/// What the load driver measures at the release binary.
fn over_the_wire(name: &str, arguments: &[String]) -> Outcome {
    process::run(&mut process::cargo(&["build", "--release", "--locked", "-p", "daypass"]))?;
    process::run(
        process::cargo(&["run", "--release", "--locked", "--quiet", "-p", "daypass-bench", "--", name])
            .args(arguments),
    )
}

/// A workspace of its own, so that what the other engines need is not in this one's lock; the target folder is shared.
fn policy(arguments: &[String]) -> Outcome {
    process::run(
        process::cargo(&["run", "--release", "--locked", "--quiet", "--manifest-path", MANIFEST, "--"])
            .args(arguments)
            .env("CARGO_TARGET_DIR", workspace::root().join("target")),
    )
}

/// That the policy benchmark is formatted and compiles, and that all its engines decide alike.
pub(crate) fn check_policy() -> Outcome {
    process::run(&mut process::cargo(&[
        "fmt",
        "--check",
        "--manifest-path",
        MANIFEST,
        "-p",
        "daypass-bench-policy",
    ]))?;
    process::run(
        process::cargo(&["test", "--locked", "--manifest-path", MANIFEST])
            .env("CARGO_TARGET_DIR", workspace::root().join("target")),
    )
}
