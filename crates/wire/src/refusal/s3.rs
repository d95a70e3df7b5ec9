//! What S3 says.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::sigv4::{AuthError, Kind, MalformedCredential, Mismatch};

pub(super) const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const EXPECTED_CREDENTIAL: &str =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";

fn denied(message: &'static str) -> Refusal {
    Refusal::new(403, "AccessDenied", message)
}

fn parameters(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "AuthorizationQueryParametersError", message.into())
}

/// The same complaint about the header or about the query, in the words of each.
fn malformed(kind: Kind, what: &str) -> Refusal {
    match kind {
        Kind::Header => Refusal::new(
            400,
            "AuthorizationHeaderMalformed",
            format!("The authorization header is malformed; {what}"),
        ),
        Kind::Query { .. } => parameters(format!("Error parsing the X-Amz-Credential parameter; {what}")),
    }
}

pub(super) fn refusal(error: &AuthError) -> Refusal {
    match error {
        AuthError::NotSigned => denied("Access Denied"),
        AuthError::UnknownAccessKey { access_key_id } | AuthError::SessionTokenMissing { access_key_id } => {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            Refusal::new(403, "InvalidAccessKeyId", message).with("AWSAccessKeyId", access_key_id)
        }
        AuthError::SessionExpired => Refusal::new(400, "ExpiredToken", "The provided token has expired."),
        AuthError::SessionTokenInvalid => {
            Refusal::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        }
        AuthError::SignatureMismatch(mismatch) => signature_mismatch(mismatch),
        AuthError::SignedHeaderMissing { .. } => Refusal::new(403, "SignatureDoesNotMatch", MISMATCH),
        AuthError::HostNotSigned => not_signed("host"),
        AuthError::HeadersNotSigned { names } => not_signed(&names.join(", ")),
        AuthError::BodyNotHashed => {
            Refusal::new(500, "InternalError", "We encountered an internal error. Please try again.")
        }
        AuthError::TooOld { .. }
        | AuthError::NotYetValid { .. }
        | AuthError::PresignedExpired { .. }
        | AuthError::QueryExpired { .. }
        | AuthError::PresignedNotYetValid { .. } => time(error),
        AuthError::ContentSha256Missing
        | AuthError::ContentSha256Malformed { .. }
        | AuthError::ContentSha256Mismatch { .. } => content_sha256(error),
        _ => malformed_request(error),
    }
}

fn not_signed(names: &str) -> Refusal {
    denied("There were headers present in the request which were not signed").with("HeadersNotSigned", names)
}

