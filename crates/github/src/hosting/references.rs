//! The branches and tags that are known of a repository.
//!
//! There is no git server here: a ref is known once an event or the operator has named it. A workflow is started by hand
//! on a known one only, as GitHub demands that the ref is there: whoever may start workflows does not make tags by it.

use super::repository::Repository;
use crate::reference;

/// The most refs that are known of a repository, beside the default branch; the one that was named longest ago makes
/// room.
pub const REFERENCES_MAX: usize = 300;
/// The longest ref that is kept, in bytes; git's own files allow little more.
pub const REFERENCE_BYTES_MAX: usize = 255;

impl Repository {
    /// Keeps a branch or tag, `refs/heads/NAME` or `refs/tags/NAME`, as known; whatever else it is told is left.
    pub fn know_reference(&mut self, named: &str) {
        let name = named.strip_prefix("refs/heads/").or_else(|| named.strip_prefix("refs/tags/"));
        let fits = name.is_some_and(reference::is_name) && named.len() <= REFERENCE_BYTES_MAX;
        if !fits || *named == self.default_reference() || self.references.last().is_some_and(|it| it == named)
        {
            return;
        }
        self.forget_reference(named);
        let too_many = (self.references.len() + 1).saturating_sub(REFERENCES_MAX);
        self.references.drain(..too_many.min(self.references.len()));
        self.references.push(named.to_owned());
    }

    /// Takes one out that was deleted.
    pub fn forget_reference(&mut self, named: &str) {
        self.references.retain(|known| known != named);
    }

    /// The ref that a name means: a whole ref, a branch, or else a tag; `None` where it is not known.
    #[must_use]
    pub fn find_reference(&self, named: &str) -> Option<String> {
        let meant = if named.starts_with("refs/") {
            vec![named.to_owned()]
        } else {
            vec![format!("refs/heads/{named}"), format!("refs/tags/{named}")]
        };
        meant.into_iter().find(|reference| self.knows_reference(reference))
    }

    /// The default branch, those that are protected by name, and what was named.
    fn knows_reference(&self, reference: &str) -> bool {
        let is_protected = |branch: &str| {
            self.protections.iter().any(|it| it.pattern == branch) && !branch.contains(['*', '?', '[', '\\'])
        };
        reference == self.default_reference()
            || reference.strip_prefix("refs/heads/").is_some_and(is_protected)
            || self.references.iter().any(|known| known == reference)
    }

    fn default_reference(&self) -> String {
        format!("refs/heads/{}", self.default_branch)
    }
}
