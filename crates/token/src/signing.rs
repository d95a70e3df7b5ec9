//! Keys that sign, for the sandbox's own issuer.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RsaEncoding,
};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::certificate::rsa_components;

/// Why a key could not be made, read or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The library refused to make a key or a signature.
    #[error("the cryptography library failed")]
    Library,
    /// No PKCS #8 private key, RSA or on P-256, P-384 or P-521.
    #[error("the private key is not in PKCS #8 form or of an unsupported type")]
    UnreadableKey,
    /// An RSA key cannot sign `ES256`, nor an elliptic curve key anything but the algorithm of its curve.
    #[error("the key cannot sign with `{algorithm}`")]
    DoesNotFit {
        /// What was asked for.
        algorithm: Algorithm,
    },
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(Algorithm, EcdsaKeyPair),
}

/// A private key and its public half as a JWK.
pub struct SigningKey {
    pair: Pair,
    jwk: Value,
    key_id: String,
}

impl SigningKey {
    /// Makes an RSA key of 2048 bits, the kind that GitHub signs with. Takes a few tenths of a second.
    ///
    /// # Errors
    /// [`SigningError::Library`]
    pub fn generate_rsa() -> Result<Self, SigningError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningError::Library)?;
        Self::of(Pair::Rsa(pair))
    }

    /// Makes a key on the curve of an `ES...` algorithm.
    ///
    /// # Errors
    /// [`SigningError::DoesNotFit`] for an RSA algorithm, [`SigningError::Library`]
    pub fn generate_ec(algorithm: Algorithm) -> Result<Self, SigningError> {
        let curve = curve(algorithm).ok_or(SigningError::DoesNotFit { algorithm })?;
        let pair = EcdsaKeyPair::generate(curve).map_err(|_| SigningError::Library)?;
        Self::of(Pair::Ec(algorithm, pair))
    }

    /// Reads what [`to_pkcs8`](Self::to_pkcs8) wrote (RFC 5208).
    ///
    /// # Errors
    /// [`SigningError::UnreadableKey`]
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, SigningError> {
        if let Ok(pair) = RsaKeyPair::from_pkcs8(der) {
            return Self::of(Pair::Rsa(pair));
        }
        for algorithm in Algorithm::ALL {
            if let Some(pair) = curve(algorithm).and_then(|curve| EcdsaKeyPair::from_pkcs8(curve, der).ok()) {
                return Self::of(Pair::Ec(algorithm, pair));
            }
        }
        Err(SigningError::UnreadableKey)
    }

    /// The private key (RFC 5208), in memory that is wiped when it is dropped.
    ///
    /// # Errors
    /// [`SigningError::Library`]
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningError> {
        let bytes = match &self.pair {
            Pair::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| SigningError::Library)?;
                der.as_ref().to_vec()
            }
            Pair::Ec(_, pair) => pair.to_pkcs8v1().map_err(|_| SigningError::Library)?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(bytes))
    }

    /// The id: the key's thumbprint (RFC 7638), so that the same key has the same id after every restart.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The algorithm that [`sign`](Self::sign) uses: `RS256`, or that of the curve.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &self.pair {
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::Ec(algorithm, _) => *algorithm,
        }
    }

    /// The public half, with `kid`, `use` and `alg`, as GitHub publishes its keys.
    #[must_use]
    pub fn jwk(&self) -> Value {
        self.jwk.clone()
    }

    /// A token with these claims in their order, and a header of `typ`, `alg` and `kid`.
    ///
    /// # Errors
    /// [`SigningError::Library`]
    pub fn sign(&self, claims: &Map<String, Value>) -> Result<String, SigningError> {
        self.sign_as(self.algorithm(), &Map::new(), claims)
    }

    /// A token by an algorithm of the caller's choice; `header` is laid over `typ`, `alg` and `kid`, and a null there
    /// takes the member out. For tests of a verifier, and for headers such as `x5t`.
    ///
    /// # Errors
    /// [`SigningError::DoesNotFit`] for an algorithm of another type of key, [`SigningError::Library`]
    pub fn sign_as(
        &self,
        algorithm: Algorithm,
        header: &Map<String, Value>,
        claims: &Map<String, Value>,
    ) -> Result<String, SigningError> {
        let mut members = Map::new();
        members.insert("typ".to_owned(), json!("JWT"));
        members.insert("alg".to_owned(), json!(algorithm.name()));
        members.insert("kid".to_owned(), json!(self.key_id));
        members.extend(header.clone());
        members.retain(|_, value| !value.is_null());
        let header = base64url::encode(Value::Object(members).to_string());
        let payload = serde_json::to_string(claims).map_err(|_| SigningError::Library)?;
        let mut token = format!("{header}.{}", base64url::encode(payload));
        let signature = self.signature(algorithm, token.as_bytes())?;
        token.push('.');
        token.push_str(&base64url::encode(signature));
        Ok(token)
    }

    fn signature(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding = padding(algorithm).ok_or(SigningError::DoesNotFit { algorithm })?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).map_err(|_| SigningError::Library)?;
                Ok(signature)
            }
            Pair::Ec(of_curve, pair) if *of_curve == algorithm => {
                let signature = pair.sign(&random, message).map_err(|_| SigningError::Library)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Ec(..) => Err(SigningError::DoesNotFit { algorithm }),
        }
    }

    fn of(pair: Pair) -> Result<Self, SigningError> {
        let mut members = public_members(&pair).ok_or(SigningError::Library)?;
        // RFC 7638 section 3: the required members only, in alphabetical order, which is how they are made here.
        let canonical: Vec<String> =
            members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
        let thumbprint = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            format!("{{{}}}", canonical.join(",")).as_bytes(),
        );
        let key_id = base64url::encode(thumbprint);
        let algorithm = match &pair {
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::Ec(algorithm, _) => *algorithm,
        };
        members.push(("alg", json!(algorithm.name())));
        members.push(("kid", json!(key_id)));
        members.push(("use", json!("sig")));
        let jwk = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Self { pair, jwk: Value::Object(jwk), key_id })
    }
}

/// Shows the id only.
impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The JWKS document of some keys: `{"keys":[...]}`.
#[must_use]
pub fn key_set_document<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Value {
    json!({ "keys": keys.into_iter().map(SigningKey::jwk).collect::<Vec<_>>() })
}

/// The members that make up the public key, in alphabetical order.
fn public_members(pair: &Pair) -> Option<Vec<(&'static str, Value)>> {
    match pair {
        Pair::Rsa(pair) => {
            let (n, e) = rsa_components(pair.public_key().as_ref())?;
            Some(vec![
                ("e", json!(base64url::encode(e))),
                ("kty", json!("RSA")),
                ("n", json!(base64url::encode(n))),
            ])
        }
        Pair::Ec(algorithm, pair) => {
            let name = match algorithm {
                Algorithm::Es256 => "P-256",
                Algorithm::Es384 => "P-384",
                _ => "P-521",
            };
            let (_, coordinates) = pair.public_key().as_ref().split_first()?;
            let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
            Some(vec![
                ("crv", json!(name)),
                ("kty", json!("EC")),
                ("x", json!(base64url::encode(x))),
                ("y", json!(base64url::encode(y))),
            ])
        }
    }
}

fn curve(algorithm: Algorithm) -> Option<&'static EcdsaSigningAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::Es512 => Some(&ECDSA_P521_SHA512_FIXED_SIGNING),
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => None,
    }
}

fn padding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => None,
    }
}
