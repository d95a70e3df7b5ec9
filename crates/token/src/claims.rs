//! The claims that every token needs, and the order in which they are checked.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::audience::Audience;
use crate::times::Times;
use crate::verified::VerifiedToken;

/// The claims without which STS looks no further, in the order in which it misses them.
const REQUIRED: [&str; 5] = ["iss", "sub", "aud", "iat", "exp"];

/// Under which circumstances a token is checked.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// What time it is.
    pub now: Timestamp,
    /// By how many seconds the issuer's clock and ours may differ; STS allows 300. Applies to `iat`, `nbf` and `exp`.
    pub tolerance_seconds: i64,
}

/// Why the claims of a signed token do not count. Times are in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The claim is not there, or is null and not one that has an own answer.
    #[error("the claim `{claim}` is missing")]
    Missing {
        /// Which.
        claim: &'static str,
    },
    /// The claim is there and says nothing: `aud: []`, `iss: ""`.
    #[error("the claim `{claim}` is empty")]
    Empty {
        /// Which.
        claim: &'static str,
    },
    /// `sub` is null, for which STS has an answer of its own.
    #[error("the claim `sub` is null")]
    NullSubject,
    /// The claim is of a type that it must not have.
    #[error("the claim `{claim}` has a value of the wrong type")]
    Malformed {
        /// Which.
        claim: &'static str,
    },
    /// Several audiences, and no `azp` that says for which of them the token was made.
    #[error("the token has several audiences and no `azp`")]
    SeveralAudiences,
    /// A time that is null, has a fraction, is no number, or lies outside the years -9999 to 9999.
    #[error("the claim `{claim}` is not a whole number of seconds")]
    InvalidTimestamp {
        /// `iat`, `nbf` or `exp`.
        claim: &'static str,
    },
    /// `iat` is later than now with the tolerance added.
    #[error("the token was issued in the future, at {issued_at}")]
    IssuedInTheFuture {
        /// The claim.
        issued_at: i64,
    },
    /// `nbf` is later than now with the tolerance added.
    #[error("the token is not valid before {not_before}; with the tolerance it is {current}")]
    NotYetValid {
        /// Now with the tolerance added.
        current: i64,
        /// The claim.
        not_before: i64,
    },
    /// `exp` is not later than now with the tolerance taken off.
    #[error("the token expired at {expires_at}; with the tolerance it is {current}")]
    Expired {
        /// Now with the tolerance taken off.
        current: i64,
        /// The claim.
        expires_at: i64,
    },
}

/// All checks in their order; the only way to a [`VerifiedToken`].
pub(crate) fn check(claims: Map<String, Value>, rules: &Rules) -> Result<VerifiedToken, ClaimError> {
    require(&claims)?;
    let issuer = text_claim(&claims, "iss")?.to_owned();
    let subject = subject(&claims)?;
    let audience = Audience::read(&claims)?;
    let times = Times::read(&claims)?;
    times.check(rules)?;
    let (issued_at, expires_at) = times.as_timestamps()?;
    let methods = methods(&claims);
    Ok(VerifiedToken { issuer, subject, audience, methods, issued_at, expires_at, claims })
}

/// That the claims are there without which STS looks no further.
pub(crate) fn require(claims: &Map<String, Value>) -> Result<(), ClaimError> {
    let missing = REQUIRED.into_iter().find(|claim| !claims.contains_key(*claim));
    missing.map_or(Ok(()), |claim| Err(ClaimError::Missing { claim }))
}

/// A claim that must be a text with at least one character.
pub(crate) fn text_claim<'a>(
    claims: &'a Map<String, Value>,
    claim: &'static str,
) -> Result<&'a str, ClaimError> {
    match claims.get(claim) {
        None | Some(Value::Null) => Err(ClaimError::Missing { claim }),
        Some(Value::String(text)) if text.is_empty() => Err(ClaimError::Empty { claim }),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(ClaimError::Malformed { claim }),
    }
}

/// The subject; a number becomes its decimal text and an empty text is taken, as in STS (observed).
pub(crate) fn subject(claims: &Map<String, Value>) -> Result<String, ClaimError> {
    match claims.get("sub") {
        Some(Value::Null) => Err(ClaimError::NullSubject),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::String(text)) => Ok(text.clone()),
        _ => text_claim(claims, "sub").map(str::to_owned),
    }
}

/// How the user authenticated (OpenID Connect Core, section 2). Optional, so a value of another form is no error.
pub(crate) fn methods(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("amr") {
        Some(Value::String(method)) => vec![method.clone()],
        Some(Value::Array(methods)) => methods.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
