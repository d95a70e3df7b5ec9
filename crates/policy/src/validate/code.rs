//! The names of the checks.

use daypass_diagnostic::Severity;

/// The page that explains AWS's own checks.
const PAGE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";

/// A check: its name, how much it matters, and where to read about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    pub(super) id: &'static str,
    pub(super) severity: Severity,
    /// The page of a check that AWS does not have.
    page: Option<&'static str>,
}

impl Code {
    pub(super) const fn error(id: &'static str) -> Self {
        Self { id, severity: Severity::Error, page: None }
    }

    pub(super) const fn security(id: &'static str) -> Self {
        Self { id, severity: Severity::SecurityWarning, page: None }
    }

    pub(super) const fn warning(id: &'static str) -> Self {
        Self { id, severity: Severity::Warning, page: None }
    }

    pub(super) const fn suggestion(id: &'static str) -> Self {
        Self { id, severity: Severity::Suggestion, page: None }
    }

    /// A check of our own, with the page of what it follows from.
    pub(super) const fn own(id: &'static str, severity: Severity, page: &'static str) -> Self {
        Self { id, severity, page: Some(page) }
    }

    /// Where to read about it: AWS's page has an anchor for each of its checks.
    pub(super) fn learn_more(self) -> String {
        if let Some(page) = self.page {
            return page.to_owned();
        }
        let section = match self.severity {
            Severity::Error => "error",
            Severity::SecurityWarning => "security-warning",
            Severity::Warning => "general-warning",
            Severity::Suggestion | Severity::Note => "suggestion",
        };
        let anchor = self.id.to_ascii_lowercase().replace('_', "-");
        format!("{PAGE}#access-analyzer-reference-policy-checks-{section}-{anchor}")
    }
}
