//! For whom the token was made.
//!
//! `aud` is a text or a list of one text. With several, and whenever it is there at all, `azp` (the authorised party of
//! OpenID Connect Core, section 2) decides: it is what must be registered as a client id and what the condition key
//! `aud` holds; the `aud` claim then goes to the condition key `oaud`. Observed in STS.

use serde_json::{Map, Value};

use crate::claims::ClaimError;

/// Both claims, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audience {
    /// What has to be registered. May be empty, which nothing that is registered ever is.
    pub(crate) effective: String,
    /// The `aud` claim, where `azp` took its place.
    pub(crate) original: Option<Vec<String>>,
}

impl Audience {
    pub(crate) fn read(claims: &Map<String, Value>) -> Result<Self, ClaimError> {
        let audiences = audiences(claims)?;
        match claims.get("azp") {
            Some(Value::String(party)) => Ok(Self { effective: party.clone(), original: Some(audiences) }),
            Some(Value::Null) | None => match <[String; 1]>::try_from(audiences) {
                Ok([only]) => Ok(Self { effective: only, original: None }),
                Err(_) => Err(ClaimError::SeveralAudiences),
            },
            Some(_) => Err(ClaimError::Malformed { claim: "azp" }),
        }
    }
}

/// The `aud` claim: at least one text.
fn audiences(claims: &Map<String, Value>) -> Result<Vec<String>, ClaimError> {
    let malformed = ClaimError::Malformed { claim: "aud" };
    match claims.get("aud") {
        None | Some(Value::Null) => Err(ClaimError::Missing { claim: "aud" }),
        Some(Value::String(audience)) => Ok(vec![audience.clone()]),
        Some(Value::Array(items)) if items.is_empty() => Err(ClaimError::Empty { claim: "aud" }),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or(malformed)
        }
        Some(_) => Err(malformed),
    }
}
