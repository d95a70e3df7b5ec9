//! Managed policies and their versions in answers and in the trail, and by how many roles each is used.
//!
//! Source: IAM API reference, "Policy" and "PolicyVersion": which members are left out of which answers.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::account::{Account, ManagedPolicy, PolicyVersion};
use crate::iam::role_shape::event_time;
use crate::iam::{percent_encoding, tags};
use crate::shape::Shape;

/// How much of a policy an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything: GetPolicy.
    Full,
    /// Without description and tags: ListPolicies.
    Listed,
    /// Without its description: CreatePolicy.
    Made,
}

/// By how many roles policies are used.
#[derive(Debug, Default)]
pub struct Uses<'a> {
    attached: HashMap<&'a str, usize>,
    boundaries: HashMap<&'a str, usize>,
}

impl<'a> Uses<'a> {
    /// Counts over all roles of the account.
    #[must_use]
    pub fn count(account: &'a Account) -> Self {
        let mut uses = Self::default();
        for role in account.roles() {
            for arn in &role.attached {
                *uses.attached.entry(arn).or_default() += 1;
            }
            if let Some(arn) = &role.boundary {
                *uses.boundaries.entry(arn).or_default() += 1;
            }
        }
        uses
    }

    /// How many roles it is attached to: `AttachmentCount`.
    #[must_use]
    pub fn attached(&self, arn: &str) -> usize {
        self.attached.get(arn).copied().unwrap_or_default()
    }

    /// Of how many roles it is the boundary: `PermissionsBoundaryUsageCount`.
    #[must_use]
    pub fn boundaries(&self, arn: &str) -> usize {
        self.boundaries.get(arn).copied().unwrap_or_default()
    }
}

/// The structure `Policy`.
#[must_use]
pub fn shape(policy: &ManagedPolicy, uses: &Uses<'_>, detail: Detail) -> Shape {
    let mut members = vec![
        ("PolicyName", Shape::text(&policy.name)),
        ("PolicyId", Shape::text(&policy.id)),
        ("Arn", Shape::text(&policy.arn)),
        ("Path", Shape::text(&policy.path)),
        ("DefaultVersionId", Shape::text(default_version_id(policy))),
        ("AttachmentCount", Shape::text(uses.attached(&policy.arn))),
        ("PermissionsBoundaryUsageCount", Shape::text(uses.boundaries(&policy.arn))),
        ("IsAttachable", Shape::text(true)),
    ];
    if let (Detail::Full, Some(description)) = (detail, &policy.description) {
        members.push(("Description", Shape::text(description)));
    }
    members.push(("CreateDate", Shape::time(policy.created)));
    members.push(("UpdateDate", Shape::time(policy.updated)));
    if detail != Detail::Listed && !policy.tags.is_empty() {
        members.push(("Tags", tags::shape(&policy.tags)));
    }
    Shape::Structure(members)
}

/// The structure `PolicyVersion`, with the document or without.
#[must_use]
pub fn version(version: &PolicyVersion, with_document: bool) -> Shape {
    let mut members = Vec::with_capacity(4);
    if with_document {
        members.push(("Document", Shape::Text(percent_encoding::encode(version.document.text()))));
    }
    members.push(("VersionId", Shape::text(&version.id)));
    members.push(("IsDefaultVersion", Shape::text(version.is_default)));
    members.push(("CreateDate", Shape::time(version.created)));
    Shape::Structure(members)
}

/// CloudTrail's `responseElements` of CreatePolicy.
#[must_use]
pub fn event(policy: &ManagedPolicy) -> Value {
    let mut kept = json!({
        "policyName": policy.name,
        "policyId": policy.id,
        "arn": policy.arn,
        "path": policy.path,
        "defaultVersionId": default_version_id(policy),
        "attachmentCount": 0,
        "permissionsBoundaryUsageCount": 0,
        "isAttachable": true,
        "createDate": event_time(policy.created),
        "updateDate": event_time(policy.updated),
    });
    if let Some(members) = kept.as_object_mut()
        && !policy.tags.is_empty()
    {
        let pairs: Vec<(&str, &str)> = policy.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
        members.extend(tags::event(&pairs).map(|tags| ("tags".to_owned(), tags)));
    }
    json!({ "policy": kept })
}

/// CloudTrail's `responseElements` of CreatePolicyVersion.
#[must_use]
pub fn version_event(version: &PolicyVersion) -> Value {
    json!({ "policyVersion": {
        "versionId": version.id,
        "isDefaultVersion": version.is_default,
        "createDate": event_time(version.created),
    } })
}

/// The id of the version in force; none where the policy was damaged where it was kept.
fn default_version_id(policy: &ManagedPolicy) -> &str {
    policy.default_version().map_or("", |version| &version.id)
}
