//! A managed policy: a policy that stands by itself, with versions, and is attached to roles by its ARN.
//!
//! Source: IAM user guide, "Managed policies and inline policies" and "Versioning IAM policies".

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::Tags;
use crate::stored_policy::StoredPolicy;

/// One text of a managed policy. It never changes; another text is another version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// `v1`, `v2`, ...; never used again after the version is deleted.
    pub id: String,
    /// The text.
    #[serde(deserialize_with = "StoredPolicy::identity")]
    pub document: StoredPolicy,
    /// Whether it is the one in force; exactly one version is.
    pub is_default: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// A managed policy, the account's own or AWS's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its name, case kept; unique in the account without regard to case.
    pub name: String,
    /// `ANPA` and 17 characters; never used again after the policy is deleted.
    pub id: String,
    /// Its path, with leading and trailing `/`.
    pub path: String,
    /// Its ARN, the key in the account.
    pub arn: String,
    /// Free text; it cannot be changed.
    #[serde(default)]
    pub description: Option<String>,
    /// Its versions, oldest first; at most five.
    pub versions: Vec<PolicyVersion>,
    /// How many versions it ever had: the number of the newest.
    pub versions_made: u32,
    /// When it was created.
    pub created: Timestamp,
    /// When its newest version was made.
    pub updated: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

impl ManagedPolicy {
    /// The version in force; `None` for a policy that was damaged where it was kept, which then allows nothing.
    #[must_use]
    pub fn default_version(&self) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.is_default)
    }

    /// The version of this id, e.g. `v2`.
    #[must_use]
    pub fn version(&self, id: &str) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// The text in force.
    ///
    /// # Errors
    /// Why there is none that can be read. Whoever evaluates must then deny.
    pub fn document(&self) -> Result<&daypass_policy::Document, &str> {
        self.default_version().ok_or("it has no default version")?.document.document()
    }

    /// Whether AWS manages it: it can be attached, and neither changed nor deleted.
    #[must_use]
    pub fn is_aws_managed(&self) -> bool {
        crate::aws_managed::is_name(&self.arn)
    }
}
