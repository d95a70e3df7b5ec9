//! How much a finding matters.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters, the gravest first.
///
/// The first four are the finding types of IAM Access Analyzer's `ValidatePolicy`; a note says what could not be
/// checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    /// The text is refused, or a part of it does nothing.
    Error,
    /// It lets in more than it seems to.
    SecurityWarning,
    /// It is probably not what was meant.
    Warning,
    /// It could be said better.
    Suggestion,
    /// What a reader should know about the check itself.
    Note,
}

impl Severity {
    /// Its name as Access Analyzer writes it, `SECURITY_WARNING`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
            Self::Note => "NOTE",
        }
    }

    /// Its name for a person, `security warning`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security warning",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words())
    }
}
