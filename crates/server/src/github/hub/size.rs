//! How large a run may become: it is one document of the store, and what the store does not take stops whoever waits for it.

use std::io::Write;

use daypass_github::run::Run;
use daypass_store::DOCUMENT_BYTES_MAX;

use super::error::{HubError, RUN};

/// Bytes of a run's document while it goes on. An eighth of what the store takes, 128 KiB, is left for what must always be
/// possible: that each of 500 jobs ends and says in a few words why, which takes under 200 bytes.
pub const RUN_BYTES_MAX: usize = DOCUMENT_BYTES_MAX / 8 * 7;
/// Bytes of a run's document as it begins: 500 plain jobs fit. The next eighth is for what comes to it: gates, reviews, jobs of
/// matrices, and outputs, of which one job may hand on 64 KiB.
pub const NEW_RUN_BYTES_MAX: usize = DOCUMENT_BYTES_MAX / 8 * 6;
/// Why the jobs of a run ended that would have been larger.
pub const TOO_LARGE: &str = "the run is too large to be kept";

/// Whether a run is small enough.
///
/// # Errors
/// [`HubError::TooLarge`]
pub fn check(run: &Run, limit: usize) -> Result<(), HubError> {
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, run).map_err(|error| HubError::Document(error.to_string()))?;
    let Counted(bytes) = counted;
    if bytes > limit { Err(HubError::TooLarge { what: RUN, bytes, limit }) } else { Ok(()) }
}

/// Counts what is written, and keeps nothing of it.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
