//! URLs that are presigned with signature version 2, and what strangers make of them.

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, Service, seed};
use daypass_wire::sigv2;
use daypass_wire::sigv4::{self, Payload};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{BEFORE, MISMATCH, noise, nothing_changed, sandbox};

const TWO_MECHANISMS: &str = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified";
const OUTDATED: &str =
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
const UNKNOWN_KEY: &str = "The AWS Access Key Id you provided does not exist in our records.";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";

/// A presigned request, good for so many seconds from now.
fn presigned(
    sandbox: &Sandbox,
    by: &Credentials,
    method: &str,
    path: &str,
    seconds: i64,
) -> Request<Vec<u8>> {
    let url = format!("{}{path}", sandbox.aws.endpoint());
    let (mut parts, ()) = Request::builder().method(method).uri(url).body(()).unwrap().into_parts();
    let credentials = sigv4::Credentials {
        access_key_id: &by.access_key_id,
        secret_access_key: &by.secret_access_key,
        session_token: by.session_token.as_ref().map(|token| token.as_str()),
    };
    sigv2::presign(&mut parts, &credentials, Timestamp::now() + SignedDuration::from_secs(seconds)).unwrap();
    Request::from_parts(parts, Vec::new())
}

async fn send(sandbox: &Sandbox, request: Request<Vec<u8>>) -> Result<Answer, Refused> {
    let answer = sandbox.aws.send(request).await;
    answer.and_then(|answer| answer.succeeded("S3")).map_err(Refused::from_error)
}

/// The same request to another address.
fn changed(request: &Request<Vec<u8>>, change: impl Fn(&str) -> String) -> Request<Vec<u8>> {
    let mut changed = request.clone();
    *changed.uri_mut() = change(&request.uri().to_string()).parse().unwrap();
    changed
}

