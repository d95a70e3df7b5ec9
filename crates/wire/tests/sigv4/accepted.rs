//! What is accepted, and where acceptance ends.

use daypass_wire::sha256_hex;
use daypass_wire::sigv4::{AuthError, Credentials, Kind, Payload, PayloadHash, Signer, parse, verify};
use http::HeaderValue;
use jiff::SignedDuration;

use super::{EMPTY, KEY, SECRET, WINDOW, check, check_at, now, parts, presented, signer};

/// Amazon S3 API Reference, "Signature Calculations for the Authorization Header", four examples.
#[test]
fn the_examples_of_the_s3_documentation_are_signed_and_verified_alike() {
    let put = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    for (method, target, headers, body, payload_hash, signature) in [
        (
            "GET",
            "/test.txt",
            &[("range", "bytes=0-9")][..],
            "",
            EMPTY,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test$file.text",
            &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")][..],
            "Welcome to Amazon S3.",
            put,
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            &[][..],
            "",
            EMPTY,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            &[][..],
            "",
            EMPTY,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let mut parts = parts(method, target, headers);
        parts.headers.insert("host", HeaderValue::from_static("examplebucket.s3.amazonaws.com"));
        signer("s3").sign(&mut parts, Payload::Body(body.as_bytes())).unwrap();
        let presented = presented(&parts);
        assert_eq!(presented.signature, signature, "{target}");
        assert_eq!(presented.payload, PayloadHash::Signed(payload_hash.to_owned()));
        assert_eq!(check(&parts, body.as_bytes()).unwrap().signature(), signature);
    }
}

/// Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
#[test]
fn the_presigned_example_of_the_s3_documentation() {
    let mut parts = parts("GET", "https://examplebucket.s3.amazonaws.com/test.txt", &[]);
    signer("s3").presign(&mut parts, 86_400, Payload::Body(b"")).unwrap();
    assert_eq!(
        parts.uri.to_string(),
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
    let presented = presented(&parts);
    assert_eq!(presented.kind, Kind::Query { expires_seconds: Some(86_400) });
    assert_eq!(presented.payload, PayloadHash::Unsigned);
    let day = SignedDuration::from_hours(24);
    assert!(check_at(&parts, b"", now() + day).is_ok(), "good to its last second");
    let later = now() + day + SignedDuration::from_secs(1);
    let expired =
        AuthError::PresignedExpired { expires_seconds: 86_400, expired_at: now() + day, now: later };
    assert_eq!(check_at(&parts, b"", later).err(), Some(expired));
    let earlier = now() - WINDOW - SignedDuration::from_secs(1);
    let early = AuthError::PresignedNotYetValid { presented: now(), now: earlier };
    assert_eq!(check_at(&parts, b"", earlier).err(), Some(early));
}

#[test]
fn a_request_without_a_signature_is_nobodys() {
    assert!(parse(&parts("GET", "/?a=b", &[])).unwrap().is_none());
}

#[test]
fn the_window_is_open_to_both_sides_and_no_further() {
    let mut parts = parts("POST", "http://127.0.0.1:4566/", &[]);
    signer("sts").sign(&mut parts, Payload::Body(b"a=b")).unwrap();
    let second = SignedDuration::from_secs(1);
    for at in [now() - WINDOW, now(), now() + WINDOW] {
        assert!(check_at(&parts, b"a=b", at).is_ok(), "{at}");
    }
    let (late, early) = (now() + WINDOW + second, now() - WINDOW - second);
    let too_old = AuthError::TooOld { presented: now(), now: late, window_seconds: 900 };
    assert_eq!(check_at(&parts, b"a=b", late).err(), Some(too_old));
    let not_yet = AuthError::NotYetValid { presented: now(), now: early, window_seconds: 900 };
    assert_eq!(check_at(&parts, b"a=b", early).err(), Some(not_yet));
}

/// aws-iam-authenticator depends on it: `X-Amz-Expires=60`, and the token is good for 15 minutes.
#[test]
fn sts_ignores_the_lifetime_of_a_presigned_request() {
    let mut parts = parts("GET", "http://sts.localhost/?Action=GetCallerIdentity&Version=2011-06-15", &[]);
    signer("sts").presign(&mut parts, 60, Payload::Body(b"")).unwrap();
    assert!(check_at(&parts, b"", now() + WINDOW).is_ok());
    assert!(check_at(&parts, b"", now() + WINDOW + SignedDuration::from_secs(1)).is_err());
}

#[test]
fn a_default_port_may_be_left_out_of_the_signature_and_no_other() {
    for (sent, signed, accepted) in [
        ("s3.localhost:443", "s3.localhost", true),
        ("s3.localhost:80", "s3.localhost", true),
        ("s3.localhost:80", "s3.localhost:80", true),
        ("s3.localhost:4566", "s3.localhost", false),
        ("s3.localhost", "s3.localhost:80", false),
    ] {
        let mut parts = parts("GET", "/b/k", &[("host", signed)]);
        signer("s3").sign(&mut parts, Payload::Body(b"")).unwrap();
        parts.headers.insert("host", sent.parse().unwrap());
        assert_eq!(check(&parts, b"").is_ok(), accepted, "{sent} {signed}");
    }
}

#[test]
fn s3_paths_are_taken_as_they_are_and_others_are_not() {
    for path in ["/b/a//b", "/b/../c", "/b/%20%2Bx", "/b/%e1%88%b4", "/b/(x)!", "//"] {
        for service in ["s3", "sts"] {
            let mut parts = parts("GET", path, &[("host", "h")]);
            signer(service).sign(&mut parts, Payload::Body(b"")).unwrap();
            assert!(check(&parts, b"").is_ok(), "{service} {path}");
            parts.uri = format!("{path}/x").parse().unwrap();
            assert!(check(&parts, b"").is_err(), "{service} {path}");
        }
    }
    let mut s3 = parts("GET", "/b/a//b", &[("host", "h")]);
    signer("s3").sign(&mut s3, Payload::Body(b"")).unwrap();
    s3.uri = "/b/a/b".parse().unwrap();
    assert!(matches!(check(&s3, b""), Err(AuthError::SignatureMismatch(_))), "another object");
    let mut sts = parts("GET", "/a//b/./", &[("host", "h")]);
    signer("sts").sign(&mut sts, Payload::Body(b"")).unwrap();
    sts.uri = "/a/b/".parse().unwrap();
    assert!(check(&sts, b"").is_ok(), "the same path");
}

#[test]
fn a_body_is_the_signed_one_or_refused() {
    let mut sts = parts("POST", "http://h/", &[]);
    signer("sts").sign(&mut sts, Payload::Body(b"a=b")).unwrap();
    assert!(matches!(check(&sts, b"a=c"), Err(AuthError::SignatureMismatch(_))));
    let without = verify(&presented(&sts), &sts, SECRET, None, now(), WINDOW);
    assert_eq!(without.err(), Some(AuthError::BodyNotHashed));

    let mut s3 = parts("PUT", "http://h/b/k", &[]);
    signer("s3").sign(&mut s3, Payload::Body(b"data")).unwrap();
    let mismatch =
        AuthError::ContentSha256Mismatch { presented: sha256_hex(b"data"), computed: sha256_hex(b"date") };
    assert_eq!(check(&s3, b"date").err(), Some(mismatch.clone()));
    let verified = verify(&presented(&s3), &s3, SECRET, None, now(), WINDOW).unwrap();
    assert_eq!(verified.check_body(&sha256_hex(b"data")), Ok(()));
    assert_eq!(verified.check_body(&sha256_hex(b"date")), Err(mismatch));

    // The word is signed, but STS takes it for nothing: it hashes the body itself.
    let mut word = parts("POST", "http://h/", &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]);
    signer("sts").sign(&mut word, Payload::Word(&PayloadHash::Unsigned)).unwrap();
    assert!(matches!(check(&word, b"a=b"), Err(AuthError::SignatureMismatch(_))));
}

#[test]
fn debug_shows_no_secret() {
    let credentials =
        Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token: Some("hush") };
    let mut parts = parts("GET", "http://h/b/k", &[]);
    Signer { credentials, ..signer("s3") }.sign(&mut parts, Payload::Body(b"")).unwrap();
    let presented = presented(&parts);
    assert_eq!(presented.session_token.as_deref(), Some("hush"));
    let wrong = verify(&presented, &parts, "another", Some(EMPTY), now(), WINDOW).err();
    let shown = format!("{credentials:?} {presented:?} {wrong:?}");
    assert!(
        !shown.contains("hush") && !shown.contains(SECRET) && !shown.contains(&presented.signature),
        "{shown}"
    );
}

