//! Keeping a sandbox's state in a file, bringing it back, and emptying it.
//!
//! A snapshot is a tar archive of the state: the database as one consistent file, the objects, and the
//! administrators' keys, since the sessions and keys in the database go with it. The control token and the sandbox's
//! certificate authority stay where they are. All three operations need the sandbox stopped: they hold its lock.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Component, Path, PathBuf};

use daypass_store::sqlite::{DATABASE_FILE, Database, INDEX_FILE, OpenError};

/// What belongs to the state besides the database.
const MEMBERS: [&str; 4] = ["administrator.json", "administrators", "code", "objects"];
/// The most entries that are unpacked: a bound on what a stranger's archive can make us do.
const ENTRIES_MAX: usize = 1_000_000;
/// The most bytes that are unpacked.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// Why a snapshot was not saved or loaded. Nothing was changed, but for [`SnapshotError::HalfWay`].
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file to write is there already.
    #[error("`{}` exists", .0.display())]
    Exists(PathBuf),
    /// A file could not be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The state could be neither replaced nor put back.
    #[error("{source}; what could not be put back lies in `{}`", old.display())]
    HalfWay {
        /// Where the old state lies, or a part of it.
        old: PathBuf,
        /// Why it could not be replaced.
        source: Box<Self>,
    },
    /// The file is no snapshot.
    #[error("`{}` is not a snapshot of daypass: {detail}", path.display())]
    NotASnapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The database does not open: it is in use, or damaged.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// No sandbox was ever started on the directory.
    #[error("there is no sandbox's state in `{}`", .0.display())]
    NoState(PathBuf),
    /// The database could not be copied.
    #[error("the database could not be copied: {0}")]
    Store(#[from] daypass_store::StoreError),
}

impl SnapshotError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(_) => Some("choose another name, or remove the file first".to_owned()),
            Self::NotASnapshot { .. } => {
                Some("snapshots are made by `daypass snapshot save FILE`".to_owned())
            }
            Self::Open(OpenError::InUse { .. }) => Some("stop the sandbox first (Ctrl-C)".to_owned()),
            Self::HalfWay { old, .. } => {
                Some(format!("move the files of `{}` back into the data directory", old.display()))
            }
            Self::NoState(_) => Some("name the sandbox's data directory with --data DIR".to_owned()),
            Self::File { .. } | Self::Open(_) | Self::Store(_) => None,
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> SnapshotError {
    let path = path.to_owned();
    move |source| SnapshotError::File { path, source }
}

/// Writes the state of a stopped sandbox to a new file.
///
/// # Errors
/// [`SnapshotError`]; a file that was begun is removed.
pub fn save(directory: &Path, file: &Path) -> Result<(), SnapshotError> {
    if file.exists() {
        return Err(SnapshotError::Exists(file.to_owned()));
    }
    if !directory.join(DATABASE_FILE).exists() {
        return Err(SnapshotError::NoState(directory.to_owned()));
    }
    let database = Database::open(directory, None)?;
    let staging = tempfile::tempdir_in(directory).map_err(at(directory))?;
    let copy = staging.path().join(DATABASE_FILE);
    database.snapshot_to(&copy)?;
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::NamedTempFile::new_in(parent).map_err(at(file))?;
    let mut archive = tar::Builder::new(unfinished);
    archive.append_path_with_name(&copy, DATABASE_FILE).map_err(at(file))?;
    for member in MEMBERS {
        let path = directory.join(member);
        if path.is_dir() {
            archive.append_dir_all(member, &path).map_err(at(file))?;
        } else if path.exists() {
            archive.append_path_with_name(&path, member).map_err(at(file))?;
        }
    }
    let finished = archive.into_inner().map_err(at(file))?;
    finished.as_file().sync_all().map_err(at(file))?;
    finished.persist_noclobber(file).map_err(|error| at(file)(error.error))?;
    Ok(())
}

/// Replaces the state of a stopped sandbox with a snapshot. The snapshot is unpacked and opened beside the state
/// first; only a good one takes its place.
///
/// # Errors
/// [`SnapshotError`]; the state is as it was.
pub fn load(directory: &Path, file: &Path) -> Result<(), SnapshotError> {
    let archive = File::open(file).map_err(at(file))?;
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(at(directory))?;
    let staging = tempfile::tempdir_in(directory).map_err(at(directory))?;
    unpack(archive, staging.path(), file)?;
    if !staging.path().join(DATABASE_FILE).exists() {
        return Err(not_a_snapshot(file, "it holds no database"));
    }
    drop(Database::open(staging.path(), None)?);
    let holding = hold(directory)?;
    replace(directory, Some(staging.path()))?;
    drop(holding);
    Ok(())
}

/// Empties the state of a stopped sandbox; tells whether there was one. A directory without a sandbox's database is left
/// alone: it may be anybody's, and hold a folder of the same name.
///
/// # Errors
/// [`SnapshotError`] where the sandbox runs or a file cannot be removed.
pub fn reset(directory: &Path) -> Result<bool, SnapshotError> {
    if !directory.join(DATABASE_FILE).exists() {
        return Ok(false);
    }
    let holding = hold(directory)?;
    replace(directory, None)?;
    drop(holding);
    Ok(true)
}

