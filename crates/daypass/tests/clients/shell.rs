//! Commands as a person types them, with nothing in the environment but what the test puts there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sandbox::DAYPASS;

/// The longest that a command may take before it is ended; a client that hangs must not hang the check.
const COMMAND_SECONDS_MAX: u64 = 240;

/// A bash in a folder, after some commands.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    folder: PathBuf,
    before: String,
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Shell {
    /// One with an empty environment, but for a home of its own and a path to the clients.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), before: String::new() }
    }

    /// The same shell after one more command.
    pub(crate) fn after(&self, command: &str) -> Self {
        Self { folder: self.folder.clone(), before: format!("{}{command}\n", self.before) }
    }

    /// The same shell with these credentials of a session: the answer of `aws sts assume-role-with-web-identity`.
    pub(crate) fn with_session(&self, answer: &Value) -> Self {
        let text = |name: &str| answer["Credentials"][name].as_str().unwrap().to_owned();
        self.after(&format!(
            "export AWS_ACCESS_KEY_ID='{}' AWS_SECRET_ACCESS_KEY='{}' AWS_SESSION_TOKEN='{}'",
            text("AccessKeyId"),
            text("SecretAccessKey"),
            text("SessionToken")
        ))
    }

    /// Runs commands and tells what came of them.
    pub(crate) fn run(&self, commands: &str) -> Ended {
        let output = Command::new("timeout")
            .arg(COMMAND_SECONDS_MAX.to_string())
            .args(["bash", "-euo", "pipefail", "-c"])
            .arg(format!("{}{commands}", self.before))
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", path())
            .env("HOME", &self.folder)
            .env("LANG", "C.UTF-8")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ended {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Standard output of commands that must succeed.
    #[track_caller]
    pub(crate) fn must(&self, commands: &str) -> String {
        let ended = self.run(commands);
        assert!(ended.success, "{commands}\n{}\n{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// The same as JSON.
    #[track_caller]
    pub(crate) fn json(&self, commands: &str) -> Value {
        let text = self.must(commands);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{commands}\n{error}: {text}"))
    }

    /// Standard error, without the line ends around it, of commands that must fail.
    #[track_caller]
    pub(crate) fn refused(&self, commands: &str) -> String {
        let ended = self.run(commands);
        assert!(!ended.success, "{commands}\nsucceeded: {}", ended.stdout);
        ended.stderr.trim().to_owned()
    }
}

/// The clients of this check, the program under test, and then the system.
pub(crate) fn path() -> String {
    let python = clients().join("venv/bin");
    assert!(python.is_dir(), "{} is missing: run `cargo xtask test --only prerequisites`", python.display());
    let daypass = Path::new(DAYPASS).parent().unwrap();
    format!("{}:{}:{}", python.display(), daypass.display(), std::env::var("PATH").unwrap())
}

/// Where `cargo xtask test` installs the clients.
fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients").canonicalize().unwrap()
}

/// The scripts that drive the clients.
pub(crate) fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/clients").canonicalize().unwrap()
}

/// Puts a JavaScript module beside the installed packages' link, where Node.js looks for them, and tells its name.
pub(crate) fn module(folder: &Path, name: &str) -> String {
    let packages = clients().join("node/node_modules");
    assert!(
        packages.is_dir(),
        "{} is missing: run `cargo xtask test --only prerequisites`",
        packages.display()
    );
    std::os::unix::fs::symlink(packages, folder.join("node_modules")).unwrap();
    std::fs::copy(scripts().join(name), folder.join(name)).unwrap();
    name.to_owned()
}
