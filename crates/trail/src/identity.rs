//! CloudTrail's `userIdentity`: who called.
//!
//! Source: CloudTrail user guide, "CloudTrail userIdentity element"; the shapes are observed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::record::seconds;

/// Who called.
#[derive(Debug, Clone, PartialEq)]
pub enum UserIdentity {
    /// A session of a role.
    AssumedRole {
        /// `AROA...:SESSION`.
        principal_id: String,
        /// The session's ARN.
        arn: String,
        /// The account.
        account: String,
        /// The key that signed.
        access_key_id: String,
        /// The role and the provider behind the session.
        session: Box<SessionContext>,
    },
    /// A caller of another account, in the record that the called account gets: no more than who and whence.
    AwsAccount {
        /// `AROA...:SESSION`.
        principal_id: String,
        /// The caller's account.
        account: String,
    },
    /// A user or a program at GitHub's side.
    Outside {
        /// `GitHubUser`, or what else it is.
        kind: &'static str,
        /// Its number, or an empty text.
        id: String,
        /// The login.
        name: String,
    },
    /// The account's administrator.
    Root {
        /// The account.
        account: String,
        /// The key that signed.
        access_key_id: String,
    },
    /// Somebody whose identity was not established.
    Unknown {
        /// The key id that was presented, if one was.
        access_key_id: Option<String>,
    },
    /// Somebody whom an identity provider vouches for.
    WebIdentity {
        /// The provider's ARN.
        provider: String,
        /// The token's audience.
        audience: String,
        /// The token's subject; also of a refused exchange, where it is the only trace of it.
        subject: String,
    },
}

/// The role and the provider behind a session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionContext {
    /// The role's unique id.
    pub role_id: String,
    /// The role's ARN.
    pub role_arn: String,
    /// The role's name.
    pub role_name: String,
    /// The provider's ARN, for sessions that began with a token.
    pub provider: Option<String>,
    /// When the session began.
    pub created: Timestamp,
    /// The source identity.
    pub source_identity: Option<String>,
}

/// The element as it is written, its fields in CloudTrail's order.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_context: Option<WireSession<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSession<'a> {
    session_issuer: WireIssuer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_id_federation_data: Option<WireFederation<'a>>,
    attributes: WireAttributes,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireIssuer<'a> {
    r#type: &'static str,
    principal_id: &'a str,
    arn: &'a str,
    account_id: &'a str,
    user_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireFederation<'a> {
    federated_provider: &'a str,
    /// Always there and always empty for an OIDC provider.
    attributes: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAttributes {
    creation_date: String,
    mfa_authenticated: &'static str,
}

impl UserIdentity {
    fn wire(&self) -> Wire<'_> {
        match self {
            Self::AssumedRole { principal_id, arn, account, access_key_id, session } => Wire {
                r#type: "AssumedRole",
                principal_id: Some(principal_id.into()),
                arn: Some(arn.into()),
                account_id: Some(account),
                access_key_id: Some(access_key_id),
                session_context: Some(session.wire(account)),
                ..Wire::default()
            },
            Self::AwsAccount { principal_id, account } => Wire {
                r#type: "AWSAccount",
                principal_id: Some(principal_id.into()),
                account_id: Some(account),
                ..Wire::default()
            },
            Self::Outside { kind, id, name } => {
                Wire { r#type: kind, principal_id: Some(id.into()), user_name: Some(name), ..Wire::default() }
            }
            Self::Root { account, access_key_id } => Wire {
                r#type: "Root",
                principal_id: Some(account.into()),
                arn: Some(format!("arn:aws:iam::{account}:root").into()),
                account_id: Some(account),
                access_key_id: Some(access_key_id),
                ..Wire::default()
            },
            Self::Unknown { access_key_id } => {
                Wire { r#type: "Unknown", access_key_id: access_key_id.as_deref(), ..Wire::default() }
            }
            Self::WebIdentity { provider, audience, subject } => Wire {
                r#type: "WebIdentityUser",
                principal_id: Some(format!("{provider}:{audience}:{subject}").into()),
                user_name: Some(subject),
                identity_provider: Some(provider),
                ..Wire::default()
            },
        }
    }
}

impl SessionContext {
    fn wire<'a>(&'a self, account: &'a str) -> WireSession<'a> {
        WireSession {
            session_issuer: WireIssuer {
                r#type: "Role",
                principal_id: &self.role_id,
                arn: &self.role_arn,
                account_id: account,
                user_name: &self.role_name,
            },
            web_id_federation_data: self
                .provider
                .as_deref()
                .map(|provider| WireFederation { federated_provider: provider, attributes: BTreeMap::new() }),
            attributes: WireAttributes { creation_date: seconds(self.created), mfa_authenticated: "false" },
            source_identity: self.source_identity.as_deref(),
        }
    }
}

impl Serialize for UserIdentity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.wire().serialize(serializer)
    }
}
