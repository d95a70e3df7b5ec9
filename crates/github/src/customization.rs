//! Subjects that a repository or its organisation has customised: which claims they are made of.
//!
//! Source: GitHub docs, REST API "GitHub Actions OIDC", and "OpenID Connect reference", section "Customizing the token
//! claims".

use serde::{Deserialize, Serialize};

use crate::claims;
use crate::job::JobContext;
use crate::subject::{context, escaped, repository};

/// The most claim keys of a template. GitHub names no limit; a token has fewer claims.
pub const CLAIM_KEYS_MAX: usize = 50;

/// The claim keys that a subject is made of, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct SubjectTemplate(Vec<String>);

impl TryFrom<Vec<String>> for SubjectTemplate {
    type Error = TemplateError;

    fn try_from(keys: Vec<String>) -> Result<Self, TemplateError> {
        Self::new(&keys)
    }
}

impl From<SubjectTemplate> for Vec<String> {
    fn from(template: SubjectTemplate) -> Self {
        template.0
    }
}

/// Why claim keys make no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is none.
    #[error("a subject is made of at least one claim")]
    Empty,
    /// There are too many.
    #[error("a subject is made of {CLAIM_KEYS_MAX} claims at the most, not of {0}")]
    TooMany(usize),
    /// A key has a character that is not allowed.
    #[error("`{0}` is no claim key: it holds letters, digits and underscores only")]
    Characters(String),
    /// No token has such a claim, or one that is not of the job.
    #[error("`{0}` is no claim that a subject can be made of")]
    Unknown(String),
    /// A key is there twice.
    #[error("the claim key `{0}` is listed twice")]
    Repeated(String),
}

impl SubjectTemplate {
    /// Checks claim keys: `repo`, `context`, or the name of a claim that tells something of the job.
    ///
    /// # Errors
    /// [`TemplateError`]
    pub fn new<T: AsRef<str>>(keys: &[T]) -> Result<Self, TemplateError> {
        if keys.is_empty() {
            return Err(TemplateError::Empty);
        }
        if keys.len() > CLAIM_KEYS_MAX {
            return Err(TemplateError::TooMany(keys.len()));
        }
        let mut checked: Vec<String> = Vec::with_capacity(keys.len());
        for key in keys.iter().map(AsRef::as_ref) {
            let shown = || key.chars().take(100).collect::<String>();
            if key.is_empty() || !key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
                return Err(TemplateError::Characters(shown()));
            }
            if !matches!(key, "context" | "repo") && !claims::is_of_job(key) {
                return Err(TemplateError::Unknown(shown()));
            }
            if checked.iter().any(|known| known == key) {
                return Err(TemplateError::Repeated(shown()));
            }
            checked.push(key.to_owned());
        }
        Ok(Self(checked))
    }

    /// The keys in order.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// `key:value:key:value`, in the order of the keys. `repo` and `context` bring their own names; a claim that the job
    /// has not is empty.
    pub(crate) fn subject(&self, job: &JobContext) -> String {
        let part = |key: &String| match key.as_str() {
            "context" => context(job),
            "repo" => repository(job),
            key => format!("{key}:{}", escaped(&claims::of_job(job, key).unwrap_or_default())),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(":")
    }
}

/// What an organisation has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSubject {
    /// Its template, for repositories that opt in.
    pub template: Option<SubjectTemplate>,
    /// Whether the subjects of its repositories hold numbers, where it was said.
    pub immutable: Option<bool>,
}

/// What a repository has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositorySubject {
    /// Whether it keeps GitHub's default, whatever else is set.
    pub use_default: bool,
    /// Its own template.
    pub template: Option<SubjectTemplate>,
    /// Whether its subjects hold numbers, where it was said.
    pub immutable: Option<bool>,
}

impl Default for RepositorySubject {
    fn default() -> Self {
        Self { use_default: true, template: None, immutable: None }
    }
}

impl RepositorySubject {
    /// The template that counts: the repository's own, or the organisation's where the repository opts in without one;
    /// `None` for GitHub's default.
    #[must_use]
    pub fn effective<'a>(&'a self, organization: &'a OrganizationSubject) -> Option<&'a SubjectTemplate> {
        if self.use_default {
            return None;
        }
        self.template.as_ref().or(organization.template.as_ref())
    }

    /// Whether subjects hold numbers: by the repository's word, by the organisation's, or since it was made (or renamed
    /// or moved) after 2026-07-15.
    #[must_use]
    pub fn is_immutable(&self, organization: &OrganizationSubject, by_age: bool) -> bool {
        // Once they hold numbers by age, no setting takes the numbers out.
        by_age || self.immutable.or(organization.immutable).unwrap_or(false)
    }
}
