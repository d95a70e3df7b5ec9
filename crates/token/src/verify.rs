//! The signature, and nothing but the signature.

use std::fmt;

use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::claims::{self, ClaimError, Rules};
use crate::key::{KeyFault, Unverified};
use crate::key_set::KeySet;
use crate::unverified::UnverifiedToken;
use crate::verified::VerifiedToken;

/// Why a token's signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// `none`, an HMAC, or any other algorithm that STS does not accept.
    #[error("the signature algorithm `{algorithm}` is not supported")]
    UnsupportedAlgorithm {
        /// As the header names it.
        algorithm: String,
    },
    /// The header demands an extension. RFC 7515 section 4.1.11: what is not understood is refused.
    #[error("the token demands extensions that are not supported: `{}`", names.join("`, `"))]
    UnknownCritical {
        /// The members of `crit`.
        names: Vec<String>,
    },
    /// The issuer publishes no key of that id.
    #[error("the issuer has no key `{kid}`")]
    UnknownKey {
        /// The id that the header names.
        kid: String,
    },
    /// The issuer publishes the key in a form that must not be used.
    #[error("the issuer's key `{kid}` cannot be used: {fault}")]
    UnusableKey {
        /// The id that the header names.
        kid: String,
        /// What is wrong with the key.
        fault: KeyFault,
    },
    /// The header names no key, and the issuer does not have exactly one that is usable.
    #[error("the token names no key, and its issuer has {usable} usable keys")]
    NoKeyIdAndSeveralKeys {
        /// How many usable keys there are; may be 0.
        usable: usize,
    },
    /// An RSA algorithm with an elliptic curve key, or the like.
    #[error("the signature algorithm `{algorithm}` does not fit the type of the issuer's key")]
    KeyDoesNotFit {
        /// The algorithm that the header names.
        algorithm: Algorithm,
    },
    /// The key did not make this signature over this header and payload.
    #[error("the signature does not match")]
    BadSignature,
}

/// A token that the issuer's key did sign. Its claims have not been looked at.
#[derive(Clone)]
pub struct SignedToken {
    claims: Map<String, Value>,
}

impl UnverifiedToken {
    /// Checks the signature with the key that the header names, by the algorithm that the header names (the `alg` of
    /// the key itself is not looked at, as in STS). Without a `kid` it needs an issuer with exactly one usable key.
    ///
    /// # Errors
    /// [`VerifyError`]
    pub fn verify(self, keys: &KeySet) -> Result<SignedToken, VerifyError> {
        let algorithm = Algorithm::from_name(self.header().algorithm()).ok_or_else(|| {
            VerifyError::UnsupportedAlgorithm { algorithm: self.header().algorithm().to_owned() }
        })?;
        if let Some(names) = self.header().critical() {
            return Err(VerifyError::UnknownCritical { names: names.to_vec() });
        }
        let key = match self.header().key_id() {
            Some(kid) => match keys.find(kid) {
                Some(Ok(key)) => key,
                Some(Err(fault)) => {
                    return Err(VerifyError::UnusableKey { kid: kid.to_owned(), fault: fault.clone() });
                }
                None => return Err(VerifyError::UnknownKey { kid: kid.to_owned() }),
            },
            None => keys
                .only_usable()
                .ok_or_else(|| VerifyError::NoKeyIdAndSeveralKeys { usable: keys.usable_count() })?,
        };
        match key.verify(algorithm, self.signing_input.as_bytes(), &self.signature) {
            Ok(()) => Ok(SignedToken { claims: self.claims }),
            Err(Unverified::DoesNotFit) => Err(VerifyError::KeyDoesNotFit { algorithm }),
            Err(Unverified::Wrong) => Err(VerifyError::BadSignature),
        }
    }
}

impl SignedToken {
    /// Checks that the claims that every token needs are there, well formed, and that the token's time has come and
    /// not gone.
    ///
    /// Order: presence (`iss`, `sub`, `aud`, `iat`, `exp`), form, audience, times (`iat`, `nbf`, `exp`).
    ///
    /// # Errors
    /// [`ClaimError`]
    pub fn check(self, rules: &Rules) -> Result<VerifiedToken, ClaimError> {
        claims::check(self.claims, rules)
    }
}

/// Shows nothing of the claims, which are nobody's business before they are checked.
impl fmt::Debug for SignedToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SignedToken").finish_non_exhaustive()
    }
}
