//! An organisation: its teams, and what it sets for its repositories.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::customization::OrganizationSubject;

/// The most teams of an organisation.
pub const TEAMS_MAX: usize = 1_000;
/// The most members of a team.
pub const MEMBERS_MAX: usize = 1_000;
/// Characters of a team's name.
pub const TEAM_CHARACTERS_MAX: usize = 100;
/// The most custom properties that an organisation puts into tokens.
pub const PROPERTIES_MAX: usize = 100;

/// An organisation, or a user who owns repositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The number.
    pub id: u64,
    /// The login.
    pub login: String,
    /// The subjects of its repositories.
    pub subject: OrganizationSubject,
    /// The custom properties of repositories that go into tokens.
    #[serde(default)]
    pub token_properties: BTreeSet<String>,
    /// Its teams.
    pub teams: Vec<Team>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The name as it stands in addresses.
    pub slug: String,
    /// The members' logins, in lower case, so that a user who is added later is one of them.
    pub members: BTreeSet<String>,
}

impl Organization {
    /// One that nothing was said of.
    #[must_use]
    pub fn new(id: u64, login: &str) -> Self {
        Self {
            id,
            login: login.to_owned(),
            subject: OrganizationSubject::default(),
            token_properties: BTreeSet::new(),
            teams: Vec::new(),
        }
    }
}

impl Team {
    /// Whether a user is a member.
    #[must_use]
    pub fn has(&self, login: &str) -> bool {
        self.members.contains(&login.to_ascii_lowercase())
    }
}

/// A team's name as it stands in addresses: lower case, a hyphen for what is neither letter nor digit.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '_' {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}
