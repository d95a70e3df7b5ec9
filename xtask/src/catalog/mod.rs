//! `cargo xtask catalog`: the project's catalogue of services, actions, resource types, condition keys and operations,
//! written from public package data into `crates/policy/src/catalogue/`.
//!
//! The packages are pinned by version and digest, so that whoever runs it gets the same bytes. To move to newer data,
//! change the pins in [`packages`], run it, and read the difference.

mod actions;
mod operations;
mod packages;
mod table;

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::workspace;

/// Where the catalogue lies, from the workspace's root.
const FOLDER: &str = "crates/policy/src/catalogue";

const USAGE: &str = "\
Usage:
  cargo xtask catalog            fetch the pinned packages and write the catalogue
  cargo xtask catalog --check    fetch them and say whether the catalogue that is kept is the one they make";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let is_check = match arguments {
        [] => false,
        [only] if only == "--check" => true,
        _ => return Err(Failure::new(USAGE)),
    };
    let packages = packages::fetch()?;
    let made = [
        ("actions.txt", actions::table(&packages.iam_data)?),
        ("operations.txt", operations::table(&packages.botocore)?),
    ];
    for (name, text) in made {
        let path = workspace::root().join(FOLDER).join(name);
        if is_check {
            check(&path, &text)?;
        } else {
            fs::write(&path, &text)
                .map_err(Failure::during(format_args!("cannot write {}", path.display())))?;
        }
        println!("{FOLDER}/{name}: {} bytes", text.len());
    }
    Ok(())
}

fn check(path: &Path, made: &str) -> Outcome {
    let kept =
        fs::read_to_string(path).map_err(Failure::during(format_args!("cannot read {}", path.display())))?;
    if kept == made {
        return Ok(());
    }
    let line = kept.lines().zip(made.lines()).take_while(|(kept, made)| kept == made).count() + 1;
    Err(Failure::new(format!(
        "{}:{line}: this is not what the pinned packages make; run `cargo xtask catalog`",
        path.display()
    )))
}
