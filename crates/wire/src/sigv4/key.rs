//! Signing keys and the chain of chunk signatures.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::hex;
use crate::sigv4::{ALGORITHM, Scope, TERMINATOR};

/// A key for one secret, day, region and service. Deriving it costs four HMACs, so a caller may keep it for the day.
///
/// Has no `Debug`: it signs for its owner.
#[derive(Clone)]
pub struct SigningKey(hmac::Key);

impl SigningKey {
    /// Derives the key: IAM User Guide, "Create a signed AWS API request", step 4.
    #[must_use]
    pub fn derive(secret_access_key: &str, scope: &Scope) -> Self {
        let mut first = Zeroizing::new(Vec::with_capacity(secret_access_key.len() + 4));
        first.extend_from_slice(b"AWS4");
        first.extend_from_slice(secret_access_key.as_bytes());
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &first);
        for part in [scope.date.as_str(), &scope.region, &scope.service, TERMINATOR] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        Self(key)
    }

    /// Signs a string to sign; 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn sign(&self, string_to_sign: &str) -> String {
        hex::encode(hmac::sign(&self.0, string_to_sign.as_bytes()).as_ref())
    }
}

/// The string that a request's signature signs.
pub(crate) fn string_to_sign(amz_date: &str, scope: &Scope, canonical_request: &[u8]) -> String {
    let hash = hex::sha256_hex(canonical_request);
    format!("{ALGORITHM}\n{amz_date}\n{scope}\n{hash}")
}

/// The signatures of a chunked body: each signs the one before it, and the first that of the request itself.
///
/// Source: Amazon S3 API Reference, "Transferring Payload in Multiple Chunks" and "Signature calculations for trailing
/// headers".
#[derive(Clone)]
pub struct ChunkChain {
    key: SigningKey,
    amz_date: String,
    scope: String,
    previous: String,
    empty: String,
}

impl ChunkChain {
    /// A chain that starts at the signature of the request.
    #[must_use]
    pub fn new(key: SigningKey, amz_date: &str, scope: &Scope, seed_signature: &str) -> Self {
        Self {
            key,
            amz_date: amz_date.to_owned(),
            scope: scope.to_string(),
            previous: seed_signature.to_owned(),
            empty: hex::sha256_hex(b""),
        }
    }

    /// Signs the next chunk, given the SHA-256 of its data.
    pub fn next_chunk(&mut self, data_sha256: &str) -> &str {
        let Self { amz_date, scope, previous, empty, .. } = &*self;
        let text =
            format!("AWS4-HMAC-SHA256-PAYLOAD\n{amz_date}\n{scope}\n{previous}\n{empty}\n{data_sha256}");
        self.previous = self.key.sign(&text);
        &self.previous
    }

    /// Signs the trailer, given the SHA-256 of its lines (`name:value\n` each).
    #[must_use]
    pub fn trailer(&self, lines_sha256: &str) -> String {
        let Self { amz_date, scope, previous, .. } = self;
        self.key.sign(&format!("AWS4-HMAC-SHA256-TRAILER\n{amz_date}\n{scope}\n{previous}\n{lines_sha256}"))
    }
}
