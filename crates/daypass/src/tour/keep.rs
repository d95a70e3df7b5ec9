//! `--keep DIR`: the tour's files, for reading.

use std::path::PathBuf;

use serde_json::Value;

use crate::failure::Failure;

/// Where the tour leaves its files, if anywhere.
pub(super) struct Keep(Option<PathBuf>);

impl Keep {
    /// Makes the directory. It must be empty or not exist: nothing of the user's is overwritten.
    pub(super) fn new(directory: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(directory) = &directory {
            let wrong = |error| Failure::new(format!("`{}`: {error}", directory.display()));
            std::fs::create_dir_all(directory).map_err(wrong)?;
            if std::fs::read_dir(directory).map_err(wrong)?.next().is_some() {
                return Err(Failure::new(format!("`{}` is not empty", directory.display()))
                    .hint("name a new directory, so that nothing of yours is overwritten"));
            }
        }
        Ok(Self(directory))
    }

    /// Writes a text.
    pub(super) fn text(&self, name: &str, text: &str) -> Result<(), Failure> {
        let Some(directory) = &self.0 else { return Ok(()) };
        let path = directory.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Failure::new)?;
        }
        std::fs::write(&path, text).map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))
    }

    /// Writes a value as JSON that a person can read.
    pub(super) fn value(&self, name: &str, value: &Value) -> Result<(), Failure> {
        self.text(name, &format!("{value:#}\n"))
    }

    /// Says where the files are.
    pub(super) fn farewell(&self) {
        if let Some(directory) = &self.0 {
            println!("\nThe policies, claims and events lie in {}.", directory.display());
        }
    }
}
