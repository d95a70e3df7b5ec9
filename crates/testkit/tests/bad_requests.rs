//! Requests that are malformed, too large or not signed as they must be: each is refused in the words of the service that
//! was called.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and signs with the wall clock as any client does"
)]

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, Service, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";
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

/// A sandbox with a role, and a session of it.
async fn with_session() -> (Sandbox, Credentials) {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    (sandbox, session)
}

/// Sends a body as a form, signed by the administrator.
async fn form(sandbox: &Sandbox, service: &str, body: impl Into<Vec<u8>>) -> Result<Answer, Refused> {
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(body.into()).unwrap();
    let answer = sandbox.aws.call(service, Some(&sandbox.administrator), request).await;
    answer.and_then(|answer| answer.succeeded("form")).map_err(Refused::from_error)
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_cannot_be_read_are_refused() {
    let sandbox = Sandbox::start().await;
    let exchange = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=";
    let not_utf8 = [exchange.as_bytes(), &[0xff, 0xfe]].concat();
    let twice = "Action=GetCallerIdentity&Version=2011-06-15&Action=AssumeRoleWithWebIdentity";
    let flood: String = (0..2_000).map(|number| format!("&Field{number}=x")).collect();
    let flood = format!("Action=GetCallerIdentity&Version=2011-06-15{flood}");
    let large = [exchange.as_bytes(), &vec![b'x'; 512 * 1024]].concat();
    let wanted: [(&str, Vec<u8>, (u16, &str, &str)); 8] = [
        ("bytes that are no UTF-8", not_utf8, (400, "MalformedInput", "the form is not UTF-8")),
        (
            "the same, escaped",
            format!("{exchange}%ff").into(),
            (400, "MalformedInput", "the form is not UTF-8"),
        ),
        (
            "half an escape",
            format!("{exchange}%f").into(),
            (400, "MalformedInput", "the form has a percent sign without two hexadecimal digits"),
        ),
        ("two actions", twice.into(), (400, "MalformedInput", "the form repeats the field `Action`")),
        ("too many fields", flood.into(), (400, "MalformedInput", "the form has more than 1024 fields")),
        (
            "too many bytes",
            large,
            (413, "RequestEntityTooLarge", "The request body is over the limit of 524288 bytes"),
        ),
        (
            "no action",
            "Version=2011-06-15".into(),
            (400, "MissingAction", "The request is missing an action or a required parameter."),
        ),
        (
            "nothing",
            Vec::new(),
            (400, "MissingAction", "The request is missing an action or a required parameter."),
        ),
    ];
    for (what, body, words) in wanted {
        assert_eq!(form(&sandbox, "sts", body).await.unwrap_err().said(), words, "{what}");
    }
    assert_eq!(
        sandbox.events().await,
        [] as [serde_json::Value; 0],
        "none of them came as far as an operation"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_that_are_not_there_are_refused() {
    let sandbox = Sandbox::start().await;
    for (service, body, message) in [
        (
            "sts",
            "Action=GetEverything&Version=2011-06-15",
            "Could not find operation GetEverything for version 2011-06-15",
        ),
        (
            "iam",
            "Action=CreateWorld&Version=2010-05-08",
            "Could not find operation CreateWorld for version 2010-05-08",
        ),
        (
            "iam",
            "Action=CreateRole&Version=2011-06-15",
            "Could not find operation CreateRole for version 2011-06-15",
        ),
        (
            "sts",
            "Action=GetCallerIdentity&Version=1999-01-01",
            "Could not find operation GetCallerIdentity for version 1999-01-01",
        ),
        (
            "sts",
            "Action=GetCallerIdentity",
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
    ] {
        let refused = form(&sandbox, service, body).await.unwrap_err();
        assert_eq!(refused.said(), (400, "InvalidAction", message), "{body}");
    }
    let refused =
        sandbox.aws.cloudtrail(Some(&sandbox.administrator), "CreateTrail", &json!({})).await.unwrap();
    let refused = Refused::from_error(refused.succeeded("CreateTrail").unwrap_err());
    assert_eq!((refused.status, refused.code.as_str()), (400, "UnknownOperationException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_policies_over_their_limits_are_refused() {
    let sandbox = Sandbox::start().await;
    let trust = seed::trust(SUBJECT).to_string();
    let long = "r".repeat(65);
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", &long), ("AssumeRolePolicyDocument", &trust)]).await;
    let message = "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64";
    let with_value = message.replace("Value at", &format!("Value '{long}' at"));
    assert_eq!(refused.unwrap_err().said(), (400, "ValidationError", with_value.as_str()));
    sandbox.create_role(&"r".repeat(64), &seed::trust(SUBJECT)).await;

    let subjects = |length: usize| vec![SUBJECT; length / (SUBJECT.len() + 3)];
    let large = seed::trust_where(&json!({ "StringEquals": {
        "token.actions.githubusercontent.com:sub": subjects(100 * 1024),
    }}));
    let large = large.to_string();
    assert!((100_000..131_072).contains(&large.len()), "{}", large.len());
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", "large"), ("AssumeRolePolicyDocument", &large)]).await;
    assert_eq!(
        refused.unwrap_err().said(),
        (409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    );
    let absent = sandbox.iam("GetRole", &[("RoleName", "large")]).await.unwrap_err();
    assert_eq!(absent.said(), (404, "NoSuchEntity", "The role with name large cannot be found."));

    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let resources: Vec<String> =
        (0..3_500).map(|number| format!("arn:aws:s3:::bucket-{number:06}/*")).collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": resources,
    }]});
    let policy = policy.to_string();
    assert!((100_000..131_072).contains(&policy.len()), "{}", policy.len());
    let put = [("RoleName", "deploy"), ("PolicyName", "large"), ("PolicyDocument", policy.as_str())];
    let refused = sandbox.iam("PutRolePolicy", &put).await.unwrap_err();
    let message = "Maximum policy size of 10240 bytes exceeded for role deploy";
    assert_eq!(refused.said(), (409, "LimitExceeded", message));

    let huge = "x".repeat(131_073);
    let refused =
        sandbox.iam("CreateRole", &[("RoleName", "huge"), ("AssumeRolePolicyDocument", &huge)]).await;
    let message = "1 validation error detected: Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must have length less than or equal to 131072";
    assert_eq!(refused.unwrap_err().said(), (400, "ValidationError", message));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_policy_over_its_limit_is_refused() {
    let (sandbox, _) = with_session().await;
    let token = sandbox.mint(JOB).await;
    let long = " ".repeat(2_049);
    let refused = sandbox.exchange_with("deploy", &token, &[("Policy", &long)]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "ValidationError"));
    assert!(
        refused.message.ends_with(
            "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048"
        ),
        "{}",
        refused.message
    );
    let refused = sandbox.exchange_with("deploy", &token, &[("Policy", "{}")]).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "MalformedPolicyDocument"));
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
