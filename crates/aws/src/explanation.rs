//! The operator's view of a decision: what the caller of AWS's API is never told.

use daypass_policy::Evaluation;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One question that was put to the policies, and the answer with its reasons.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Check {
    /// The action, e.g. `s3:PutObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The answer, statement by statement.
    pub evaluation: Evaluation,
}

/// What it was that refused, where it was not the policies alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The token's audience is none of the provider's client ids.
    Audience {
        /// What the token says (`azp`, or `aud` where it has none).
        presented: String,
        /// What the provider knows.
        registered: Vec<String>,
    },
    /// The caller's signature, key or session token.
    Authentication {
        /// What was wrong.
        detail: String,
    },
    /// The issuer's keys could not be had, or none of them fits.
    Keys {
        /// What was wrong.
        detail: String,
    },
    /// No provider of the account has the token's issuer.
    Provider {
        /// The token's `iss`.
        presented: String,
        /// The issuers that the account trusts.
        registered: Vec<String>,
    },
    /// The account has no such role.
    Role {
        /// The ARN asked for.
        presented: String,
        /// The ARN of a role that differs in case or path only.
        near: Option<String>,
    },
    /// The token's roles claim does not name the role.
    RolesClaim {
        /// The roles it names.
        presented: Vec<String>,
    },
    /// The token itself: its form, signature, claims or times.
    Token {
        /// What was wrong.
        detail: String,
    },
    /// A policy that was kept cannot be read, so it allows nothing.
    UnreadablePolicy {
        /// The policy's name.
        policy: String,
        /// What is wrong with it.
        detail: String,
    },
}

/// Everything an operator may know about one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Explanation {
    /// The operation, e.g. `AssumeRoleWithWebIdentity`.
    pub operation: String,
    /// Whether it was done.
    pub allowed: bool,
    /// Who called: an ARN, or the token's subject for an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// AWS's words to the caller, where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What refused, where it was not the policies alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The questions put to the policies, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The claims of the token behind the exchange, once its signature was found good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Map<String, Value>>,
    /// What would probably mend it, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}
