//! An account as documents of the store: one document for each provider, policy and role, and for each role's last use.
//!
//! The first account's documents have the plain keys that they had when it was the only one. Those of a further account
//! begin with `@`, its number and `/`; no key of the first account can begin like that, as neither a host, a role's name
//! followed by `/`, nor an ARN does.

use std::collections::BTreeSet;

use daypass_aws::account::{Change, role_key};
use daypass_aws::import::Import;
use daypass_aws::last_use::LastUse;
use daypass_aws::{Account, AccountId, AccountSettings, ManagedPolicy, Provider, Role};
use daypass_store::{Change as Document, Collection, Documents, StoreError};

use crate::start_error::StartError;

/// The key of the settings' document.
const SETTINGS: &str = "account-settings";
/// What the keys of further accounts begin with.
const FURTHER: char = '@';

/// Where an account's documents lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Under plain keys: the first account.
    First,
    /// Under keys that begin with the account.
    Further(AccountId),
}

impl Place {
    /// A key of this account as the store has it.
    pub(crate) fn key(&self, key: &str) -> String {
        match self {
            Self::First => key.to_owned(),
            Self::Further(id) => format!("{FURTHER}{id}/{key}"),
        }
    }

    /// A document of this account as the store has it.
    pub(crate) fn document(&self, document: Document) -> Document {
        match document {
            Document::Delete { collection, key } => Document::Delete { collection, key: self.key(&key) },
            Document::Put { collection, key, document } => {
                Document::Put { collection, key: self.key(&key), document }
            }
        }
    }

    /// All documents of a kind that are this account's, under the keys that the store has.
    pub(crate) fn all(
        &self,
        documents: &impl Documents,
        collection: Collection,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let prefix = self.key("");
        let mut found = documents.all(collection)?;
        found.retain(|(key, _)| match self {
            Self::First => !key.starts_with(FURTHER),
            Self::Further(_) => key.starts_with(&prefix),
        });
        Ok(found)
    }
}

/// The account that the store holds.
///
/// # Errors
/// [`StartError`] where a document cannot be read: it names the document, and nothing is overwritten.
pub(crate) fn load(documents: &impl Documents, id: AccountId, place: &Place) -> Result<Account, StartError> {
    let mut changes = Vec::new();
    for (key, text) in place.all(documents, Collection::Provider)? {
        let provider: Provider =
            serde_json::from_str(&text).map_err(|error| StartError::document("provider", &key, &error))?;
        changes.push(Change::PutProvider(provider));
    }
    for (key, text) in place.all(documents, Collection::Policy)? {
        let policy: ManagedPolicy =
            serde_json::from_str(&text).map_err(|error| StartError::document("policy", &key, &error))?;
        changes.push(Change::PutPolicy(Box::new(policy)));
    }
    for (key, text) in place.all(documents, Collection::Role)? {
        let role: Role =
            serde_json::from_str(&text).map_err(|error| StartError::document("role", &key, &error))?;
        changes.push(Change::PutRole(Box::new(role)));
    }
    if let Some(settings) = settings(documents, place)? {
        changes.push(Change::PutSettings(Box::new(settings)));
    }
    let account = Account::new(id).apply(&changes);
    let known: BTreeSet<String> = account.roles().map(|role| role.id.clone()).collect();
    for (key, text) in place.all(documents, Collection::RoleUse)? {
        // A role's id is never used again, so a use outlives its role as a document that nobody reads.
        let role_id = key.strip_prefix(&place.key("")).unwrap_or(&key);
        if known.contains(role_id) {
            let last_use: LastUse = serde_json::from_str(&text)
                .map_err(|error| StartError::document("role use", &key, &error))?;
            account.last_uses.restore(role_id.to_owned(), last_use);
        }
    }
    Ok(account)
}

/// What is kept of the account as a whole; `None` for an account that is new, or was made by a version that kept none.
///
/// # Errors
/// [`StartError`] where the document cannot be read.
pub(crate) fn settings(
    documents: &impl Documents,
    place: &Place,
) -> Result<Option<AccountSettings>, StartError> {
    let key = place.key(SETTINGS);
    let text = documents.one(Collection::Setting, &key)?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|error| StartError::document("settings", &key, &error))
    })
    .transpose()
}

/// A role's last use as a change of its document.
///
/// # Errors
/// The serializer's, which no use brings about.
pub(crate) fn of_last_use(role_id: &str, last_use: &LastUse) -> Result<Document, serde_json::Error> {
    Ok(Document::Put {
        collection: Collection::RoleUse,
        key: role_id.to_owned(),
        document: serde_json::to_string(last_use)?,
    })
}

/// An account that is taken over, as changes of documents.
///
/// # Errors
/// The serializer's, which no account brings about.
pub(crate) fn of_import(import: &Import) -> Result<Vec<Document>, serde_json::Error> {
    let uses = import.last_uses.iter().map(|(role_id, last_use)| of_last_use(role_id, last_use));
    import.changes.iter().map(of).chain(uses).collect()
}

/// A change of the account as changes of documents.
///
/// # Errors
/// The serializer's, which no account brings about.
pub(crate) fn of(change: &Change) -> Result<Document, serde_json::Error> {
    Ok(match change {
        Change::DeletePolicy(arn) => Document::Delete { collection: Collection::Policy, key: arn.clone() },
        Change::DeleteProvider(location) => {
            Document::Delete { collection: Collection::Provider, key: location.clone() }
        }
        Change::DeleteRole(name) => Document::Delete { collection: Collection::Role, key: role_key(name) },
        Change::PutPolicy(policy) => Document::Put {
            collection: Collection::Policy,
            key: policy.arn.clone(),
            document: serde_json::to_string(policy)?,
        },
        Change::PutProvider(provider) => Document::Put {
            collection: Collection::Provider,
            key: provider.location.clone(),
            document: serde_json::to_string(provider)?,
        },
        Change::PutRole(role) => Document::Put {
            collection: Collection::Role,
            key: role_key(&role.name),
            document: serde_json::to_string(role)?,
        },
        Change::PutSettings(settings) => Document::Put {
            collection: Collection::Setting,
            key: SETTINGS.to_owned(),
            document: serde_json::to_string(settings)?,
        },
    })
}
