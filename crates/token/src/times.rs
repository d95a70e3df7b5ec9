//! From when until when the token counts.
//!
//! RFC 7519 allows fractions of a second; STS does not, but takes a text of digits for a number. Observed.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::claims::{ClaimError, Rules};

/// The three times of a token, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    issued_at: i64,
    not_before: Option<i64>,
    expires_at: i64,
}

impl Times {
    pub(crate) fn read(claims: &Map<String, Value>) -> Result<Self, ClaimError> {
        Ok(Self {
            issued_at: seconds(claims, "iat")?.ok_or(ClaimError::Missing { claim: "iat" })?,
            not_before: seconds(claims, "nbf")?,
            expires_at: seconds(claims, "exp")?.ok_or(ClaimError::Missing { claim: "exp" })?,
        })
    }

    /// The tolerance helps the token on either side.
    pub(crate) fn check(&self, rules: &Rules) -> Result<(), ClaimError> {
        let latest = rules.now.as_second().saturating_add(rules.tolerance_seconds);
        let earliest = rules.now.as_second().saturating_sub(rules.tolerance_seconds);
        if self.issued_at > latest {
            return Err(ClaimError::IssuedInTheFuture { issued_at: self.issued_at });
        }
        if let Some(not_before) = self.not_before.filter(|not_before| *not_before > latest) {
            return Err(ClaimError::NotYetValid { current: latest, not_before });
        }
        if self.expires_at <= earliest {
            return Err(ClaimError::Expired { current: earliest, expires_at: self.expires_at });
        }
        Ok(())
    }

    /// `iat` and `exp`.
    pub(crate) fn as_timestamps(&self) -> Result<(Timestamp, Timestamp), ClaimError> {
        let timestamp = |claim, seconds| {
            Timestamp::from_second(seconds).map_err(|_| ClaimError::InvalidTimestamp { claim })
        };
        Ok((timestamp("iat", self.issued_at)?, timestamp("exp", self.expires_at)?))
    }
}

/// A whole number, or a text of one; `None` where the claim is absent.
fn seconds(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<i64>, ClaimError> {
    let seconds = match claims.get(claim) {
        None => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text))
            if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) =>
        {
            text.parse().ok()
        }
        Some(_) => None,
    };
    seconds.map(Some).ok_or(ClaimError::InvalidTimestamp { claim })
}
