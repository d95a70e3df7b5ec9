//! `cargo xtask fuzz`: runs the fuzz targets with the stable compiler, one after the other.
//!
//! The fuzzer is guided by what LLVM's coverage pass writes into the code. Stable cargo can ask for that pass; only the
//! memory sanitizers need a nightly compiler, and there is no unsafe code here for them to watch.

use std::path::PathBuf;
use std::{env, fs};

use crate::failure::{Failure, Outcome};
use crate::{process, workspace};

const USAGE: &str = "\
Usage: cargo xtask fuzz [TARGET]... [--seconds N]
  TARGET        which of the targets in fuzz/fuzz_targets; all of them where none is named
  --seconds N   how long each runs; 60 where nothing is said";

/// What makes a build that the fuzzer can follow, and that stops at an overflow.
const FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1 -Cpasses=sancov-module \
                     -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Bytes of an input: over the limits of tokens and policies that matter, and quick to go through.
const INPUT_BYTES: u32 = 24_000;
/// Seconds after which one input counts as a hang.
const HANG_SECONDS: u32 = 10;
/// MiB of memory after which one input counts as a leak.
const MEMORY_MIB: u32 = 2_048;

/// Builds the targets and runs those that the arguments name.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let asked = Asked::read(arguments)?;
    let known = targets()?;
    if let Some(unknown) = asked.targets.iter().find(|target| !known.contains(target)) {
        return Err(Failure::new(format!(
            "there is no fuzz target `{unknown}`; there are {}",
            known.join(", ")
        )));
    }
    let host = host()?;
    let folder = workspace::root().join("target/fuzz");
    process::run(
        process::cargo(&["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &host])
            .env("RUSTFLAGS", FLAGS)
            .env("CARGO_TARGET_DIR", &folder),
    )?;
    for target in if asked.targets.is_empty() { &known } else { &asked.targets } {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus)
            .map_err(Failure::during(format_args!("cannot make `{}`", corpus.display())))?;
        process::run(
            process::command(folder.join(&host).join("release").join(target))
                .arg(&corpus)
                .arg(format!("-max_total_time={}", asked.seconds))
                .arg(format!("-max_len={INPUT_BYTES}"))
                .arg(format!("-timeout={HANG_SECONDS}"))
                .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
                .arg(format!("-artifact_prefix={}/", folder.display()))
                .args(["-print_final_stats=1", "-verbosity=0"]),
        )?;
    }
    Ok(())
}

struct Asked {
    targets: Vec<String>,
    seconds: u32,
}

impl Asked {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut asked = Self { targets: Vec::new(), seconds: 60 };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--seconds" {
                let seconds = rest.next().and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0);
                asked.seconds = seconds
                    .ok_or_else(|| Failure::new(format!("`--seconds` takes a number from 1\n{USAGE}")))?;
            } else if argument.starts_with('-') {
                return Err(Failure::new(format!("there is no option `{argument}`\n{USAGE}")));
            } else {
                asked.targets.push(argument.clone());
            }
        }
        Ok(asked)
    }
}

/// The names of the targets, in their order.
fn targets() -> Result<Vec<String>, Failure> {
    let folder: PathBuf = workspace::root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder)
        .map_err(Failure::during(format_args!("cannot read `{}`", folder.display())))?
        .flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// The machine's target triple. Naming it keeps build scripts and procedural macros free of the fuzzer's flags.
fn host() -> Result<String, Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = process::output_of(process::command(rustc).arg("-vV"))
        .ok_or_else(|| Failure::new("`rustc -vV` does not answer"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Asked, Failure> {
        Asked::read(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn targets_and_time_are_read() {
        let asked = read(&["policy", "--seconds", "600", "token"]).unwrap();
        assert_eq!((asked.targets, asked.seconds), (vec!["policy".to_owned(), "token".to_owned()], 600));
        for wrong in [&["--seconds"][..], &["--seconds", "0"], &["--second", "1"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_target_is_found() {
        let targets = targets().unwrap();
        assert!(targets.iter().any(|target| target == "policy"), "{targets:?}");
    }
}
