//! Signature version 2: what botocore presigns is accepted, and nothing that anybody adds, moves or changes.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_wire::refusal::{Family, Refusal};
use daypass_wire::sigv2::{EXPIRES_MAX, SUB_RESOURCES, Verified, parse, presign, verify};
use daypass_wire::sigv4::{AuthError, Credentials, PayloadHash};
use http::request::Parts;
use jiff::Timestamp;
use proptest::prelude::*;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "x-amz-security-token=FwoGZX%2B%2Ftoken%3D%3D";
const EXPIRES: i64 = 1_700_003_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(()).unwrap().into_parts().0
}

fn check(parts: &Parts, bucket: Option<&str>) -> Result<Verified, AuthError> {
    verify(&parse(parts)?.ok_or(AuthError::NotSigned)?, bucket, SECRET, at(EXPIRES))
}

/// A URL as botocore 1.44 writes it, with its signature's place left open.
fn url(path: &str, query: &str, signature: &str) -> String {
    let query = if query.is_empty() { String::new() } else { format!("{query}&") };
    let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{path}?{query}AWSAccessKeyId={KEY}&Signature={signature}&Expires={EXPIRES}")
}

/// What botocore 1.44 presigned for the key above: method, path, its own part of the query, and the signature.
const VECTORS: [(&str, &str, &str, &str); 14] = [
    ("GET", "/bkt/a%20b/%C3%BC%2B~.txt", "", "r1WhpNKk2/n5I7ZFYrluYv5HipU="),
    ("GET", "/bkt/a%20b/%C3%BC%2B~.txt", TOKEN, "iXjh7qC5aLJ5FLaQ+b2OZPVY12o="),
    (
        "GET",
        "/bkt/k",
        "versionId=v%201&response-content-disposition=attachment%3B%20filename%3D%22a%26b%3Dc.txt%22",
        "Miht7QGsBzg42OQeG5vVHtzk7zY=",
    ),
    (
        "PUT",
        "/bkt/k",
        "content-type=text%2Fplain&x-amz-meta-colour=deep%20%20red&x-amz-meta-b=2&x-amz-acl=private&content-md5=1B2M2Y8AsgTpgAmY7PhCfg%3D%3D",
        "PW5nM5owkaBHO9cF64/bFghCpMA=",
    ),
    ("PUT", "/bkt/k", "", "SmmNwuQlVjtqEQEKk6X8R/X6leI="),
    ("PUT", "/bkt/k", TOKEN, "GlrJqITc5vm8S9XRbpNkR1xrNr4="),
    ("PUT", "/bkt/k", "partNumber=1&uploadId=U", "ufy+mwkUSaE7xTJtKpWrPd43gZk="),
    ("PUT", "/bkt/k", "x-amz-copy-source=x%2Fy%2520z", "siDmq0UWBKRNCLFHWDU18SFyhF8="),
    ("GET", "/", "", "S8ajzLMuSTc30bW7+UcjKDGvBSM="),
    ("HEAD", "/bkt/k", "", "xchtT/tZNoEEKkl+xniDD/fuA0I="),
    ("DELETE", "/bkt/k", "", "H85p5YUE6t05g0whvBFMpKHS8ZE="),
    ("GET", "/bkt/k", "tagging", "Lg9WzE/AcmkGVVlagMtNdGT+JGk="),
    // Signed over `/bkt/`, and sent without the slash.
    ("GET", "/bkt", "location", "pHZ1GX9OklG1Kaul+ZbjNFRcuq8="),
    ("POST", "/bkt/k", "uploads", "wJZoNq/EJ418rmHziYVJetS+kME="),
];

#[test]
fn what_botocore_presigns_is_accepted() {
    for (method, path, query, signature) in VECTORS {
        let request = parts(method, &url(path, query, signature), &[]);
        let verified =
            check(&request, None).unwrap_or_else(|error| panic!("{method} {path}?{query}: {error}"));
        assert_eq!(*verified.payload(), PayloadHash::Unsigned, "{path}?{query}");
        let presented = parse(&request).unwrap().unwrap();
        assert_eq!((presented.access_key_id.as_str(), presented.expires_at), (KEY, at(EXPIRES)));
        let token = (query == TOKEN).then_some("FwoGZX+/token==");
        assert_eq!(presented.session_token.as_deref(), token, "{path}?{query}");
        // The same bucket in the host.
        if let Some(rest) = path.strip_prefix("/bkt/") {
            let hosted = parts(method, &url(&format!("/{rest}"), query, signature), &[]);
            assert!(check(&hosted, Some("bkt")).is_ok(), "{path}?{query}");
            assert!(check(&hosted, Some("other")).is_err(), "{path}?{query}");
            assert!(check(&hosted, None).is_err(), "{path}?{query}");
        }
    }
}

