//! Programs that come from the system: looked for first, and fetched with apt-get only where they are missing.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::process;

/// A program that must start, and the Debian packages that bring it.
struct Need {
    what: &'static str,
    probe: &'static [&'static str],
    packages: &'static [&'static str],
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler, for the cryptography and SQLite",
        probe: &["cc", "--version"],
        packages: &["gcc", "libc6-dev"],
    },
    Need { what: "a C++ compiler, for the fuzz targets", probe: &["c++", "--version"], packages: &["g++"] },
    Need {
        what: "Python, for the AWS CLI and boto3",
        probe: &["python3", "--version"],
        packages: &["python3"],
    },
    Need {
        what: "Python's virtual environments",
        probe: &["python3", "-c", "import ensurepip, venv"],
        packages: &["python3-venv"],
    },
    Need {
        what: "Node.js, for GitHub's toolkit and the JavaScript SDK",
        probe: &["node", "--version"],
        packages: &["nodejs"],
    },
    Need {
        what: "Chromium, for the console's pages",
        probe: &["chromium", "--version"],
        packages: &["chromium"],
    },
    Need {
        what: "what drives Chromium",
        probe: &["chromedriver", "--version"],
        packages: &["chromium-driver"],
    },
    Need { what: "npm", probe: &["npm", "--version"], packages: &["npm"] },
];

/// Installs the packages of every program that does not start.
pub(crate) fn install() -> Outcome {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !starts(need)).collect();
    if missing.is_empty() {
        println!("every program that comes from the system is here");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    let wanted = packages.join(" ");
    let explain = |reason: &str| {
        Failure::new(format!("{reason}: install these Debian packages or their like: {wanted}"))
    };
    if process::output_of(Command::new("apt-get").arg("--version")).is_none() {
        return Err(explain("there is no apt-get here"));
    }
    if process::output_of(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Err(explain("only root may install packages"));
    }
    process::run(process::command("apt-get").args(["update", "--quiet"]))?;
    process::run(
        process::command("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    match missing.iter().find(|need| !starts(need)) {
        Some(need) => {
            Err(Failure::new(format!("`{}` still does not start: {}", need.probe.join(" "), need.what)))
        }
        None => Ok(()),
    }
}

fn starts(need: &Need) -> bool {
    need.probe.split_first().is_some_and(|(program, arguments)| {
        process::output_of(process::command(program).args(arguments)).is_some()
    })
}