fn signature_mismatch(mismatch: &Mismatch) -> Refusal {
    let bytes = |text: &str| {
        text.bytes().enumerate().fold(String::with_capacity(text.len() * 3), |mut output, (index, byte)| {
            let gap = if index > 0 { " " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(output, "{gap}{byte:02x}");
            output
        })
    };
    let refusal = Refusal::new(403, "SignatureDoesNotMatch", MISMATCH)
        .with("AWSAccessKeyId", &mismatch.access_key_id)
        .with("StringToSign", &mismatch.string_to_sign)
        .with("SignatureProvided", &mismatch.signature_provided)
        .with("StringToSignBytes", bytes(&mismatch.string_to_sign));
    match &mismatch.canonical_request {
        Some(text) => refusal.with("CanonicalRequest", text).with("CanonicalRequestBytes", bytes(text)),
        None => refusal,
    }
}

fn time(error: &AuthError) -> Refusal {
    let iso = |timestamp: &Timestamp| timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    match error {
        AuthError::TooOld { presented, now, window_seconds }
        | AuthError::NotYetValid { presented, now, window_seconds } => Refusal::new(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )
        .with("RequestTime", presented.strftime("%Y%m%dT%H%M%SZ").to_string())
        .with("ServerTime", iso(now))
        .with("MaxAllowedSkewMilliseconds", (window_seconds * 1000).to_string()),
        AuthError::PresignedExpired { expires_seconds, expired_at, now } => denied("Request has expired")
            .with("X-Amz-Expires", expires_seconds.to_string())
            .with("Expires", iso(expired_at))
            .with("ServerTime", iso(now)),
        AuthError::QueryExpired { expired_at, now } => {
            denied("Request has expired").with("Expires", iso(expired_at)).with("ServerTime", iso(now))
        }
        _ => denied("Request is not valid yet"),
    }
}

fn content_sha256(error: &AuthError) -> Refusal {
    match error {
        AuthError::ContentSha256Mismatch { presented, computed } => Refusal::new(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
        .with("ClientComputedContentSHA256", presented)
        .with("S3ComputedContentSHA256", computed),
        AuthError::ContentSha256Malformed { presented } => Refusal::new(
            400,
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
        )
        .with("ArgumentName", "x-amz-content-sha256")
        .with("ArgumentValue", presented),
        _ => Refusal::new(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"),
    }
}

fn malformed_request(error: &AuthError) -> Refusal {
    match error {
        AuthError::TwoMechanisms | AuthError::SeveralAuthorizations => Refusal::new(
            400,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        )
        .with("ArgumentName", "Authorization"),
        AuthError::QueryIncomplete => denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        ),
        AuthError::ExpiresNotSeconds { presented } => Refusal::new(
            403,
            "AccessDenied",
            format!("Invalid date (should be seconds since epoch): {presented}"),
        ),
        // S3 would obey it. The sentence is ours.
        AuthError::QueryParameterNotSigned { name } => Refusal::new(
            403,
            "AccessDenied",
            format!(
                "The query parameter {name} is not covered by signature version 2. Please use AWS4-HMAC-SHA256."
            ),
        ),
        AuthError::UnsupportedScheme { scheme } if scheme == "AWS" => Refusal::new(
            400,
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        AuthError::UnsupportedScheme { .. } | AuthError::UnsupportedAlgorithm { kind: Kind::Header, .. } => {
            Refusal::new(400, "InvalidArgument", "Unsupported Authorization Type")
                .with("ArgumentName", "Authorization")
        }
        AuthError::UnsupportedAlgorithm { .. } => {
            parameters("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
        }
        AuthError::PartWithoutEqualSign { .. } | AuthError::MissingParts { .. } => malformed(
            Kind::Header,
            "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        ),
        AuthError::UnexpectedPart { name } => {
            malformed(Kind::Header, &format!("the authorization component \"{name}\" is malformed."))
        }
        AuthError::MissingQueryParameters { .. } => parameters(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ),
        AuthError::ExpiresNotNumber => parameters("X-Amz-Expires should be a number"),
        AuthError::ExpiresNegative => parameters("X-Amz-Expires must be non-negative"),
        AuthError::ExpiresTooLong => parameters(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
        AuthError::MissingDate | AuthError::MalformedDate { kind: Kind::Header, .. } => {
            denied("AWS authentication requires a valid Date or x-amz-date header")
        }
        AuthError::MalformedDate { .. } => {
            parameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        AuthError::RepeatedQueryParameter { .. } => parameters(error.to_string()),
        AuthError::MalformedCredential { .. }
        | AuthError::DateMismatch { .. }
        | AuthError::WrongRegion { .. }
        | AuthError::WrongService { .. } => scope(error),
        other => Refusal::new(400, "InvalidRequest", other.to_string()),
    }
}

fn scope(error: &AuthError) -> Refusal {
    match error {
        AuthError::MalformedCredential { error, kind } => match error {
            MalformedCredential::Parts { .. } => malformed(*kind, EXPECTED_CREDENTIAL),
            MalformedCredential::Date { date } => malformed(
                *kind,
                &format!(
                    "incorrect date format \"{date}\". This date in the credential must be in the format \"yyyyMMdd\"."
                ),
            ),
            MalformedCredential::Terminator { terminator } => malformed(
                *kind,
                &format!("incorrect terminal \"{terminator}\". This endpoint uses \"aws4_request\"."),
            ),
        },
        AuthError::DateMismatch { scope_date, amz_date, kind: Kind::Query { .. } } => {
            let day = amz_date.get(..8).unwrap_or_default();
            parameters(format!(
                "Invalid credential date \"{scope_date}\". This date is not the same as X-Amz-Date: \"{day}\"."
            ))
        }
        AuthError::WrongRegion { presented, expected, kind } => {
            malformed(*kind, &format!("the region '{presented}' is wrong; expecting '{expected}'"))
                .with("Region", expected)
        }
        AuthError::WrongService { presented, expected, kind } => malformed(
            *kind,
            &format!("incorrect service \"{presented}\". This endpoint belongs to \"{expected}\"."),
        ),
        _ => malformed(Kind::Header, "Invalid credential date. Date is not the same as X-Amz-Date."),
    }
}
