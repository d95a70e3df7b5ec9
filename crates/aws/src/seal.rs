//! Sealed session tokens: a session travels inside its own token, encrypted and authenticated, so that no node keeps a
//! list of sessions and any node can open what another issued.
//!
//! A token is the base64 of `version (1 byte) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag`, with the
//! version and the account number as associated data. The secret access key of a session is an HMAC of its access key
//! id under a second key, so it is never stored either. Keys can be rotated: the newest seals, all of them open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::identifier::Random;
use crate::session::Session;

/// The form of the token, its first byte.
const VERSION: u8 = 1;
/// Version and key id in front of the nonce.
const HEADER_BYTES: usize = 5;
/// The longest token that is looked at, in characters. The longest one issued (a session policy of 2048 characters and
/// all tags that fit beside it) stays under half of this.
pub const SESSION_TOKEN_CHARACTERS_MAX: usize = 16_384;
/// Random bytes of a sealing key's seed.
const SEED_BYTES: usize = 32;
/// Bytes of a secret access key; 40 characters of base64.
const SECRET_BYTES: usize = 30;

/// A sealing key as it is stored: the only form in which its seed can be read, for the store alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredSealingKey {
    /// The number that tokens name it by.
    pub id: u32,
    seed: String,
}

impl Drop for StoredSealingKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.seed);
    }
}

impl StoredSealingKey {
    /// A new key.
    pub fn generate(id: u32, random: &mut dyn Random) -> Self {
        let mut seed = Zeroizing::new([0_u8; SEED_BYTES]);
        random.fill(seed.as_mut());
        Self { id, seed: STANDARD.encode(seed.as_ref()) }
    }
}

struct SealingKey {
    id: u32,
    cipher: LessSafeKey,
    secrets: hmac::Key,
}

/// The keys that seal and open session tokens, ready for use.
pub struct SealingKeys {
    account: AccountId,
    keys: Vec<SealingKey>,
}

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

/// Why a session token does not open. Which of the reasons it was is nobody's business but the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not base64, too short, too long or of another version.
    #[error("the session token is not one of this service's")]
    Malformed,
    /// It names a key that this account does not have.
    #[error("the session token was sealed with a key that this account does not have")]
    UnknownKey,
    /// It was altered, or made for another account.
    #[error("the session token was altered or belongs to another account")]
    Altered,
}

/// A sealing key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is none.
    #[error("the account has no sealing key")]
    None,
    /// A stored one is damaged.
    #[error("sealing key {0} is damaged")]
    Damaged(u32),
}

impl SealingKeys {
    /// Makes stored keys ready. The one with the highest id seals.
    ///
    /// # Errors
    /// [`KeyError`] where there is no key or one is damaged.
    pub fn new(account: AccountId, stored: &[StoredSealingKey]) -> Result<Self, KeyError> {
        let mut keys = stored.iter().map(SealingKey::new).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by_key(|key| std::cmp::Reverse(key.id));
        if keys.is_empty() {
            return Err(KeyError::None);
        }
        Ok(Self { account, keys })
    }

    /// Seals a session into its token, with the newest key.
    ///
    /// # Errors
    /// [`KeyError`] where the cipher refuses, which no session within the limits brings about.
    pub fn seal(&self, session: &Session, random: &mut dyn Random) -> Result<Zeroizing<String>, KeyError> {
        let key = self.keys.first().ok_or(KeyError::None)?;
        let damaged = |_| KeyError::Damaged(key.id);
        let mut nonce = [0_u8; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = serde_json::to_vec(session).map_err(|_| KeyError::Damaged(key.id))?;
        key.cipher
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated_data(&self.account)),
                &mut sealed,
            )
            .map_err(damaged)?;
        let mut token = Vec::with_capacity(HEADER_BYTES + NONCE_LEN + sealed.len());
        token.push(VERSION);
        token.extend_from_slice(&key.id.to_be_bytes());
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&sealed);
        Ok(Zeroizing::new(STANDARD.encode(token)))
    }

    /// Opens a session token. Says nothing about whether the session has expired.
    ///
    /// # Errors
    /// [`OpenError`] where it was not sealed by one of these keys for this account.
    pub fn open(&self, token: &str) -> Result<Session, OpenError> {
        if token.len() > SESSION_TOKEN_CHARACTERS_MAX {
            return Err(OpenError::Malformed);
        }
        let bytes = STANDARD.decode(token).map_err(|_| OpenError::Malformed)?;
        let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(OpenError::Malformed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(OpenError::Malformed)?;
        let [version, id @ ..] = *header;
        if version != VERSION {
            return Err(OpenError::Malformed);
        }
        let id = u32::from_be_bytes(id);
        let key = self.keys.iter().find(|key| key.id == id).ok_or(OpenError::UnknownKey)?;
        let mut sealed = sealed.to_vec();
        let opened = key
            .cipher
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(associated_data(&self.account)),
                &mut sealed,
            )
            .map_err(|_| OpenError::Altered)?;
        serde_json::from_slice(opened).map_err(|_| OpenError::Malformed)
    }

    /// The secret access key that goes with a new access key id.
    ///
    /// # Errors
    /// [`KeyError::None`] where there is no key.
    pub fn secret(&self, access_key_id: &str) -> Result<Zeroizing<String>, KeyError> {
        Ok(self.keys.first().ok_or(KeyError::None)?.secret(access_key_id))
    }

    /// The secret access key of a session, by the key that sealed its token.
    #[must_use]
    pub fn secret_of(&self, token: &str, access_key_id: &str) -> Option<Zeroizing<String>> {
        let bytes = STANDARD.decode(token.get(..8)?).ok()?;
        let (_, rest) = bytes.split_first()?;
        let id = u32::from_be_bytes(*rest.first_chunk::<4>()?);
        Some(self.keys.iter().find(|key| key.id == id)?.secret(access_key_id))
    }
}

