//! The workflow files of a working tree, and of other repositories beside it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use daypass_github::workflow::{Files, Missing, WORKFLOW_BYTES_MAX};
use serde_json::{Value, json};

use super::arguments::RehearseArguments;
use crate::failure::Failure;

/// Where the workflows of a repository are.
const FOLDER: [&str; 2] = [".github", "workflows"];

/// The files.
pub(super) struct Sources {
    /// The working tree.
    pub(super) tree: PathBuf,
    /// The path of the workflow in it, `.github/workflows/NAME.yml`.
    pub(super) path: String,
    /// Where repositories lie, by their names in small letters.
    repositories: BTreeMap<String, PathBuf>,
    /// The files that were asked for: repository, path and text.
    asked: RefCell<BTreeSet<(String, String, String)>>,
}

impl Sources {
    /// Finds the working tree that a workflow is of.
    pub(super) fn find(arguments: &RehearseArguments) -> Result<Self, Failure> {
        let file = &arguments.file;
        let cannot =
            |why: &dyn std::fmt::Display| Failure::new(format!("cannot read `{}`: {why}", file.display()));
        let whole = std::path::absolute(file).map_err(|error| cannot(&error))?;
        if !std::fs::metadata(&whole).map_err(|error| cannot(&error))?.is_file() {
            return Err(cannot(&"it is no file"));
        }
        let name = whole.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let folder = FOLDER.join("/");
        let tree = whole
            .parent()
            .filter(|parent| parent.ends_with(&folder))
            .and_then(|parent| parent.ancestors().nth(2));
        let is_workflow = name.ends_with(".yml") || name.ends_with(".yaml");
        let Some(tree) = tree.filter(|_| is_workflow) else {
            return Err(Failure::new(format!("`{}` is no workflow of a working tree", file.display())).hint(
                "GitHub runs `.github/workflows/NAME.yml` of a repository: put it there, or name it there",
            ));
        };
        let mut repositories = BTreeMap::new();
        for pair in &arguments.repository_paths {
            let (name, path) = pair
                .split_once('=')
                .filter(|(name, _)| name.contains('/'))
                .ok_or_else(|| Failure::new(format!("`{pair}` is not OWNER/NAME=DIR")))?;
            repositories.insert(name.to_ascii_lowercase(), PathBuf::from(path));
        }
        repositories.insert(arguments.repository.to_ascii_lowercase(), tree.to_owned());
        Ok(Self {
            tree: tree.to_owned(),
            path: format!("{folder}/{name}"),
            repositories,
            asked: RefCell::default(),
        })
    }

    /// The files that were asked for, as the sandbox takes them.
    pub(super) fn asked(&self) -> Value {
        let files = self.asked.borrow();
        let files = files
            .iter()
            .map(|(repository, path, text)| json!({ "repository": repository, "path": path, "text": text }));
        Value::Array(files.collect())
    }

    /// The text of a file that was asked for, by what messages call it: its path, or that behind its repository.
    pub(super) fn by_label(&self, label: &str) -> Option<String> {
        let files = self.asked.borrow();
        let found = files.iter().find(|(repository, path, _)| {
            label == path || label.starts_with(&format!("{repository}/{path}"))
        });
        found.map(|(.., text)| text.clone())
    }
}

impl Files for Sources {
    fn text(&self, repository: &str, path: &str, _reference: &str) -> Result<String, Missing> {
        let tree = self.repositories.get(&repository.to_ascii_lowercase()).ok_or(Missing::Repository)?;
        let text = read(&tree.join(path)).ok_or(Missing::File)?;
        self.asked.borrow_mut().insert((repository.to_owned(), path.to_owned(), text.clone()));
        Ok(text)
    }
}

/// The text of a file; one that is too long is read so far that the parser says so.
fn read(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let limit = u64::try_from(WORKFLOW_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(path).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
