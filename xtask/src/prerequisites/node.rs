//! GitHub's toolkit and Octokit, the AWS SDK for JavaScript and another policy evaluator, under `target/`, from the lock
//! file.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::{process, workspace};

/// The oldest Node.js that the packages run on.
const NODE_MAJOR_MIN: u32 = 20;

/// Makes `target/clients/node/node_modules` agree with `package-lock.json`.
pub(crate) fn install() -> Outcome {
    demand_version()?;
    let folder = workspace::clients().join("node");
    let sources = workspace::client_sources();
    let lock = sources.join("package-lock.json");
    let stamp = folder.join("installed.json");
    if same_contents(&lock, &stamp) {
        println!("{} is up to date", folder.display());
        return Ok(());
    }
    fs::create_dir_all(&folder)
        .map_err(Failure::during(format_args!("cannot create {}", folder.display())))?;
    for name in ["package.json", "package-lock.json"] {
        copy(&sources.join(name), &folder.join(name))?;
    }
    process::run(
        process::command("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"])
            .current_dir(&folder),
    )?;
    copy(&lock, &stamp)
}

fn demand_version() -> Outcome {
    let version = process::output_of(process::command("node").arg("--version")).unwrap_or_default();
    let major = version
        .strip_prefix('v')
        .and_then(|rest| rest.split('.').next())
        .and_then(|major| major.parse().ok());
    if major.is_some_and(|major: u32| major >= NODE_MAJOR_MIN) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "Node.js {NODE_MAJOR_MIN} or later is needed for the client tests; here is `{version}`"
    )))
}

fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to).map_err(Failure::during(format_args!("cannot copy {}", from.display()))).map(drop)
}

/// Whether both files are there and say the same.
pub(super) fn same_contents(left: &Path, right: &Path) -> bool {
    match (fs::read(left), fs::read(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
