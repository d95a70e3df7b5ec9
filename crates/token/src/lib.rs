//! JWS and JWKS: parse, verify and sign identity tokens.
//!
//! A token walks through three types, and only the last of them may be believed:
//!
//! [`UnverifiedToken`] (it has the form of a JWT) → [`SignedToken`] (one of the issuer's keys signed it) →
//! [`VerifiedToken`] (the claims are complete and the times hold).
//!
//! [`Claimed`] is what a token says, whoever says it: for questions whose answer hands out nothing.
//!
//! The rules are those that AWS STS is seen to follow, which differ from RFC 7515-7519 where said: any member name may
//! be repeated and the last one wins, a key with `key_ops` is unusable, times may be texts. Who the issuer is, whether
//! an audience is registered and what the claims mean is decided by the caller.
//!
//! Nothing here reads a clock, a file or a socket.

mod algorithm;
mod audience;
mod base64url;
mod certificate;
mod claimed;
mod claims;
mod key;
mod key_set;
mod signing;
mod times;
mod unverified;
mod verified;
mod verify;

pub use algorithm::Algorithm;
pub use claimed::Claimed;
pub use claims::{ClaimError, Rules};
pub use key::KeyFault;
pub use key_set::{EC_KEYS_MAX, KEY_SET_BYTES_MAX, KeySet, KeySetError, RSA_KEYS_MAX};
pub use signing::{SigningError, SigningKey, key_set_document};
pub use unverified::{Header, ParseError, UnverifiedToken};
pub use verified::VerifiedToken;
pub use verify::{SignedToken, VerifyError};
