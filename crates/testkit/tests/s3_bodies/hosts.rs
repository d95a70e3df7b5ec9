//! The bucket in the host, signed in the header and presigned, and what a signature says about a type.

use daypass_testkit::Sandbox;
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;

use crate::raw::{address, call, send};
use crate::{BEFORE, get, nothing_changed, sandbox};

fn port(sandbox: &Sandbox) -> &str {
    address(sandbox).rsplit_once(':').unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_may_stand_in_the_host() {
    let sandbox = sandbox().await;
    sandbox.create_bucket("other").await;
    for domain in ["localhost", "s3.localhost", "s3.us-east-1.localhost"] {
        let host = format!("site.{domain}:{}", port(&sandbox));
        let with_host = [("host", host.as_str())];
        assert_eq!(call(&sandbox, ("GET", "/kept"), &with_host, b"").await.body, BEFORE, "{host}");
        let put = call(&sandbox, ("PUT", "/new"), &with_host, host.as_bytes()).await;
        assert_eq!(put.status, 200, "{host}: {}", put.text());
        assert_eq!(get(&sandbox, "/site/new").await.unwrap(), host.as_bytes());
        let listed = call(&sandbox, ("GET", "/?list-type=2"), &with_host, b"").await.text();
        assert!(
            listed.contains("<Name>site</Name>") && listed.contains("<Key>new</Key>"),
            "{host}: {listed}"
        );
        // A path that begins like a bucket's is a key of this bucket.
        let odd = call(&sandbox, ("PUT", "/other/new"), &with_host, b"").await;
        assert_eq!(odd.status, 200, "{host}: {}", odd.text());
        assert_eq!(get(&sandbox, "/other/new").await.unwrap_err().code, "NoSuchKey");
        for key in ["/new", "/other/new"] {
            assert_eq!(call(&sandbox, ("DELETE", key), &with_host, b"").await.status, 204, "{host}");
        }
    }
    nothing_changed(&sandbox, "the bucket in the host").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_holds_for_its_host() {
    let sandbox = sandbox().await;
    sandbox.create_bucket("other").await;
    let (one, two) =
        (format!("site.localhost:{}", port(&sandbox)), format!("other.localhost:{}", port(&sandbox)));
    let (head, _) =
        crate::raw::signed(&sandbox, ("PUT", "/new"), &[("host", &one)], Payload::Body(b"body"), 4);
    let text = String::from_utf8(head).unwrap();
    for changed in [text.replace(&one, &two), text.replace(&one, address(&sandbox))] {
        assert_ne!(changed, text);
        let refused = send(&sandbox, format!("{changed}body").as_bytes()).await.unwrap();
        assert_eq!((refused.status, refused.code().as_str()), (403, "SignatureDoesNotMatch"));
    }
    // A second host beside the signed one, and none.
    for changed in [
        text.replace("\r\ncontent-length", &format!("\r\nHost: {two}\r\ncontent-length")),
        text.replace(&format!("host: {one}\r\n"), ""),
    ] {
        assert_ne!(changed, text);
        let refused = send(&sandbox, format!("{changed}body").as_bytes()).await;
        assert!(refused.is_none_or(|refused| [400, 403].contains(&refused.status)));
    }
    assert_eq!(get(&sandbox, "/other/new").await.unwrap_err().code, "NoSuchKey");
    nothing_changed(&sandbox, "another host").await;
}

/// A presigned PUT of `/new` in `site`, to a host, and the signed headers.
fn presigned(sandbox: &Sandbox, host: &str, headers: &[(&str, &str)]) -> String {
    let mut request = Request::put("/new").header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let signer = sandbox.aws.signer("s3", &sandbox.administrator, Timestamp::now());
    signer.presign(&mut parts, 60, Payload::Body(b"")).unwrap();
    parts.uri.to_string()
}

async fn put(sandbox: &Sandbox, host: &str, target: &str, headers: &str) -> (u16, String) {
    let head = format!(
        "PUT {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 4\r\n{headers}\r\nbody"
    );
    let reply = send(sandbox, head.as_bytes()).await.unwrap();
    (reply.status, reply.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presigned_upload_has_the_type_that_was_signed() {
    let sandbox = sandbox().await;
    let host = format!("site.localhost:{}", port(&sandbox));
    let signed = presigned(&sandbox, &host, &[("content-type", "text/css")]);
    assert!(signed.contains("X-Amz-SignedHeaders=content-type%3Bhost"), "{signed}");
    for (what, headers) in [
        ("another type", "content-type: text/html\r\n"),
        ("none", ""),
        ("two", "content-type: text/css\r\ncontent-type: text/html\r\n"),
    ] {
        let (status, code) = put(&sandbox, &host, &signed, headers).await;
        assert!(status == 403 || status == 400, "{what}: {status} {code}");
        nothing_changed(&sandbox, what).await;
    }
    let moved = format!("{signed}&x-amz-acl=private");
    assert_eq!(put(&sandbox, &host, &moved, "content-type: text/css\r\n").await.1, "SignatureDoesNotMatch");
    // A header with a meaning must be signed.
    let extra = "content-type: text/css\r\nx-amz-meta-a: b\r\n";
    assert_eq!(put(&sandbox, &host, &signed, extra).await.1, "AccessDenied");
    nothing_changed(&sandbox, "what was not signed").await;
    assert_eq!(put(&sandbox, &host, &signed, "content-type: text/css\r\n").await.0, 200);
    let stored = call(&sandbox, ("HEAD", "/site/new"), &[], b"").await;
    assert_eq!((stored.header("content-type"), stored.header("content-length")), ("text/css", "4"));
    // Where the type was left open, whoever uploads names it.
    let open = presigned(&sandbox, &host, &[]);
    assert_eq!(put(&sandbox, &host, &open, "content-type: text/html\r\n").await.0, 200);
    assert_eq!(call(&sandbox, ("HEAD", "/site/new"), &[], b"").await.header("content-type"), "text/html");
}
