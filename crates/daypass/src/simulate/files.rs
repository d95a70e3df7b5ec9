//! The files that a question names.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use daypass_policy::{Document, Kind, Named};

use crate::failure::Failure;
use daypass_aws::tree::printable;

/// The largest file that is read, in bytes: no policy or token is as large, and a wrong name is told early.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A policy and the name of its file.
#[derive(Debug)]
pub(super) struct Policy {
    name: String,
    document: Document,
}

impl Policy {
    /// Reads a policy of this kind.
    pub(super) fn read(kind: Kind, path: &Path) -> Result<Self, Failure> {
        Self::parse(kind, path.display().to_string(), &text(path)?)
    }

    /// Reads a policy of this kind from its text.
    pub(super) fn parse(kind: Kind, name: String, text: &str) -> Result<Self, Failure> {
        let document = Document::parse(kind, text).map_err(|error| {
            let (span, element) = (error.span(), error.path());
            let element = if element.is_empty() { String::new() } else { format!(" (in `{element}`)") };
            let sentence = format!("{name}:{}:{}: {error}{element}", span.line, span.column);
            // A policy's own words come in here, whoever wrote it.
            let failure = Failure::new(printable(&sentence));
            match error.hint() {
                Some(hint) => failure.hint(printable(hint)),
                None => failure,
            }
        })?;
        Ok(Self { name, document })
    }

    /// Reads several.
    pub(super) fn read_all(
        kind: Kind,
        paths: impl IntoIterator<Item = impl AsRef<Path>>,
    ) -> Result<Vec<Self>, Failure> {
        paths.into_iter().map(|path| Self::read(kind, path.as_ref())).collect()
    }

    pub(super) fn named(&self) -> Named<'_> {
        Named { name: &self.name, document: &self.document }
    }
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::new(format!("cannot read `{}`: {error}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    let length = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
    if length as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(format!("`{}` is over {FILE_BYTES_MAX} bytes", path.display())));
    }
    Ok(text)
}
