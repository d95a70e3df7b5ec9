//! What STS says about a token that it does not take, word for word.
//!
//! Sources: STS API reference, "AssumeRoleWithWebIdentity", errors; the sentences are observed. For a signature that does
//! not match, no sentence was captured: the general one stands for it.

use daypass_token::{ClaimError, ParseError, VerifyError};

use crate::error::AwsError;
use crate::explanation::Reason;
use crate::outcome::Refusal;

/// The general sentence: an audience that is not registered, a signature that does not match.
pub const NOT_VALIDATED: &str = "The web identity token provided could not be validated. See the \
                                 AssumeRoleWithWebIdentity documentation for requirements.";
const NOT_A_JWT: &str =
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
/// AWS writes two spaces.
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please reference \
                      AssumeRoleWithWebIdentity documentation for requirements";

/// The issuer's keys cannot be had, or the one that is needed is not among them.
#[must_use]
pub fn keys_unavailable() -> AwsError {
    AwsError::bad_request("InvalidIdentityToken", NO_KEY)
}

/// The one sentence for everything that the trust policy does not let in.
#[must_use]
pub fn not_authorized() -> AwsError {
    AwsError::access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

/// A token of an issuer that has no provider in the account; `registered` are the issuers that have one.
#[must_use]
pub fn unknown_issuer(issuer: &str, registered: Vec<String>) -> Refusal {
    Refusal::because(
        AwsError::bad_request(
            "InvalidIdentityToken",
            format!("No OpenIDConnect provider found in your account for {issuer}"),
        ),
        Reason::Provider { presented: issuer.to_owned(), registered },
    )
}

/// A token that is no JWT.
#[must_use]
pub fn of_parse(error: &ParseError) -> Refusal {
    because(AwsError::bad_request("InvalidIdentityToken", NOT_A_JWT), error)
}

/// A signature that cannot be checked, or that is wrong.
#[must_use]
pub fn of_signature(error: &VerifyError) -> Refusal {
    let answer = match error {
        VerifyError::UnknownCritical { .. } | VerifyError::UnsupportedAlgorithm { .. } => NOT_A_JWT,
        VerifyError::NoKeyIdAndSeveralKeys { .. }
        | VerifyError::UnknownKey { .. }
        | VerifyError::UnusableKey { .. } => NO_KEY,
        VerifyError::BadSignature | VerifyError::KeyDoesNotFit { .. } => NOT_VALIDATED,
    };
    because(AwsError::bad_request("InvalidIdentityToken", answer), error)
}

/// A claim that is missing, malformed or out of its time.
#[must_use]
pub fn of_claim(error: &ClaimError) -> Refusal {
    let invalid = |message: String| AwsError::bad_request("InvalidIdentityToken", message);
    let answer = match error {
        ClaimError::Empty { claim } => invalid(format!("Claim is not allowed to be empty: {claim}")),
        ClaimError::Expired { current, expires_at } => AwsError::bad_request(
            "ExpiredTokenException",
            format!(
                "Token expired: current date/time {current} must be before the expiration date/time {expires_at}"
            ),
        ),
        ClaimError::InvalidTimestamp { .. } => invalid("Invalid timestamp in token claims.".to_owned()),
        ClaimError::IssuedInTheFuture { issued_at } => {
            invalid(format!("Token issued in the future: {issued_at}"))
        }
        ClaimError::Malformed { .. } => invalid(NOT_VALIDATED.to_owned()),
        ClaimError::Missing { claim } => invalid(format!("Missing a required claim: {claim}")),
        ClaimError::NotYetValid { current, not_before } => invalid(format!(
            "Token not yet valid: current date/time {current} must be after or equal to the not-before date/time \
             {not_before}"
        )),
        ClaimError::NullSubject => AwsError {
            code: "InternalFailure",
            message: "Unknown error validating third-party token".into(),
            status: 500,
        },
        ClaimError::SeveralAudiences => invalid(
            "Token audience contains more than one audience while authorized party is not present".to_owned(),
        ),
    };
    because(answer, error)
}

fn because(answer: AwsError, error: &impl std::error::Error) -> Refusal {
    Refusal::because(answer, Reason::Token { detail: error.to_string() })
}
