//! `[[repositories.protected_branches]]`: who may push.
//!
//! Source: GitHub docs, "About protected branches".

use std::ops::Range;

use daypass_github::gate::pattern::PATTERN_CHARACTERS_MAX;
use daypass_github::hosting::BranchProtection;
use daypass_github::hosting::protection::APPROVALS_MAX;
use serde::Deserialize;
use toml::Spanned;

use super::{At, ConfigError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pattern: Spanned<String>,
    required_approvals: Option<Spanned<u8>>,
    #[serde(default)]
    enforce_admins: bool,
}

impl Table {
    pub(super) fn check(self, at: &At<'_>) -> Result<(BranchProtection, Range<usize>), ConfigError> {
        let span = self.pattern.span();
        let pattern = self.pattern.into_inner();
        if !(1..=PATTERN_CHARACTERS_MAX).contains(&pattern.chars().count()) {
            let problem = "a pattern for branches has 1 to 1024 characters";
            return Err(at.place(&span, problem).mend("write a branch, or a pattern as in \"release/*\""));
        }
        if let Some(approvals) = &self.required_approvals
            && *approvals.get_ref() > APPROVALS_MAX
        {
            let problem = format!("a pull request needs {APPROVALS_MAX} approvals at the most");
            return Err(at.place(&approvals.span(), problem).mend("write a number from 0 to 6"));
        }
        let required_approvals = self.required_approvals.map(Spanned::into_inner);
        Ok((BranchProtection { pattern, required_approvals, enforce_admins: self.enforce_admins }, span))
    }
}
