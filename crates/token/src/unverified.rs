//! A token of which only the form is known.

use std::fmt;

use serde_json::{Map, Value};

use crate::base64url;
use crate::claims::{ClaimError, text_claim};

/// Why a text is no JSON Web Token in compact form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A token is header, payload and signature; five parts are an encrypted one.
    #[error("a token has three parts separated by dots, this has {found}")]
    Parts {
        /// How many there are; counting stops at 6.
        found: usize,
    },
    /// A part is not canonical base64url without padding.
    #[error("the {part} of the token is not base64url")]
    Base64 {
        /// `header`, `payload` or `signature`.
        part: &'static str,
    },
    /// A part is no JSON object, or is nested more than 127 levels deep.
    #[error("the {part} of the token is not a JSON object")]
    Object {
        /// `header` or `payload`.
        part: &'static str,
    },
    /// A member of the header is absent or of another type than RFC 7515 says.
    #[error("the member `{member}` of the token's header is missing or malformed")]
    Header {
        /// `alg`, `kid` or `crit`.
        member: &'static str,
    },
}

/// What a token says about how it was signed (RFC 7515 section 4). Nobody vouches for it.
///
/// `jwk`, `jku`, `x5c` and `x5u`, with which a token would bring its own key, are never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    algorithm: String,
    key_id: Option<String>,
    critical: Option<Vec<String>>,
}

impl Header {
    /// The `alg` as it was written; it need not be one that is accepted.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The `kid`. An empty one counts as none.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The names of the extensions that a reader has to understand; we understand none.
    pub(crate) fn critical(&self) -> Option<&[String]> {
        self.critical.as_deref()
    }

    fn read(members: &Map<String, Value>) -> Result<Self, ParseError> {
        let malformed = |member| ParseError::Header { member };
        let algorithm = members.get("alg").and_then(Value::as_str).ok_or(malformed("alg"))?;
        let key_id = match members.get("kid") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(_) => return Err(malformed("kid")),
        };
        let critical = match members.get("crit") {
            None => None,
            // An empty list is malformed: RFC 7515 section 4.1.11.
            Some(Value::Array(names)) if !names.is_empty() => {
                let names = names.iter().map(|name| name.as_str().map(str::to_owned));
                Some(names.collect::<Option<_>>().ok_or(malformed("crit"))?)
            }
            Some(_) => return Err(malformed("crit")),
        };
        Ok(Self { algorithm: algorithm.to_owned(), key_id, critical })
    }
}

/// A token in compact form (RFC 7515 section 3.1) whose signature nobody has checked.
///
/// Good for finding out whose keys to check it with, and for showing what it says.
#[derive(Clone)]
pub struct UnverifiedToken {
    pub(crate) signing_input: String,
    pub(crate) signature: Vec<u8>,
    pub(crate) claims: Map<String, Value>,
    header: Header,
}

impl UnverifiedToken {
    /// Reads the three parts.
    ///
    /// The caller limits the length of the text; the work is linear in it. Where a JSON member is repeated the last
    /// one counts, in the header and in the claims alike.
    ///
    /// # Errors
    /// [`ParseError`] where the text is no JSON Web Token.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseError::Parts { found: text.split('.').take(6).count() });
        };
        let header = Header::read(&object("header", header)?)?;
        let claims = object("payload", payload)?;
        let signature = base64url::decode(signature).ok_or(ParseError::Base64 { part: "signature" })?;
        let signing_input = text.rsplit_once('.').map_or(text, |(input, _)| input).to_owned();
        Ok(Self { signing_input, signature, claims, header })
    }

    /// What the token says about its signature.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the token says, which anybody may have written: for showing it, and for simulations.
    #[must_use]
    pub fn unverified_claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// Who is said to have issued the token.
    ///
    /// # Errors
    /// [`ClaimError::Missing`], [`ClaimError::Empty`] or [`ClaimError::Malformed`] for the claim `iss`.
    pub fn issuer(&self) -> Result<&str, ClaimError> {
        text_claim(&self.claims, "iss")
    }
}

/// Shows the header only: whoever has the whole text can use it.
impl fmt::Debug for UnverifiedToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnverifiedToken").field("header", &self.header).finish_non_exhaustive()
    }
}

/// The JSON object in one part. serde_json stops at 128 levels, so nesting cannot exhaust the stack.
fn object(part: &'static str, text: &str) -> Result<Map<String, Value>, ParseError> {
    let bytes = base64url::decode(text).ok_or(ParseError::Base64 { part })?;
    serde_json::from_slice(&bytes).map_err(|_| ParseError::Object { part })
}
