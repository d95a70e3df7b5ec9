//! Versions of an object: how one is named, and where those that are not current are kept.
//!
//! Source: Amazon S3 user guide, "Retaining multiple versions of objects with S3 Versioning".

use base64::Engine as _;
use base64::alphabet::Alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use jiff::Timestamp;
use s3s::{S3Error, S3Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::document::Object;
use super::error;

/// What S3 calls the version that was written while the bucket kept none.
pub(crate) const NULL: &str = "null";

const SEQUENCE_BYTES: usize = 8;
const ID_BYTES: usize = SEQUENCE_BYTES + 16;

/// Letters that need no care in a query or a shell. A minus is not among them: at an id's beginning it would be taken for
/// an option.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

const CODE: GeneralPurpose = match Alphabet::new(LETTERS) {
    Ok(alphabet) => GeneralPurpose::new(&alphabet, NO_PAD),
    Err(_) => panic!("letters that are no alphabet"),
};

/// Whether a bucket keeps versions. A bucket that never did has none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Versioning {
    /// Every write and every simple delete makes a version.
    Enabled,
    /// Writes and simple deletes make the null version; the others stay.
    Suspended,
}

/// A version's id: 32 characters, opaque to clients. It holds the version's place in its key's history, so that it is
/// found by one look, and sixteen random bytes, which hide that place and tell apart what was there one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct VersionId(String);

impl VersionId {
    /// A new id for a place in a history.
    pub(crate) fn new(sequence: u64) -> Self {
        let random = Uuid::new_v4().into_bytes();
        let mut bytes = [0; ID_BYTES];
        let (place, rest) = bytes.split_at_mut(SEQUENCE_BYTES);
        for ((place, digit), mask) in place.iter_mut().zip(sequence.to_be_bytes()).zip(random) {
            *place = digit ^ mask;
        }
        rest.copy_from_slice(&random);
        Self(CODE.encode(bytes))
    }

    fn parse(text: &str) -> S3Result<Self> {
        let id = Self(text.to_owned());
        id.decoded().map(|_| id).ok_or_else(error::invalid_version_id)
    }

    fn decoded(&self) -> Option<u64> {
        let bytes: [u8; ID_BYTES] = CODE.decode(&self.0).ok()?.try_into().ok()?;
        let (place, random) = bytes.split_first_chunk::<SEQUENCE_BYTES>()?;
        let mask: [u8; SEQUENCE_BYTES] = *random.first_chunk()?;
        Some(u64::from_be_bytes(*place) ^ u64::from_be_bytes(mask))
    }

    /// The place in the history that the id names.
    pub(crate) fn sequence(&self) -> u64 {
        self.decoded().unwrap_or_default()
    }
}

/// A version as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The null version.
    Null,
    /// Any other.
    Id(VersionId),
}

impl Wanted {
    /// Reads `versionId`; `None` is the current version.
    ///
    /// # Errors
    /// `InvalidArgument` for what no bucket has ever given out.
    pub(crate) fn parse(given: Option<&str>) -> S3Result<Option<Self>> {
        match given {
            None => Ok(None),
            Some(NULL) => Ok(Some(Self::Null)),
            Some(text) => VersionId::parse(text).map(Self::Id).map(Some),
        }
    }

    /// As the client named it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Null => NULL,
            Self::Id(id) => &id.0,
        }
    }

    pub(crate) fn is(&self, version: Option<&VersionId>) -> bool {
        match self {
            Self::Null => version.is_none(),
            Self::Id(id) => version == Some(id),
        }
    }
}

/// Shows a version as S3 does.
pub(crate) fn shown(version: Option<&VersionId>) -> String {
    version.map_or(NULL, |id| id.0.as_str()).to_owned()
}

/// The version that an answer names: none where the bucket never kept any, else `null` for the null version. AWS's pages
/// do not say whether the answer to a write names it too; ours does.
pub(crate) fn answered(versioning: Option<Versioning>, version: Option<&VersionId>) -> Option<String> {
    versioning.map(|_| shown(version))
}

