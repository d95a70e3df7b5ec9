//! The account as documents of the store: one document for each provider, policy and role, and for each role's last use.

use std::collections::BTreeSet;

use daypass_aws::account::{Change, role_key};
use daypass_aws::last_use::LastUse;
use daypass_aws::{Account, AccountId, ManagedPolicy, Provider, Role};
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
    for (key, text) in documents.all(Collection::Policy)? {
        let policy: ManagedPolicy =
            serde_json::from_str(&text).map_err(|error| StartError::document("policy", &key, &error))?;
        changes.push(Change::PutPolicy(Box::new(policy)));
    }
    for (key, text) in documents.all(Collection::Role)? {
        let role: Role =
            serde_json::from_str(&text).map_err(|error| StartError::document("role", &key, &error))?;
        changes.push(Change::PutRole(Box::new(role)));
    }
    let account = Account::new(id).apply(&changes);
    let known: BTreeSet<String> = account.roles().map(|role| role.id.clone()).collect();
    let mut uses = documents.all(Collection::RoleUse)?;
    // A role's id is never used again, so a use outlives its role as a document that nobody reads.
    uses.retain(|(role_id, _)| known.contains(role_id));
    for (role_id, text) in uses {
        let last_use: LastUse = serde_json::from_str(&text)
            .map_err(|error| StartError::document("role use", &role_id, &error))?;
        account.last_uses.restore(role_id, last_use);
    }
    Ok(account)
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
    })
}