#[test]
fn a_bucket_in_the_host_is_signed_with_a_slash() {
    let head = url("/", "", "4vmGOMNIBvBXT8r7r47iUQ2LHOE=");
    assert!(check(&parts("HEAD", &head, &[]), Some("bkt")).is_ok());
    for bucket in [None, Some(""), Some("bkt/"), Some("/bkt")] {
        assert!(check(&parts("HEAD", &head, &[]), bucket).is_err(), "{bucket:?}");
    }
    // Neither a host nor an escape makes a key out of a bucket, or another key out of a key.
    let get = |path: &str| parts("GET", &url(path, "", "r1WhpNKk2/n5I7ZFYrluYv5HipU="), &[]);
    assert!(check(&get("/%C3%BC%2B~.txt"), Some("bkt/a%20b")).is_err());
    assert!(check(&get("/bkt/a%20b/%C3%BC%2B~.txt"), Some("")).is_err());
    assert!(check(&get("/bkt%2Fa%20b/%C3%BC%2B~.txt"), None).is_err());
    let mut folder = parts("GET", "/b%2Fk/", &[]);
    presign(&mut folder, &credentials(None), at(EXPIRES)).unwrap();
    assert!(check(&folder, None).is_ok());
    folder.uri = folder.uri.to_string().replace("/b%2Fk/?", "/b%2Fk?").parse().unwrap();
    assert!(check(&folder, None).is_err(), "the key `k/` is not the key `k`");
}

