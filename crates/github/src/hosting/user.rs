//! Users, and the tokens that they show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{Access, Permission};
use crate::alphabet;

/// The most grants of a user.
pub const GRANTS_MAX: usize = 100;
/// The most tokens of a user, as many as GitHub allows fine-grained ones.
pub const TOKENS_MAX: usize = 50;
/// The most repositories that a token names, as on GitHub.
pub const TOKEN_REPOSITORIES_MAX: usize = 50;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The number.
    pub id: u64,
    /// The login; unique without regard to case.
    pub login: String,
    /// When the user was added.
    pub created: Timestamp,
    /// What the user may do, and where.
    pub grants: Vec<Grant>,
    /// The tokens.
    pub tokens: Vec<AccessToken>,
}

/// A role in some repositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// `*`, `OWNER/*` or `OWNER/NAME`.
    pub repositories: String,
    /// The role.
    pub role: Role,
}

/// What somebody is in a repository. GitHub has five such roles; these are the three that the gate can tell apart.
///
/// Source: GitHub docs, "Repository roles for an organization".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads, and reviews deployments where an environment names the user.
    Read,
    /// Starts and cancels runs too.
    Write,
    /// Administers: environments, branch protection, subjects.
    Admin,
}

impl Role {
    /// The role of a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Admin].into_iter().find(|role| role.name() == text)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// A fine-grained token. The secret itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the secret, lower-case hexadecimal digits.
    pub hash: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
    /// The repositories that it is for, as in [`Grant::repositories`]; all where there are none.
    pub repositories: Vec<String>,
    /// What it may do; whatever its user may where there is none.
    pub permissions: Vec<(Permission, Access)>,
}

/// Why a user cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The login.
    #[error("`{0}` is no login: {rule}", rule = alphabet::OWNER)]
    Login(String),
    /// A pattern for repositories.
    #[error("`{0}` names no repositories: write `*`, `OWNER/*` or `OWNER/NAME`")]
    Repositories(String),
    /// Too many grants.
    #[error("a user has {GRANTS_MAX} grants at the most")]
    TooManyGrants,
    /// Too many tokens.
    #[error("a user has {TOKENS_MAX} tokens at the most")]
    TooManyTokens,
    /// Too many repositories.
    #[error("a token names {TOKEN_REPOSITORIES_MAX} repositories at the most")]
    TooManyRepositories,
}

impl User {
    /// Checks every part.
    ///
    /// # Errors
    /// [`UserError`]
    pub fn check(&self) -> Result<(), UserError> {
        if !alphabet::is_owner(&self.login) {
            return Err(UserError::Login(self.login.chars().take(100).collect()));
        }
        if self.grants.len() > GRANTS_MAX {
            return Err(UserError::TooManyGrants);
        }
        if self.tokens.len() > TOKENS_MAX {
            return Err(UserError::TooManyTokens);
        }
        if self.tokens.iter().any(|token| token.repositories.len() > TOKEN_REPOSITORIES_MAX) {
            return Err(UserError::TooManyRepositories);
        }
        let of_tokens = self.tokens.iter().flat_map(|token| &token.repositories);
        let mut patterns = self.grants.iter().map(|grant| &grant.repositories).chain(of_tokens);
        match patterns.find(|pattern| !is_pattern(pattern)) {
            Some(pattern) => Err(UserError::Repositories(pattern.chars().take(200).collect())),
            None => Ok(()),
        }
    }

    /// The user's role in a repository, `owner/name`: the strongest that is granted; `None` for a stranger.
    #[must_use]
    pub fn role(&self, full_name: &str) -> Option<Role> {
        let here = self.grants.iter().filter(|grant| names(&grant.repositories, full_name));
        here.map(|grant| grant.role).max()
    }

    /// The user with one more repository to administer.
    #[must_use]
    pub fn administering(&self, full_name: &str) -> Self {
        let mut user = self.clone();
        user.grants.push(Grant { repositories: full_name.to_owned(), role: Role::Admin });
        user
    }

    /// Whether the user administers all repositories of an owner.
    #[must_use]
    pub fn administers_owner(&self, owner: &str) -> bool {
        let all = format!("{owner}/*");
        self.grants.iter().any(|grant| {
            grant.role == Role::Admin
                && (grant.repositories == "*" || grant.repositories.eq_ignore_ascii_case(&all))
        })
    }
}

/// Whether a text can be the login of a user or an organisation.
#[must_use]
pub fn is_login(text: &str) -> bool {
    alphabet::is_owner(text)
}

/// Whether a pattern means a repository.
pub(super) fn names(pattern: &str, full_name: &str) -> bool {
    if pattern == "*" || pattern.eq_ignore_ascii_case(full_name) {
        return true;
    }
    let owner = full_name.split('/').next().unwrap_or_default();
    pattern.strip_suffix("/*").is_some_and(|named| named.eq_ignore_ascii_case(owner))
}

fn is_pattern(text: &str) -> bool {
    text == "*"
        || text.split_once('/').is_some_and(|(owner, name)| {
            alphabet::is_owner(owner) && (name == "*" || alphabet::is_repository(name))
        })
}
