//! Users, organisations and repositories.
//!
//! Each is one document of the store. A writer works on a copy of the maps, whose members are shared; what was changed is
//! seen from what is no longer the same member.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use daypass_github::hosting::{Organization, Repository, User};
use daypass_store::{Change, Collection, Documents};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::HubError;
use crate::config::Config;
use crate::start_error::StartError;

/// The most users.
pub const USERS_MAX: usize = 10_000;
/// The most repositories, as many as the configuration may name.
pub const REPOSITORIES_MAX: usize = crate::config::REPOSITORIES_MAX;

const ORGANIZATION: &str = "organization/";
const REPOSITORY: &str = "repository/";
const USER: &str = "user/";
const WORKFLOW: &str = "workflow/";
const NUMBER: &str = "number/";

/// What GitHub keeps. The keys are names in lower case.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    /// Users by login.
    pub users: BTreeMap<String, Arc<User>>,
    /// Organisations by login.
    pub organizations: BTreeMap<String, Arc<Organization>>,
    /// Repositories by `owner/name`.
    pub repositories: BTreeMap<String, Arc<Repository>>,
    /// The texts of workflow files, by `owner/name` and path: `owner/name/.github/workflows/deploy.yml`.
    pub workflows: BTreeMap<String, Arc<String>>,
    /// Numbers that stay with a name: by login, or by `organization/team`.
    pub(super) numbers: BTreeMap<String, Arc<u64>>,
    /// Logins by the hash of a token.
    by_token: Arc<HashMap<String, String>>,
}

impl Holdings {
    /// Reads all that is kept.
    pub(super) fn load(documents: &impl Documents) -> Result<Self, StartError> {
        let mut holdings = Self::default();
        for (key, text) in documents.all(Collection::Github)? {
            if let Some(name) = key.strip_prefix(USER) {
                holdings.users.insert(name.to_owned(), read("user", &key, &text)?);
            } else if let Some(name) = key.strip_prefix(ORGANIZATION) {
                holdings.organizations.insert(name.to_owned(), read("organization", &key, &text)?);
            } else if let Some(name) = key.strip_prefix(REPOSITORY) {
                holdings.repositories.insert(name.to_owned(), read("repository", &key, &text)?);
            } else if let Some(name) = key.strip_prefix(WORKFLOW) {
                holdings.workflows.insert(name.to_owned(), read("workflow", &key, &text)?);
            } else if let Some(name) = key.strip_prefix(NUMBER) {
                holdings.numbers.insert(name.to_owned(), read("number", &key, &text)?);
            }
        }
        holdings.index_tokens();
        Ok(holdings)
    }

    /// Sets what the configuration says; what it does not speak of stays.
    pub(super) fn set(&mut self, config: &Config, now: Timestamp) -> Result<(), StartError> {
        config.apply(self, now).map_err(|error| StartError::Configuration(error.to_string()))?;
        self.index_tokens();
        Ok(())
    }

    /// What brings the store from what it has to this.
    pub(super) fn changes_from(&self, before: &Self) -> Result<Vec<Change>, HubError> {
        let mut changes = Vec::new();
        compare(USER, &before.users, &self.users, &mut changes)?;
        compare(ORGANIZATION, &before.organizations, &self.organizations, &mut changes)?;
        compare(REPOSITORY, &before.repositories, &self.repositories, &mut changes)?;
        compare(WORKFLOW, &before.workflows, &self.workflows, &mut changes)?;
        compare(NUMBER, &before.numbers, &self.numbers, &mut changes)?;
        Ok(changes)
    }

    /// The repository of a name, without regard to case.
    #[must_use]
    pub fn repository(&self, full_name: &str) -> Option<&Arc<Repository>> {
        self.repositories.get(&Repository::key(full_name))
    }

    /// The repository of a number.
    #[must_use]
    pub fn repository_numbered(&self, id: u64) -> Option<&Arc<Repository>> {
        self.repositories.values().find(|repository| repository.id == id)
    }

    /// The user of a login, without regard to case.
    #[must_use]
    pub fn user(&self, login: &str) -> Option<&Arc<User>> {
        self.users.get(&login.to_ascii_lowercase())
    }

    /// The user of a number.
    #[must_use]
    pub fn user_numbered(&self, id: u64) -> Option<&Arc<User>> {
        self.users.values().find(|user| user.id == id)
    }

    /// What was set for an organisation; one that nothing was said of is as GitHub makes it.
    #[must_use]
    pub fn organization(&self, login: &str) -> Arc<Organization> {
        let found = self.organizations.get(&login.to_ascii_lowercase()).cloned();
        found.unwrap_or_else(|| Arc::new(Organization::new(self.owner_number(login), login)))
    }

    /// The user whose token has this hash.
    #[must_use]
    pub fn by_token_hash(&self, hash: &str) -> Option<&Arc<User>> {
        self.by_token.get(hash).and_then(|login| self.users.get(login))
    }

    /// The text of a workflow file.
    #[must_use]
    pub fn workflow_text(&self, full_name: &str, path: &str) -> Option<&Arc<String>> {
        self.workflows.get(&workflow_key(full_name, path))
    }

    /// Finds tokens by their hashes from now on.
    pub(super) fn index_tokens(&mut self) {
        let of = |(login, user): (&String, &Arc<User>)| -> Vec<(String, String)> {
            user.tokens.iter().map(|token| (token.hash.clone(), login.clone())).collect()
        };
        self.by_token = Arc::new(self.users.iter().flat_map(of).collect());
    }
}

/// The key of a workflow's text. Paths have a case, names of repositories none.
#[must_use]
pub fn workflow_key(full_name: &str, path: &str) -> String {
    format!("{}/{path}", Repository::key(full_name))
}

fn read<T: DeserializeOwned>(kind: &'static str, key: &str, text: &str) -> Result<Arc<T>, StartError> {
    serde_json::from_str(text).map(Arc::new).map_err(|error| StartError::document(kind, key, &error))
}

fn compare<T: Serialize>(
    prefix: &str,
    before: &BTreeMap<String, Arc<T>>,
    after: &BTreeMap<String, Arc<T>>,
    changes: &mut Vec<Change>,
) -> Result<(), HubError> {
    for (name, member) in after {
        if before.get(name).is_some_and(|known| Arc::ptr_eq(known, member)) {
            continue;
        }
        let document =
            serde_json::to_string(&**member).map_err(|error| HubError::Document(error.to_string()))?;
        let key = format!("{prefix}{name}");
        changes.push(Change::Put { collection: Collection::Github, key, document });
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changes.push(Change::Delete { collection: Collection::Github, key: format!("{prefix}{name}") });
    }
    Ok(())
}
