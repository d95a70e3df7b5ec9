//! One process of a step: its group, its output, its time.

use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::process::Command;
use tokio::time::{Instant, timeout, timeout_at};

use super::output::Output;

/// How long a process that is told to end may take before it is made to.
const GRACE: Duration = Duration::from_secs(5);
/// How long output is waited for that a process left in its pipes: one that it started may hold them open.
const DRAIN: Duration = Duration::from_secs(2);

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// With this status; that of a shell where a signal ended it.
    Status(i32),
    /// Its time was up.
    Late,
}

/// The process groups that a job's steps left running. They end with it.
#[derive(Default)]
pub(super) struct Groups(Mutex<Vec<Pid>>);

impl Groups {
    fn keep(&self, group: Pid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(group);
    }

    /// Forgets the groups that nobody is in: their numbers may be given to others.
    fn forget_gone(&self) {
        let mut groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        groups.retain(|group| test_kill_process_group(*group).is_ok());
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        self.forget_gone();
        let groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for group in groups.iter() {
            // It may have ended in between.
            let _ = kill_process_group(*group, Signal::KILL);
        }
    }
}

/// Runs a command in a process group of its own, shows what it writes, and waits for it until a deadline.
pub(super) async fn run(
    mut command: Command,
    output: &Output,
    groups: &Groups,
    deadline: Instant,
) -> std::io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(group) = group {
        groups.keep(group);
    }
    let mut readers = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        readers.push(tokio::spawn(output.clone().follow(stdout)));
    }
    if let Some(stderr) = child.stderr.take() {
        readers.push(tokio::spawn(output.clone().follow(stderr)));
    }
    let ended = match timeout_at(deadline, child.wait()).await {
        Ok(status) => Ended::Status(code(status?)),
        Err(_) => {
            for signal in [Signal::TERM, Signal::KILL] {
                if let Some(group) = group {
                    // It may have ended in between.
                    let _ = kill_process_group(group, signal);
                }
                if let Ok(status) = timeout(GRACE, child.wait()).await {
                    status?;
                    break;
                }
            }
            Ended::Late
        }
    };
    for reader in &mut readers {
        // What is still written by what it started is shown while the job lasts.
        if timeout(DRAIN, reader).await.is_err() {
            break;
        }
    }
    groups.forget_gone();
    Ok(ended)
}

/// The status as shells count it.
fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}
