//! The files that the rules apply to: what the version control keeps, without walking into what it ignores.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// Folders that hold nothing of ours.
const SKIPPED_FOLDERS: &[&str] = &["target", ".git", ".daypass", "node_modules", "corpus", "artifacts"];

/// The endings of the files that the rules read.
const ENDINGS: &[&str] = &["rs", "toml", "md", "lock", "json", "txt", "py", "mjs", "sh"];

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// From the workspace's root.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl SourceFile {
    /// Whether it is a Rust source.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "rs")
    }

    /// The folder name of the crate it belongs to, for `crates/NAME/...`.
    pub(crate) fn room(&self) -> Option<&str> {
        self.path.strip_prefix("crates").ok()?.components().next()?.as_os_str().to_str()
    }
}

/// Every text file below the root, sorted by path.
pub(crate) fn all(root: &Path) -> Outcome<Vec<SourceFile>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let full = root.join(&folder);
        let entries =
            fs::read_dir(&full).map_err(Failure::during(format_args!("cannot list {}", full.display())))?;
        for entry in entries {
            let entry = entry.map_err(Failure::during(format_args!("cannot list {}", full.display())))?;
            let kind = entry.file_type().map_err(Failure::during("cannot tell the kind of a file"))?;
            let name = entry.file_name();
            let path = folder.join(&name);
            if kind.is_dir() {
                if !SKIPPED_FOLDERS.iter().any(|skipped| name == *skipped) {
                    folders.push(path);
                }
            } else if kind.is_file() && is_text(&path) {
                let text = fs::read_to_string(root.join(&path))
                    .map_err(Failure::during(format_args!("cannot read {}", path.display())))?;
                files.push(SourceFile { path, text });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn is_text(path: &Path) -> bool {
    path == Path::new(".ci/run")
        || path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
}
