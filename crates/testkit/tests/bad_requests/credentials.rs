//! Requests that are not signed as they must be, and those that others make a browser send.

use daypass_testkit::{Credentials, Refused, Sandbox, Service, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{JOB, SUBJECT, with_session};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const S3_MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const INVALID: &str = "The security token included in the request is invalid.";
const UNKNOWN_KEY: &str = "The AWS Access Key Id you provided does not exist in our records.";
const MALFORMED_TOKEN: &str = "The provided token is malformed or otherwise invalid.";

/// What STS, IAM, CloudTrail and S3 say to the same credentials.
type Words<'a> = [(u16, &'a str, &'a str); 4];

/// The same mistake, made with each of the four.
async fn everywhere(sandbox: &Sandbox, credentials: Option<&Credentials>) -> [Refused; 4] {
    let sts = sandbox.query(Service::Sts, credentials, "GetCallerIdentity", &[]).await;
    let iam = sandbox.query(Service::Iam, credentials, "ListRoles", &[]).await;
    let trail = sandbox.aws.cloudtrail(credentials, "LookupEvents", &json!({})).await;
    let trail = trail.and_then(|answer| answer.succeeded("LookupEvents")).map_err(Refused::from_error);
    let s3 = sandbox.s3(credentials, Request::get("/").body(Vec::new()).unwrap()).await;
    [sts, iam, trail, s3].map(Result::unwrap_err)
}

async fn expect_everywhere(
    what: &str,
    sandbox: &Sandbox,
    credentials: Option<&Credentials>,
    words: Words<'_>,
) {
    let refused = everywhere(sandbox, credentials).await;
    assert_eq!(refused.each_ref().map(Refused::said), words, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_must_be_signed_by_a_known_key() {
    let sandbox = Sandbox::start().await;
    expect_everywhere(
        "unsigned",
        &sandbox,
        None,
        [
            (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            (400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
            (403, "AccessDenied", "Access Denied"),
        ],
    )
    .await;
    let stranger =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..sandbox.administrator.clone() };
    expect_everywhere(
        "an unknown key",
        &sandbox,
        Some(&stranger),
        [
            (403, "InvalidClientTokenId", INVALID),
            (403, "InvalidClientTokenId", INVALID),
            (400, "UnrecognizedClientException", INVALID),
            (403, "InvalidAccessKeyId", UNKNOWN_KEY),
        ],
    )
    .await;
    let guess = Credentials { secret_access_key: "x".repeat(40).into(), ..sandbox.administrator.clone() };
    expect_everywhere(
        "a wrong secret",
        &sandbox,
        Some(&guess),
        [
            (403, "SignatureDoesNotMatch", MISMATCH),
            (403, "SignatureDoesNotMatch", MISMATCH),
            (400, "InvalidSignatureException", MISMATCH),
            (403, "SignatureDoesNotMatch", S3_MISMATCH),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_key_goes_with_its_own_token_only() {
    let (sandbox, session) = with_session().await;
    let other = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    // Both are known from here on, with what their tokens opened to.
    for session in [&session, &other] {
        sandbox.query(Service::Sts, Some(session), "GetCallerIdentity", &[]).await.unwrap();
    }
    let without = Credentials { session_token: None, ..session.clone() };
    expect_everywhere(
        "without its token",
        &sandbox,
        Some(&without),
        [
            (403, "InvalidClientTokenId", INVALID),
            (403, "InvalidClientTokenId", INVALID),
            (400, "UnrecognizedClientException", INVALID),
            (403, "InvalidAccessKeyId", UNKNOWN_KEY),
        ],
    )
    .await;
    let token = session.session_token.as_ref().unwrap();
    let mut altered: Vec<char> = token.chars().collect();
    let middle = altered.len() / 2;
    altered[middle] = if altered[middle] == 'A' { 'B' } else { 'A' };
    let altered = altered.into_iter().collect::<String>();
    let truncated = token.chars().take(middle).collect::<String>();
    let foreign = other.session_token.as_ref().unwrap().to_string();
    for (what, token) in [
        ("altered", altered),
        ("truncated", truncated),
        ("another session's", foreign),
        ("empty", String::new()),
    ] {
        let credentials = Credentials { session_token: Some(token.into()), ..session.clone() };
        expect_everywhere(
            what,
            &sandbox,
            Some(&credentials),
            [
                (403, "InvalidClientTokenId", INVALID),
                (403, "InvalidClientTokenId", INVALID),
                (400, "UnrecognizedClientException", INVALID),
                (400, "InvalidToken", MALFORMED_TOKEN),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_expired_everywhere() {
    let (sandbox, session) = with_session().await;
    sandbox.advance(3_601).await;
    let expired = "The security token included in the request is expired";
    expect_everywhere(
        "an hour later",
        &sandbox,
        Some(&session),
        [
            (403, "ExpiredToken", expired),
            (403, "ExpiredToken", expired),
            (400, "ExpiredTokenException", expired),
            (400, "ExpiredToken", "The provided token has expired."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_its_role() {
    let (sandbox, session) = with_session().await;
    sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await.unwrap();
    sandbox.iam("DeleteRole", &[("RoleName", "deploy")]).await.unwrap();
    let words = [
        (403, "InvalidClientTokenId", INVALID),
        (403, "InvalidClientTokenId", INVALID),
        (400, "UnrecognizedClientException", INVALID),
        (400, "InvalidToken", MALFORMED_TOKEN),
    ];
    expect_everywhere("the role is gone", &sandbox, Some(&session), words).await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    expect_everywhere("another role of its name", &sandbox, Some(&session), words).await;
    let fresh = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    sandbox.query(Service::Sts, Some(&fresh), "GetCallerIdentity", &[]).await.unwrap();
}

/// A GetCallerIdentity or a list of buckets, signed as of so many minutes from now.
async fn signed_minutes_ago(sandbox: &Sandbox, service: &str, minutes: i64) -> Refused {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let (request, body) = match service {
        "s3" => (Request::get(format!("{}/", sandbox.aws.endpoint())), ""),
        _ => (
            Request::post(format!("{}/", sandbox.aws.endpoint()))
                .header("content-type", "application/x-www-form-urlencoded"),
            body,
        ),
    };
    let (mut parts, body) = request.body(body.as_bytes().to_vec()).unwrap().into_parts();
    let then = Timestamp::now() - SignedDuration::from_mins(minutes);
    let signer = sandbox.aws.signer(service, &sandbox.administrator, then);
    signer.sign(&mut parts, Payload::Body(&body)).unwrap();
    let answer = sandbox.aws.send(Request::from_parts(parts, body)).await.unwrap();
    Refused::from_error(answer.succeeded("signed").unwrap_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_good_for_a_quarter_of_an_hour_of_the_wall_clock() {
    let sandbox = Sandbox::start().await;
    let stale = signed_minutes_ago(&sandbox, "sts", 16).await;
    assert_eq!((stale.status, stale.code.as_str()), (403, "SignatureDoesNotMatch"));
    let form = |text: &str| {
        let shape: String =
            text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
        shape
    };
    assert_eq!(
        form(&stale.message),
        "Signature expired: 00000000T000000Z is now earlier than 00000000T000000Z (00000000T000000Z - 00 min.)"
    );
    let early = signed_minutes_ago(&sandbox, "sts", -16).await;
    assert_eq!((early.status, early.code.as_str()), (403, "SignatureDoesNotMatch"));
    assert_eq!(
        form(&early.message),
        "Signature not yet current: 00000000T000000Z is still later than 00000000T000000Z (00000000T000000Z + 00 min.)"
    );
    for minutes in [16, -16] {
        let skewed = signed_minutes_ago(&sandbox, "s3", minutes).await;
        let message = "The difference between the request time and the current time is too large.";
        assert_eq!(skewed.said(), (403, "RequestTimeTooSkewed", message), "{minutes}");
    }
    // The account's clock has nothing to do with it.
    sandbox.advance(86_400).await;
    sandbox.query(Service::Sts, Some(&sandbox.administrator), "GetCallerIdentity", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_names_of_others_are_kept_out() {
    let sandbox = Sandbox::start().await;
    for base in [sandbox.aws.endpoint(), sandbox.github_url()] {
        let port = base.rsplit_once(':').unwrap().1;
        for (header, value, what) in [
            ("host", format!("rebound.example.com:{port}"), "the request is for `rebound.example.com:"),
            ("host", format!("127.0.0.1.example.com:{port}"), "the request is for `127.0.0.1.example.com:"),
            (
                "origin",
                "https://rebound.example.com".to_owned(),
                "the request comes from the page `https://rebound.example.com`",
            ),
            ("origin", "null".to_owned(), "the request comes from the page `null`"),
        ] {
            let request = Request::get(format!("{base}/")).header(header, &value).body(Vec::new()).unwrap();
            let answer = sandbox.aws.send(request).await.unwrap();
            assert_eq!(answer.status, 403, "{base} {header}: {value}");
            assert!(answer.text().starts_with(what), "{header}: {value}: {}", answer.text());
        }
        let own = Request::get(format!("{base}/")).header("origin", base).body(Vec::new()).unwrap();
        let answer = sandbox.aws.send(own).await.unwrap();
        assert!(!answer.text().starts_with("the request"), "{}", answer.text());
    }
}