#[test]
fn the_same_headers_may_be_sent_beside_the_query() {
    let (method, path, query, signature) = VECTORS[3];
    let url = url(path, query, signature);
    let accepted = |headers: &[(&str, &str)]| check(&parts(method, &url, headers), None).is_ok();
    assert!(accepted(&[("content-type", "text/plain"), ("x-amz-acl", "private")]));
    assert!(accepted(&[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")]));
    for headers in [
        [("content-type", "text/html")].as_slice(),
        &[("content-md5", "AAAA")],
        &[("x-amz-acl", "public-read")],
        &[("x-amz-meta-c", "3")],
        &[("x-amz-security-token", "t")],
        &[("x-amz-copy-source", "/other/key")],
        &[("content-type", "text/plain"), ("content-type", "text/plain")],
    ] {
        assert!(!accepted(headers), "{headers:?}");
    }
    // In headers alone.
    let bare = self::url(path, "", signature);
    let headers = [
        ("content-type", "text/plain"),
        ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("x-amz-acl", "private"),
        ("X-Amz-Meta-B", "2"),
        ("x-amz-meta-colour", "deep  red"),
    ];
    assert!(check(&parts(method, &bare, &headers), None).is_ok());
}

#[test]
fn nothing_can_be_added_to_a_url() {
    let (method, path, query, signature) = VECTORS[0];
    let url = url(path, query, signature);
    let answer =
        |added: &str| check(&parts(method, &format!("{url}&{added}"), &[]), None).map(drop).unwrap_err();
    let signed = SUB_RESOURCES.iter().map(|name| (*name).to_owned());
    let more = [
        "%61cl",
        "versionId=null",
        "uploads=",
        "x-amz-acl=public-read",
        "X-Amz-Meta-A=b",
        "x-amz-copy-source=%2Fa%2Fb",
        "x-amz-security-token=t",
    ];
    for added in signed.chain(more.map(str::to_owned)) {
        assert!(matches!(answer(&added), AuthError::SignatureMismatch(_)), "{added}");
    }
    for name in ["list-type", "prefix", "x-id", "retention", "attributes", "id", "encryption", "ACL", "foo"] {
        assert_eq!(
            answer(&format!("{name}=1")),
            AuthError::QueryParameterNotSigned { name: name.to_owned() }
        );
    }
    for name in ["AWSAccessKeyId", "Expires", "Signature", "%53ignature"] {
        let repeated = AuthError::RepeatedQueryParameter { name: name.replace("%53", "S") };
        assert_eq!(answer(&format!("{name}=1700009999")), repeated);
    }
    assert_eq!(answer("acl&acl"), AuthError::RepeatedQueryParameter { name: "acl".to_owned() });
    for added in ["acl=%zz", "%ff", "acl=%ff", "x-amz-meta-a=%0A", "x-amz-meta-%0A=a", "content-type=a%0Ab"] {
        assert!(
            matches!(answer(added), AuthError::AmbiguousQueryParameter { .. }),
            "{added}: {}",
            answer(added)
        );
    }
    for name in
        ["X-Amz-Signature", "x-amz-algorithm", "X-Amz-Credential", "X-Amz%2DExpires", "X-Amz-SignedHeaders"]
    {
        assert_eq!(answer(&format!("{name}=a")), AuthError::TwoMechanisms, "{name}");
    }
    let many = vec!["&"; 1_100].join("acl");
    assert!(matches!(answer(&many), AuthError::TooLong { .. } | AuthError::RepeatedQueryParameter { .. }));
    let header = parts(method, &url, &[("authorization", "AWS4-HMAC-SHA256 Credential=x")]);
    assert_eq!(check(&header, None).map(drop), Err(AuthError::TwoMechanisms));
}

/// `partNumber=1&uploadId=U` is signed as one text. Read as one parameter it would be another operation: PutObject.
#[test]
fn parameters_cannot_be_melted_into_one() {
    let (method, path, query, signature) = VECTORS[6];
    let melted = url(path, &query.replace('&', "%26").replace("uploadId=", "uploadId%3D"), signature);
    let ambiguous = AuthError::AmbiguousQueryParameter { name: "partNumber".to_owned() };
    assert_eq!(check(&parts(method, &melted, &[]), None).map(drop), Err(ambiguous));
    let (method, path, query, signature) = VECTORS[2];
    let split = url(path, &query.replace("%26", "&"), signature);
    assert!(check(&parts(method, &split, &[]), None).is_err());
}

#[test]
fn it_ends_when_it_says() {
    let (method, path, query, signature) = VECTORS[0];
    let good = parts(method, &url(path, query, signature), &[]);
    let presented = parse(&good).unwrap().unwrap();
    assert!(verify(&presented, None, SECRET, at(EXPIRES - 1_000_000)).is_ok());
    let late = verify(&presented, None, SECRET, at(EXPIRES + 1)).map(drop).unwrap_err();
    assert_eq!(late, AuthError::QueryExpired { expired_at: at(EXPIRES), now: at(EXPIRES + 1) });
    let refusal = Refusal::of(&late, Family::S3);
    assert_eq!(
        (refusal.status, &*refusal.code, &*refusal.message),
        (403, "AccessDenied", "Request has expired")
    );
    let details = [("Expires", "2023-11-14T23:13:20Z"), ("ServerTime", "2023-11-14T23:13:21Z")];
    assert_eq!(refusal.details, details.map(|(name, value)| (name, value.to_owned())));
    let said = |expires: &str| {
        let url = url(path, query, signature).replace(&format!("Expires={EXPIRES}"), expires);
        let error = check(&parts(method, &url, &[]), None).map(drop).unwrap_err();
        let refusal = Refusal::of(&error, Family::S3);
        (refusal.status, refusal.code.into_owned(), refusal.message.into_owned())
    };
    let too_late = (EXPIRES_MAX + 1).to_string();
    for text in
        ["", "abc", "-1", "1.7e9", "1700003600.0", "2023-11-14T23:13:20Z", "99999999999999999999", &too_late]
    {
        let message = format!("Invalid date (should be seconds since epoch): {text}");
        assert_eq!(said(&format!("Expires={text}")), (403, "AccessDenied".to_owned(), message));
    }
    assert_eq!(said(&format!("Expires={}", EXPIRES + 1)).1, "SignatureDoesNotMatch");
    let incomplete =
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
    assert_eq!(said("acl"), (403, "AccessDenied".to_owned(), incomplete.to_owned()));
}

#[test]
fn a_refusal_shows_what_should_have_been_signed() {
    let (method, path, query, _) = VECTORS[0];
    let error = check(&parts(method, &url(path, query, "r1WhpNKk2/n5I7ZFYrluYv5HipV="), &[]), None);
    let refusal = Refusal::of(&error.map(drop).unwrap_err(), Family::S3);
    let names: Vec<_> = refusal.details.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]);
    assert_eq!(refusal.details[1].1, "GET\n\n\n1700003600\n/bkt/a%20b/%C3%BC%2B~.txt");
    let unsigned = AuthError::QueryParameterNotSigned { name: "prefix".to_owned() };
    assert_eq!(
        Refusal::of(&unsigned, Family::S3).message,
        "The query parameter prefix is not covered by signature version 2. Please use AWS4-HMAC-SHA256."
    );
}

#[test]
fn a_body_is_as_its_signer_says_and_never_chunked() {
    let signed = |hash: &str| {
        let mut request = parts("PUT", "/bkt/k", &[("x-amz-content-sha256", hash)]);
        presign(&mut request, &credentials(None), at(EXPIRES)).map(|()| check(&request, None)).unwrap()
    };
    let hash = daypass_wire::sha256_hex(b"body");
    assert_eq!(*signed(&hash).unwrap().payload(), PayloadHash::Signed(hash));
    assert_eq!(*signed("UNSIGNED-PAYLOAD").unwrap().payload(), PayloadHash::Unsigned);
    for hash in ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x"] {
        let error = signed(hash).map(drop).unwrap_err();
        assert_eq!(error, AuthError::ContentSha256Malformed { presented: hash.to_owned() });
    }
}