/// A sandbox with a role that may do these in the bucket, and a session of it.
async fn with_role(statements: Value) -> (Sandbox, Credentials) {
    let sandbox = sandbox().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust("repo:your-org/your-repo:ref:refs/heads/main")).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    sandbox.put_role_policy("deploy", "objects", &policy).await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    (sandbox, session)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_good_for_its_call_and_its_time() {
    let sandbox = sandbox().await;
    let root = sandbox.administrator.clone();
    let mut upload =
        presigned(&sandbox, &root, "PUT", "/site/new.bin?content-type=text%2Fx&x-amz-meta-a=b", 60);
    *upload.body_mut() = noise(50_000);
    send(&sandbox, upload.clone()).await.unwrap();
    let download = presigned(&sandbox, &root, "GET", "/site/new.bin?response-content-language=en", 60);
    let got = send(&sandbox, download.clone()).await.unwrap();
    assert!(got.body == noise(50_000));
    let header = |name: &str| got.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/x"));
    assert_eq!(header("x-amz-meta-a").as_deref(), Some("b"));
    assert_eq!(header("content-language").as_deref(), Some("en"));
    send(&sandbox, presigned(&sandbox, &root, "HEAD", "/site/new.bin", 60)).await.unwrap();
    // The bucket in the host: the same signature.
    let port = sandbox.aws.endpoint().rsplit_once(':').unwrap().1;
    let mut hosted = changed(&download, |url| url.replace("/site/new.bin", "/new.bin"));
    hosted.headers_mut().insert("host", format!("site.localhost:{port}").parse().unwrap());
    assert!(send(&sandbox, hosted.clone()).await.unwrap().body == noise(50_000));
    hosted.headers_mut().insert("host", format!("other.localhost:{port}").parse().unwrap());
    assert_eq!(send(&sandbox, hosted).await.unwrap_err().said(), (403, "SignatureDoesNotMatch", MISMATCH));

    let late = send(&sandbox, presigned(&sandbox, &root, "GET", "/site/new.bin", -2)).await.unwrap_err();
    assert_eq!(late.said(), (403, "AccessDenied", "Request has expired"));
    let number = changed(&download, |url| url.replace("&Expires=", "&Expires=x"));
    let number = send(&sandbox, number).await.unwrap_err();
    assert!(
        number.message.starts_with("Invalid date (should be seconds since epoch): x1"),
        "{}",
        number.message
    );
    // The account's clock has nothing to do with it.
    sandbox.advance(86_400).await;
    send(&sandbox, download).await.unwrap();
    send(&sandbox, presigned(&sandbox, &root, "DELETE", "/site/new.bin", 60)).await.unwrap();
    nothing_changed(&sandbox, "what was put is deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_what_was_signed_and_nothing_else() {
    let sandbox = sandbox().await;
    let root = sandbox.administrator.clone();
    let read = presigned(&sandbox, &root, "GET", "/site/kept", 60);
    let mismatch = (403, "SignatureDoesNotMatch", MISMATCH);
    let expect = async |what: &str, request: Request<Vec<u8>>, words: (u16, &str, &str)| {
        assert_eq!(send(&sandbox, request).await.expect_err(what).said(), words, "{what}");
    };
    for added in [
        "acl",
        "%74agging",
        "versionId=null",
        "uploads",
        "uploadId=1",
        "policy",
        "response-content-type=text%2Fhtml",
        "x-amz-acl=public-read",
        "x-amz-copy-source=%2Fsite%2Fkept",
        "x-amz-security-token=t",
    ] {
        expect(
            added,
            changed(&read, |url| format!("{url}&{added}")),
            if added.ends_with("token=t") {
                (400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            } else {
                mismatch
            },
        )
        .await;
    }
    for name in ["prefix", "list-type", "x-id", "retention", "attributes", "foo"] {
        let message = format!(
            "The query parameter {name} is not covered by signature version 2. Please use AWS4-HMAC-SHA256."
        );
        expect(name, changed(&read, |url| format!("{url}&{name}=2")), (403, "AccessDenied", &message)).await;
    }
    expect("another key", changed(&read, |url| url.replace("/site/kept", "/site/new")), mismatch).await;
    expect("a bucket", changed(&read, |url| url.replace("/site/kept", "/site/")), mismatch).await;
    for method in ["PUT", "DELETE", "HEAD", "POST"] {
        let mut other = read.clone();
        *other.method_mut() = method.parse().unwrap();
        assert_eq!(send(&sandbox, other).await.unwrap_err().status, 403, "{method}");
    }
    nothing_changed(&sandbox, "version 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_what_was_signed_and_by_whom() {
    let sandbox = sandbox().await;
    let root = sandbox.administrator.clone();
    let read = presigned(&sandbox, &root, "GET", "/site/kept", 60);
    let write = presigned(&sandbox, &root, "PUT", "/site/new?partNumber=1&uploadId=U", 60);
    let mismatch = (403, "SignatureDoesNotMatch", MISMATCH);
    let expect = async |what: &str, request: Request<Vec<u8>>, words: (u16, &str, &str)| {
        assert_eq!(send(&sandbox, request).await.expect_err(what).said(), words, "{what}");
    };
    for (name, value) in [
        ("x-amz-acl", "public-read"),
        ("x-amz-copy-source", "/site/kept"),
        ("x-amz-meta-a", "b"),
        ("content-type", "text/html"),
    ] {
        let mut other = write.clone();
        other.headers_mut().insert(name, value.parse().unwrap());
        expect(name, other, mismatch).await;
    }
    let melted = changed(&write, |url| url.replace("&uploadId=U", "%26uploadId%3DU"));
    expect(
        "melted",
        melted,
        (400, "InvalidRequest", "the query parameter `partNumber` can be read in more than one way"),
    )
    .await;
    let longer = changed(&read, |url| {
        let seconds = url.split_once("&Expires=").unwrap().1.split('&').next().unwrap();
        url.replace(seconds, &(seconds.parse::<i64>().unwrap() + 60).to_string())
    });
    expect("a longer life", longer, mismatch).await;
    let twice = changed(&read, |url| format!("{url}&Expires=2000000000"));
    expect(
        "a second life",
        twice,
        (400, "AuthorizationQueryParametersError", "the query string repeats `Expires`"),
    )
    .await;
    let stranger = Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..root.clone() };
    let unknown = presigned(&sandbox, &stranger, "GET", "/site/kept", 60);
    expect("an unknown key", unknown, (403, "InvalidAccessKeyId", UNKNOWN_KEY)).await;
    let guess = Credentials { secret_access_key: "x".repeat(40).into(), ..root.clone() };
    expect("a wrong secret", presigned(&sandbox, &guess, "GET", "/site/kept", 60), mismatch).await;
    nothing_changed(&sandbox, "version 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_alone_and_for_s3_alone() {
    let sandbox = sandbox().await;
    let root = sandbox.administrator.clone();
    let read = presigned(&sandbox, &root, "GET", "/site/kept", 60);
    let two = (400, "InvalidArgument", TWO_MECHANISMS);
    let signer = sandbox.aws.signer("s3", &root, Timestamp::now());
    let (mut parts, body) = read.clone().into_parts();
    signer.sign(&mut parts, Payload::Body(b"")).unwrap();
    let both = Request::from_parts(parts, body);
    assert_eq!(send(&sandbox, both).await.unwrap_err().said(), two, "a header beside it");
    let (mut parts, body) = read.clone().into_parts();
    signer.presign(&mut parts, 60, Payload::Body(b"")).unwrap();
    let both = Request::from_parts(parts, body);
    assert_eq!(send(&sandbox, both).await.unwrap_err().said(), two, "version 4 beside it");
    let mut header = changed(&read, |url| url.split('?').next().unwrap().to_owned());
    header.headers_mut().insert("authorization", format!("AWS {}:AAAA", root.access_key_id).parse().unwrap());
    assert_eq!(send(&sandbox, header).await.unwrap_err().said(), (400, "InvalidRequest", OUTDATED));

    let identity = presigned(&sandbox, &root, "GET", "/", 60);
    let identity = changed(&identity, |url| format!("{url}&Action=GetCallerIdentity&Version=2011-06-15"));
    let refused = send(&sandbox, identity).await.unwrap_err();
    let missing = (403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    assert_eq!(refused.said(), missing);
    let half = changed(&read, |url| url.replace("AWSAccessKeyId=", "a="));
    let message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
    let refused = send(&sandbox, changed(&half, |url| url.replace("a=", "acl="))).await.unwrap_err();
    assert_eq!(refused.said(), (403, "AccessDenied", message));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_do_what_its_session_can() {
    let statements =
        json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/kept" }]);
    let (sandbox, session) = with_role(statements).await;
    let read = presigned(&sandbox, &session, "GET", "/site/kept", 86_400);
    assert_eq!(send(&sandbox, read.clone()).await.unwrap().body, BEFORE);
    let write = send(&sandbox, presigned(&sandbox, &session, "PUT", "/site/kept", 60)).await.unwrap_err();
    assert!(write.message.contains("is not authorized to perform: s3:PutObject"), "{}", write.message);

    let without = Credentials { session_token: None, ..session.clone() };
    let bare = send(&sandbox, presigned(&sandbox, &without, "GET", "/site/kept", 60)).await.unwrap_err();
    assert_eq!(bare.said(), (403, "InvalidAccessKeyId", UNKNOWN_KEY));
    let other = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let malformed = (400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    let foreign = Credentials { session_token: other.session_token.clone(), ..session.clone() };
    let foreign = send(&sandbox, presigned(&sandbox, &foreign, "GET", "/site/kept", 60)).await.unwrap_err();
    assert_eq!(foreign.said(), malformed);

    sandbox.advance(3_601).await;
    let refused = send(&sandbox, read).await.unwrap_err();
    assert_eq!(refused.said(), (400, "ExpiredToken", "The provided token has expired."));
    let fresh = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let read = presigned(&sandbox, &fresh, "GET", "/site/kept", 60);
    send(&sandbox, read.clone()).await.unwrap();
    sandbox.iam("DeleteRolePolicy", &[("RoleName", "deploy"), ("PolicyName", "objects")]).await.unwrap();
    assert_eq!(send(&sandbox, read.clone()).await.unwrap_err().code, "AccessDenied");
    sandbox.iam("DeleteRole", &[("RoleName", "deploy")]).await.unwrap();
    assert_eq!(send(&sandbox, read).await.unwrap_err().said(), malformed);
    nothing_changed(&sandbox, "version 2 by a session").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_and_the_trail_know_it() {
    let allow = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let deny = json!({
        "Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": { "StringEquals": { "s3:signatureversion": "AWS", "s3:authType": "REST-QUERY-STRING" } },
    });
    let (sandbox, session) = with_role(json!([allow, deny])).await;
    let refused = send(&sandbox, presigned(&sandbox, &session, "GET", "/site/kept", 60)).await.unwrap_err();
    assert!(
        refused.message.ends_with("with an explicit deny in an identity-based policy"),
        "{}",
        refused.message
    );
    let request = Request::get("/site/kept").body(Vec::new()).unwrap();
    assert_eq!(sandbox.s3(Some(&session), request).await.unwrap().body, BEFORE);
    send(&sandbox, presigned(&sandbox, &sandbox.administrator, "GET", "/site/kept", 60)).await.unwrap();
    let events = sandbox.events().await;
    let of_gets: Vec<_> = events
        .iter()
        .filter(|event| event["record"]["eventName"] == "GetObject")
        .map(|event| {
            let data = &event["record"]["additionalEventData"];
            (data["SignatureVersion"].as_str().unwrap(), data["AuthenticationMethod"].as_str().unwrap())
        })
        .collect();
    assert_eq!(of_gets, [("SigV2", "QueryString"), ("SigV4", "AuthHeader"), ("SigV2", "QueryString")]);
    let identity = sandbox.query(Service::Sts, Some(&session), "GetCallerIdentity", &[]).await;
    assert!(identity.is_ok(), "the session itself is good");
}
