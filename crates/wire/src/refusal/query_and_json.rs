//! What STS and IAM say, and CloudTrail after them: the same sentences under other codes.

use jiff::{SignedDuration, Timestamp};

use crate::refusal::Refusal;
use crate::sigv4::{AmzDate, AuthError, Kind, MalformedCredential};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                        AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

/// What is wrong, without the family's code for it.
enum Meaning {
    Missing,
    Incomplete(String),
    Mismatch(String),
    UnknownToken,
    Expired,
    Internal,
}

/// STS and IAM.
pub(super) fn query(error: &AuthError) -> Refusal {
    match meaning(error) {
        Meaning::Missing => {
            Refusal::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        }
        Meaning::Incomplete(message) => Refusal::new(400, "IncompleteSignature", message),
        Meaning::Mismatch(message) => Refusal::new(403, "SignatureDoesNotMatch", message),
        Meaning::UnknownToken => Refusal::new(403, "InvalidClientTokenId", INVALID_TOKEN),
        Meaning::Expired => {
            Refusal::new(403, "ExpiredToken", "The security token included in the request is expired")
        }
        Meaning::Internal => Refusal::new(500, "InternalFailure", INTERNAL),
    }
}

/// CloudTrail.
pub(super) fn json(error: &AuthError) -> Refusal {
    match meaning(error) {
        Meaning::Missing => {
            Refusal::new(400, "MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        Meaning::Incomplete(message) => Refusal::new(400, "IncompleteSignatureException", message),
        Meaning::Mismatch(message) => Refusal::new(400, "InvalidSignatureException", message),
        Meaning::UnknownToken => Refusal::new(400, "UnrecognizedClientException", INVALID_TOKEN),
        Meaning::Expired => Refusal::new(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        Meaning::Internal => Refusal::new(500, "InternalFailure", INTERNAL),
    }
}

/// Lambda and Access Analyzer: CloudTrail's codes, and 403 where that says 400, but for a signature that is not whole.
pub(super) fn rest_json(error: &AuthError) -> Refusal {
    let refusal = json(error);
    let status = match (refusal.status, &*refusal.code) {
        (400, "IncompleteSignatureException") => 400,
        (400, _) => 403,
        (status, _) => status,
    };
    Refusal { status, ..refusal }
}

const INTERNAL: &str = "The request processing has failed because of an unknown error, exception or failure.";

fn meaning(error: &AuthError) -> Meaning {
    match error {
        AuthError::NotSigned | AuthError::UnsupportedScheme { .. } => Meaning::Missing,
        AuthError::UnknownAccessKey { .. }
        | AuthError::SessionTokenMissing { .. }
        | AuthError::SessionTokenInvalid => Meaning::UnknownToken,
        AuthError::SessionExpired => Meaning::Expired,
        AuthError::BodyNotHashed => Meaning::Internal,
        AuthError::SignatureMismatch(_)
        | AuthError::SignedHeaderMissing { .. }
        | AuthError::ContentSha256Mismatch { .. } => Meaning::Mismatch(MISMATCH.to_owned()),
        AuthError::TooOld { .. }
        | AuthError::NotYetValid { .. }
        | AuthError::PresignedExpired { .. }
        | AuthError::PresignedNotYetValid { .. } => Meaning::Mismatch(time(error)),
        AuthError::DateMismatch { .. }
        | AuthError::WrongRegion { .. }
        | AuthError::WrongService { .. }
        | AuthError::HostNotSigned
        | AuthError::HeadersNotSigned { .. }
        | AuthError::MalformedCredential { error: MalformedCredential::Terminator { .. }, .. } => {
            Meaning::Mismatch(scope(error))
        }
        _ => Meaning::Incomplete(incomplete(error)),
    }
}

/// `Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)`
fn time(error: &AuthError) -> String {
    let text = |timestamp: Timestamp| AmzDate::from_timestamp(timestamp).text().to_owned();
    let (presented, now, seconds, is_old) = match error {
        AuthError::TooOld { presented, now, window_seconds } => (*presented, *now, *window_seconds, true),
        AuthError::NotYetValid { presented, now, window_seconds } => {
            (*presented, *now, *window_seconds, false)
        }
        AuthError::PresignedExpired { expires_seconds, expired_at, now } => {
            (*expired_at, *now, i64::from(*expires_seconds), true)
        }
        AuthError::PresignedNotYetValid { presented, now } => (*presented, *now, 0, false),
        other => return other.to_string(),
    };
    let window = SignedDuration::from_secs(seconds);
    let minutes = seconds / 60;
    if is_old {
        let edge = now.checked_sub(window).unwrap_or(now);
        let (presented, edge, now) = (text(presented), text(edge), text(now));
        format!("Signature expired: {presented} is now earlier than {edge} ({now} - {minutes} min.)")
    } else {
        let edge = now.checked_add(window).unwrap_or(now);
        let (presented, edge, now) = (text(presented), text(edge), text(now));
        format!("Signature not yet current: {presented} is still later than {edge} ({now} + {minutes} min.)")
    }
}

fn scope(error: &AuthError) -> String {
    match error {
        AuthError::DateMismatch { scope_date, amz_date, .. } => {
            let day = amz_date.get(..8).unwrap_or_default();
            format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{scope_date}' != '{day}', from '{amz_date}'."
            )
        }
        AuthError::WrongRegion { presented, .. } => {
            format!("Credential should be scoped to a valid region, not '{presented}'. ")
        }
        AuthError::WrongService { expected, .. } => {
            format!("Credential should be scoped to correct service: '{expected}'. ")
        }
        AuthError::MalformedCredential { error: MalformedCredential::Terminator { terminator }, .. } => {
            format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "
            )
        }
        AuthError::HostNotSigned => {
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned()
        }
        AuthError::HeadersNotSigned { names } => {
            let sentences: Vec<String> = names
                .iter()
                .map(|name| format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."))
                .collect();
            sentences.join(" ")
        }
        other => other.to_string(),
    }
}

fn incomplete(error: &AuthError) -> String {
    match error {
        AuthError::PartWithoutEqualSign { header_sha256 } => format!(
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
             Base64): '{header_sha256}'."
        ),
        AuthError::MissingParts { missing, header_sha256 } => {
            let sentences: String = missing
                .iter()
                .map(|name| format!("Authorization header requires '{name}' parameter. "))
                .collect();
            format!("{sentences}(Hashed with SHA-256 and encoded with Base64) Authorization={header_sha256}")
        }
        AuthError::MissingQueryParameters { missing } => {
            let sentences: String = missing
                .iter()
                .map(|name| format!("AWS query-string parameters must include '{name}'. "))
                .collect();
            format!("{sentences}Re-examine the query-string parameters.")
        }
        AuthError::MissingDate => {
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned()
        }
        AuthError::MalformedDate { date, kind: Kind::Query { .. } } => {
            format!(
                "X-Amz-Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            )
        }
        AuthError::MalformedDate { date, kind: Kind::Header } => {
            format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            )
        }
        AuthError::UnsupportedAlgorithm { algorithm, .. } => {
            format!("Unsupported AWS 'algorithm': '{algorithm}'.")
        }
        AuthError::MalformedCredential { error: MalformedCredential::Parts { credential }, .. } => format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
             '{credential}'"
        ),
        other => other.to_string(),
    }
}
