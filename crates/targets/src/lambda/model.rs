//! What is kept of functions, and all of them as one immutable value.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use daypass_store::{Change, Collection};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OpenError;
use super::arn;
use super::code::Digest;

/// A function's settings and code at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Configuration {
    pub(super) code: Digest,
    /// Bytes of the code as it was uploaded.
    pub(super) size: u64,
    pub(super) settings: Settings,
    /// What the last change is known by.
    pub(super) revision: String,
    /// When it was made: until shortly after, it is pending.
    pub(super) made: Timestamp,
    /// When it was changed last: until shortly after, an update is in progress.
    pub(super) changed: Timestamp,
}

/// What a request may say of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) runtime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) handler: Option<String>,
    pub(super) description: String,
    /// Seconds.
    pub(super) timeout: u64,
    /// MB.
    pub(super) memory: u64,
    /// MB.
    pub(super) ephemeral_storage: u64,
    pub(super) environment: Environment,
    pub(super) architecture: String,
    pub(super) tracing: String,
    pub(super) log_format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_group: Option<String>,
}

/// Environment variables. Their values may be secrets: `Debug` shows their names.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Environment(pub(super) BTreeMap<String, String>);

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// An alias.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Alias {
    /// `$LATEST` or a version's number.
    pub(super) version: String,
    pub(super) description: String,
    /// A second version, and the part of the calls that it gets, from 0 to 1.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(super) weights: BTreeMap<String, f64>,
    pub(super) revision: String,
}

/// A function, without its published versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Function {
    pub(super) latest: Configuration,
    /// The number of the last version that was published; none is ever used again.
    pub(super) last_version: u64,
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, Alias>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) configuration: Configuration,
}

/// A function with its versions.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) function: Arc<Function>,
    pub(super) versions: BTreeMap<u64, Arc<Version>>,
}

/// Every function of every account and region.
#[derive(Debug, Clone, Default)]
pub struct Functions(BTreeMap<String, Kept>);

impl Functions {
    /// Reads what is kept.
    pub(super) fn read(documents: Vec<(String, String)>) -> Result<Self, OpenError> {
        let mut functions = Self::default();
        // A function's key comes before those of its versions.
        for (key, document) in documents {
            functions.put(&key, &document)?;
        }
        Ok(functions)
    }

    /// The same after some changes; the rest is shared.
    pub(super) fn with(&self, changes: &[Change]) -> Result<Self, OpenError> {
        let mut next = self.clone();
        for change in changes {
            match change {
                Change::Put { collection: Collection::Function, key, document } => next.put(key, document)?,
                Change::Delete { collection: Collection::Function, key } => next.delete(key),
                Change::Put { .. } | Change::Delete { .. } => {}
            }
        }
        Ok(next)
    }

    fn put(&mut self, key: &str, document: &str) -> Result<(), OpenError> {
        let damaged = |source| OpenError::Function { key: key.to_owned(), source };
        match version_of(key) {
            None => {
                let function = Arc::new(serde_json::from_str(document).map_err(damaged)?);
                match self.0.get_mut(key) {
                    Some(kept) => kept.function = function,
                    None => {
                        self.0.insert(key.to_owned(), Kept { function, versions: BTreeMap::new() });
                    }
                }
            }
            Some((function, number)) => {
                let version = Arc::new(serde_json::from_str(document).map_err(damaged)?);
                if let Some(kept) = self.0.get_mut(function) {
                    kept.versions.insert(number, version);
                }
            }
        }
        Ok(())
    }

    fn delete(&mut self, key: &str) {
        match version_of(key) {
            None => drop(self.0.remove(key)),
            Some((function, number)) => {
                if let Some(kept) = self.0.get_mut(function) {
                    kept.versions.remove(&number);
                }
            }
        }
    }

    /// How many there are, everywhere.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn one(&self, key: &str) -> Option<&Kept> {
        self.0.get(key)
    }

    /// The functions of an account and region by name.
    pub(super) fn of(&self, account: &str, region: &str) -> impl Iterator<Item = (&str, &Kept)> {
        let prefix = arn::key(account, region, "");
        let after = self.0.range(prefix.clone()..);
        let own = after.take_while({
            let prefix = prefix.clone();
            move |(key, _)| key.starts_with(&prefix)
        });
        own.filter_map(move |(key, kept)| Some((key.strip_prefix(&prefix)?, kept)))
    }

    /// The digests of all code that is named.
    pub(super) fn digests(&self) -> HashSet<Digest> {
        let all = self.0.values().flat_map(|kept| {
            let versions = kept.versions.values().map(|version| &version.configuration);
            versions.chain([&kept.function.latest])
        });
        all.map(|configuration| configuration.code.clone()).collect()
    }
}

/// The key of a version's document.
pub(super) fn version_key(function: &str, number: u64) -> String {
    format!("{function}/{number:019}")
}

/// The function and number of a version's key; `None` for a function's own.
fn version_of(key: &str) -> Option<(&str, u64)> {
    let (function, number) = key.rsplit_once('/')?;
    if function.matches('/').count() < 2 {
        return None;
    }
    Some((function, number.parse().ok()?))
}
