//! A role in answers and in the trail.
//!
//! Source: IAM API reference, "Role"; the form in the trail is the one observed.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::{AccountId, Role};
use crate::iam::{percent_encoding, tags};
use crate::last_use::LastUse;
use crate::shape::Shape;

/// How much of a role an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail<'a> {
    /// Everything: of GetRole.
    Full {
        /// When it was last used; `None` where it never was.
        last_use: Option<&'a LastUse>,
    },
    /// Without its tags, its boundary and its last use: in a list of roles.
    Listed,
    /// Without its last use: of operations that make or change a role.
    Made,
}

/// The structure `Role`.
#[must_use]
pub fn shape(account: &AccountId, role: &Role, detail: Detail<'_>) -> Shape {
    let mut members = vec![
        ("Path", Shape::text(&role.path)),
        ("RoleName", Shape::text(&role.name)),
        ("RoleId", Shape::text(&role.id)),
        ("Arn", Shape::Text(role.arn(account))),
        ("CreateDate", Shape::time(role.created)),
        ("AssumeRolePolicyDocument", Shape::Text(percent_encoding::encode(role.trust.text()))),
    ];
    if let Some(description) = &role.description {
        members.push(("Description", Shape::text(description)));
    }
    members.push(("MaxSessionDuration", Shape::text(role.max_session_seconds)));
    if detail == Detail::Listed {
        return Shape::Structure(members);
    }
    if let Some(boundary) = &role.boundary {
        members.push(("PermissionsBoundary", boundary_shape(boundary)));
    }
    if !role.tags.is_empty() {
        members.push(("Tags", tags::shape(&role.tags)));
    }
    if let Detail::Full { last_use } = detail {
        members.push(("RoleLastUsed", last_use_shape(last_use)));
    }
    Shape::Structure(members)
}

/// The structure `AttachedPermissionsBoundary`.
#[must_use]
pub fn boundary_shape(arn: &str) -> Shape {
    Shape::structure([
        ("PermissionsBoundaryType", Shape::text("Policy")),
        ("PermissionsBoundaryArn", Shape::text(arn)),
    ])
}

/// The structure `RoleLastUsed`: empty where the role was never used.
#[must_use]
pub fn last_use_shape(last_use: Option<&LastUse>) -> Shape {
    last_use.map_or_else(Shape::empty, |last_use| {
        Shape::structure([
            ("LastUsedDate", Shape::time(last_use.at)),
            ("Region", Shape::text(&last_use.region)),
        ])
    })
}

/// CloudTrail's `responseElements` of an operation that answers with a role.
#[must_use]
pub fn event(account: &AccountId, role: &Role) -> Value {
    let mut kept = json!({
        "path": role.path,
        "roleName": role.name,
        "roleId": role.id,
        "arn": role.arn(account),
        "createDate": event_time(role.created),
        "assumeRolePolicyDocument": percent_encoding::encode(role.trust.text()),
    });
    if let (Some(members), Some(boundary)) = (kept.as_object_mut(), &role.boundary) {
        members.insert(
            "permissionsBoundary".to_owned(),
            json!({ "permissionsBoundaryType": "Policy", "permissionsBoundaryArn": boundary }),
        );
    }
    if let Some(members) = kept.as_object_mut()
        && !role.tags.is_empty()
    {
        let pairs: Vec<(&str, &str)> = role.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
        members.extend(tags::event(&pairs).map(|tags| ("tags".to_owned(), tags)));
    }
    json!({ "role": kept })
}

/// A time as IAM's records write it: `Aug 1, 2024 1:37:41 PM`.
#[must_use]
pub fn event_time(time: Timestamp) -> String {
    time.strftime("%b %-d, %Y %-I:%M:%S %p").to_string()
}