/// Takes the sandbox's lock, also where its database is damaged: emptying is what mends that.
fn hold(directory: &Path) -> Result<daypass_store::sqlite::Lock, SnapshotError> {
    Ok(daypass_store::sqlite::Lock::take(directory, None)?)
}

fn unpack(archive: File, into: &Path, file: &Path) -> Result<(), SnapshotError> {
    let mut archive = tar::Archive::new(archive);
    let wrong = |error: io::Error| not_a_snapshot(file, &error.to_string());
    let mut unpacked = 0_u64;
    for (count, entry) in archive.entries().map_err(wrong)?.enumerate() {
        let mut entry = entry.map_err(wrong)?;
        let path = entry.path().map_err(wrong)?.into_owned();
        unpacked = unpacked.saturating_add(entry.size());
        if count >= ENTRIES_MAX || unpacked > UNPACKED_BYTES_MAX {
            return Err(not_a_snapshot(file, "it is larger than any state"));
        }
        let kind = entry.header().entry_type();
        if !is_member(&path) || !(kind.is_file() || kind.is_dir()) {
            return Err(not_a_snapshot(file, &format!("`{}` does not belong in it", path.display())));
        }
        entry.set_preserve_permissions(false);
        entry.unpack_in(into).map_err(wrong)?;
    }
    Ok(())
}

/// Whether a path in an archive is one of the state's own, with no way out of the directory.
fn is_member(path: &Path) -> bool {
    let plain = path.components().all(|component| matches!(component, Component::Normal(_)));
    let first = path.components().next().map(Component::as_os_str);
    plain
        && first.is_some_and(|first| first == DATABASE_FILE || MEMBERS.iter().any(|member| first == *member))
}

/// Moves the state out of the way and the new one in, and only then removes the old. What fails half-way is undone.
fn replace(directory: &Path, new: Option<&Path>) -> Result<(), SnapshotError> {
    let old = tempfile::Builder::new().prefix("replaced-").tempdir_in(directory).map_err(at(directory))?;
    let mut moves = Moves(Vec::new());
    let Err(error) = exchange(directory, old.path(), new, &mut moves) else { return Ok(()) };
    if moves.undo() {
        return Err(error);
    }
    Err(SnapshotError::HalfWay { old: old.keep(), source: Box::new(error) })
}

fn exchange(
    directory: &Path,
    old: &Path,
    new: Option<&Path>,
    moves: &mut Moves,
) -> Result<(), SnapshotError> {
    // The index goes with its database: what is left of an old one would hold old subjects.
    let kept = [DATABASE_FILE, INDEX_FILE];
    let logs = kept.iter().flat_map(|file| ["-wal", "-shm"].map(|suffix| format!("{file}{suffix}")));
    let logs: Vec<String> = logs.collect();
    let names: Vec<&str> = MEMBERS.into_iter().chain(kept).chain(logs.iter().map(String::as_str)).collect();
    for name in &names {
        moves.make(directory.join(name), old.join(name))?;
    }
    for (name, new) in names.iter().filter_map(|name| Some((name, new?))) {
        moves.make(new.join(name), directory.join(name))?;
    }
    Ok(())
}

/// What was moved, from where to where.
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    /// Moves what is there.
    fn make(&mut self, from: PathBuf, to: PathBuf) -> Result<(), SnapshotError> {
        match fs::rename(&from, &to) {
            Ok(()) => self.0.push((from, to)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(&from)(error)),
        }
        Ok(())
    }

    /// Moves all of it back, the last first.
    fn undo(self) -> bool {
        self.0.into_iter().rev().all(|(from, to)| fs::rename(to, from).is_ok())
    }
}

fn not_a_snapshot(file: &Path, detail: &str) -> SnapshotError {
    SnapshotError::NotASnapshot { path: file.to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "these tests look at files")]
mod tests {
    use super::*;

    #[test]
    fn what_fails_half_way_is_undone() {
        let directory = tempfile::tempdir().unwrap();
        let (data, old, new) = (directory.path(), directory.path().join("old"), directory.path().join("new"));
        for (file, text) in [
            ("administrator.json", "old key"),
            ("objects/a", "old object"),
            ("new/administrator.json", "new key"),
            // In the way: a folder that is not empty is not moved over.
            ("old/objects/b", "in the way"),
        ] {
            fs::create_dir_all(data.join(file).parent().unwrap()).unwrap();
            fs::write(data.join(file), text).unwrap();
        }
        let mut moves = Moves(Vec::new());
        exchange(data, &old, Some(&new), &mut moves).unwrap_err();
        assert!(!data.join("administrator.json").exists(), "it failed half-way");
        assert!(moves.undo());
        assert_eq!(fs::read_to_string(data.join("administrator.json")).unwrap(), "old key");
        assert_eq!(fs::read_to_string(data.join("objects/a")).unwrap(), "old object");
    }
}
