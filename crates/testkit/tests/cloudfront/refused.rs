//! Callers who are not let in, and configurations that are not started with.

use daypass_testkit::{Credentials, Refused, Sandbox, SandboxBuilder};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::{SignedDuration, Timestamp};

use crate::{INVALIDATIONS, JOB, ask, batch, sandbox};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID: &str = "The security token included in the request is invalid.";
const EXPIRED: &str = "The security token included in the request is expired";

/// Tries to read and to change, which are refused alike, and gives back what was said.
async fn refused(sandbox: &Sandbox, by: &Credentials) -> Refused {
    let list = ask(sandbox, Some(by), ("GET", "/2020-05-31/distribution"), "").await.unwrap_err();
    let made = ask(sandbox, Some(by), ("POST", INVALIDATIONS), &batch("a")).await.unwrap_err();
    assert_eq!(list.said(), made.said());
    made
}

/// The number of invalidations that there are.
async fn count(sandbox: &Sandbox) -> String {
    let list = ask(sandbox, Some(&sandbox.administrator), ("GET", INVALIDATIONS), "").await.unwrap();
    list.element("Quantity").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_with_its_secret_and_its_token() {
    let sandbox = sandbox().await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let other = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    let guess = |of: &Credentials| Credentials { secret_access_key: "x".repeat(40).into(), ..of.clone() };
    for (what, by, said) in [
        ("a wrong secret", guess(&sandbox.administrator), ("SignatureDoesNotMatch", MISMATCH)),
        ("a session's wrong secret", guess(&session), ("SignatureDoesNotMatch", MISMATCH)),
        (
            "no token",
            Credentials { session_token: None, ..session.clone() },
            ("InvalidClientTokenId", INVALID),
        ),
        (
            "an empty token",
            Credentials { session_token: Some(String::new().into()), ..session.clone() },
            ("InvalidClientTokenId", INVALID),
        ),
        (
            "another session's token",
            Credentials { session_token: other.session_token.clone(), ..session.clone() },
            ("InvalidClientTokenId", INVALID),
        ),
    ] {
        let refused = refused(&sandbox, &by).await;
        assert_eq!(refused.said(), (403, said.0, said.1), "{what}");
        let event = sandbox.read_control(&format!("explain/{}", refused.request_id)).await["event"].clone();
        assert_eq!(event["eventSource"], "cloudfront.amazonaws.com", "{what}");
        assert_eq!(event["eventName"], "CreateInvalidation", "{what}");
        assert_eq!(event["errorCode"], said.0, "{what}");
    }
    assert_eq!(count(&sandbox).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_its_hour_and_with_its_role() {
    let sandbox = sandbox().await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    // Whoever is known and may do nothing is told another thing.
    let denied = ask(&sandbox, Some(&session), ("POST", INVALIDATIONS), &batch("a")).await.unwrap_err();
    assert_eq!((denied.status, denied.code.as_str()), (403, "AccessDenied"));
    sandbox.advance(3_601).await;
    assert_eq!(refused(&sandbox, &session).await.said(), (403, "ExpiredToken", EXPIRED));
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    sandbox.iam("DeleteRole", &[("RoleName", "deploy")]).await.unwrap();
    assert_eq!(refused(&sandbox, &session).await.said(), (403, "InvalidClientTokenId", INVALID));
    assert_eq!(count(&sandbox).await, "0");
}

/// A batch that is signed so many minutes ago, for this body, and sent with another one.
async fn signed(sandbox: &Sandbox, minutes: i64, service: &str, for_body: &str, sent: &str) -> Refused {
    let url = format!("{}{INVALIDATIONS}", sandbox.aws.endpoint());
    let (mut parts, ()) = Request::post(url).body(()).unwrap().into_parts();
    let then = Timestamp::now() - SignedDuration::from_mins(minutes);
    let signer = sandbox.aws.signer(service, &sandbox.administrator, then);
    signer.sign(&mut parts, Payload::Body(for_body.as_bytes())).unwrap();
    if service != "cloudfront" {
        // Named as if it were CloudFront's: the path alone does not lead there.
        let text = parts.headers["authorization"].to_str().unwrap();
        let renamed = text.replace(&format!("/{service}/aws4_request"), "/cloudfront/aws4_request");
        parts.headers.insert("authorization", renamed.parse().unwrap());
    }
    let request = Request::from_parts(parts, sent.as_bytes().to_vec());
    let answer = sandbox.aws.send(request).await.unwrap();
    Refused::from_error(answer.succeeded("signed").unwrap_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_for_one_body_one_service_and_a_quarter_of_an_hour() {
    let sandbox = sandbox().await;
    let body = batch("a");
    let other = signed(&sandbox, 0, "cloudfront", &body, &batch("b")).await;
    assert_eq!(other.said(), (403, "SignatureDoesNotMatch", MISMATCH));
    let elsewhere = signed(&sandbox, 0, "s3", &body, &body).await;
    assert_eq!(elsewhere.said(), (403, "SignatureDoesNotMatch", MISMATCH));
    for (minutes, words) in [(16, "Signature expired: "), (-16, "Signature not yet current: ")] {
        let refused = signed(&sandbox, minutes, "cloudfront", &body, &body).await;
        assert_eq!((refused.status, refused.code.as_str()), (403, "SignatureDoesNotMatch"));
        assert!(refused.message.starts_with(words), "{}", refused.message);
    }
    assert_eq!(count(&sandbox).await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_distribution_of_an_account_that_is_not_there_is_not_started_with() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[[distributions]]\nid = \"E1\"\naccount = \"210987654321\"\n";
    let builder = SandboxBuilder::default().config_text(folder.path(), text);
    let error = builder.try_start(&folder.path().join("data")).await.map(drop).unwrap_err().to_string();
    let words = "the distribution E1 is of the account 210987654321, which the server does not have: add it to \
                 [[accounts]]";
    assert!(error.contains(words), "{error}");
}
