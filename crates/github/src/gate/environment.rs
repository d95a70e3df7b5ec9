//! An environment: what protects deployments to it.
//!
//! Source: GitHub docs, REST API "Deployment environments", "Create or update an environment".

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pattern::{PATTERN_CHARACTERS_MAX, matches};
use crate::alphabet;
use crate::subject::escaped;

/// The most reviewers, users and teams together.
pub const REVIEWERS_MAX: usize = 6;
/// The longest wait, in minutes: 30 days.
pub const WAIT_MINUTES_MAX: u32 = 43_200;
/// The most custom rules that are enabled at a time.
pub const CUSTOM_RULES_MAX: usize = 6;
/// The most patterns for branches and tags. GitHub names no limit.
pub const PATTERNS_MAX: usize = 100;

/// An environment of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Its number.
    pub id: u64,
    /// Its name as it was first written; unique in the repository without regard to case.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Who may approve; one approval is enough. Nobody needs to where there is none.
    pub reviewers: Vec<Reviewer>,
    /// Whether whoever started the run may not approve it.
    pub prevent_self_review: bool,
    /// How long a job waits after it asked, in minutes.
    pub wait_minutes: u32,
    /// Which branches and tags may deploy.
    pub branches: BranchPolicy,
    /// The patterns that [`BranchPolicy::Selected`] speaks of.
    pub patterns: Vec<BranchPattern>,
    /// Whether administrators of the repository may pass without waiting.
    pub admins_can_bypass: bool,
    /// Rules that programs answer.
    pub custom_rules: Vec<CustomRule>,
}

/// Who may approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reviewer {
    /// The members of a team, by its number.
    Team(u64),
    /// A user, by number.
    User(u64),
}

/// Which branches and tags may deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BranchPolicy {
    /// All of them.
    #[default]
    Any,
    /// Branches that are protected; all of them where the repository protects none.
    Protected,
    /// Those that a pattern means.
    Selected,
}

/// A pattern for the names of branches or tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchPattern {
    /// Its number.
    pub id: u64,
    /// The pattern.
    pub name: String,
    /// What it is for.
    pub kind: PatternKind,
}

/// What a pattern is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternKind {
    /// Branches, and the merges of pull requests.
    Branch,
    /// Tags.
    Tag,
}

/// A rule that a program answers, by webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRule {
    /// Its number.
    pub id: u64,
    /// The number of the app that answers.
    pub app_id: u64,
    /// The app's name in addresses.
    pub app_slug: String,
    /// Whether it counts.
    pub enabled: bool,
}

/// Why an environment cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The name.
    #[error(
        "`{0}` is no name of an environment: it has 1 to 255 characters, none of them a control character"
    )]
    Name(String),
    /// Too many reviewers.
    #[error("an environment has {REVIEWERS_MAX} reviewers at the most, not {0}")]
    TooManyReviewers(usize),
    /// One reviewer twice.
    #[error("a reviewer is listed twice")]
    ReviewerTwice,
    /// The wait.
    #[error("a wait timer has 0 to {WAIT_MINUTES_MAX} minutes, not {0}")]
    Wait(u32),
    /// A pattern.
    #[error("a pattern for branches or tags has 1 to {PATTERN_CHARACTERS_MAX} characters")]
    Pattern,
    /// Too many patterns.
    #[error("an environment has {PATTERNS_MAX} patterns at the most")]
    TooManyPatterns,
    /// Too many custom rules.
    #[error("an environment has {CUSTOM_RULES_MAX} enabled custom rules at the most")]
    TooManyCustomRules,
}

/// Why a ref may not deploy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BranchRefusal {
    /// Only protected branches may.
    #[error("`{reference}` is not allowed to deploy to {environment}: only protected branches are")]
    NotProtected {
        /// The run's ref.
        reference: String,
        /// The environment.
        environment: String,
    },
    /// No pattern means it.
    #[error(
        "`{reference}` is not allowed to deploy to {environment} due to environment protection rules: no pattern of it matches"
    )]
    NotSelected {
        /// The run's ref.
        reference: String,
        /// The environment.
        environment: String,
    },
}

