//! The numbers of owners, teams and repositories: no two have the same.
//!
//! A number follows from the name, so that what is said of a login before its user was added stays true. Names can be
//! made whose numbers are the same; the second of them gets the next number that is free. A gate knows reviewers by their
//! numbers, and a number that was somebody's once is nobody else's later: it is kept with the name.

use std::sync::Arc;

use daypass_github::hosting::{Repository, number};

use super::holdings::Holdings;

/// The key of a team among the numbers that are kept: no login has a slash.
fn team_key(organization: &str, slug: &str) -> String {
    format!("{}/{slug}", organization.to_ascii_lowercase())
}

impl Holdings {
    /// The number of a login: its user's or organisation's, the one that it was given before, or the one that it would
    /// be given now, which is nobody's.
    #[must_use]
    pub fn owner_number(&self, login: &str) -> u64 {
        let key = login.to_ascii_lowercase();
        let known = self.users.get(&key).map(|user| user.id);
        let known = known.or_else(|| self.numbers.get(&key).map(|number| **number));
        let known = known.or_else(|| self.organizations.get(&key).map(|organization| organization.id));
        known.unwrap_or_else(|| number::free(number::of_owner(login), |id| self.is_of_other_owner(id, login)))
    }

    /// The same, which stays the login's from now on.
    pub fn keep_owner_number(&mut self, login: &str) -> u64 {
        let (key, number) = (login.to_ascii_lowercase(), self.owner_number(login));
        if !self.users.contains_key(&key) && !self.organizations.contains_key(&key) {
            self.numbers.insert(key, Arc::new(number));
        }
        number
    }

    fn is_of_other_owner(&self, id: u64, login: &str) -> bool {
        let is_kept = |(key, number): (&String, &Arc<u64>)| !key.contains('/') && **number == id;
        self.users.values().any(|user| user.id == id)
            || self.numbers.iter().any(is_kept)
            || self.organizations.values().any(|organization| organization.id == id)
            || self.repositories.values().any(|repository| {
                repository.owner_id == id && !repository.owner().eq_ignore_ascii_case(login)
            })
    }

    /// The number of a team of an organisation: its own, or the one that it would be given, which is no other's.
    #[must_use]
    pub fn team_number(&self, organization: &str, slug: &str) -> u64 {
        let known = self.organizations.get(&organization.to_ascii_lowercase());
        let known = known.and_then(|known| known.teams.iter().find(|team| team.slug == slug));
        let known = known.map(|team| team.id);
        let known = known.or_else(|| self.numbers.get(&team_key(organization, slug)).map(|number| **number));
        known.unwrap_or_else(|| {
            number::free(number::of_team(organization, slug), |id| self.is_of_other_team(id))
        })
    }

    /// The same, which stays the team's from now on.
    pub fn keep_team_number(&mut self, organization: &str, slug: &str) -> u64 {
        let number = self.team_number(organization, slug);
        let known = self.organizations.get(&organization.to_ascii_lowercase());
        if known.is_none_or(|known| !known.teams.iter().any(|team| team.slug == slug)) {
            self.numbers.insert(team_key(organization, slug), Arc::new(number));
        }
        number
    }

    fn is_of_other_team(&self, id: u64) -> bool {
        let is_kept = |(key, number): (&String, &Arc<u64>)| key.contains('/') && **number == id;
        let mut teams = self.organizations.values().flat_map(|organization| &organization.teams);
        teams.any(|team| team.id == id) || self.numbers.iter().any(is_kept)
    }

    /// The number of a repository: its own, or the one that it would be given, which is no other's.
    #[must_use]
    pub fn repository_number(&self, full_name: &str) -> u64 {
        let known = self.repository(full_name).map(|repository| repository.id);
        let is_taken = |id| self.repositories.values().any(|repository| repository.id == id);
        known.unwrap_or_else(|| number::free(number::of_repository(full_name), is_taken))
    }

    /// A repository that was there before the sandbox, with its numbers; `None` where the name can be none.
    #[must_use]
    pub fn new_repository(&self, full_name: &str) -> Option<Repository> {
        let new = Repository::new(full_name, None)?;
        let (id, owner_id) = (self.repository_number(full_name), self.owner_number(new.owner()));
        Some(Repository { id, owner_id, ..new })
    }
}
