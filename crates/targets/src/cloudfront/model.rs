//! Distributions and invalidations as they are kept.
//!
//! Each is a document of its own: `ACCOUNT/ID`, and `ACCOUNT/ID/INVALIDATION`.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_store::{Change, Collection, Documents, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::tree::Element;
use super::{DEPLOYMENT, structure};

/// A distribution with its invalidations.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// The account that it is of.
    pub account: String,
    /// Its id.
    pub id: String,
    /// `d111111abcdef8.cloudfront.net`.
    pub domain: String,
    /// The version of its configuration.
    pub etag: String,
    /// When it was made or last changed.
    pub modified: Timestamp,
    /// Its configuration.
    pub config: Arc<Element>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its invalidations, the newest first.
    pub invalidations: Vec<Arc<Invalidation>>,
}

/// An invalidation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalidation {
    /// Its id.
    pub id: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// What the caller calls it.
    pub caller_reference: String,
    /// The paths.
    pub paths: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    domain: String,
    etag: String,
    modified: Timestamp,
    config: String,
    tags: BTreeMap<String, String>,
}

/// Why a document is no distribution.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document cannot be read.
    #[error("the document `{key}` of a distribution cannot be read: {problem}")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong.
        problem: String,
    },
}

impl Invalidation {
    /// Whether it is done at a time.
    #[must_use]
    pub fn is_completed(&self, now: Timestamp) -> bool {
        now.duration_since(self.created) >= DEPLOYMENT
    }

    /// Its document.
    pub(super) fn put(&self, distribution: &Distribution) -> Change {
        Change::Put {
            collection: Collection::Distribution,
            key: format!("{}/{}", distribution.key(), self.id),
            document: serde_json::json!(self).to_string(),
        }
    }

    /// Its end.
    pub(super) fn delete(&self, distribution: &Distribution) -> Change {
        let key = format!("{}/{}", distribution.key(), self.id);
        Change::Delete { collection: Collection::Distribution, key }
    }
}

impl Distribution {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:cloudfront::{}:distribution/{}", self.account, self.id)
    }

    /// Whether its last change is everywhere.
    #[must_use]
    pub fn is_deployed(&self, now: Timestamp) -> bool {
        now.duration_since(self.modified) >= DEPLOYMENT
    }

    /// Whether it answers.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.config.text_of("Enabled") == Some("true")
    }

    /// The invalidation with this id.
    #[must_use]
    pub fn invalidation(&self, id: &str) -> Option<&Arc<Invalidation>> {
        self.invalidations.iter().find(|invalidation| invalidation.id == id)
    }

    fn key(&self) -> String {
        key(&self.account, &self.id)
    }

    /// Its document.
    pub(super) fn put(&self) -> Change {
        let stored = Stored {
            domain: self.domain.clone(),
            etag: self.etag.clone(),
            modified: self.modified,
            config: self.config.document(super::NAMESPACE),
            tags: self.tags.clone(),
        };
        let document = serde_json::json!(stored).to_string();
        Change::Put { collection: Collection::Distribution, key: self.key(), document }
    }

    /// Its end, and that of its invalidations.
    pub(super) fn delete(&self) -> Vec<Change> {
        let own = Change::Delete { collection: Collection::Distribution, key: self.key() };
        let invalidations = self.invalidations.iter().map(|invalidation| invalidation.delete(self));
        std::iter::once(own).chain(invalidations).collect()
    }
}

fn key(account: &str, id: &str) -> String {
    format!("{account}/{id}")
}

/// All distributions of all accounts, at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    distributions: BTreeMap<String, Arc<Distribution>>,
}

impl Snapshot {
    /// What is kept.
    ///
    /// # Errors
    /// [`LoadError`]
    pub fn load(documents: &dyn Documents) -> Result<Self, LoadError> {
        let mut snapshot = Self::default();
        // A distribution's key comes before those of its invalidations.
        for (key, text) in documents.all(Collection::Distribution)? {
            let damaged = |problem: String| LoadError::Damaged { key: key.clone(), problem };
            let mut parts = key.splitn(3, '/');
            let (Some(account), Some(id)) = (parts.next(), parts.next()) else {
                return Err(damaged("its key is not ACCOUNT/ID".to_owned()));
            };
            if parts.next().is_some() {
                let read: Invalidation =
                    serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
                let around = snapshot.distributions.get_mut(&self::key(account, id));
                let around = around.ok_or_else(|| damaged("its distribution is missing".to_owned()))?;
                Arc::make_mut(around).invalidations.push(Arc::new(read));
            } else {
                let read = distribution(account, id, &text).map_err(damaged)?;
                snapshot.distributions.insert(read.key(), Arc::new(read));
            }
        }
        for distribution in snapshot.distributions.values_mut() {
            let newest = |one: &Arc<Invalidation>| (std::cmp::Reverse(one.created), one.id.clone());
            Arc::make_mut(distribution).invalidations.sort_by_key(newest);
        }
        Ok(snapshot)
    }

    /// An account's distribution.
    #[must_use]
    pub fn one(&self, account: &str, id: &str) -> Option<&Arc<Distribution>> {
        self.distributions.get(&key(account, id))
    }

    /// An account's distributions, by id.
    pub fn of<'a>(&'a self, account: &'a str) -> impl Iterator<Item = &'a Arc<Distribution>> {
        self.distributions.values().filter(move |distribution| distribution.account == account)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Distribution>> {
        self.distributions.values()
    }

    /// The same with a distribution that is new or different.
    #[must_use]
    pub(super) fn with(&self, distribution: Distribution) -> Self {
        let mut next = self.clone();
        next.distributions.insert(distribution.key(), Arc::new(distribution));
        next
    }

    /// The same without a distribution.
    #[must_use]
    pub(super) fn without(&self, distribution: &Distribution) -> Self {
        let mut next = self.clone();
        next.distributions.remove(&distribution.key());
        next
    }
}

fn distribution(account: &str, id: &str, text: &str) -> Result<Distribution, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut config = Element::read(&stored.config).map_err(|error| error.to_string())?;
    structure::check(&mut config, "DistributionConfig").map_err(|error| error.to_string())?;
    Ok(Distribution {
        account: account.to_owned(),
        id: id.to_owned(),
        domain: stored.domain,
        etag: stored.etag,
        modified: stored.modified,
        config: Arc::new(config),
        tags: stored.tags,
        invalidations: Vec::new(),
    })
}
