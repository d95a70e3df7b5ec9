//! What is refused before the secret is asked for, and what had to be signed and was not.

use daypass_wire::sigv4::{AuthError, Kind, MalformedCredential, Payload, parse};
use http::HeaderValue;
use http::request::Parts;

use super::{KEY, check, parts, presented, signer};

#[test]
fn headers_that_must_be_signed() {
    for (service, name, refused) in [
        ("s3", "x-amz-acl", true),
        ("s3", "x-amz-meta-a", true),
        ("s3", "x-amz-security-token", true),
        ("s3", "content-md5", true),
        ("s3", "content-type", false),
        ("s3", "x-amzn-trace-id", false),
        ("sts", "x-amz-target", true),
        ("sts", "x-amz-content-sha256", true),
        ("sts", "x-amz-security-token", false),
        ("sts", "user-agent", false),
    ] {
        let mut parts = parts("GET", "http://h/b/k", &[]);
        signer(service).sign(&mut parts, Payload::Body(b"")).unwrap();
        parts.headers.insert(name, HeaderValue::from_static("added"));
        let expected = refused.then(|| AuthError::HeadersNotSigned { names: vec![name.to_owned()] });
        assert_eq!(check(&parts, b"").err(), expected, "{service} {name}");
    }
    // A presigned URL lets nobody add what would change the object.
    let mut parts = parts("PUT", "http://h/b/k", &[]);
    signer("s3").presign(&mut parts, 60, Payload::Body(b"")).unwrap();
    parts.headers.insert("x-amz-tagging", HeaderValue::from_static("a=b"));
    let expected = AuthError::HeadersNotSigned { names: vec!["x-amz-tagging".to_owned()] };
    assert_eq!(check(&parts, b"").err(), Some(expected));
}

#[test]
fn signed_headers_must_be_there() {
    let mut parts = parts("GET", "http://h/b/k", &[("x-amz-acl", "private")]);
    signer("s3").sign(&mut parts, Payload::Body(b"")).unwrap();
    parts.headers.remove("x-amz-acl");
    let expected = AuthError::SignedHeaderMissing { name: "x-amz-acl".to_owned() };
    assert_eq!(check(&parts, b"").err(), Some(expected));
}

/// A request with an honest `Authorization` header, one piece of it changed.
fn changed(from: &str, to: &str) -> Parts {
    let honest = format!(
        "AWS4-HMAC-SHA256 Credential={KEY}/20130524/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature={}",
        "0".repeat(64)
    );
    let authorization = honest.replace(from, to);
    parts("GET", "/", &[("host", "h"), ("x-amz-date", "20130524T000000Z"), ("authorization", &authorization)])
}

/// One changed piece, and what it is called.
#[test]
fn malformed_authorization_headers() {
    let kind = Kind::Header;
    let credential = |error| AuthError::MalformedCredential { error, kind };
    let cases: Vec<(&str, &str, AuthError)> = vec![
        ("AWS4-HMAC-SHA256", "AWS", AuthError::UnsupportedScheme { scheme: "AWS".into() }),
        ("AWS4-HMAC-SHA256", "Bearer", AuthError::UnsupportedScheme { scheme: "Bearer".into() }),
        (
            "AWS4-HMAC-SHA256",
            "AWS4-ECDSA-P256-SHA256",
            AuthError::UnsupportedAlgorithm { algorithm: "AWS4-ECDSA-P256-SHA256".into(), kind },
        ),
        ("Signature=", "Sig=", AuthError::UnexpectedPart { name: "Sig".into() }),
        (
            "SignedHeaders=host;x-amz-date",
            "Signature=",
            AuthError::UnexpectedPart { name: "Signature".into() },
        ),
        (
            "/aws4_request",
            "",
            credential(MalformedCredential::Parts { credential: format!("{KEY}/20130524/us-east-1/sts") }),
        ),
        (
            KEY,
            "",
            credential(MalformedCredential::Parts {
                credential: "/20130524/us-east-1/sts/aws4_request".into(),
            }),
        ),
        (
            "aws4_request",
            "aws5_request",
            credential(MalformedCredential::Terminator { terminator: "aws5_request".into() }),
        ),
        ("/20130524/", "/2013-05-24/", credential(MalformedCredential::Date { date: "2013-05-24".into() })),
        (
            "/20130524/",
            "/20130525/",
            AuthError::DateMismatch {
                scope_date: "20130525".into(),
                amz_date: "20130524T000000Z".into(),
                kind,
            },
        ),
        ("host;x-amz-date", "x-amz-date;host", AuthError::MalformedSignedHeaders),
        ("host;x-amz-date", "Host;x-amz-date", AuthError::MalformedSignedHeaders),
        ("host;x-amz-date", "host;host", AuthError::MalformedSignedHeaders),
        ("host;x-amz-date", "", AuthError::MalformedSignedHeaders),
    ];
    for (from, to, expected) in cases {
        assert_eq!(parse(&changed(from, to)).err(), Some(expected), "{from} -> {to}");
    }
    assert!(parse(&changed("", "")).is_ok());
    assert_eq!(check(&changed("host;x-amz-date", "x-amz-date"), b"").err(), Some(AuthError::HostNotSigned));
    let missing = parse(&changed(", SignedHeaders=host;x-amz-date", "")).err().unwrap();
    assert!(matches!(missing, AuthError::MissingParts { missing, .. } if missing == ["SignedHeaders"]));
    let part = parse(&changed("SignedHeaders=", "SignedHeaders ")).err().unwrap();
    assert!(matches!(part, AuthError::PartWithoutEqualSign { .. }));
}

