//! The folders of one job: an empty workspace, a home that nobody lives in, and what the runner writes for its steps.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::pairs::FILE_BYTES_MAX;
use crate::failure::Failure;

/// The folders; all are gone when it is dropped.
pub(super) struct Room {
    folder: TempDir,
    /// `GITHUB_WORKSPACE`
    pub(super) workspace: PathBuf,
    /// `RUNNER_TEMP`
    pub(super) temporary: PathBuf,
    /// `HOME`
    pub(super) home: PathBuf,
    /// `RUNNER_TOOL_CACHE`
    pub(super) tools: PathBuf,
    /// `GITHUB_EVENT_PATH`
    pub(super) event: PathBuf,
}

/// The files that a step may write to.
pub(super) struct CommandFiles {
    /// `GITHUB_OUTPUT`
    pub(super) output: PathBuf,
    /// `GITHUB_ENV`
    pub(super) env: PathBuf,
    /// `GITHUB_PATH`
    pub(super) path: PathBuf,
    /// `GITHUB_STEP_SUMMARY`
    pub(super) summary: PathBuf,
}

impl Room {
    /// Makes the folders for a job of a repository `owner/name`.
    pub(super) fn new(repository: &str, event: &Value) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("daypass-rehearse-").tempdir().map_err(unmade)?;
        let root = folder.path().canonicalize().map_err(unmade)?;
        let name = repository.rsplit('/').next().unwrap_or(repository);
        let room = Self {
            workspace: root.join("work").join(name).join(name),
            temporary: root.join("temp"),
            home: root.join("home"),
            tools: root.join("tools"),
            event: root.join("temp").join("event.json"),
            folder,
        };
        for path in [&room.workspace, &room.temporary, &room.home, &room.tools, &room.commands()] {
            std::fs::create_dir_all(path).map_err(unmade)?;
        }
        std::fs::write(&room.event, event.to_string()).map_err(unmade)?;
        Ok(room)
    }

    fn commands(&self) -> PathBuf {
        self.folder.path().join("commands")
    }

    /// Empty files for a step.
    pub(super) fn command_files(&self, step: usize) -> std::io::Result<CommandFiles> {
        let file = |kind: &str| self.commands().join(format!("{kind}-{step}"));
        let files = CommandFiles {
            output: file("output"),
            env: file("env"),
            path: file("path"),
            summary: file("summary"),
        };
        for path in [&files.output, &files.env, &files.path, &files.summary] {
            std::fs::write(path, "")?;
        }
        Ok(files)
    }

    /// The file of a step's script.
    pub(super) fn script(&self, step: usize, text: &str) -> std::io::Result<PathBuf> {
        let path = self.temporary.join(format!("step-{step}.sh"));
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

/// What stands in a file that a step may have written; nothing where it took the file away.
pub(super) fn written(path: &Path) -> Result<String, String> {
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(error.to_string()),
    };
    if !metadata.is_file() {
        return Err("what the step left in the place of its command file is no file".to_owned());
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(format!(
            "a step writes {FILE_BYTES_MAX} bytes into a command file at the most, not {}",
            metadata.len()
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unmade(error: std::io::Error) -> Failure {
    Failure::new(format!("the folders of a job cannot be made: {error}")).status(2)
}
