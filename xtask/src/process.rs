//! Running other programs.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::workspace;

/// A command that starts in the workspace's root and reads nothing.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    command
}

/// Cargo with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = command(workspace::cargo());
    command.args(arguments);
    command
}

/// Shows the command and runs it; its output goes to the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = announce(command);
    let status = command.status().map_err(Failure::during(format_args!("cannot start `{shown}`")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{shown}` ended with {status}"))) }
}

/// As [`run`], and gives every line of standard output to `watch` as it passes.
pub(crate) fn run_watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Outcome {
    let shown = announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Failure::during(format_args!("cannot start `{shown}`")))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(Failure::during(format_args!("cannot read from `{shown}`")))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            watch(&line);
        }
    }
    let status = child.wait().map_err(Failure::during(format_args!("cannot wait for `{shown}`")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{shown}` ended with {status}"))) }
}

/// Standard output of a command that succeeds quietly; `None` where it cannot start or fails.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn announce(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    let shown = words.join(" ");
    println!("$ {shown}");
    shown
}
