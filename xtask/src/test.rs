//! `cargo xtask test`: every check, in the order in which the cheapest finds the most.

use std::time::Instant;

use crate::failure::{Failure, Outcome};
use crate::report::{StepReport, table};
use crate::{bench, prerequisites, process, tidy, workspace};

/// One check.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "tidy", what: "lengths, arrows between the rooms, purity, papers", run: tidy::run },
    Step { name: "fmt", what: "rustfmt changes nothing", run: fmt },
    Step {
        name: "prerequisites",
        what: "install what is missing of the clients and tools",
        run: prerequisites::run,
    },
    Step { name: "deny", what: "licenses, banned crates and sources of the dependencies", run: deny },
    Step { name: "clippy", what: "no warning in any target", run: clippy },
    Step { name: "doc", what: "the documentation builds without a warning", run: doc },
    Step { name: "fuzz", what: "the fuzz targets compile", run: fuzz },
    Step { name: "bench", what: "the policy benchmark's engines decide alike", run: bench::check_policy },
    Step { name: "tests", what: "every test and documentation example", run: tests },
];

/// Runs the steps that the arguments name, or all, and ends with a table.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in STEPS {
            println!("{:<16} {}", step.name, step.what);
        }
        return Ok(());
    }
    let mut reports = Vec::new();
    for step in chosen(arguments)? {
        println!("\n== {}: {}", step.name, step.what);
        let start = Instant::now();
        let failure = (step.run)().err().map(|failure| failure.to_string());
        let took = start.elapsed();
        println!("== {} {} after {:.1} s", step.name, outcome_word(failure.as_ref()), took.as_secs_f64());
        reports.push(StepReport { name: step.name, took, failure });
    }
    println!("{}", table(&reports));
    let failed: Vec<_> =
        reports.iter().filter(|report| report.failure.is_some()).map(|report| report.name).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("failed: {}", failed.join(", ")))) }
}

fn outcome_word(failure: Option<&String>) -> &'static str {
    if failure.is_some() { "FAILED" } else { "passed" }
}

fn chosen(arguments: &[String]) -> Outcome<Vec<&'static Step>> {
    let mut steps = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let name = match (argument.strip_prefix("--only="), argument.as_str()) {
            (Some(name), _) => name,
            (None, "--only") => {
                rest.next().ok_or_else(|| Failure::new("`--only` needs the name of a step"))?
            }
            (None, other) => return Err(Failure::new(format!("`{other}` is not an option of `test`"))),
        };
        let step = STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
            let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
            Failure::new(format!("there is no step `{name}`; the steps are {}", names.join(", ")))
        })?;
        steps.push(step);
    }
    Ok(if steps.is_empty() { STEPS.iter().collect() } else { steps })
}

fn fmt() -> Outcome {
    process::run(&mut process::cargo(&["fmt", "--all", "--check"]))
}

fn deny() -> Outcome {
    let program = prerequisites::cargo_deny()?;
    process::run(process::command(program).args(["--workspace", "check", "bans", "licenses", "sources"]))
}

fn clippy() -> Outcome {
    process::run(&mut process::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn doc() -> Outcome {
    process::run(
        process::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// The fuzz targets are a workspace of their own, since they need a runtime that nothing else does. They share the
/// target folder, so that their dependencies are not compiled twice.
fn fuzz() -> Outcome {
    process::run(
        process::cargo(&["check", "--manifest-path", "fuzz/Cargo.toml"])
            .env("CARGO_TARGET_DIR", workspace::root().join("target")),
    )
}

fn tests() -> Outcome {
    let mut tally = Tally::default();
    let outcome = process::run_watched(
        &mut process::cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]),
        |line| tally.read(line),
    );
    // Alone on its line, so that whoever reads the log by machine finds it.
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    outcome?;
    if tally.passed == 0 {
        return Err(Failure::new("no test was run"));
    }
    if tally.ignored > 0 {
        return Err(Failure::new(format!("{} tests are ignored: mend them or take them out", tally.ignored)));
    }
    Ok(())
}

/// The sums over all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Adds a test program's closing line: `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
    fn read(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(kind)) = (words.next(), words.next()) else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match kind {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_add_up() {
        let mut tally = Tally::default();
        tally.read(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s",
        );
        tally.read("test result: FAILED. 2 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        tally.read("test a::b ... ok");
        assert_eq!(tally, Tally { passed: 14, failed: 5, ignored: 1 });
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_names() {
        let failure =
            chosen(&["--only".to_owned(), "formatting".to_owned()]).err().map(|failure| failure.to_string());
        assert_eq!(
            failure.as_deref(),
            Some(
                "there is no step `formatting`; the steps are tidy, fmt, prerequisites, deny, clippy, doc, fuzz, bench, tests"
            )
        );
    }

    #[test]
    fn only_takes_several_steps() {
        let arguments = ["--only=fmt".to_owned(), "--only".to_owned(), "deny".to_owned()];
        let names: Vec<_> = chosen(&arguments).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["fmt", "deny"]);
    }
}
