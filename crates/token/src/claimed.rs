//! What a token says of itself, taken at its word.
//!
//! The rules of a decision read a token's subject, audience and claims from here, so that they can be asked in two ways:
//! of a [`VerifiedToken`], for credentials, and of claims that nobody vouches for, for a simulation that hands out
//! nothing.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::audience::Audience;
use crate::claims::{self, ClaimError};
use crate::verified::VerifiedToken;

/// The claims that decisions are made from. Nobody vouches for them but where they come from a [`VerifiedToken`].
#[derive(Debug, Clone)]
pub struct Claimed<'a> {
    /// `sub`; a number as its decimal text. `None` where it is left out, which no verified token does.
    pub subject: Option<Cow<'a, str>>,
    /// `azp` where there is one, else `aud`. `None` where `aud` is left out, which no verified token does.
    pub audience: Option<Cow<'a, str>>,
    /// `aud` where `azp` took its place (the condition key `oaud`).
    pub original_audience: Option<Cow<'a, [String]>>,
    /// `amr`: how the user authenticated.
    pub methods: Cow<'a, [String]>,
    /// Every claim.
    pub claims: &'a Map<String, Value>,
}

impl<'a> Claimed<'a> {
    /// Reads claims of which any may be left out. Neither the times nor the presence of a claim are looked at.
    ///
    /// # Errors
    /// [`ClaimError`] for a subject, an audience or an authorised party of a form that STS refuses.
    pub fn read(claims: &'a Map<String, Value>) -> Result<Self, ClaimError> {
        let subject = claims.contains_key("sub").then(|| claims::subject(claims)).transpose()?;
        let audience = claims.contains_key("aud").then(|| Audience::read(claims)).transpose()?;
        let (audience, original) = audience.map_or((None, None), |audience| {
            (Some(Cow::Owned(audience.effective)), audience.original.map(Cow::Owned))
        });
        Ok(Self {
            subject: subject.map(Cow::Owned),
            audience,
            original_audience: original,
            methods: Cow::Owned(claims::methods(claims)),
            claims,
        })
    }

    /// Reads the claims of a whole token: those that every token needs have to be there.
    ///
    /// # Errors
    /// As [`Claimed::read`], and [`ClaimError::Missing`].
    pub fn read_whole(claims: &'a Map<String, Value>) -> Result<Self, ClaimError> {
        claims::require(claims)?;
        Self::read(claims)
    }
}

impl VerifiedToken {
    /// What it says of itself, which may be believed.
    #[must_use]
    pub fn claimed(&self) -> Claimed<'_> {
        Claimed {
            subject: Some(Cow::Borrowed(self.subject())),
            audience: Some(Cow::Borrowed(self.audience())),
            original_audience: self.original_audience().map(Cow::Borrowed),
            methods: Cow::Borrowed(self.amr()),
            claims: self.claims(),
        }
    }
}
