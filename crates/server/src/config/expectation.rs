//! What a file takes for granted of what is kept: seen only once the two are together.

use daypass_github::gate::environment::{collides, is_same_name};
use daypass_github::hosting::organization::slug;

use super::ConfigError;
use crate::github::hub::Holdings;

/// Something that must be so once the file is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    pub(super) what: Expected,
    /// What is said where it is not so.
    pub(super) error: ConfigError,
}

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// No other environment of the repository has this one's subject.
    OneSubject {
        /// `OWNER/NAME`.
        repository: String,
        /// The environment.
        environment: String,
    },
    /// There is a team.
    Team {
        /// The organisation's login.
        organization: String,
        /// The team's name.
        name: String,
    },
    /// There is a user of this login.
    User(String),
}

impl Expectation {
    /// Whether it is so.
    ///
    /// # Errors
    /// What the file says that is not so, with its line.
    pub(super) fn check(&self, holdings: &Holdings) -> Result<(), ConfigError> {
        let is_so = match &self.what {
            Expected::OneSubject { repository, environment } => {
                let others = holdings.repository(repository).map(|repository| &repository.environments);
                !others.is_some_and(|others| others.iter().any(|other| collides(&other.name, environment)))
            }
            Expected::Team { organization, name } => {
                let wanted = slug(name);
                holdings.organization(organization).teams.iter().any(|team| is_same_name(&team.slug, &wanted))
            }
            Expected::User(login) => holdings.user(login).is_some(),
        };
        if is_so { Ok(()) } else { Err(self.error.clone()) }
    }
}