impl Environment {
    /// An environment with no protection: what GitHub makes of a name in a workflow file that it does not know.
    ///
    /// # Errors
    /// [`EnvironmentError::Name`]
    pub fn unprotected(id: u64, name: &str, now: Timestamp) -> Result<Self, EnvironmentError> {
        let environment = Self {
            id,
            name: name.to_owned(),
            created: now,
            updated: now,
            reviewers: Vec::new(),
            prevent_self_review: false,
            wait_minutes: 0,
            branches: BranchPolicy::Any,
            patterns: Vec::new(),
            admins_can_bypass: true,
            custom_rules: Vec::new(),
        };
        environment.check()?;
        Ok(environment)
    }

    /// Checks every limit.
    ///
    /// # Errors
    /// [`EnvironmentError`]
    pub fn check(&self) -> Result<(), EnvironmentError> {
        if !alphabet::is_environment(&self.name) {
            return Err(EnvironmentError::Name(self.name.chars().take(300).collect()));
        }
        if self.reviewers.len() > REVIEWERS_MAX {
            return Err(EnvironmentError::TooManyReviewers(self.reviewers.len()));
        }
        let mut others = self.reviewers.iter();
        while let Some(reviewer) = others.next() {
            if others.as_slice().contains(reviewer) {
                return Err(EnvironmentError::ReviewerTwice);
            }
        }
        if self.wait_minutes > WAIT_MINUTES_MAX {
            return Err(EnvironmentError::Wait(self.wait_minutes));
        }
        if self.patterns.len() > PATTERNS_MAX {
            return Err(EnvironmentError::TooManyPatterns);
        }
        let length = |pattern: &BranchPattern| pattern.name.chars().count();
        if self.patterns.iter().any(|pattern| !(1..=PATTERN_CHARACTERS_MAX).contains(&length(pattern))) {
            return Err(EnvironmentError::Pattern);
        }
        if self.custom_rules.iter().filter(|rule| rule.enabled).count() > CUSTOM_RULES_MAX {
            return Err(EnvironmentError::TooManyCustomRules);
        }
        Ok(())
    }

    /// Whether anything stands before a deployment.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        !self.reviewers.is_empty()
            || self.wait_minutes > 0
            || self.branches != BranchPolicy::Any
            || self.custom_rules.iter().any(|rule| rule.enabled)
    }

    /// Whether a run of this ref may deploy; `protection` says what is known of the repository's branches.
    ///
    /// A pull request is `refs/pull/NUMBER/merge`, and compared with the patterns for branches.
    ///
    /// # Errors
    /// [`BranchRefusal`]
    pub fn may_deploy(&self, reference: &str, protection: Protection) -> Result<(), BranchRefusal> {
        let (environment, named) = (self.name.clone(), reference.to_owned());
        match self.branches {
            BranchPolicy::Any => Ok(()),
            BranchPolicy::Protected if protection.reference || !protection.any => Ok(()),
            BranchPolicy::Protected => Err(BranchRefusal::NotProtected { reference: named, environment }),
            BranchPolicy::Selected => {
                let (kind, name) = match reference.strip_prefix("refs/tags/") {
                    Some(tag) => (PatternKind::Tag, tag),
                    None => (PatternKind::Branch, reference.strip_prefix("refs/heads/").unwrap_or(reference)),
                };
                let means = |pattern: &BranchPattern| pattern.kind == kind && matches(&pattern.name, name);
                if self.patterns.iter().any(means) {
                    return Ok(());
                }
                Err(BranchRefusal::NotSelected { reference: named, environment })
            }
        }
    }
}

/// What is known of a repository's protected branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Protection {
    /// Whether the run's ref is a protected branch.
    pub reference: bool,
    /// Whether any branch is.
    pub any: bool,
}

/// Whether two names are one environment's: case does not count.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether two environments of a repository would have one subject, since `:` is written as `%3A` and `%` stays:
/// `Production:V1` and `Production%3AV1`. Whoever may write a workflow can so pass by the protection of the first.
#[must_use]
pub fn collides(one: &str, other: &str) -> bool {
    !is_same_name(one, other) && is_same_subject(one, other)
}

/// Whether jobs of two environments would have one subject, without regard to case, as careless trust policies compare.
#[must_use]
pub fn is_same_subject(one: &str, other: &str) -> bool {
    is_same_name(&escaped(one), &escaped(other))
}
