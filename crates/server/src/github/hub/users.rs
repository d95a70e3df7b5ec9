//! Users and their tokens: added, known by what they show.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use daypass_github::gate::{Person, Reviewer};
use daypass_github::hosting::{AccessToken, Grant, Repository, Role, User};
use jiff::Timestamp;
use serde_json::json;

use super::author::Author;
use super::draft::Draft;
use super::error::HubError;
use super::holdings::Holdings;
use super::record;
use crate::data_directory::Secret;
use crate::random::{SystemRandom, hexadecimal};

/// What a token begins with. It is not GitHub's own prefix, so that nobody takes one for a token of theirs.
pub const TOKEN_PREFIX: &str = "daypass_pat_";
/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// The longest text that is taken for a token, in bytes.
const SHOWN_BYTES_MAX: usize = 512;

/// A user with the token that was shown.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The user.
    pub user: Arc<User>,
    /// The token.
    pub token: AccessToken,
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The login.
    pub login: String,
    /// What the user may do, in the place of what was; `None` leaves it, or is reading everywhere for a new user.
    pub grants: Option<Vec<Grant>>,
    /// Teams to join, `ORGANIZATION/TEAM`; made where they are not there.
    pub teams: Vec<String>,
    /// The new token, but for its hash.
    pub token: AccessToken,
}

/// The hash that a token is known by: the token itself is not kept, and how long a look-up takes tells nothing of it.
#[must_use]
pub fn hash(token: &str) -> String {
    hexadecimal(digest(&SHA256, token.as_bytes()).as_ref())
}

impl Holdings {
    /// The user who shows a token.
    #[must_use]
    pub fn authenticate(&self, shown: &str, now: Timestamp) -> Option<Authenticated> {
        if shown.len() > SHOWN_BYTES_MAX {
            return None;
        }
        self.authenticate_hash(&hash(shown), now)
    }

    /// The user whose token has this hash, as long as the token counts.
    #[must_use]
    pub fn authenticate_hash(&self, hash: &str, now: Timestamp) -> Option<Authenticated> {
        let user = self.by_token_hash(hash)?;
        let token = user.tokens.iter().find(|token| token.hash == hash && token.is_valid(now))?;
        Some(Authenticated { user: Arc::clone(user), token: token.clone() })
    }

    /// A reviewer in words: a login, or `ORGANIZATION/TEAM`.
    #[must_use]
    pub fn reviewer_name(&self, reviewer: Reviewer) -> String {
        match reviewer {
            Reviewer::User(id) => {
                self.user_numbered(id).map_or_else(|| format!("user {id}"), |user| user.login.clone())
            }
            Reviewer::Team(id) => {
                let teams = self.organizations.values().flat_map(|organization| {
                    organization.teams.iter().map(|team| (&organization.login, team))
                });
                let mut found = teams.filter(|(_, team)| team.id == id);
                let named = found.next().map(|(organization, team)| format!("{organization}/{}", team.slug));
                named.unwrap_or_else(|| format!("team {id}"))
            }
        }
    }

    /// A user as a gate of a repository sees it.
    #[must_use]
    pub fn person(&self, user: &User, repository: &Repository) -> Person {
        let organization = self.organization(repository.owner());
        let teams = organization.teams.iter().filter(|team| team.has(&user.login)).map(|team| team.id);
        Person {
            id: user.id,
            login: user.login.clone(),
            teams: teams.collect(),
            is_administrator: user.role(&repository.full_name) == Some(Role::Admin),
        }
    }
}

impl Draft {
    /// Adds a user, or a token to one that is there; the token, which is shown this once.
    ///
    /// # Errors
    /// [`HubError`]
    pub fn add_user(&mut self, new: NewUser) -> Result<Secret, HubError> {
        let secret = format!("{TOKEN_PREFIX}{}", hexadecimal(&SystemRandom::new().bytes::<TOKEN_BYTES>()));
        let token = AccessToken { hash: hash(&secret), created: self.now, ..new.token };
        let known = self.snapshot().holdings.user(&new.login).cloned();
        let mut user = known.map_or_else(
            || User {
                id: self.snapshot().holdings.owner_number(&new.login),
                login: new.login.clone(),
                created: self.now,
                grants: vec![Grant { repositories: "*".to_owned(), role: Role::Read }],
                tokens: Vec::new(),
            },
            Arc::unwrap_or_clone,
        );
        user.grants = new.grants.unwrap_or(user.grants);
        user.tokens.retain(|known| known.name != token.name);
        user.tokens.push(token);
        let grants: Vec<String> =
            user.grants.iter().map(|grant| format!("{}={}", grant.repositories, grant.role.name())).collect();
        self.put_user(user)?;
        for team in &new.teams {
            self.join(team, &new.login)?;
        }
        self.note(record::USER_UPDATED, json!({ "login": new.login, "grants": grants, "teams": new.teams }));
        Ok(Secret::new(secret))
    }

    /// Makes a user a member of a team, `ORGANIZATION/TEAM`, which is made where it is not there.
    ///
    /// # Errors
    /// [`HubError`]
    pub fn join(&mut self, team: &str, login: &str) -> Result<(), HubError> {
        use daypass_github::hosting::organization::{MEMBERS_MAX, TEAM_CHARACTERS_MAX, TEAMS_MAX, slug};

        let wrong = || HubError::Invalid(format!("`{team}` is not a team: write ORGANIZATION/TEAM"));
        let (organization, name) = team.split_once('/').ok_or_else(wrong)?;
        let slug = slug(name);
        if slug.is_empty()
            || name.chars().count() > TEAM_CHARACTERS_MAX
            || Repository::new(&format!("{organization}/x"), None).is_none()
        {
            return Err(wrong());
        }
        let id = self.snapshot().holdings.team_number(organization, &slug);
        let teams = &mut self.organization(organization).teams;
        if !teams.iter().any(|team| team.slug == slug) {
            if teams.len() >= TEAMS_MAX {
                return Err(HubError::TooMany(format!("an organisation has {TEAMS_MAX} teams at the most")));
            }
            let (name, slug) = (name.to_owned(), slug.clone());
            teams.push(daypass_github::hosting::Team { id, name, slug, members: Default::default() });
        }
        let members = teams.iter_mut().find(|team| team.slug == slug).map(|team| &mut team.members);
        let members = members.ok_or_else(wrong)?;
        if members.len() >= MEMBERS_MAX {
            return Err(HubError::TooMany(format!("a team has {MEMBERS_MAX} members at the most")));
        }
        members.insert(login.to_ascii_lowercase());
        Ok(())
    }
}

impl Authenticated {
    /// The user as the author of what follows.
    #[must_use]
    pub fn author(&self, source_ip: String, user_agent: Option<String>) -> Author {
        Author::user(self.user.id, &self.user.login, source_ip, user_agent)
    }
}
