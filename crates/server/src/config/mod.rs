//! `daypass.toml`: what a user tells the server in a file.
//!
//! Everything has a default, an unknown name is an error, and every error says file, line and what to write instead.

use std::fmt;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use daypass_aws::AccountId;
use daypass_github::SubjectForm;
use jiff::Timestamp;

use crate::github::hub::{Holdings, HubError};

mod account;
mod app;
mod distribution;
mod environment;
mod expectation;
mod instant;
mod issuer;
mod organization;
mod private_file;
mod protected_branch;
mod raw;
mod repository;
mod stand_in;
mod team;
mod upstream;
mod user;

pub use account::AccountEntry;
pub use app::AppEntry;
pub use distribution::DistributionEntry;
pub use environment::EnvironmentEntry;
pub use expectation::Expectation;
pub use issuer::IssuerEntry;
pub use organization::{EnterpriseEntry, OrganizationEntry};
pub use repository::RepositoryEntry;
pub use stand_in::StandInEntry;
pub use team::TeamEntry;
pub(crate) use upstream::is_credential;
pub use upstream::{Endpoint, UpstreamCredentials, UpstreamEntry};
pub use user::UserEntry;

/// The largest file that is read, in bytes: room for thousands of repositories.
pub const CONFIG_BYTES_MAX: usize = 1 << 20;
/// The most accounts besides the first: as many as anybody's test needs, and few enough to ask each whether a session is
/// its own.
pub const ACCOUNTS_MAX: usize = 100;
/// The most issuers: an account has at most 100 OpenID Connect providers by default (IAM quotas).
pub const ISSUERS_MAX: usize = 100;
/// The most repositories.
pub const REPOSITORIES_MAX: usize = 10_000;
/// The most enterprises.
pub const ENTERPRISES_MAX: usize = 100;
/// The most organisations.
pub const ORGANIZATIONS_MAX: usize = 1_000;
/// The most issuers that are stood in for besides GitHub's: as many as an account has providers.
pub const STAND_INS_MAX: usize = 100;
/// The most teams in the file.
pub const TEAMS_MAX: usize = 10_000;
/// The most apps: more than any environment's rules, of which it has six.
pub const APPS_MAX: usize = 100;
/// The most distributions in the file: as many as an account has by default (CloudFront quotas).
pub const DISTRIBUTIONS_MAX: usize = 500;
/// The region that answers and events name where nothing else is said.
pub const DEFAULT_REGION: &str = "us-east-1";
/// GitHub's issuer, which the sandbox stands in for.
pub const STAND_IN_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// The file's content, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `account`: the first account's number, twelve digits.
    pub account: Option<AccountId>,
    /// `[[accounts]]`: accounts besides the first.
    pub accounts: Vec<AccountEntry>,
    /// `[[apps]]`: programs that answer custom protection rules.
    pub apps: Vec<AppEntry>,
    /// `[[distributions]]`: CloudFront distributions that are there from the start.
    pub distributions: Vec<DistributionEntry>,
    /// `[[enterprises]]`: which of them have an issuer of their own.
    pub enterprises: Vec<EnterpriseEntry>,
    /// What the file takes for granted of users, teams and environments that are kept.
    pub expectations: Vec<Expectation>,
    /// `[[issuers]]`: where the keys of issuers other than the sandbox's own come from.
    pub issuers: Vec<IssuerEntry>,
    /// `lookup_data_events`: whether LookupEvents finds S3 object calls too, which AWS's does not.
    pub lookup_data_events: bool,
    /// `[[organizations]]`: what is set for all their repositories.
    pub organizations: Vec<OrganizationEntry>,
    /// `region`, e.g. `eu-central-1`.
    pub region: String,
    /// `[[repositories]]`: what is special about a repository.
    pub repositories: Vec<RepositoryEntry>,
    /// `[[stand_ins]]`: issuers besides GitHub's that the sandbox stands in for.
    pub stand_ins: Vec<StandInEntry>,
    /// `strict_environment_names`: whether an environment is refused whose subject would be another one's.
    pub strict_environment_names: bool,
    /// Forms of subjects that come before GitHub's own: those of the `[[stand_ins]]` entry for GitHub's issuer.
    pub subject_forms: Vec<SubjectForm>,
    /// `pull_request_target_subject`: whether a run of it has the subject of a pull request. GitHub does not say.
    pub target_is_pull_request: bool,
    /// `[[teams]]`: who reviews together.
    pub teams: Vec<TeamEntry>,
    /// `[[upstreams]]`: services that stand behind daypass, each one once at the most.
    pub upstreams: Vec<UpstreamEntry>,
    /// `[[users]]`: who acts at GitHub's side.
    pub users: Vec<UserEntry>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            account: None,
            accounts: Vec::new(),
            apps: Vec::new(),
            distributions: Vec::new(),
            enterprises: Vec::new(),
            expectations: Vec::new(),
            issuers: Vec::new(),
            lookup_data_events: false,
            organizations: Vec::new(),
            region: DEFAULT_REGION.to_owned(),
            repositories: Vec::new(),
            stand_ins: Vec::new(),
            strict_environment_names: false,
            subject_forms: Vec::new(),
            target_is_pull_request: false,
            teams: Vec::new(),
            upstreams: Vec::new(),
            users: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a file. Paths in it are taken from the file's own directory.
    ///
    /// # Errors
    /// [`ConfigError`], with the line where there is one.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error: std::io::Error| {
            ConfigError::new(file, format!("cannot be read: {error}"))
                .mend("name the file with --config FILE")
        };
        let mut text = String::new();
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        let limit = CONFIG_BYTES_MAX as u64 + 1;
        opened.take(limit).read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(file, &text)
    }

    /// Reads a text as if it had come from `file`, whose name is used in errors and whose directory for paths.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let at = At { file, text };
        if text.len() > CONFIG_BYTES_MAX {
            return Err(at.whole(format!("is over {CONFIG_BYTES_MAX} bytes")).mend("name another file"));
        }
        raw::read(&at)
    }

    /// Sets at GitHub's side what the file says of it; what it does not speak of stays.
    ///
    /// # Errors
    /// [`HubError`] where something cannot be so.
    pub(crate) fn apply(&self, holdings: &mut Holdings, now: Timestamp) -> Result<(), HubError> {
        for entry in &self.users {
            entry.apply(holdings, now)?;
        }
        for entry in &self.teams {
            entry.apply(holdings)?;
        }
        for entry in &self.organizations {
            entry.apply(holdings);
        }
        let wrong = |error: ConfigError| HubError::Invalid(error.to_string());
        for entry in &self.repositories {
            entry.apply(holdings, now)?;
        }
        self.expectations.iter().try_for_each(|expected| expected.check(holdings)).map_err(wrong)
    }
}

/// What is wrong in the file, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    file: PathBuf,
    line: Option<usize>,
    problem: String,
    mend: Option<String>,
}

impl ConfigError {
    fn new(file: &Path, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, problem: problem.into(), mend: None }
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// The line, counted from one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.mend.as_deref()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.file.display())?;
        if let Some(line) = self.line {
            write!(formatter, " line {line}")?;
        }
        write!(formatter, ": {}", self.problem)?;
        if let Some(mend) = &self.mend {
            write!(formatter, " ({mend})")?;
        }
        Ok(())
    }
}

/// The file that is being read: what turns a place in it into an error.
struct At<'a> {
    file: &'a Path,
    text: &'a str,
}

impl At<'_> {
    fn whole(&self, problem: impl Into<String>) -> ConfigError {
        ConfigError::new(self.file, problem)
    }

    fn place(&self, span: &Range<usize>, problem: impl Into<String>) -> ConfigError {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        ConfigError { line: Some(line), ..self.whole(problem) }
    }

    fn beside(&self, path: &Path) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }
}
