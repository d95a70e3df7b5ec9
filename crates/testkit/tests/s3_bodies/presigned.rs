//! Presigned URLs.

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{BEFORE, MISMATCH, get, noise, nothing_changed, sandbox};

/// A presigned request, good for so many seconds from an instant on.
fn presigned(
    sandbox: &Sandbox,
    by: &Credentials,
    method: &str,
    path: &str,
    (from, seconds): (Timestamp, u32),
) -> Request<Vec<u8>> {
    let url = format!("{}{path}", sandbox.aws.endpoint());
    let (mut parts, ()) = Request::builder().method(method).uri(url).body(()).unwrap().into_parts();
    sandbox.aws.signer("s3", by, from).presign(&mut parts, seconds, Payload::Body(b"")).unwrap();
    Request::from_parts(parts, Vec::new())
}

async fn send(sandbox: &Sandbox, request: Request<Vec<u8>>) -> Result<Answer, Refused> {
    let answer = sandbox.aws.send(request).await;
    answer.and_then(|answer| answer.succeeded("S3")).map_err(Refused::from_error)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presigned_url_is_good_for_its_call_and_its_time() {
    let sandbox = sandbox().await;
    let (now, root) = (Timestamp::now(), sandbox.administrator.clone());
    let mut upload = presigned(&sandbox, &root, "PUT", "/site/new.bin", (now, 60));
    *upload.body_mut() = noise(50_000);
    send(&sandbox, upload).await.unwrap();
    let download = presigned(&sandbox, &root, "GET", "/site/new.bin", (now, 60));
    assert!(send(&sandbox, download.clone()).await.unwrap().body == noise(50_000));
    assert!(send(&sandbox, download.clone()).await.is_ok(), "it is good more than once");

    let long_ago = (now - SignedDuration::from_mins(20), 60);
    let refused =
        send(&sandbox, presigned(&sandbox, &root, "GET", "/site/new.bin", long_ago)).await.unwrap_err();
    assert_eq!(refused.said(), (403, "AccessDenied", "Request has expired"));
    let still_good = (now - SignedDuration::from_hours(20), 86_400);
    send(&sandbox, presigned(&sandbox, &root, "GET", "/site/new.bin", still_good)).await.unwrap();
    let too_early = (now + SignedDuration::from_mins(20), 60);
    let refused =
        send(&sandbox, presigned(&sandbox, &root, "GET", "/site/new.bin", too_early)).await.unwrap_err();
    assert_eq!(refused.said(), (403, "AccessDenied", "Request is not valid yet"));

    for (what, from, to, words) in [
        ("another key", "/site/new.bin", "/site/kept", (403, "SignatureDoesNotMatch", MISMATCH)),
        ("a longer life", "X-Amz-Expires=60", "X-Amz-Expires=61", (403, "SignatureDoesNotMatch", MISMATCH)),
        (
            "more than a week",
            "X-Amz-Expires=60",
            "X-Amz-Expires=604801",
            (
                400,
                "AuthorizationQueryParametersError",
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
            ),
        ),
    ] {
        let mut changed = download.clone();
        *changed.uri_mut() = changed.uri().to_string().replace(from, to).parse().unwrap();
        assert_eq!(send(&sandbox, changed).await.expect_err(what).said(), words, "{what}");
    }
    let mut other_method = download;
    *other_method.method_mut() = http::Method::DELETE;
    assert_eq!(send(&sandbox, other_method).await.unwrap_err().code, "SignatureDoesNotMatch");
    assert!(get(&sandbox, "/site/new.bin").await.unwrap() == noise(50_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presigned_url_can_do_what_its_session_can() {
    let sandbox = sandbox().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust("repo:your-org/your-repo:ref:refs/heads/main")).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/kept",
    }]});
    sandbox.put_role_policy("deploy", "read", &policy).await;
    let token = sandbox.mint("your-org/your-repo ref=refs/heads/main").await;
    let session = sandbox.exchange("deploy", &token).await.unwrap();
    let life = (Timestamp::now(), 86_400);
    let read = presigned(&sandbox, &session, "GET", "/site/kept", life);
    assert_eq!(send(&sandbox, read.clone()).await.unwrap().body, BEFORE);
    let write = send(&sandbox, presigned(&sandbox, &session, "PUT", "/site/kept", life)).await.unwrap_err();
    let who = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";
    let message = format!(
        "User: {who} is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::site/kept\" because no identity-based policy allows the s3:PutObject action"
    );
    assert_eq!(write.said(), (403, "AccessDenied", message.as_str()));
    sandbox.advance(3_601).await;
    let refused = send(&sandbox, read).await.unwrap_err();
    assert_eq!(
        refused.said(),
        (400, "ExpiredToken", "The provided token has expired."),
        "it ends with its session"
    );
    nothing_changed(&sandbox, "presigned").await;
}