/// Stands in a key's history for "deleted".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// `None` is the null version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<VersionId>,
    pub(crate) sequence: u64,
    pub(crate) modified: Timestamp,
}

/// One version in a key's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Entry {
    /// An object.
    Object(Box<Object>),
    /// A delete marker.
    Marker(Marker),
}

impl Entry {
    pub(crate) fn version(&self) -> Option<&VersionId> {
        match self {
            Self::Object(object) => object.version.as_ref(),
            Self::Marker(marker) => marker.version.as_ref(),
        }
    }

    pub(crate) fn sequence(&self) -> u64 {
        match self {
            Self::Object(object) => object.sequence,
            Self::Marker(marker) => marker.sequence,
        }
    }

    pub(crate) fn into_object(self) -> Option<Object> {
        match self {
            Self::Object(object) => Some(*object),
            Self::Marker(_) => None,
        }
    }
}

/// The index bucket of what is not current: versions, and every delete marker.
pub(crate) fn versions_of(bucket: &str) -> String {
    format!("versions/{bucket}")
}

/// The index bucket that says where in its key's history a null version is that is not current.
pub(crate) fn nulls_of(bucket: &str) -> String {
    format!("nulls/{bucket}")
}

/// A key, or the beginning of one, as it stands in index keys of versions: in the same order as by itself, and never
/// with two NULs together.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('\0', "\0\u{1}")
}

/// What the index keys of a key's versions begin with.
pub(crate) fn history_of(key: &str) -> String {
    format!("{}\0\0", escaped(key))
}

/// The index key of a version: a key's newest one first.
pub(crate) fn place(key: &str, sequence: u64) -> String {
    format!("{}{:016x}", history_of(key), u64::MAX - sequence)
}

/// The key and the place in its history that an index key of a version stands for.
pub(crate) fn placed(place: &str) -> S3Result<(String, u64)> {
    let (key, digits) = place.rsplit_once("\0\0").ok_or_else(damaged)?;
    let digits = u64::from_str_radix(digits, 16).map_err(|_| damaged())?;
    Ok((key.replace("\0\u{1}", "\0"), u64::MAX - digits))
}

fn damaged() -> S3Error {
    tracing::error!("an index key of an object's version is damaged");
    error::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_its_place_and_is_never_the_same_again() {
        for sequence in [0, 1, 0x1234_5678_9abc_def0, u64::MAX] {
            let (id, other) = (VersionId::new(sequence), VersionId::new(sequence));
            assert_ne!(id, other);
            assert_eq!((id.0.len(), id.sequence(), other.sequence()), (32, sequence, sequence));
            assert_eq!(Wanted::parse(Some(&id.0)).unwrap(), Some(Wanted::Id(id)));
        }
    }

    #[test]
    fn what_nobody_gave_out_is_no_version() {
        assert_eq!(Wanted::parse(Some("null")).unwrap(), Some(Wanted::Null));
        for text in ["", "1", "Null", "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrH", &"A".repeat(33), &"\0".repeat(32)] {
            let refused = Wanted::parse(Some(text)).unwrap_err();
            assert_eq!(refused.code().as_str(), "InvalidArgument", "{text:?}");
        }
    }

    #[test]
    fn places_sort_by_key_and_then_newest_first() {
        let keys = ["a", "a\0", "a\0\0", "a\0\u{1}", "a\0b", "a\u{1}", "a!", "aa", "b", "ü", "ü\u{10ffff}"];
        let mut sorted: Vec<&str> = keys.to_vec();
        sorted.sort_unstable();
        let places: Vec<String> = sorted
            .iter()
            .flat_map(|key| [place(key, u64::MAX), place(key, 7), place(key, 6), place(key, 0)])
            .collect();
        assert!(places.is_sorted());
        for key in keys {
            assert_eq!(placed(&place(key, 7)).unwrap(), (key.to_owned(), 7));
            for other in keys {
                let begins = place(key, 7).starts_with(&escaped(other));
                assert_eq!(begins, key.starts_with(other), "{key:?} {other:?}");
                assert_eq!(place(key, 7).starts_with(&history_of(other)), key == other);
            }
        }
    }
}