#[test]
fn one_signature_in_one_place() {
    let mut twice = parts("GET", "http://h/", &[]);
    signer("sts").sign(&mut twice, Payload::Body(b"")).unwrap();
    let header = twice.headers["authorization"].clone();
    twice.headers.append("authorization", header);
    assert_eq!(parse(&twice).err(), Some(AuthError::SeveralAuthorizations));

    let mut both = parts("GET", "http://h/", &[]);
    signer("sts").presign(&mut both, 60, Payload::Body(b"")).unwrap();
    both.headers.insert("authorization", HeaderValue::from_static("AWS4-HMAC-SHA256 Credential=x"));
    assert_eq!(parse(&both).err(), Some(AuthError::TwoMechanisms));

    let repeated =
        parts("GET", &format!("{}&X-Amz-Date=20130524T000000Z", signed_query("", "")), &[("host", "h")]);
    assert_eq!(parse(&repeated).err(), Some(AuthError::RepeatedQueryParameter { name: "X-Amz-Date".into() }));
    let dates =
        parts("GET", "http://h/", &[("x-amz-date", "20130524T000000Z"), ("x-amz-date", "20130524T000000Z")]);
    let mut dates = dates;
    dates.headers.insert(
        "authorization",
        HeaderValue::from_static("AWS4-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c"),
    );
    assert!(matches!(parse(&dates), Err(AuthError::MalformedDate { .. })));
}

fn signed_query(from: &str, to: &str) -> String {
    let query = format!(
        "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEY}/20130524/us-east-1/s3/aws4_request\
         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
    );
    if from.is_empty() { query } else { query.replace(from, to) }
}

#[test]
fn malformed_presigned_requests() {
    let missing = |name| AuthError::MissingQueryParameters { missing: vec![name] };
    for (from, to, expected) in [
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256&", "", missing("X-Amz-Algorithm")),
        ("&X-Amz-Date=20130524T000000Z", "", missing("X-Amz-Date")),
        ("&X-Amz-SignedHeaders=host", "", missing("X-Amz-SignedHeaders")),
        ("&X-Amz-Signature=00", "", missing("X-Amz-Signature")),
        ("&X-Amz-Expires=60", "", missing("X-Amz-Expires")),
        ("Expires=60", "Expires=604801", AuthError::ExpiresTooLong),
        ("Expires=60", "Expires=99999999999999999999", AuthError::ExpiresTooLong),
        ("Expires=60", "Expires=-1", AuthError::ExpiresNegative),
        ("Expires=60", "Expires=1e3", AuthError::ExpiresNotNumber),
        ("Expires=60", "Expires=", AuthError::ExpiresNotNumber),
        ("Expires=60", "Expires=%2B60", AuthError::ExpiresNotNumber),
    ] {
        let parts = parts("GET", &signed_query(from, to), &[("host", "h")]);
        assert_eq!(parse(&parts).err(), Some(expected), "{from} -> {to}");
    }
    let week = parts("GET", &signed_query("Expires=60", "Expires=604800"), &[("host", "h")]);
    assert_eq!(presented(&week).kind, Kind::Query { expires_seconds: Some(604_800) });
}

#[test]
fn s3_must_say_what_its_body_is() {
    let mut parts = parts("GET", "http://h/k", &[]);
    signer("s3").sign(&mut parts, Payload::Body(b"")).unwrap();
    for (value, expected) in [
        (None, AuthError::ContentSha256Missing),
        (Some("sha"), AuthError::ContentSha256Malformed { presented: "sha".into() }),
        (
            Some("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"),
            AuthError::ContentSha256Malformed {
                presented: "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855".into(),
            },
        ),
    ] {
        parts.headers.remove("x-amz-content-sha256");
        if let Some(value) = value {
            parts.headers.insert("x-amz-content-sha256", HeaderValue::from_static(value));
        }
        assert_eq!(parse(&parts).err(), Some(expected), "{value:?}");
    }
}

#[test]
fn scopes_are_checked_against_the_endpoint() {
    let mut parts = parts("GET", "http://h/", &[]);
    signer("sts").sign(&mut parts, Payload::Body(b"")).unwrap();
    let presented = presented(&parts);
    let kind = Kind::Header;
    assert_eq!(presented.check_scope("us-east-1", "sts"), Ok(()));
    let region = AuthError::WrongRegion { presented: "us-east-1".into(), expected: "eu-west-1".into(), kind };
    assert_eq!(presented.check_scope("eu-west-1", "sts"), Err(region));
    let service = AuthError::WrongService { presented: "sts".into(), expected: "iam".into(), kind };
    assert_eq!(presented.check_scope("us-east-1", "iam"), Err(service));
}

#[test]
fn signature_version_2_is_named_and_not_taken_for_no_signature() {
    let presigned = parts("GET", "/b/k?AWSAccessKeyId=AKIA1&Signature=x%3D&Expires=1", &[("host", "h")]);
    assert_eq!(parse(&presigned).err(), Some(AuthError::UnsupportedScheme { scheme: "AWS".into() }));
    let plain = parts("GET", "/b/k?Signature=x", &[("host", "h")]);
    assert!(parse(&plain).unwrap().is_none());
}