#[test]
fn other_requests_are_none_of_its_business() {
    for target in
        ["/b/k", "/b/k?acl", "/b/k?X-Amz-Signature=a&X-Amz-Algorithm=b", "/b/k?Expires=1", "/b/k?signature=a"]
    {
        assert!(parse(&parts("GET", target, &[])).unwrap().is_none(), "{target}");
    }
}

fn credentials(session_token: Option<&str>) -> Credentials<'_> {
    Credentials { access_key_id: KEY, secret_access_key: SECRET, session_token }
}

proptest! {
    /// What is presigned is accepted, and no byte of it can be changed.
    #[test]
    fn one_changed_byte_is_refused(path in "/[a-z]{1,9}/[a-zA-Z0-9._~%/-]{1,9}", name in prop::sample::select(SUB_RESOURCES.as_slice()), value in "[a-z0-9]{0,5}", token in proptest::option::of("[a-zA-Z0-9+/=]{1,20}"), at_byte in any::<prop::sample::Index>(), byte in b'a'..=b'z') {
        let mut request = parts("PUT", &format!("{path}?{name}={value}"), &[("x-amz-meta-a", "b")]);
        presign(&mut request, &credentials(token.as_deref()), at(EXPIRES)).unwrap();
        prop_assert!(check(&request, None).is_ok());
        let mut target = request.uri.to_string().into_bytes();
        let index = 1 + at_byte.index(target.len() - 1);
        prop_assume!(target[index] != byte);
        target[index] = byte;
        let target = String::from_utf8(target).unwrap();
        // The digits of an escape in the query have no case.
        prop_assume!(!target.eq_ignore_ascii_case(&request.uri.to_string()));
        // Who is asked for is found by the key id, and its secret is another one.
        prop_assume!(target.contains(KEY));
        if let Ok(uri) = target.parse() {
            request.uri = uri;
            prop_assert!(check(&request, None).is_err(), "{}", request.uri);
        }
    }

    #[test]
    fn nothing_a_stranger_sends_is_a_panic(query in "((AWSAccessKeyId|Signature|Expires|acl|x-amz-a|content-type)=?[!-~&&[^#]]{0,8}&?){0,8}", path in "/[!-~&&[^#?]]{0,12}", bucket in proptest::option::of("[ -~é]{0,8}")) {
        if let Ok(request) = http::Request::builder().uri(format!("{path}?{query}")).body(()) {
            let request = request.into_parts().0;
            if let Ok(Some(presented)) = parse(&request) {
                prop_assert!(verify(&presented, bucket.as_deref(), SECRET, at(0)).is_err());
            }
        }
    }
}
