//! One published key, ready to verify with.
//!
//! RFC 7517 and RFC 7518 section 6, with what STS is seen to insist on beyond them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents,
};
use serde_json::{Map, Value};

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::certificate::{rsa_components, subject_public_key, without_leading_zeros};

/// The shortest and the longest RSA modulus, in bits. Below, it can be broken; above, it costs us too much.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The first byte of an uncompressed point (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// Why a published key is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Neither RSA nor one of the curves P-256, P-384 and P-521.
    #[error("its type is neither RSA nor EC on P-256, P-384 or P-521")]
    UnsupportedType,
    /// `use` is something else than `sig`.
    #[error("its `use` is not `sig`")]
    OtherUse,
    /// `key_ops` is there: STS then does not use the key, even for `["verify"]`.
    #[error("it has `key_ops`, with which STS does not use a key")]
    Operations,
    /// A member is absent or no number of the right size.
    #[error("its member `{member}` is missing or malformed")]
    Malformed {
        /// `n`, `e`, `x`, `y` or `x5c`.
        member: &'static str,
    },
    /// An RSA modulus of less than 2048 or more than 8192 bits.
    #[error("its modulus has {bits} bits; from 2048 to 8192 are accepted")]
    Size {
        /// The length of the modulus.
        bits: usize,
    },
    /// The numbers are no key: a point off the curve, an even exponent.
    #[error("its numbers are not a valid key")]
    Invalid,
    /// `x5c` holds another key than the members beside it.
    #[error("its certificate `x5c` holds another key")]
    CertificateDisagrees,
    /// The issuer has more keys of this type than AWS reads.
    #[error("its issuer publishes more than {max} keys of this type")]
    TooMany {
        /// How many are read.
        max: usize,
    },
}

/// A key in the form that is quickest to verify with: parsed once, when its set is read.
pub(crate) enum VerificationKey {
    /// One for each hash, since the token's header chooses it.
    Rsa(Box<[ParsedPublicKey; 3]>),
    /// A curve has exactly one algorithm.
    Ec(Algorithm, Box<ParsedPublicKey>),
}

/// Why a signature was not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// The algorithm is for another type of key.
    DoesNotFit,
    /// It is not this key's signature of this message.
    Wrong,
}

impl VerificationKey {
    /// Reads a JWK. Its `alg` is not looked at.
    pub(crate) fn read(jwk: &Map<String, Value>) -> Result<Self, KeyFault> {
        if jwk.get("use").is_some_and(|usage| usage != "sig") {
            return Err(KeyFault::OtherUse);
        }
        if jwk.contains_key("key_ops") {
            return Err(KeyFault::Operations);
        }
        match jwk.get("kty").and_then(Value::as_str) {
            Some("RSA") => rsa(jwk),
            Some("EC") => elliptic(jwk),
            _ => Err(KeyFault::UnsupportedType),
        }
    }

    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Unverified> {
        let key = match (self, algorithm) {
            (Self::Rsa(keys), _) => {
                let [sha256, sha384, sha512] = keys.as_ref();
                match algorithm {
                    Algorithm::Rs256 => sha256,
                    Algorithm::Rs384 => sha384,
                    Algorithm::Rs512 => sha512,
                    Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                        return Err(Unverified::DoesNotFit);
                    }
                }
            }
            (Self::Ec(of_curve, key), _) if *of_curve == algorithm => key,
            (Self::Ec(..), _) => return Err(Unverified::DoesNotFit),
        };
        key.verify_sig(message, signature).map_err(|_| Unverified::Wrong)
    }
}

/// RFC 7518 section 6.3.1.
fn rsa(jwk: &Map<String, Value>) -> Result<VerificationKey, KeyFault> {
    let n = bytes(jwk, "n")?;
    let e = bytes(jwk, "e")?;
    let (n, e) = (without_leading_zeros(&n), without_leading_zeros(&e));
    let bits = bit_length(n);
    if !RSA_BITS.contains(&bits) {
        return Err(KeyFault::Size { bits });
    }
    if let Some(certificate) = certificate(jwk)? {
        let held = subject_public_key(&certificate).and_then(rsa_components);
        if held != Some((n, e)) {
            return Err(KeyFault::CertificateDisagrees);
        }
    }
    let components = RsaPublicKeyComponents { n, e };
    let parse = |parameters| components.to_parsed_public_key(parameters).map_err(|_| KeyFault::Invalid);
    Ok(VerificationKey::Rsa(Box::new([
        parse(&RSA_PKCS1_2048_8192_SHA256)?,
        parse(&RSA_PKCS1_2048_8192_SHA384)?,
        parse(&RSA_PKCS1_2048_8192_SHA512)?,
    ])))
}

/// RFC 7518 section 6.2.1.
fn elliptic(jwk: &Map<String, Value>) -> Result<VerificationKey, KeyFault> {
    let (algorithm, length, parameters): (_, usize, &'static EcdsaVerificationAlgorithm) =
        match jwk.get("crv").and_then(Value::as_str) {
            Some("P-256") => (Algorithm::Es256, 32, &ECDSA_P256_SHA256_FIXED),
            Some("P-384") => (Algorithm::Es384, 48, &ECDSA_P384_SHA384_FIXED),
            Some("P-521") => (Algorithm::Es512, 66, &ECDSA_P521_SHA512_FIXED),
            _ => return Err(KeyFault::UnsupportedType),
        };
    let mut point = vec![UNCOMPRESSED];
    for member in ["x", "y"] {
        let coordinate = bytes(jwk, member)?;
        if coordinate.len() != length {
            return Err(KeyFault::Malformed { member });
        }
        point.extend(coordinate);
    }
    if let Some(certificate) = certificate(jwk)?
        && subject_public_key(&certificate) != Some(point.as_slice())
    {
        return Err(KeyFault::CertificateDisagrees);
    }
    let key = ParsedPublicKey::new(parameters, &point).map_err(|_| KeyFault::Invalid)?;
    Ok(VerificationKey::Ec(algorithm, Box::new(key)))
}

/// A member that holds bytes in base64url.
fn bytes(jwk: &Map<String, Value>, member: &'static str) -> Result<Vec<u8>, KeyFault> {
    jwk.get(member)
        .and_then(Value::as_str)
        .and_then(base64url::decode)
        .filter(|bytes| !bytes.is_empty())
        .ok_or(KeyFault::Malformed { member })
}

/// The certificate of the key itself, the first of `x5c`, where there is one.
fn certificate(jwk: &Map<String, Value>) -> Result<Option<Vec<u8>>, KeyFault> {
    match jwk.get("x5c") {
        None | Some(Value::Null) => Ok(None),
        Some(chain) => chain
            .as_array()
            .and_then(|chain| chain.first())
            .and_then(Value::as_str)
            .and_then(base64url::decode_standard)
            .map(Some)
            .ok_or(KeyFault::Malformed { member: "x5c" }),
    }
}

/// The number of bits of a number without leading zero bytes.
fn bit_length(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - zeros
}
