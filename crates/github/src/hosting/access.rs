//! What a user's token may do to a repository: no more than its user, and no more than it was made for.
//!
//! Source: GitHub docs, "Permissions required for fine-grained personal access tokens".

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::user::{AccessToken, Role, User, names};

/// What a fine-grained token is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Workflows, runs, jobs, approvals.
    Actions,
    /// Environments, branch protection.
    Administration,
    /// Files.
    Contents,
    /// Reviewing deployments.
    Deployments,
    /// What an organisation sets.
    OrganizationAdministration,
    /// That a repository is there. Every token may read it.
    Metadata,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Actions,
        Self::Administration,
        Self::Contents,
        Self::Deployments,
        Self::OrganizationAdministration,
        Self::Metadata,
    ];

    /// The name, as GitHub's API has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Administration => "administration",
            Self::Contents => "contents",
            Self::Deployments => "deployments",
            Self::OrganizationAdministration => "organization_administration",
            Self::Metadata => "metadata",
        }
    }

    /// The permission of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Looking.
    Read,
    /// Changing too.
    Write,
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The token's permission.
    pub permission: Permission,
    /// How far.
    pub access: Access,
    /// The least role of the user.
    pub role: Role,
}

impl Need {
    /// Looking, which everybody may who can read the repository.
    #[must_use]
    pub const fn read(permission: Permission) -> Self {
        Self { permission, access: Access::Read, role: Role::Read }
    }

    /// Changing.
    #[must_use]
    pub const fn write(permission: Permission, role: Role) -> Self {
        Self { permission, access: Access::Write, role }
    }
}

/// Why a call is not for this token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// For this user the repository is not there.
    #[error("Not Found")]
    Hidden,
    /// The user is not strong enough.
    #[error("Must have admin rights to Repository.")]
    NotAdmin,
    /// The user may not write.
    #[error("Must have write access to the repository.")]
    NotWriter,
    /// The token was not made for it.
    #[error("Resource not accessible by personal access token")]
    Token,
}

impl AccessToken {
    /// Whether it still counts.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    fn has(&self, permission: Permission, access: Access) -> bool {
        self.permissions.is_empty()
            || (permission == Permission::Metadata && access == Access::Read)
            || self.permissions.iter().any(|(given, far)| *given == permission && *far >= access)
    }
}

/// Whether a user may do something to a repository, by a token or (with `None`) by signing in.
///
/// # Errors
/// [`Denied`], which says no more than GitHub does.
pub fn check(user: &User, token: Option<&AccessToken>, full_name: &str, need: Need) -> Result<(), Denied> {
    let role = user.role(full_name).ok_or(Denied::Hidden)?;
    if let Some(token) = token {
        let is_for = token.repositories.is_empty()
            || token.repositories.iter().any(|pattern| names(pattern, full_name));
        if !is_for {
            return Err(Denied::Hidden);
        }
        if !token.has(need.permission, need.access) {
            return Err(Denied::Token);
        }
    }
    match need.role {
        Role::Admin if role < Role::Admin => Err(Denied::NotAdmin),
        Role::Write if role < Role::Write => Err(Denied::NotWriter),
        Role::Read | Role::Write | Role::Admin => Ok(()),
    }
}

/// Whether a user may set something for an organisation.
///
/// # Errors
/// [`Denied`]
pub fn check_organization(
    user: &User,
    token: Option<&AccessToken>,
    organization: &str,
    access: Access,
) -> Result<(), Denied> {
    if !user.administers_owner(organization) {
        return Err(Denied::Hidden);
    }
    match token {
        Some(token) if !token.has(Permission::OrganizationAdministration, access) => Err(Denied::Token),
        Some(_) | None => Ok(()),
    }
}
