//! What is kept of distributions and their invalidations, and all of them as one immutable value.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_store::{Change, Collection};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OpenError;
use super::tree::Element;

/// A distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Distribution {
    /// Its `DistributionConfig`.
    pub(super) config: Element,
    /// What the last change is known by.
    pub(super) etag: String,
    /// When it was changed last.
    pub(super) changed: Timestamp,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

/// An invalidation, which never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Invalidation {
    pub(super) reference: String,
    pub(super) paths: Vec<String>,
    pub(super) created: Timestamp,
    /// Its place among those of its distribution.
    pub(super) sequence: u64,
}

/// A distribution with its invalidations.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) distribution: Arc<Distribution>,
    pub(super) invalidations: BTreeMap<String, Arc<Invalidation>>,
}

/// Every distribution of every account.
#[derive(Debug, Clone, Default)]
pub struct Distributions(BTreeMap<String, Kept>);

impl Distributions {
    /// Reads what is kept.
    pub(super) fn read(documents: Vec<(String, String)>) -> Result<Self, OpenError> {
        let mut distributions = Self::default();
        // A distribution's key comes before those of its invalidations.
        for (key, document) in documents {
            distributions.put(&key, &document)?;
        }
        Ok(distributions)
    }

    /// The same after some changes; the rest is shared.
    pub(super) fn with(&self, changes: &[Change]) -> Result<Self, OpenError> {
        let mut next = self.clone();
        for change in changes {
            match change {
                Change::Put { collection: Collection::Distribution, key, document } => {
                    next.put(key, document)?
                }
                Change::Delete { collection: Collection::Distribution, key } => next.delete(key),
                Change::Put { .. } | Change::Delete { .. } => {}
            }
        }
        Ok(next)
    }

    fn put(&mut self, key: &str, document: &str) -> Result<(), OpenError> {
        let damaged = |source| OpenError::Distribution { key: key.to_owned(), source };
        match invalidation_of(key) {
            None => {
                let distribution = Arc::new(serde_json::from_str(document).map_err(damaged)?);
                match self.0.get_mut(key) {
                    Some(kept) => kept.distribution = distribution,
                    None => {
                        let kept = Kept { distribution, invalidations: BTreeMap::new() };
                        self.0.insert(key.to_owned(), kept);
                    }
                }
            }
            Some((distribution, id)) => {
                let invalidation = Arc::new(serde_json::from_str(document).map_err(damaged)?);
                if let Some(kept) = self.0.get_mut(distribution) {
                    kept.invalidations.insert(id.to_owned(), invalidation);
                }
            }
        }
        Ok(())
    }

    fn delete(&mut self, key: &str) {
        match invalidation_of(key) {
            None => drop(self.0.remove(key)),
            Some((distribution, id)) => {
                if let Some(kept) = self.0.get_mut(distribution) {
                    kept.invalidations.remove(id);
                }
            }
        }
    }

    pub(super) fn one(&self, account: &str, id: &str) -> Option<&Kept> {
        self.0.get(&key(account, id))
    }

    /// The distributions of an account by id.
    pub(super) fn of(&self, account: &str) -> impl Iterator<Item = (&str, &Kept)> {
        let prefix = key(account, "");
        let after = self.0.range(prefix.clone()..);
        after.map_while(move |(key, kept)| Some((key.strip_prefix(prefix.as_str())?, kept)))
    }

    /// Every distribution's account, id and what is kept of it.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Kept)> {
        self.0.iter().map(|(key, kept)| (key.as_str(), kept))
    }
}

/// The key of a distribution's document.
pub(super) fn key(account: &str, id: &str) -> String {
    format!("{account}/{id}")
}

/// The key of an invalidation's document.
pub(super) fn invalidation_key(account: &str, distribution: &str, id: &str) -> String {
    format!("{account}/{distribution}/{id}")
}

/// The distribution's key and the id of an invalidation's key; `None` for a distribution's own.
fn invalidation_of(key: &str) -> Option<(&str, &str)> {
    let (distribution, id) = key.rsplit_once('/')?;
    distribution.contains('/').then_some((distribution, id))
}
