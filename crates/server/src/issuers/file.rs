//! Files that the configuration names.

use std::io::Read as _;
use std::path::Path;

use super::error::IssuerError;

/// A file's content, refused where it is longer than `max` bytes.
#[expect(
    clippy::disallowed_methods,
    reason = "the server is an edge: it reads the files that its configuration names"
)]
pub(super) fn read(path: &Path, max: u64) -> Result<Vec<u8>, IssuerError> {
    let fault = |detail: String| IssuerError::File { path: path.to_owned(), detail };
    let file = std::fs::File::open(path).map_err(|error| fault(error.to_string()))?;
    let mut content = Vec::new();
    file.take(max + 1).read_to_end(&mut content).map_err(|error| fault(error.to_string()))?;
    if content.len() as u64 > max {
        return Err(fault(format!("it has more than {max} bytes")));
    }
    Ok(content)
}
