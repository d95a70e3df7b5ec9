//! `[[repositories]]`: what is special about a repository's tokens.

use std::fmt;
use std::ops::Range;

use daypass_github::hosting::Repository;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{At, ConfigError};

/// The longest owner, in characters.
const OWNER_CHARACTERS_MAX: usize = 39;
/// The longest name of a repository, in characters.
const NAME_CHARACTERS_MAX: usize = 100;

/// One repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryEntry {
    /// `OWNER/NAME`.
    pub name: String,
    /// Whether its subjects carry the ids of owner and repository, as those of repositories made after 2026-07-15 do.
    pub immutable: bool,
    /// The owner's id; one is made from the name where it is not given.
    pub owner_id: Option<u64>,
    /// The repository's id; one is made from the name where it is not given.
    pub repository_id: Option<u64>,
}

impl RepositoryEntry {
    pub(super) fn apply(&self, repository: &mut Repository) {
        repository.subject.immutable = Some(self.immutable);
        repository.owner_id = self.owner_id.unwrap_or(repository.owner_id);
        repository.id = self.repository_id.unwrap_or(repository.id);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: Spanned<String>,
    #[serde(default)]
    immutable: bool,
    owner_id: Option<Id>,
    repository_id: Option<Id>,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(RepositoryEntry, Range<usize>), ConfigError> {
        let span = self.name.span();
        let name = self.name.into_inner();
        if !is_repository(&name) {
            let problem = format!("`{name}` is not a repository");
            return Err(at.place(&span, problem).mend("write OWNER/NAME, as in \"octo-org/octo-repo\""));
        }
        let entry = RepositoryEntry {
            name,
            immutable: self.immutable,
            owner_id: self.owner_id.map(|id| id.0),
            repository_id: self.repository_id.map(|id| id.0),
        };
        Ok((entry, span))
    }
}

fn is_repository(text: &str) -> bool {
    let Some((owner, name)) = text.split_once('/') else { return false };
    let of = |text: &str, others: &str, most: usize| {
        (1..=most).contains(&text.len())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    of(owner, "-_", OWNER_CHARACTERS_MAX)
        && of(name, "-_.", NAME_CHARACTERS_MAX)
        && !matches!(name, "." | "..")
}

/// A number above zero, written bare or between quotes as tokens have it.
struct Id(u64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Id;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an id: a whole number above zero")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Id, E> {
                let id = u64::try_from(number).ok().filter(|id| *id > 0);
                id.map(Id).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
                let id = if digits { text.parse().ok() } else { None };
                id.map(Id).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
