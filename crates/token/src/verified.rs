//! A token that may be believed.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::audience::Audience;

/// A token that its issuer signed, that is complete, and whose time it is.
///
/// Only [`SignedToken::check`](crate::SignedToken::check) makes one. What is left to the caller: whether the keys were
/// those of [`issuer`](Self::issuer), and whether [`audience`](Self::audience) is one that it answers to.
#[derive(Debug, Clone)]
pub struct VerifiedToken {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audience: Audience,
    pub(crate) methods: Vec<String>,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) claims: Map<String, Value>,
}

impl VerifiedToken {
    /// The claim `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The claim `sub`; a number as its decimal text.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The claim `azp` where there is one, else `aud`. May be empty.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience.effective
    }

    /// The claim `aud` where `azp` took its place (the condition key `oaud`): one or more texts.
    #[must_use]
    pub fn original_audience(&self) -> Option<&[String]> {
        self.audience.original.as_deref()
    }

    /// The claim `amr`: how the user authenticated. Mostly empty.
    #[must_use]
    pub fn amr(&self) -> &[String] {
        &self.methods
    }

    /// The claim `jti`, where it is a text. STS does not refuse one that it has seen before.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.claims.get("jti").and_then(Value::as_str)
    }

    /// The claim `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The claim `exp`. With the tolerance, the token counts for a while longer.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Every claim.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }
}
