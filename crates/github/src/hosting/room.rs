//! How much of a repository's document runs and files may fill.
//!
//! Whoever may write workflow files makes environments and names by them. The document has a limit, and whoever
//! administers the repository has to be able to write whatever others did.

use std::io;

use super::repository::Repository;

/// Bytes of a repository's document up to which runs make environments, and workflow files are kept: half of what the
/// store takes of a document.
pub const FILLED_BYTES_MAX: usize = 512 * 1024;
/// Characters of a workflow's name that are kept; the file says the rest.
pub const WORKFLOW_NAME_CHARACTERS_MAX: usize = 255;

/// There is no room for what a run or a file would add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the repository's environments, workflows and settings fill {FILLED_BYTES_MAX} bytes, and runs and files add nothing to that: an administrator can delete environments that nobody needs"
)]
pub struct NoRoom;

impl Repository {
    /// Whether a run or a file may add something to it.
    ///
    /// # Errors
    /// [`NoRoom`]
    pub fn has_room(&self) -> Result<(), NoRoom> {
        let mut counted = Counted(0);
        // A sink that takes everything cannot fail, and one that cannot be written has no room.
        match serde_json::to_writer(&mut counted, self) {
            Ok(()) if counted.0 < FILLED_BYTES_MAX => Ok(()),
            _ => Err(NoRoom),
        }
    }
}

/// A workflow's name as it is kept.
#[must_use]
pub fn workflow_name(name: &str) -> String {
    name.chars().take(WORKFLOW_NAME_CHARACTERS_MAX).collect()
}

/// Counts what is written.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
