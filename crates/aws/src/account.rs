//! The account as an immutable snapshot, and the changes that lead from one snapshot to the next.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use daypass_policy::{Document, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::arn;

/// An account's twelve-digit number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// Reads twelve decimal digits; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl TryFrom<String> for AccountId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not an account number of twelve digits"))
    }
}

/// Tags of a thing, by key.
pub type Tags = BTreeMap<String, String>;

/// An OpenID Connect provider that the account trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The issuer's URL without `https://`, case kept; the key in the account.
    pub location: String,
    /// Audiences that tokens may be made out to, in the order of registration.
    pub client_ids: Vec<String>,
    /// Certificate thumbprints, 40 characters each, lower case. Kept for the API; trust in keys comes from elsewhere.
    pub thumbprints: Vec<String>,
    /// When it was registered.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

impl Provider {
    /// The issuer URL that a token's `iss` must equal.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("https://{}", self.location)
    }
}

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
        let document = Document::parse(kind, text).map_err(|error| Arc::from(error.to_string()));
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

    fn trust<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Kind::Trust, &String::deserialize(deserializer)?))
    }

    fn identity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Self>, D::Error> {
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

/// A role: who may become it, and what it may do then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, case kept; unique in the account without regard to case.
    pub name: String,
    /// `AROA` and 17 characters; never used again after the role is deleted.
    pub id: String,
    /// Its path, with leading and trailing `/`.
    pub path: String,
    /// Who may assume it.
    #[serde(deserialize_with = "StoredPolicy::trust")]
    pub trust: StoredPolicy,
    /// Inline permission policies by name.
    #[serde(default, deserialize_with = "StoredPolicy::identity")]
    pub policies: BTreeMap<String, StoredPolicy>,
    /// The longest session it gives, in seconds, 3600 to 43200.
    pub max_session_seconds: u32,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

impl Role {
    /// Its ARN in an account.
    #[must_use]
    pub fn arn(&self, account: &AccountId) -> String {
        arn::role(account, &self.path, &self.name)
    }
}

/// One step from a snapshot of the account to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The provider with this location is gone.
    DeleteProvider(String),
    /// The role with this name is gone.
    DeleteRole(String),
    /// A provider is new or different.
    PutProvider(Provider),
    /// A role is new or different.
    PutRole(Box<Role>),
}

/// The account at one moment. Cloning is cheap: the things in it are shared.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    providers: BTreeMap<String, Arc<Provider>>,
    roles: BTreeMap<String, Arc<Role>>,
}

impl Account {
    /// An empty account.
    #[must_use]
    pub const fn new(id: AccountId) -> Self {
        Self { id, providers: BTreeMap::new(), roles: BTreeMap::new() }
    }

    /// The account after the changes, in their order.
    #[must_use]
    pub fn apply(&self, changes: &[Change]) -> Self {
        let mut next = self.clone();
        for change in changes {
            match change {
                Change::DeleteProvider(location) => {
                    next.providers.remove(location);
                }
                Change::DeleteRole(name) => {
                    next.roles.remove(&role_key(name));
                }
                Change::PutProvider(provider) => {
                    next.providers.insert(provider.location.clone(), Arc::new(provider.clone()));
                }
                Change::PutRole(role) => {
                    next.roles.insert(role_key(&role.name), Arc::new(Role::clone(role)));
                }
            }
        }
        next
    }

    /// The provider whose issuer is exactly this URL (scheme `https`, case and trailing slash significant).
    #[must_use]
    pub fn provider_of_issuer(&self, issuer: &str) -> Option<&Arc<Provider>> {
        self.provider(issuer.strip_prefix("https://")?)
    }

    /// The provider with this location (URL without scheme).
    #[must_use]
    pub fn provider(&self, location: &str) -> Option<&Arc<Provider>> {
        self.providers.get(location)
    }

    /// All providers, by location.
    pub fn providers(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.values()
    }

    /// The role with this name, in any case.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.get(&role_key(name))
    }

    /// All roles, by name without regard to case.
    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.values()
    }
}

/// The key of a role in the account and in the store: its name in lower case, since names are unique without case.
#[must_use]
pub fn role_key(name: &str) -> String {
    name.to_ascii_lowercase()
}
