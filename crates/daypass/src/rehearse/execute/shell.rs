//! The shells of `run:` steps.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", `jobs.<job_id>.steps[*].shell`.

use std::path::Path;

use tokio::process::Command;

/// The command that runs a script in the shell of this name; none where it is a shell that is not run here.
///
/// A step that names no shell gets `bash -e`, which goes on where a command within a pipeline fails; one that names
/// `bash` does not.
pub(super) fn command(shell: Option<&str>, script: &Path) -> Option<Command> {
    let (program, options): (&str, &[&str]) = match shell {
        None => ("bash", &["-e"]),
        Some("bash") => ("bash", &["--noprofile", "--norc", "-eo", "pipefail"]),
        Some("sh") => ("sh", &["-e"]),
        Some(_) => return None,
    };
    let mut command = Command::new(program);
    command.args(options).arg(script);
    Some(command)
}
