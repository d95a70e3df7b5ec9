//! Object bytes on disk: `DIRECTORY/XX/NAME`, where `XX` are the first two digits of a random name.
//!
//! A file is written under `DIRECTORY/incoming`, flushed, renamed into place, and its folder flushed, all before the
//! index learns of it: a crash leaves whole objects or none. These calls block; callers are on a blocking thread, but for
//! those that open a file.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::document::FileId;
use crate::folder;

const INCOMING: &str = "incoming";

/// The folder of object bytes.
#[derive(Debug)]
pub(crate) struct Files {
    directory: PathBuf,
    /// Files begun since the folder was opened, until the sweep is over: it must not judge them.
    fresh: Mutex<Option<HashSet<FileId>>>,
}

/// A file that is being written. Dropped without [`Staged::keep`], it is gone.
pub(crate) struct Staged {
    file: File,
    id: FileId,
    path: PathBuf,
    kept: bool,
}

impl Files {
    /// Makes the folder and clears what an earlier process did not finish writing.
    pub(crate) fn open(directory: PathBuf) -> io::Result<Self> {
        let incoming = directory.join(INCOMING);
        folder::make_private(&incoming)?;
        for entry in fs::read_dir(&incoming)? {
            fs::remove_file(entry?.path())?;
        }
        make_places(&directory)?;
        Ok(Self { directory, fresh: Mutex::new(Some(HashSet::new())) })
    }

    /// Begins a new file.
    pub(crate) fn stage(&self) -> io::Result<Staged> {
        let id = FileId::random();
        let path = self.directory.join(INCOMING).join(id.name());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        if let Some(fresh) = self.fresh().as_mut() {
            fresh.insert(id);
        }
        Ok(Staged { file, id, path, kept: false })
    }

    fn fresh(&self) -> MutexGuard<'_, Option<HashSet<FileId>>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a file was begun by this process before the sweep ended.
    pub(crate) fn is_fresh(&self, id: FileId) -> bool {
        self.fresh().as_ref().is_none_or(|fresh| fresh.contains(&id))
    }

    /// Keeps files that are about to be found under another name from the sweep.
    pub(crate) fn remember(&self, ids: &[FileId]) {
        if let Some(fresh) = self.fresh().as_mut() {
            fresh.extend(ids);
        }
    }

    /// Ends the time in which new files are remembered.
    pub(crate) fn swept(&self) {
        *self.fresh() = None;
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.directory.join(name.get(..2).unwrap_or_default())
    }

    fn path(&self, id: FileId) -> PathBuf {
        let name = id.name();
        self.folder(&name).join(name)
    }

    /// Opens a file for reading.
    pub(crate) fn read(&self, id: FileId) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// Removes files that nothing refers to any more. What cannot be removed is left to the next sweep.
    pub(crate) fn remove(&self, ids: &[FileId]) {
        for id in ids {
            if let Err(cause) = fs::remove_file(self.path(*id))
                && cause.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(
                    error = &cause as &dyn std::error::Error,
                    file = id.name(),
                    "left a file of object bytes"
                );
            }
        }
    }

    /// Every file in place, for the sweep. Names that are not ours are passed over.
    pub(crate) fn list(&self) -> io::Result<Vec<FileId>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.directory)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() || folder.file_name() == INCOMING {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                found.extend(file?.file_name().to_str().and_then(FileId::parse));
            }
        }
        Ok(found)
    }
}

/// Makes the folders that files are renamed into. All at once and before the first file: of two files that come into a
/// new folder together, one would be told durable before the folder itself is.
fn make_places(directory: &Path) -> io::Result<()> {
    let mut made = false;
    for number in 0..=u8::MAX {
        let place = directory.join(format!("{number:02x}"));
        if !place.is_dir() {
            folder::make_private(&place)?;
            made = true;
        }
    }
    if made { folder::flush(directory) } else { Ok(()) }
}

impl Staged {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes the file durable under its final name. It is not an object before the index says so.
    pub(crate) fn keep(mut self, files: &Files) -> io::Result<FileId> {
        self.file.sync_all()?;
        let place = files.folder(&self.id.name());
        fs::rename(&self.path, files.path(self.id))?;
        self.kept = true;
        folder::flush(&place)?;
        Ok(self.id)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed now is removed when the folder is opened again.
            drop(fs::remove_file(&self.path));
        }
    }
}
