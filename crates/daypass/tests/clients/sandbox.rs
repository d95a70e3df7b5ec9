//! `daypass up` as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::shell::Shell;

/// The program under test.
pub(crate) const DAYPASS: &str = env!("CARGO_BIN_EXE_daypass");

/// The configuration's file in the folder, where there is one.
const CONFIG: &str = "daypass.toml";

/// How long a start may take on a busy machine.
const START_SECONDS_MAX: u64 = 60;

/// A running sandbox and a folder to work in; both are gone when it is dropped.
pub(crate) struct Sandbox {
    child: Child,
    folder: TempDir,
    running: Value,
}

impl Sandbox {
    /// Starts one on free ports and a new data directory.
    pub(crate) fn start() -> Self {
        Self::started(tempfile::tempdir().unwrap(), &[])
    }

    /// The same with more options of `daypass up`.
    pub(crate) fn start_with(options: &[&str]) -> Self {
        Self::started(tempfile::tempdir().unwrap(), options)
    }

    /// The same with a configuration.
    pub(crate) fn configured(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CONFIG), text).unwrap();
        Self::started(folder, &[])
    }

    fn started(folder: TempDir, options: &[&str]) -> Self {
        let child = launch(folder.path(), options);
        let mut sandbox = Self { child, folder, running: Value::Null };
        sandbox.wait_until_ready();
        sandbox
    }

    /// Ends it with SIGKILL, which leaves it no time for anything, and keeps its data.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it on the data that it left.
    pub(crate) fn start_again(&mut self) {
        self.child = launch(self.folder(), &[]);
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the sandbox ended with {status}");
            }
            if let Ok(text) = std::fs::read(self.data().join("running.json"))
                && let Ok(running) = serde_json::from_slice::<Value>(&text)
                // What a killed one left behind is not this one's.
                && running["pid"] == self.child.id()
            {
                self.running = running;
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the sandbox is not ready after {START_SECONDS_MAX} s");
    }

    /// A folder of the test's own.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where AWS's services are.
    pub(crate) fn aws_url(&self) -> &str {
        self.running["aws_url"].as_str().unwrap()
    }

    /// Where GitHub's side is.
    pub(crate) fn github_url(&self) -> &str {
        self.running["github_url"].as_str().unwrap()
    }

    /// A shell with the administrator's key, as `eval "$(daypass env)"` makes it.
    pub(crate) fn administrator(&self) -> Shell {
        Shell::new(self.folder())
            .after(&format!("eval \"$(daypass env --data '{}')\"", self.data().display()))
    }

    /// A shell with the administrator's key of one account of several, by number or name.
    pub(crate) fn administrator_of(&self, account: &str) -> Shell {
        let data = self.data();
        Shell::new(self.folder())
            .after(&format!("eval \"$(daypass env --data '{}' --account '{account}')\"", data.display()))
    }

    /// A shell as a job with `id-token: write` has it: no key, and the address of the token.
    pub(crate) fn job(&self, job: &str) -> Shell {
        let data = self.data();
        Shell::new(self.folder())
            .after(&format!("eval \"$(daypass env --data '{}' --job '{job}')\"", data.display()))
    }

    /// A token for the job that these options of `daypass mint` describe.
    pub(crate) fn mint(&self, options: &str) -> String {
        let data = self.data();
        let command =
            format!("daypass mint --data '{}' --audience sts.amazonaws.com {options}", data.display());
        Shell::new(self.folder()).must(&command).trim().to_owned()
    }

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.folder().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }

    /// Reads a file from the folder.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder().join(name)).unwrap()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn launch(folder: &Path, options: &[&str]) -> Child {
    let mut command = Command::new(DAYPASS);
    command.args(["up", "--aws-addr", "127.0.0.1:0", "--github-addr", "127.0.0.1:0", "--data"]);
    command.arg(folder.join("data")).args(options);
    let config = folder.join(CONFIG);
    if config.exists() {
        command.arg("--config").arg(config);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
}
