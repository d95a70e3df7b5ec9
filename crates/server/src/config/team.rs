//! `[[teams]]`: who reviews together.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use daypass_github::hosting::organization::{MEMBERS_MAX, TEAM_CHARACTERS_MAX, TEAMS_MAX, slug};
use daypass_github::hosting::user::is_login;
use daypass_github::hosting::{Organization, Team};
use serde::Deserialize;
use toml::Spanned;

use super::expectation::{Expectation, Expected};
use super::{At, ConfigError};
use crate::github::hub::{Holdings, HubError};

/// One team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamEntry {
    /// The organisation's login.
    pub organization: String,
    /// The name.
    pub name: String,
    /// The members' logins in lower case, in the place of those that were; `None` leaves them.
    pub members: Option<BTreeSet<String>>,
}

impl TeamEntry {
    /// The organisation and the name as they stand in addresses, in lower case.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.organization.to_ascii_lowercase(), slug(&self.name))
    }

    pub(super) fn apply(&self, holdings: &mut Holdings) -> Result<(), HubError> {
        let known = holdings.organization(&self.organization);
        let mut organization = Organization::clone(&known);
        let slug = slug(&self.name);
        let at = organization.teams.iter().position(|team| team.slug == slug);
        if at.is_none() {
            let id = holdings.team_number(&self.organization, &slug);
            if organization.teams.len() >= TEAMS_MAX {
                return Err(HubError::TooMany(format!("an organisation has {TEAMS_MAX} teams at the most")));
            }
            organization.teams.push(Team {
                id,
                name: self.name.clone(),
                slug: slug.clone(),
                members: BTreeSet::new(),
            });
        }
        let team = organization.teams.iter_mut().find(|team| team.slug == slug);
        if let (Some(team), Some(members)) = (team, &self.members) {
            team.members.clone_from(members);
        }
        if *known != organization {
            holdings.organizations.insert(self.organization.to_ascii_lowercase(), Arc::new(organization));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    organization: Spanned<String>,
    name: Spanned<String>,
    members: Option<Spanned<Vec<Spanned<String>>>>,
}

impl Table {
    pub(super) fn check(
        self,
        at: &At<'_>,
        expected: &mut Vec<Expectation>,
    ) -> Result<(TeamEntry, Range<usize>), ConfigError> {
        login(at, &self.organization)?;
        let span = self.name.span();
        let name = self.name.into_inner();
        if slug(&name).is_empty() || name.chars().count() > TEAM_CHARACTERS_MAX {
            let problem = format!("`{name}` is not a team's name");
            let mend =
                format!("write 1 to {TEAM_CHARACTERS_MAX} characters, with a letter or a digit among them");
            return Err(at.place(&span, problem).mend(mend));
        }
        if let Some(members) = &self.members {
            if members.get_ref().len() > MEMBERS_MAX {
                let problem = format!("a team has {MEMBERS_MAX} members at the most");
                return Err(at.place(&members.span(), problem).mend("make several teams"));
            }
            for member in members.get_ref() {
                login(at, member)?;
                expected.push(user(at, member));
            }
        }
        let members = self.members.map(|members| {
            let members = members.into_inner().into_iter();
            members.map(|member| member.into_inner().to_ascii_lowercase()).collect()
        });
        Ok((TeamEntry { organization: self.organization.into_inner(), name, members }, span))
    }
}

/// Checks a login.
pub(super) fn login(at: &At<'_>, text: &Spanned<String>) -> Result<(), ConfigError> {
    if is_login(text.get_ref()) {
        return Ok(());
    }
    let problem = format!("`{}` is not a login", text.get_ref());
    Err(at.place(&text.span(), problem).mend("write 1 to 39 letters, digits and single inner hyphens"))
}

/// That there is a user of this login.
pub(super) fn user(at: &At<'_>, login: &Spanned<String>) -> Expectation {
    let problem = format!("there is no user `{}`", login.get_ref());
    let mend = format!("add a table [[users]] with login = \"{}\"", login.get_ref());
    let error = at.place(&login.span(), problem).mend(mend);
    Expectation { what: Expected::User(login.get_ref().clone()), error }
}
