//! A policy as the account keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_policy::{Document, Kind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::explanation;

/// A policy as it was stored: its text, and the document if the text can be read.
///
/// A text that this version cannot read (kept by another version, or altered on disk) is kept as it is and allows
/// nothing: see [`StoredPolicy::document`].
#[derive(Debug, Clone)]
pub struct StoredPolicy {
    text: Arc<str>,
    document: Result<Document, Arc<str>>,
}

impl StoredPolicy {
    /// Keeps a document that was parsed before.
    #[must_use]
    pub fn new(document: Document) -> Self {
        Self { text: Arc::from(document.text()), document: Ok(document) }
    }

    /// Reads a stored text again.
    #[must_use]
    pub fn read(kind: Kind, text: &str) -> Self {
        let document = Document::parse(kind, text).map_err(|error| Arc::from(explanation::detail(&error)));
        Self { text: Arc::from(text), document }
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document.
    ///
    /// # Errors
    /// The reason why the stored text cannot be read. Whoever evaluates must then deny.
    pub fn document(&self) -> Result<&Document, &str> {
        self.document.as_ref().map_err(|reason| &**reason)
    }

    pub(crate) fn trust<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Kind::Trust, &String::deserialize(deserializer)?))
    }

    pub(crate) fn identity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Kind::Identity, &String::deserialize(deserializer)?))
    }

    pub(crate) fn identities<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Self>, D::Error> {
        let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(texts.into_iter().map(|(name, text)| (name, Self::read(Kind::Identity, &text))).collect())
    }
}

impl PartialEq for StoredPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Serialize for StoredPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
