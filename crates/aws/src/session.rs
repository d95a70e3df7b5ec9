//! A session of a role: what the credentials stand for, and what they are.
//!
//! Source: STS API reference, "AssumeRoleWithWebIdentity" and "Credentials".

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::arn;

/// What a session's own token says about it; the token is sealed, so nobody but this account's keys can write one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account of the role.
    pub account: AccountId,
    /// The id of the key that goes with it, `ASIA...`.
    pub access_key_id: String,
    /// The role's name, in its stored case.
    pub role_name: String,
    /// The role's path.
    pub role_path: String,
    /// The role's unique id: a role deleted and made again under the same name is another role.
    pub role_id: String,
    /// The session name that the caller chose.
    pub session_name: String,
    /// When it began.
    pub issued_at: Timestamp,
    /// When it ends; at that instant it is expired.
    pub expires_at: Timestamp,
    /// The identity token behind it, for sessions that began with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_identity: Option<WebIdentity>,
    /// The source identity, which later calls cannot change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// Session tags, `aws:PrincipalTag/KEY`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Keys of the tags that go along when this session assumes another role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive_tag_keys: Vec<String>,
    /// The texts of its inline session policies; with any session policy, an action needs the leave of one of them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// ARNs of the managed policies that are its session policies too; their default versions count, as they are at
    /// each call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_arns: Vec<String>,
}

/// The provider, audience and subject of the token that a session began with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebIdentity {
    /// The provider's location, the prefix of its condition keys.
    pub provider: String,
    /// The token's `azp`, or its `aud` where it has none.
    pub audience: String,
    /// The token's `sub`.
    pub subject: String,
    /// The token's `amr`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}

impl WebIdentity {
    /// The provider's ARN.
    #[must_use]
    pub fn provider_arn(&self, account: &AccountId) -> String {
        arn::provider(account, &self.provider)
    }
}

impl Session {
    /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    #[must_use]
    pub fn arn(&self) -> String {
        arn::assumed_role(&self.account, &self.role_name, &self.session_name)
    }

    /// The role's ARN.
    #[must_use]
    pub fn role_arn(&self) -> String {
        arn::role(&self.account, &self.role_path, &self.role_name)
    }

    /// `AROA...:SESSION`.
    #[must_use]
    pub fn user_id(&self) -> String {
        format!("{}:{}", self.role_id, self.session_name)
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// Credentials as they are handed out, once, and kept nowhere.
#[derive(Clone)]
pub struct Credentials {
    /// `ASIA...`.
    pub access_key_id: String,
    /// 40 characters, derived from the access key id by the account's sealing key.
    pub secret_access_key: Zeroizing<String>,
    /// The sealed session.
    pub session_token: Zeroizing<String>,
    /// When they stop working, in the account's time.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
