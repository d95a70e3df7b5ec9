//! The members of the file that are read; others are left alone.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// The whole file. Each entity is read for itself, so that an error can name it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Details<'a> {
    #[serde(default)]
    pub(super) user_detail_list: Option<Vec<IgnoredAny>>,
    #[serde(default)]
    pub(super) group_detail_list: Option<Vec<IgnoredAny>>,
    #[serde(borrow, default)]
    pub(super) role_detail_list: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) policies: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    pub(super) is_truncated: Option<bool>,
    #[serde(default)]
    pub(super) next_token: Option<IgnoredAny>,
}

/// What every entity is known by.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    #[serde(default)]
    pub(super) arn: String,
    #[serde(default)]
    pub(super) role_name: String,
    #[serde(default)]
    pub(super) policy_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleEntry<'a> {
    pub(super) path: String,
    pub(super) role_name: String,
    pub(super) role_id: String,
    pub(super) arn: String,
    pub(super) create_date: Timestamp,
    #[serde(borrow)]
    pub(super) assume_role_policy_document: &'a RawValue,
    #[serde(default)]
    pub(super) instance_profile_list: Vec<IgnoredAny>,
    #[serde(borrow, default)]
    pub(super) role_policy_list: Vec<InlineEntry<'a>>,
    #[serde(default)]
    pub(super) attached_managed_policies: Vec<AttachedEntry>,
    #[serde(default)]
    pub(super) permissions_boundary: Option<BoundaryEntry>,
    #[serde(default)]
    pub(super) tags: Vec<TagEntry>,
    #[serde(default)]
    pub(super) role_last_used: Option<LastUsedEntry>,
    #[serde(default)]
    pub(super) max_session_duration: Option<u32>,
    #[serde(default)]
    pub(super) description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InlineEntry<'a> {
    pub(super) policy_name: String,
    #[serde(borrow)]
    pub(super) policy_document: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttachedEntry {
    pub(super) policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BoundaryEntry {
    pub(super) permissions_boundary_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagEntry {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LastUsedEntry {
    #[serde(default)]
    pub(super) last_used_date: Option<Timestamp>,
    #[serde(default)]
    pub(super) region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyEntry<'a> {
    pub(super) policy_name: String,
    pub(super) policy_id: String,
    pub(super) arn: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) create_date: Timestamp,
    pub(super) update_date: Timestamp,
    #[serde(borrow)]
    pub(super) policy_version_list: Vec<VersionEntry<'a>>,
    #[serde(default)]
    pub(super) tags: Vec<TagEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VersionEntry<'a> {
    #[serde(borrow)]
    pub(super) document: &'a RawValue,
    pub(super) version_id: String,
    pub(super) is_default_version: bool,
    pub(super) create_date: Timestamp,
}
