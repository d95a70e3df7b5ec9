//! Protected branches.
//!
//! Branch protection is one of three layers that do not know of each other: it says who may push to a branch, a trust
//! policy which branch or environment may become a role, an environment's protection whether a job may go on.
//!
//! Source: GitHub docs, "About protected branches", REST API "Protected branches".

use serde::{Deserialize, Serialize};

use super::user::Role;
use crate::gate::environment::Protection;
use crate::gate::pattern::matches;

/// The most protected branches and patterns of a repository.
pub const PROTECTIONS_MAX: usize = 100;
/// The most approvals that a pull request can be asked for.
pub const APPROVALS_MAX: u8 = 6;

/// What protects the branches of a name or pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchProtection {
    /// The branch, or a pattern for branches.
    pub pattern: String,
    /// How many approvals a pull request needs before it is merged; `None` where anybody may push who can write.
    pub required_approvals: Option<u8>,
    /// Whether it counts for administrators too.
    pub enforce_admins: bool,
}

impl BranchProtection {
    /// Whether a push to such a branch needs a second person.
    #[must_use]
    pub fn needs_second_person(&self) -> bool {
        self.required_approvals.is_some_and(|approvals| approvals > 0)
    }
}

/// The protection of a branch, by its name: that of exactly this name first, else of the first pattern that means it.
#[must_use]
pub fn of_branch<'a>(protections: &'a [BranchProtection], branch: &str) -> Option<&'a BranchProtection> {
    let exact = protections.iter().find(|protection| protection.pattern == branch);
    exact.or_else(|| protections.iter().find(|protection| matches(&protection.pattern, branch)))
}

/// Whether what one person pushes can land on a ref with nobody else's word: what branch protection is there to prevent.
///
/// Tags are not its matter, and the merge of a pull request is nothing that is pushed.
#[must_use]
pub fn may_push_alone(protections: &[BranchProtection], reference: &str, role: Role) -> bool {
    if role < Role::Write {
        return false;
    }
    let Some(branch) = reference.strip_prefix("refs/heads/") else {
        return reference.starts_with("refs/tags/");
    };
    of_branch(protections, branch).is_none_or(|protection| {
        !protection.needs_second_person() || (role == Role::Admin && !protection.enforce_admins)
    })
}

/// What a gate asks of a repository's branches, for a run of a ref.
#[must_use]
pub fn of_reference(protections: &[BranchProtection], reference: &str) -> Protection {
    let branch = reference.strip_prefix("refs/heads/");
    Protection {
        reference: branch.is_some_and(|branch| of_branch(protections, branch).is_some()),
        any: !protections.is_empty(),
    }
}
