//! A repository: its environments, its protected branches, what its subjects are made of.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::number;
use super::protection::{self, BranchProtection};
use crate::alphabet;
use crate::customization::RepositorySubject;
use crate::gate::environment::{
    Environment, EnvironmentError, Protection, collides, is_same_name, is_same_subject,
};
use crate::reference;

/// The most environments of a repository. GitHub names no limit.
pub const ENVIRONMENTS_MAX: usize = 500;
/// The most workflows of a repository.
pub const WORKFLOWS_MAX: usize = 500;
/// Repositories that were made at this instant or later have their numbers in the subject, 2026-07-15T00:00:00Z. GitHub says
/// "after July 15" in one place and "on or after" in another; the earlier one is the cautious choice.
///
/// Source: GitHub changelog, 2026-04-23 as amended, and the OpenID Connect reference.
pub const IMMUTABLE_FROM: Timestamp = Timestamp::constant(1_784_073_600, 0);

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// The number.
    pub id: u64,
    /// The owner's number.
    pub owner_id: u64,
    /// `OWNER/NAME`, its case kept.
    pub full_name: String,
    /// Who can see it.
    pub visibility: Visibility,
    /// The default branch's name.
    pub default_branch: String,
    /// When it was made; not known for a repository that was there before the sandbox, and older than
    /// [`IMMUTABLE_FROM`] then.
    pub created: Option<Timestamp>,
    /// The slug of the enterprise that it belongs to.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// What its subjects are made of.
    pub subject: RepositorySubject,
    /// Its protected branches.
    #[serde(default)]
    pub protections: Vec<BranchProtection>,
    /// Its environments.
    #[serde(default)]
    pub environments: Vec<Environment>,
    /// Its custom properties, as tokens have them.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    /// The workflows that are known, by path.
    #[serde(default)]
    pub workflows: BTreeMap<String, WorkflowFile>,
    /// The branches and tags that were named, as whole refs; the last one was named last.
    #[serde(default)]
    pub references: Vec<String>,
}

/// Whether a path is a workflow file's: `.github/workflows/NAME.yml` or `NAME.yaml`.
#[must_use]
pub fn is_workflow_path(path: &str) -> bool {
    alphabet::workflow_name(path).is_some()
}

/// A workflow's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowFile {
    /// The number.
    pub id: u64,
    /// The display name.
    pub name: String,
    /// When it was first seen.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// How many runs there were of it.
    pub runs: u64,
}

/// Who can see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Its enterprise.
    Internal,
    /// Who was let in.
    #[default]
    Private,
    /// Everybody.
    Public,
}

impl Visibility {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Private => "private",
            Self::Public => "public",
        }
    }

    /// The visibility of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Internal, Self::Private, Self::Public].into_iter().find(|visibility| visibility.name() == name)
    }
}

/// Why an environment is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateEnvironmentError {
    /// It cannot be so.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// Its subject would be another one's.
    #[error(
        "the environments `{name}` and `{other}` would have one subject, since `:` is written as `%3A` and `%` stays: with strict_environment_names both are refused as long as there are two"
    )]
    Collides {
        /// The new one.
        name: String,
        /// The one that is there.
        other: String,
    },
    /// There are too many.
    #[error("a repository has {ENVIRONMENTS_MAX} environments at the most")]
    TooMany,
}

/// Whether a text can be the name of a branch, without `refs/heads/`.
#[must_use]
pub fn is_branch(name: &str) -> bool {
    reference::is_name(name)
}

impl Repository {
    /// A repository that nothing was said of; `None` where the name can be none.
    #[must_use]
    pub fn new(full_name: &str, created: Option<Timestamp>) -> Option<Self> {
        let (owner, name) = full_name.split_once('/')?;
        if !alphabet::is_owner(owner) || !alphabet::is_repository(name) {
            return None;
        }
        Some(Self {
            id: number::of_repository(full_name),
            owner_id: number::of_owner(owner),
            full_name: full_name.to_owned(),
            visibility: Visibility::default(),
            default_branch: "main".to_owned(),
            created,
            enterprise: None,
            subject: RepositorySubject::default(),
            protections: Vec::new(),
            environments: Vec::new(),
            properties: BTreeMap::new(),
            workflows: BTreeMap::new(),
            references: Vec::new(),
        })
    }

