//! The account as documents of the store: one document for each provider and role.

use daypass_aws::account::{Change, role_key};
use daypass_aws::{Account, AccountId, Provider, Role};
use daypass_store::{Change as Document, Collection, Documents};

use crate::start_error::StartError;

/// The account that the store holds.
///
/// # Errors
/// [`StartError`] where a document cannot be read: it names the document, and nothing is overwritten.
pub(crate) fn load(documents: &impl Documents, id: AccountId) -> Result<Account, StartError> {
    let mut changes = Vec::new();
    for (key, text) in documents.all(Collection::Provider)? {
        let provider: Provider =
            serde_json::from_str(&text).map_err(|error| StartError::document("provider", &key, &error))?;
        changes.push(Change::PutProvider(provider));
    }
    for (key, text) in documents.all(Collection::Role)? {
        let role: Role =
            serde_json::from_str(&text).map_err(|error| StartError::document("role", &key, &error))?;
        changes.push(Change::PutRole(Box::new(role)));
    }
    Ok(Account::new(id).apply(&changes))
}

/// A change of the account as changes of documents.
///
/// # Errors
/// The serializer's, which no account brings about.
pub(crate) fn of(change: &Change) -> Result<Document, serde_json::Error> {
    Ok(match change {
        Change::DeleteProvider(location) => {
            Document::Delete { collection: Collection::Provider, key: location.clone() }
        }
        Change::DeleteRole(name) => Document::Delete { collection: Collection::Role, key: role_key(name) },
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
    })
}
