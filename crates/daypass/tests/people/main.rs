//! `daypass user`, `daypass env --run` and `daypass job` against a running sandbox.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod jobs;
mod users;

use std::process::{Command, Stdio};

use daypass_testkit::Sandbox;

/// What came of a command.
struct Ended {
    success: bool,
    stdout: String,
    stderr: String,
}

/// Runs the program on a sandbox's data directory; the words are cut at spaces.
fn run(sandbox: &Sandbox, words: &str) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_daypass"))
        .args(words.split(' '))
        .arg("--data")
        .arg(sandbox.data())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ended {
        success: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Standard output of a command that must succeed.
#[track_caller]
fn must(sandbox: &Sandbox, words: &str) -> String {
    let ended = run(sandbox, words);
    assert!(ended.success, "{words}\n{}\n{}", ended.stdout, ended.stderr);
    ended.stdout
}

/// Standard error of one that must not.
#[track_caller]
fn refused(sandbox: &Sandbox, words: &str) -> String {
    let ended = run(sandbox, words);
    assert!(!ended.success, "{words}\nsucceeded: {}", ended.stdout);
    assert!(ended.stdout.is_empty(), "a refusal prints nothing that a script could take: {}", ended.stdout);
    ended.stderr
}