/// STS takes a token that was put into the query after signing, as AWS's own test suite does; S3 does not.
#[test]
fn a_session_token_that_was_added_after_signing() {
    for (service, accepted) in [("sts", true), ("s3", false)] {
        let mut parts = parts("GET", "http://h/k", &[]);
        signer(service).presign(&mut parts, 60, Payload::Body(b"")).unwrap();
        parts.uri = format!("{}&X-Amz-Security-Token=token", parts.uri).parse().unwrap();
        assert_eq!(presented(&parts).session_token.as_deref(), Some("token"));
        assert_eq!(check(&parts, b"").is_ok(), accepted, "{service}");
    }
}

#[test]
fn a_date_header_serves_where_there_is_no_x_amz_date() {
    let mut parts = parts("GET", "http://h/", &[]);
    signer("sts").sign(&mut parts, Payload::Body(b"")).unwrap();
    parts.headers.remove("x-amz-date");
    assert_eq!(parse(&parts).err(), Some(AuthError::MissingDate));
    parts.headers.insert("date", HeaderValue::from_static("Fri, 24 May 2013 00:00:00 GMT"));
    assert_eq!(presented(&parts).amz_date.text(), "20130524T000000Z");
    parts.headers.insert("date", HeaderValue::from_static("today"));
    let malformed = AuthError::MalformedDate { date: "today".into(), kind: Kind::Header };
    assert_eq!(parse(&parts).err(), Some(malformed));
}
