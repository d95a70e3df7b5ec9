//! What `actions/checkout` does here: a copy of the working tree, without what a checkout would not have.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use tokio::process::Command;

/// Files of a working tree that are copied.
const FILES_MAX: usize = 100_000;
/// Bytes of a working tree that are copied: 2 GiB.
const BYTES_MAX: u64 = 2 << 30;
/// Folders that no checkout has.
const LEFT_OUT: [&str; 2] = [".git", ".daypass"];

/// What was copied.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// How many files and links.
    pub(super) files: usize,
    /// How many bytes.
    pub(super) bytes: u64,
    /// Links that lead out of the tree, and were left out.
    pub(super) left_out: Vec<PathBuf>,
    /// Whether files that git ignores were left out.
    pub(super) by_git: bool,
}

/// Copies a working tree: of a git checkout the files that git knows or would add, else all.
pub(super) async fn copy(tree: &Path, data: &Path, target: &Path) -> Result<Copied, String> {
    let tree = tree.canonicalize().map_err(|error| about(tree, &error))?;
    let data = data.canonicalize().ok();
    let known = known_to_git(&tree).await;
    let mut copied = Copied { by_git: known.is_some(), ..Copied::default() };
    let paths = match known {
        Some(known) => known,
        None => walk(&tree)?,
    };
    for path in paths {
        let source = tree.join(&path);
        let is_left_out = path.components().any(|part| is_left_out(part))
            || data.as_ref().is_some_and(|data| source.starts_with(data));
        if !is_left_out {
            copy_one(&tree, &path, target, &mut copied)?;
        }
    }
    Ok(copied)
}

fn is_left_out(part: Component<'_>) -> bool {
    matches!(part, Component::Normal(name) if LEFT_OUT.iter().any(|left_out| name == *left_out))
}

fn copy_one(tree: &Path, path: &Path, target: &Path, copied: &mut Copied) -> Result<(), String> {
    let (source, place) = (tree.join(path), target.join(path));
    let Ok(metadata) = std::fs::symlink_metadata(&source) else {
        // Git still knows a file that was taken away.
        return Ok(());
    };
    if metadata.is_dir() {
        // A repository within the repository: a checkout leaves its folder empty.
        return std::fs::create_dir_all(&place).map_err(|error| about(&place, &error));
    }
    if let Some(parent) = place.parent() {
        std::fs::create_dir_all(parent).map_err(|error| about(parent, &error))?;
    }
    if metadata.is_symlink() {
        let to = std::fs::read_link(&source).map_err(|error| about(&source, &error))?;
        let is_outside = match source.canonicalize() {
            Ok(whole) => to.is_absolute() || !whole.starts_with(tree),
            Err(_) => leads_out(path, &to),
        };
        if is_outside {
            copied.left_out.push(path.to_owned());
            return Ok(());
        }
        std::os::unix::fs::symlink(to, &place).map_err(|error| about(&place, &error))?;
    } else if metadata.is_file() {
        copied.bytes += metadata.len();
        if copied.bytes > BYTES_MAX {
            return Err(format!("the working tree has over {BYTES_MAX} bytes"));
        }
        std::fs::copy(&source, &place).map_err(|error| about(&source, &error))?;
    } else {
        return Ok(());
    }
    copied.files += 1;
    if copied.files > FILES_MAX {
        return Err(format!("the working tree has over {FILES_MAX} files"));
    }
    Ok(())
}

/// Whether a link at a path of the tree, to something that is not there, leads out of it.
fn leads_out(path: &Path, to: &Path) -> bool {
    let mut depth = path.components().count().saturating_sub(1);
    for part in to.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return true,
        }
    }
    false
}

/// The files that git knows, and those that it would add; none where the tree is no git checkout.
async fn known_to_git(tree: &Path) -> Option<BTreeSet<PathBuf>> {
    if !tree.join(".git").exists() {
        return None;
    }
    let listed = Command::new("git")
        .args(["-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(tree)
        .output()
        .await
        .ok()
        .filter(|output| output.status.success())?;
    let names = listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Some(names.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned())).collect())
}

/// All files and links of a folder; links to folders are not followed.
fn walk(tree: &Path) -> Result<BTreeSet<PathBuf>, String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = tree.join(&folder);
        for entry in std::fs::read_dir(&path).map_err(|error| about(&path, &error))? {
            let entry = entry.map_err(|error| about(&path, &error))?;
            let within = folder.join(entry.file_name());
            if within.components().any(is_left_out) {
                continue;
            }
            if entry.file_type().map_err(|error| about(&path, &error))?.is_dir() {
                folders.push(within);
            } else {
                found.insert(within);
            }
            if found.len() + folders.len() > FILES_MAX {
                return Err(format!("the working tree has over {FILES_MAX} files"));
            }
        }
    }
    Ok(found)
}

fn about(path: &Path, error: &std::io::Error) -> String {
    format!("cannot copy `{}`: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_lead_out_are_known() {
        for (path, to, expected) in [
            ("a", "b", false),
            ("a/b", "../c", false),
            ("a/b", "../../c", true),
            ("a", "/etc/passwd", true),
            ("a/b/c", "./../../d/../e", false),
            ("a", "b/../../c", true),
        ] {
            assert_eq!(leads_out(Path::new(path), Path::new(to)), expected, "{path} -> {to}");
        }
    }
}