    /// The key that it is found by: GitHub compares names without regard to case.
    #[must_use]
    pub fn key(full_name: &str) -> String {
        full_name.to_ascii_lowercase()
    }

    /// The owner's login.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.full_name.split('/').next().unwrap_or_default()
    }

    /// The name without the owner.
    #[must_use]
    pub fn name(&self) -> &str {
        self.full_name.split_once('/').map_or("", |(_, name)| name)
    }

    /// Whether its subjects hold numbers because it was made at [`IMMUTABLE_FROM`] or later.
    #[must_use]
    pub fn is_immutable_by_age(&self) -> bool {
        self.created.is_some_and(|created| created >= IMMUTABLE_FROM)
    }

    /// The environment of a name, without regard to case.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| is_same_name(&environment.name, name))
    }

    /// The same, to change it.
    pub fn environment_mut(&mut self, name: &str) -> Option<&mut Environment> {
        self.environments.iter_mut().find(|environment| is_same_name(&environment.name, name))
    }

    /// The first protected environment whose subject a job with this environment's name would have: the one of the name,
    /// and any that collides with it.
    #[must_use]
    pub fn protected_by_subject(&self, name: &str) -> Option<&Environment> {
        let mut all = self.environments.iter();
        all.find(|known| known.is_protected() && is_same_subject(&known.name, name))
    }

    /// Makes the environment of a name where there is none, without protection, as GitHub does; whether it was made.
    ///
    /// # Errors
    /// [`CreateEnvironmentError`]; with `strict`, also where its subject is another environment's, whichever of the two
    /// was there first.
    pub fn create_environment(
        &mut self,
        name: &str,
        strict: bool,
        now: Timestamp,
    ) -> Result<bool, CreateEnvironmentError> {
        let twin = self.environments.iter().find(|other| collides(&other.name, name));
        if let Some(other) = twin.filter(|_| strict) {
            let (name, other) = (name.to_owned(), other.name.clone());
            return Err(CreateEnvironmentError::Collides { name, other });
        }
        if self.environment(name).is_some() {
            return Ok(false);
        }
        if self.environments.len() >= ENVIRONMENTS_MAX {
            return Err(CreateEnvironmentError::TooMany);
        }
        // A reviewer approves by number, so no two may have the same.
        let id = self.environment_number(name);
        self.environments.push(Environment::unprotected(id, name, now)?);
        Ok(true)
    }

    /// The number of an environment of a name: its own, or the one that it would be given.
    #[must_use]
    pub fn environment_number(&self, name: &str) -> u64 {
        let first = number::of_environment(&self.full_name, name);
        let is_taken = |id| self.environments.iter().any(|environment| environment.id == id);
        self.environment(name).map_or_else(|| number::free(first, is_taken), |environment| environment.id)
    }

    /// The number of a workflow: its own, or the one that it would be given.
    #[must_use]
    pub fn workflow_number(&self, path: &str) -> u64 {
        let first = number::of_workflow(&self.full_name, path);
        let is_taken = |id| self.workflows.values().any(|file| file.id == id);
        self.workflows.get(path).map_or_else(|| number::free(first, is_taken), |file| file.id)
    }

    /// The numbers of all patterns and custom rules of its environments.
    #[must_use]
    pub fn part_numbers(&self) -> BTreeSet<u64> {
        let of = |environment: &Environment| {
            let patterns = environment.patterns.iter().map(|pattern| pattern.id);
            patterns.chain(environment.custom_rules.iter().map(|rule| rule.id)).collect::<Vec<_>>()
        };
        self.environments.iter().flat_map(of).collect()
    }

    /// What a gate asks of its branches, for a run of a ref.
    #[must_use]
    pub fn protection(&self, reference: &str) -> Protection {
        protection::of_reference(&self.protections, reference)
    }
}
