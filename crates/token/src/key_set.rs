//! The keys that an issuer publishes (RFC 7517 section 5).

use std::collections::HashMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::key::{KeyFault, VerificationKey};

/// The longest key set that is read, in bytes. [`RSA_KEYS_MAX`] keys of 4096 bits with their certificates stay below it.
pub const KEY_SET_BYTES_MAX: usize = 1024 * 1024;
/// The most RSA keys of an issuer. Source: IAM user guide, "Create an OpenID Connect identity provider".
pub const RSA_KEYS_MAX: usize = 100;
/// The most elliptic curve keys of an issuer. Same source.
pub const EC_KEYS_MAX: usize = 100;

/// Why a text is no key set at all. A single unusable key is no error: its tokens are refused, the others' are not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Longer than [`KEY_SET_BYTES_MAX`].
    #[error("the key set has {bytes} bytes; at most {KEY_SET_BYTES_MAX} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// No JSON object, or nested too deep.
    #[error("the key set is not a JSON object")]
    NotAnObject,
    /// No list of objects under `keys`.
    #[error("the key set has no list of keys under `keys`")]
    NoKeys,
}

/// An issuer's keys by id, parsed once and shared by every verification.
///
/// * A key without a `kid` is left out.
/// * Where two have the same `kid`, the later one counts, even if it is unusable.
/// * With more than [`RSA_KEYS_MAX`] RSA keys no RSA key is usable, and so for the elliptic curves.
#[derive(Default)]
pub struct KeySet {
    keys: HashMap<String, Result<VerificationKey, KeyFault>>,
}

impl KeySet {
    /// Reads a JWKS document.
    ///
    /// # Errors
    /// [`KeySetError`] where it is none.
    pub fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        if document.len() > KEY_SET_BYTES_MAX {
            return Err(KeySetError::TooLong { bytes: document.len() });
        }
        let document: Map<String, Value> =
            serde_json::from_slice(document).map_err(|_| KeySetError::NotAnObject)?;
        let keys = document.get("keys").and_then(Value::as_array).ok_or(KeySetError::NoKeys)?;
        let keys: Vec<&Map<String, Value>> =
            keys.iter().map(Value::as_object).collect::<Option<_>>().ok_or(KeySetError::NoKeys)?;
        let too_many_rsa = too_many(&keys, "RSA", RSA_KEYS_MAX);
        let too_many_ec = too_many(&keys, "EC", EC_KEYS_MAX);
        let mut set = Self::default();
        for jwk in keys {
            let Some(kid) = jwk.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty()) else {
                continue;
            };
            let fault = match jwk.get("kty").and_then(Value::as_str) {
                Some("RSA") => too_many_rsa.clone(),
                Some("EC") => too_many_ec.clone(),
                _ => None,
            };
            set.keys.insert(kid.to_owned(), fault.map_or_else(|| VerificationKey::read(jwk), Err));
        }
        Ok(set)
    }

    /// Whether the issuer publishes a key of that id, usable or not. If it does not, a fresh copy of the set may.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    /// The ids of all keys that can be verified with, in no order.
    pub fn usable_key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|(_, key)| key.is_ok()).map(|(kid, _)| kid.as_str())
    }

    /// The key of that id, or what is wrong with it.
    pub(crate) fn find(&self, kid: &str) -> Option<Result<&VerificationKey, &KeyFault>> {
        self.keys.get(kid).map(Result::as_ref)
    }

    /// The key that is meant where none is named.
    pub(crate) fn only_usable(&self) -> Option<&VerificationKey> {
        let mut usable = self.keys.values().filter_map(|key| key.as_ref().ok());
        usable.next().filter(|_| usable.next().is_none())
    }

    pub(crate) fn usable_count(&self) -> usize {
        self.keys.values().filter(|key| key.is_ok()).count()
    }
}

/// Shows the ids, which are public and all that anyone needs to tell sets apart.
impl fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.keys.keys()).finish()
    }
}

/// The fault of all keys of a type of which there are more than a set may have.
fn too_many(keys: &[&Map<String, Value>], kind: &str, max: usize) -> Option<KeyFault> {
    let found = keys.iter().filter(|jwk| jwk.get("kty").is_some_and(|kty| kty == kind)).count();
    (found > max).then_some(KeyFault::TooMany { max })
}