impl SealingKey {
    fn new(stored: &StoredSealingKey) -> Result<Self, KeyError> {
        let damaged = || KeyError::Damaged(stored.id);
        let seed = Zeroizing::new(STANDARD.decode(&stored.seed).map_err(|_| damaged())?);
        if seed.len() != SEED_BYTES {
            return Err(damaged());
        }
        let seed = hmac::Key::new(hmac::HMAC_SHA256, &seed);
        let cipher = hmac::sign(&seed, b"daypass session token");
        let secrets = hmac::sign(&seed, b"daypass secret access key");
        let cipher = UnboundKey::new(&AES_256_GCM, cipher.as_ref()).map_err(|_| damaged())?;
        Ok(Self {
            id: stored.id,
            cipher: LessSafeKey::new(cipher),
            secrets: hmac::Key::new(hmac::HMAC_SHA256, secrets.as_ref()),
        })
    }

    fn secret(&self, access_key_id: &str) -> Zeroizing<String> {
        let tag = hmac::sign(&self.secrets, access_key_id.as_bytes());
        Zeroizing::new(STANDARD.encode(tag.as_ref().get(..SECRET_BYTES).unwrap_or_default()))
    }
}

fn associated_data(account: &AccountId) -> Vec<u8> {
    [&[VERSION], account.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier;

    struct Counter(u8);

    impl Random for Counter {
        fn fill(&mut self, buffer: &mut [u8]) {
            for byte in buffer {
                self.0 = self.0.wrapping_mul(31).wrapping_add(7);
                *byte = self.0;
            }
        }
    }

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn session(random: &mut dyn Random) -> Session {
        Session {
            account: account("123456789012"),
            access_key_id: identifier::session_access_key(random),
            role_name: "deploy".into(),
            role_path: "/".into(),
            role_id: "AROAAAAAAAAAAAAAAAAAA".into(),
            session_name: "run-42".into(),
            issued_at: "2026-11-23T10:00:00Z".parse().unwrap(),
            expires_at: "2026-11-23T11:00:00Z".parse().unwrap(),
            web_identity: None,
            source_identity: None,
            tags: std::collections::BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
            policies: Vec::new(),
            policy_arns: Vec::new(),
        }
    }

    #[test]
    fn a_sealed_session_opens_again_also_after_a_rotation() {
        let mut random = Counter(1);
        let old = StoredSealingKey::generate(1, &mut random);
        let keys = SealingKeys::new(account("123456789012"), std::slice::from_ref(&old)).unwrap();
        let session = session(&mut random);
        let token = keys.seal(&session, &mut random).unwrap();
        let secret = keys.secret(&session.access_key_id).unwrap();
        let rotated =
            SealingKeys::new(account("123456789012"), &[old, StoredSealingKey::generate(2, &mut random)])
                .unwrap();
        assert_eq!(rotated.open(&token).unwrap(), session);
        assert_eq!(*rotated.secret_of(&token, &session.access_key_id).unwrap(), *secret);
        assert_eq!(secret.len(), 40);
        assert_ne!(*rotated.secret(&session.access_key_id).unwrap(), *secret);
    }

    #[test]
    fn every_altered_byte_and_another_account_are_refused() {
        let mut random = Counter(9);
        let stored = [StoredSealingKey::generate(1, &mut random)];
        let keys = SealingKeys::new(account("123456789012"), &stored).unwrap();
        let token = keys.seal(&session(&mut random), &mut random).unwrap();
        let bytes = STANDARD.decode(token.as_str()).unwrap();
        for index in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[index] ^= 1;
            assert!(keys.open(&STANDARD.encode(altered)).is_err(), "byte {index}");
        }
        for length in 0..bytes.len() {
            assert!(keys.open(&STANDARD.encode(&bytes[..length])).is_err(), "length {length}");
        }
        let other = SealingKeys::new(account("210987654321"), &stored).unwrap();
        assert_eq!(other.open(&token), Err(OpenError::Altered));
    }
}
