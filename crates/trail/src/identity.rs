//! CloudTrail's `userIdentity`: who called.
//!
//! Source: CloudTrail user guide, "CloudTrail userIdentity element"; the shapes are observed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

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

impl UserIdentity {
    fn value(&self) -> Value {
        match self {
            Self::AssumedRole { principal_id, arn, account, access_key_id, session } => json!({
                "type": "AssumedRole",
                "principalId": principal_id,
                "arn": arn,
                "accountId": account,
                "accessKeyId": access_key_id,
                "sessionContext": session.value(account),
            }),
            Self::Root { account, access_key_id } => json!({
                "type": "Root",
                "principalId": account,
                "arn": format!("arn:aws:iam::{account}:root"),
                "accountId": account,
                "accessKeyId": access_key_id,
            }),
            Self::Unknown { access_key_id: Some(id) } => json!({ "type": "Unknown", "accessKeyId": id }),
            Self::Unknown { access_key_id: None } => json!({ "type": "Unknown" }),
            Self::WebIdentity { provider, audience, subject } => json!({
                "type": "WebIdentityUser",
                "principalId": format!("{provider}:{audience}:{subject}"),
                "userName": subject,
                "identityProvider": provider,
            }),
        }
    }
}

impl SessionContext {
    fn value(&self, account: &str) -> Value {
        let mut value = json!({
            "sessionIssuer": {
                "type": "Role",
                "principalId": self.role_id,
                "arn": self.role_arn,
                "accountId": account,
                "userName": self.role_name,
            },
        });
        if let (Some(provider), Some(object)) = (&self.provider, value.as_object_mut()) {
            let data = json!({ "federatedProvider": provider, "attributes": {} });
            object.insert("webIdFederationData".to_owned(), data);
        }
        if let Some(object) = value.as_object_mut() {
            let attributes = json!({ "creationDate": seconds(self.created), "mfaAuthenticated": "false" });
            object.insert("attributes".to_owned(), attributes);
            if let Some(source_identity) = &self.source_identity {
                object.insert("sourceIdentity".to_owned(), json!(source_identity));
            }
        }
        value
    }
}

impl Serialize for UserIdentity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}
