//! How each family of services refuses, word for word.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_wire::checksum::Algorithm;
use daypass_wire::chunked::ChunkError;
use daypass_wire::refusal::{Family, Refusal, json_error, query_error, s3_error};
use daypass_wire::sigv4::{AuthError, Kind, MalformedCredential, Mismatch};
use jiff::Timestamp;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";
const EXPIRED_TOKEN: &str = "The security token included in the request is expired";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mismatch() -> AuthError {
    AuthError::SignatureMismatch(Box::new(Mismatch {
        access_key_id: "AKIA1".into(),
        signature_provided: "00".into(),
        string_to_sign: "S\nT".into(),
        canonical_request: Some("GET\n/".into()),
    }))
}

fn too_old() -> AuthError {
    AuthError::TooOld {
        presented: at("2022-01-27T00:14:27Z"),
        now: at("2022-01-27T01:59:28Z"),
        window_seconds: 900,
    }
}

/// Status, code and sentence.
type Words = (u16, &'static str, &'static str);

const S3_UNKNOWN: &str = "The AWS Access Key Id you provided does not exist in our records.";

/// The rows of the table: error, then what STS and IAM, CloudTrail, and S3 say. Who is not known:
fn unknown_callers() -> Vec<(AuthError, Words, Words, Words)> {
    let unknown = || AuthError::UnknownAccessKey { access_key_id: "AKIA1".into() };
    let s3_mismatch = "The request signature we calculated does not match the signature you provided. Check your key \
                       and signing method.";
    let expired = "Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)";
    vec![
        (
            AuthError::NotSigned,
            (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            (400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
            (403, "AccessDenied", "Access Denied"),
        ),
        (
            unknown(),
            (403, "InvalidClientTokenId", INVALID_TOKEN),
            (400, "UnrecognizedClientException", INVALID_TOKEN),
            (403, "InvalidAccessKeyId", S3_UNKNOWN),
        ),
        (
            mismatch(),
            (403, "SignatureDoesNotMatch", MISMATCH),
            (400, "InvalidSignatureException", MISMATCH),
            (403, "SignatureDoesNotMatch", s3_mismatch),
        ),
        (
            too_old(),
            (403, "SignatureDoesNotMatch", expired),
            (400, "InvalidSignatureException", expired),
            (
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
        ),
    ]
}

/// Whose session is not good, or whose request is malformed.
fn bad_sessions_and_forms() -> Vec<(AuthError, Words, Words, Words)> {
    vec![
        (
            AuthError::SessionExpired,
            (403, "ExpiredToken", EXPIRED_TOKEN),
            (400, "ExpiredTokenException", EXPIRED_TOKEN),
            (400, "ExpiredToken", "The provided token has expired."),
        ),
        (
            AuthError::SessionTokenMissing { access_key_id: "ASIA1".into() },
            (403, "InvalidClientTokenId", INVALID_TOKEN),
            (400, "UnrecognizedClientException", INVALID_TOKEN),
            (403, "InvalidAccessKeyId", S3_UNKNOWN),
        ),
        (
            AuthError::SessionTokenInvalid,
            (403, "InvalidClientTokenId", INVALID_TOKEN),
            (400, "UnrecognizedClientException", INVALID_TOKEN),
            (400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
        ),
        (
            AuthError::HostNotSigned,
            (
                403,
                "SignatureDoesNotMatch",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ),
            (
                400,
                "InvalidSignatureException",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ),
            (403, "AccessDenied", "There were headers present in the request which were not signed"),
        ),
        (
            AuthError::MissingDate,
            (
                400,
                "IncompleteSignature",
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            ),
            (
                400,
                "IncompleteSignatureException",
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            ),
            (403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"),
        ),
    ]
}

#[test]
fn the_three_families() {
    for (error, query, json, s3) in unknown_callers().into_iter().chain(bad_sessions_and_forms()) {
        for (family, expected) in [(Family::Query, query), (Family::Json, json), (Family::S3, s3)] {
            let refusal = Refusal::of(&error, family);
            assert_eq!((refusal.status, &*refusal.code, &*refusal.message), expected, "{error:?} {family:?}");
        }
    }
}

#[test]
fn a_signature_of_the_future() {
    let error = AuthError::NotYetValid {
        presented: at("2021-05-02T18:36:40Z"),
        now: at("2021-05-02T17:36:40Z"),
        window_seconds: 900,
    };
    assert_eq!(
        Refusal::of(&error, Family::Query).message,
        "Signature not yet current: 20210502T183640Z is still later than 20210502T175140Z (20210502T173640Z + 15 min.)"
    );
}

#[test]
fn further_sentences_of_sts() {
    let kind = Kind::Header;
    for (error, status, message) in [
        (
            AuthError::DateMismatch {
                scope_date: "20220128".into(),
                amz_date: "20220127T000000Z".into(),
                kind,
            },
            403,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20220128' != \
             '20220127', from '20220127T000000Z'.",
        ),
        (
            AuthError::MissingParts { missing: vec!["Credential", "Signature"], header_sha256: "h=".into() },
            400,
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
             parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=h=",
        ),
        (
            AuthError::PartWithoutEqualSign { header_sha256: "h=".into() },
            400,
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
             Base64): 'h='.",
        ),
        (
            AuthError::HeadersNotSigned { names: vec!["x-amz-a".into(), "x-amz-b".into()] },
            403,
            "'x-amz-a' must be a 'SignedHeader' in the AWS Authorization. 'x-amz-b' must be a 'SignedHeader' in the AWS \
             Authorization.",
        ),
    ] {
        let refusal = Refusal::of(&error, Family::Query);
        assert_eq!((refusal.status, &*refusal.message), (status, message));
    }
}

#[test]
fn further_sentences_of_s3() {
    let header = Kind::Header;
    let query = Kind::Query { expires_seconds: None };
    let parts = || MalformedCredential::Parts { credential: "x".into() };
    for (error, code, message) in [
        (
            AuthError::ContentSha256Missing,
            "InvalidRequest",
            "Missing required header for this request: x-amz-content-sha256",
        ),
        (
            AuthError::ExpiresTooLong,
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
        (
            AuthError::MissingQueryParameters { missing: vec!["X-Amz-Date"] },
            "AuthorizationQueryParametersError",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ),
        (
            AuthError::MalformedCredential { error: parts(), kind: header },
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ),
        (
            AuthError::MalformedCredential { error: parts(), kind: query },
            "AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ),
        (
            AuthError::WrongRegion {
                presented: "us-east-1".into(),
                expected: "eu-west-1".into(),
                kind: header,
            },
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
        ),
        (
            AuthError::UnsupportedScheme { scheme: "AWS".into() },
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        (
            AuthError::TwoMechanisms,
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        ),
    ] {
        let refusal = Refusal::of(&error, Family::S3);
        assert_eq!((refusal.status, &*refusal.code, &*refusal.message), (400, code, message));
    }
}

#[test]
fn an_error_of_sts() {
    let refusal =
        Refusal::new(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let response = query_error("https://sts.amazonaws.com/doc/2011-06-15/", &refusal, "id-1");
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["content-type"], "text/xml");
    assert_eq!(response.headers()["x-amzn-requestid"], "id-1");
    assert_eq!(
        response.body(),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error>\
         <RequestId>id-1</RequestId></ErrorResponse>"
    );
    let failure = query_error("ns", &Refusal::new(500, "ServiceFailure", "no"), "id-1");
    assert!(failure.body().starts_with(b"<ErrorResponse xmlns=\"ns\"><Error><Type>Receiver</Type>"));
}

#[test]
fn an_error_of_cloudtrail() {
    let response = json_error(&Refusal::of(&AuthError::SessionExpired, Family::Json), "id-1");
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
    assert_eq!(response.headers()["x-amzn-errortype"], "ExpiredTokenException");
    assert_eq!(
        response.body(),
        "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}"
    );
}

#[test]
fn an_error_of_s3() {
    let response = s3_error(&Refusal::of(&too_old(), Family::S3), Some("/b/<k>"), "R1", "H1");
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["content-type"], "application/xml");
    assert_eq!(response.headers()["x-amz-request-id"], "R1");
    assert_eq!(response.headers()["x-amz-id-2"], "H1");
    assert_eq!(
        response.body(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>RequestTimeTooSkewed</Code><Message>The difference \
         between the request time and the current time is too large.</Message>\
         <RequestTime>20220127T001427Z</RequestTime><ServerTime>2022-01-27T01:59:28Z</ServerTime>\
         <MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><Resource>/b/&lt;k&gt;</Resource>\
         <RequestId>R1</RequestId><HostId>H1</HostId></Error>"
    );
}

#[test]
fn s3_sends_the_texts_of_a_mismatch_back() {
    let refusal = Refusal::of(&mismatch(), Family::S3);
    let details: Vec<(&str, &str)> =
        refusal.details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(
        details,
        [
            ("AWSAccessKeyId", "AKIA1"),
            ("StringToSign", "S\nT"),
            ("SignatureProvided", "00"),
            ("StringToSignBytes", "53 0a 54"),
            ("CanonicalRequest", "GET\n/"),
            ("CanonicalRequestBytes", "47 45 54 0a 2f"),
        ]
    );
}

#[test]
fn s3_says_when_a_presigned_request_expired() {
    let error = AuthError::PresignedExpired {
        expires_seconds: 60,
        expired_at: at("2018-03-29T11:17:34Z"),
        now: at("2018-03-29T11:27:42Z"),
    };
    let refusal = Refusal::of(&error, Family::S3);
    let expected = Refusal::new(403, "AccessDenied", "Request has expired")
        .with("X-Amz-Expires", "60")
        .with("Expires", "2018-03-29T11:17:34Z")
        .with("ServerTime", "2018-03-29T11:27:42Z");
    assert_eq!(refusal, expected);
}

#[test]
fn chunked_bodies() {
    for (error, status, code) in [
        (ChunkError::ChunkSignatureMismatch { number: 1 }, 403, "SignatureDoesNotMatch"),
        (ChunkError::TrailerSignatureMismatch, 403, "SignatureDoesNotMatch"),
        (ChunkError::ChunkTooSmall { number: 2, size: 3 }, 403, "InvalidChunkSizeError"),
        (ChunkError::LengthNotDeclared, 411, "MissingContentLength"),
        (ChunkError::MalformedTrailer, 400, "MalformedTrailerError"),
        (ChunkError::ChecksumMismatch { algorithm: Algorithm::Crc32 }, 400, "BadDigest"),
        (ChunkError::Incomplete, 400, "IncompleteBody"),
        (ChunkError::LengthMismatch { declared: 3 }, 400, "IncompleteBody"),
        (ChunkError::MalformedChunk, 400, "IncompleteBody"),
    ] {
        let refusal = Refusal::of_chunks(&error);
        assert_eq!((refusal.status, &*refusal.code), (status, code), "{error}");
    }
    let small = Refusal::of_chunks(&ChunkError::ChunkTooSmall { number: 2, size: 3 });
    assert_eq!(small.message, "Only the last chunk is allowed to have a size less than 8192 bytes");
    assert_eq!(small.details, [("Chunk", "2".to_owned()), ("BadChunkSize", "3".to_owned())]);
}
