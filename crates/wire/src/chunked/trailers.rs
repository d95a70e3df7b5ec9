//! The lines after the last chunk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::chunked::ChunkError;
use crate::limits;

const SIGNATURE: &str = "x-amz-trailer-signature";

/// The trailing headers of a body: exactly those that its request announced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trailers {
    /// By name in lower case; `None` until it has come.
    values: BTreeMap<String, Option<String>>,
    signature: Option<String>,
    bytes: usize,
}

impl Trailers {
    pub(super) fn announced(names: &[&str]) -> Self {
        let names = names.iter().map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
        Self { values: names.map(|name| (name, None)).collect(), ..Self::default() }
    }

    /// The value of a trailer, by its name in lower case.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref()
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)))
    }

    pub(super) fn add(&mut self, line: &[u8], is_signed: bool) -> Result<(), ChunkError> {
        self.bytes += line.len();
        if self.bytes > limits::TRAILER_BYTES {
            return Err(ChunkError::MalformedTrailer);
        }
        let line = std::str::from_utf8(line).map_err(|_| ChunkError::MalformedTrailer)?;
        let (name, value) = line.split_once(':').ok_or(ChunkError::MalformedTrailer)?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        // Nothing comes after the signature, and nothing comes twice.
        let place = if self.signature.is_some() {
            None
        } else if is_signed && name == SIGNATURE {
            Some(&mut self.signature)
        } else {
            self.values.get_mut(&name)
        };
        match place {
            Some(place) if place.is_none() => *place = Some(value.to_owned()),
            _ => return Err(ChunkError::MalformedTrailer),
        }
        Ok(())
    }

    pub(super) fn check_complete(&self) -> Result<(), ChunkError> {
        match self.values.iter().find(|(_, value)| value.is_none()) {
            Some((name, _)) => Err(ChunkError::TrailerMissing { name: name.clone() }),
            None => Ok(()),
        }
    }

    pub(super) fn signature(&self) -> Option<&str> {
        self.signature.as_deref()
    }

    /// The text that the trailer's signature signs the hash of.
    pub(super) fn canonical(&self) -> String {
        self.iter().fold(String::new(), |mut text, (name, value)| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}:{value}");
            text
        })
    }
}
