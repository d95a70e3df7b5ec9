//! Single objects: written, read back, described, checked and removed.

mod harness;

use harness::{Harness, Reply};
use http::Method;

#[tokio::test]
async fn what_is_put_comes_back_with_its_description() {
    let s3 = Harness::with_bucket().await;
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "max-age=60"),
        ("content-disposition", "inline"),
        ("content-encoding", "gzip"),
        ("content-language", "de"),
        ("expires", "Wed, 21 Oct 2026 07:28:00 GMT"),
        ("x-amz-meta-Build", "17"),
        ("x-amz-server-side-encryption", "AES256"),
        ("x-amz-storage-class", "STANDARD_IA"),
    ];
    let put = s3.send(Method::PUT, "/bbb/site/index.html", &headers, "hello").await.ok();
    assert_eq!(put.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(put.header("x-amz-checksum-type"), "FULL_OBJECT");
    assert_eq!(put.header("x-amz-checksum-crc64nvme").len(), 12);
    assert_eq!(put.header("x-amz-request-id"), "REQUEST1");
    assert_eq!(put.facts.operation, Some("PutObject"));
    assert_eq!(
        (put.facts.bucket.as_deref(), put.facts.key.as_deref()),
        (Some("bbb"), Some("site/index.html"))
    );
    assert_eq!(put.facts.bytes_in, 5);

    for (method, body) in [(Method::GET, "hello"), (Method::HEAD, "")] {
        let got =
            s3.send(method, "/bbb/site/index.html", &[("x-amz-checksum-mode", "ENABLED")], "").await.ok();
        assert_eq!(got.text(), body);
        for (name, value) in &headers[..5] {
            assert_eq!(got.header(name), *value);
        }
        assert_eq!(got.header("expires"), "Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(got.header("x-amz-meta-build"), "17");
        assert_eq!(got.header("x-amz-server-side-encryption"), "AES256");
        assert_eq!(got.header("x-amz-storage-class"), "STANDARD_IA");
        assert_eq!(got.header("content-length"), "5");
        assert_eq!(got.header("accept-ranges"), "bytes");
        assert_eq!(got.header("last-modified"), "Mon, 23 Nov 2026 05:00:00 GMT");
        assert_eq!(got.header("x-amz-checksum-crc64nvme"), put.header("x-amz-checksum-crc64nvme"));
        assert_eq!(got.facts.bytes_out, body.len() as u64);
    }
}

#[tokio::test]
async fn any_key_is_just_a_name() {
    let s3 = Harness::with_bucket().await;
    let keys = ["..%2F..%2Fetc%2Fpasswd", "a//b", "%00", "a%20b+c", "%C3%BC/%E2%82%AC", "/", "folder/", "."];
    for key in keys {
        s3.put(&format!("/bbb/{key}"), key.to_owned()).await.ok();
    }
    for key in keys {
        assert_eq!(s3.get(&format!("/bbb/{key}")).await.ok().text(), key);
    }
    assert_eq!(s3.files().len(), keys.len());
    let longest = "k".repeat(1024);
    s3.put(&format!("/bbb/{longest}"), "x").await.ok();
    let refused = s3.put(&format!("/bbb/{longest}k"), "x").await.refused(400, "KeyTooLongError");
    assert_eq!(refused.one("Message"), "Your key is too long");
}

#[tokio::test]
async fn ranges_are_parts_of_the_object() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "0123456789").await.ok();
    for (range, body, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let headers = [("range", range), ("x-amz-checksum-mode", "ENABLED")];
        let got = s3.send(Method::GET, "/bbb/k", &headers, "").await;
        assert_eq!(
            (got.status.as_u16(), got.text(), got.header("content-range")),
            (206, body, content_range)
        );
        assert_eq!(got.header("content-length"), body.len().to_string());
        assert_eq!(got.header("x-amz-checksum-crc64nvme"), "", "a checksum of the whole on a part");
    }
    let refused =
        s3.send(Method::GET, "/bbb/k", &[("range", "bytes=10-")], "").await.refused(416, "InvalidRange");
    assert_eq!(refused.one("Message"), "The requested range is not satisfiable");
    for ignored in ["bytes=0-1,3-4", "bytes=5-2", "lines=1-2"] {
        let got = s3.send(Method::GET, "/bbb/k", &[("range", ignored)], "").await;
        assert_eq!((got.status.as_u16(), got.text()), (200, "0123456789"), "{ignored}");
    }
    s3.put("/bbb/empty", "").await.ok();
    assert_eq!(s3.get("/bbb/empty").await.ok().header("content-length"), "0");
    s3.send(Method::GET, "/bbb/empty", &[("range", "bytes=0-")], "").await.refused(416, "InvalidRange");
}

#[tokio::test]
async fn a_read_holds_conditions() {
    let s3 = Harness::with_bucket().await;
    let etag = s3.put("/bbb/k", "hello").await.ok().header("etag").to_owned();
    let get = async |name: &str, value: &str| s3.send(Method::GET, "/bbb/k", &[(name, value)], "").await;
    get("if-match", &etag).await.ok();
    get("if-match", "\"other\"").await.refused(412, "PreconditionFailed");
    get("if-none-match", "\"other\"").await.ok();
    let unchanged = get("if-none-match", &etag).await.refused(304, "NotModified");
    assert!(unchanged.body.is_empty());
    assert_eq!(unchanged.header("etag"), etag);
    assert_eq!(unchanged.header("last-modified"), "Mon, 23 Nov 2026 05:00:00 GMT");
    get("if-modified-since", "Mon, 23 Nov 2026 05:00:00 GMT").await.refused(304, "NotModified");
    get("if-modified-since", "Mon, 23 Nov 2026 04:59:59 GMT").await.ok();
    get("if-unmodified-since", "Mon, 23 Nov 2026 04:59:59 GMT").await.refused(412, "PreconditionFailed");
}

#[tokio::test]
async fn a_write_holds_conditions_and_leaves_nothing_when_they_fail() {
    let s3 = Harness::with_bucket().await;
    s3.send(Method::PUT, "/bbb/k", &[("if-none-match", "*")], "one").await.ok();
    s3.send(Method::PUT, "/bbb/k", &[("if-none-match", "*")], "two").await.refused(412, "PreconditionFailed");
    s3.send(Method::PUT, "/bbb/k", &[("if-match", "\"wrong\"")], "three")
        .await
        .refused(412, "PreconditionFailed");
    s3.send(Method::PUT, "/bbb/new", &[("if-match", "\"wrong\"")], "four").await.refused(404, "NoSuchKey");
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "one");
    assert_eq!(s3.files().len(), 1);
}

#[tokio::test]
async fn a_given_digest_must_be_right() {
    let s3 = Harness::with_bucket().await;
    let put = async |name: &str, value: &str| -> Reply {
        s3.send(Method::PUT, "/bbb/k", &[(name, value)], "hello").await
    };
    let right = [
        ("x-amz-checksum-crc32", "NhCmhg=="),
        ("x-amz-checksum-crc32c", "mnG7TA=="),
        ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        ("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
    ];
    for (name, value) in right {
        assert_eq!(put(name, value).await.ok().header(name), value);
        let got = s3.send(Method::HEAD, "/bbb/k", &[("x-amz-checksum-mode", "ENABLED")], "").await.ok();
        assert_eq!(got.header(name), value);
        assert_eq!(s3.send(Method::HEAD, "/bbb/k", &[], "").await.header(name), "");
    }
    put("content-md5", "XUFAKrxLKna5cZ2REBfFkg==").await.ok();
    s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok();

    for (name, value, message) in [
        (
            "x-amz-checksum-crc32",
            "NhCmhA==",
            "The CRC32 you specified did not match the calculated checksum.",
        ),
        (
            "x-amz-checksum-crc64nvme",
            "AAAAAAAAAAA=",
            "The CRC64NVME you specified did not match the calculated checksum.",
        ),
        (
            "content-md5",
            "XUFAKrxLKna5cZ2REBfFkQ==",
            "The Content-MD5 you specified did not match what we received.",
        ),
    ] {
        assert_eq!(put(name, value).await.refused(400, "BadDigest").one("Message"), message);
    }
    put("content-md5", "nonsense").await.refused(400, "InvalidDigest");
    let refused = put("x-amz-checksum-sha1", "AAAA").await.refused(400, "InvalidRequest");
    assert_eq!(refused.one("Message"), "Value for x-amz-checksum-sha1 header is invalid.");
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    assert_eq!(s3.files().len(), 0);
}

#[tokio::test]
async fn what_is_not_offered_is_refused_not_ignored() {
    let s3 = Harness::with_bucket().await;
    for (name, value) in [
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-storage-class", "GLACIER"),
        ("x-amz-website-redirect-location", "/x"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-grant-read", "id=1"),
    ] {
        s3.send(Method::PUT, "/bbb/k", &[(name, value)], "x").await.refused(501, "NotImplemented");
    }
    let acl = s3.send(Method::PUT, "/bbb/k", &[("x-amz-acl", "public-read")], "x").await;
    acl.refused(400, "AccessControlListNotSupported");
    s3.send(Method::PUT, "/bbb/k", &[("x-amz-acl", "bucket-owner-full-control")], "x").await.ok();
    let metadata = "v".repeat(2048);
    s3.send(Method::PUT, "/bbb/k", &[("x-amz-meta-k", &metadata)], "x")
        .await
        .refused(400, "MetadataTooLarge");
    let size = (5u64 * 1024 * 1024 * 1024 + 1).to_string();
    s3.send(Method::PUT, "/bbb/k", &[("content-length", &size)], "x").await.refused(400, "EntityTooLarge");
    s3.send(Method::PUT, "/bbb/k", &[("x-amz-expected-bucket-owner", "999999999999")], "x")
        .await
        .refused(403, "AccessDenied");
}

#[tokio::test]
async fn an_overwrite_and_a_delete_leave_one_file_and_none() {
    let s3 = Harness::with_bucket().await;
    for body in ["one", "two", "three"] {
        s3.put("/bbb/k", body).await.ok();
        assert_eq!(s3.files().len(), 1);
    }
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "three");
    assert_eq!(s3.send(Method::DELETE, "/bbb/k", &[], "").await.status, 204);
    assert_eq!(s3.send(Method::DELETE, "/bbb/k", &[], "").await.status, 204);
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    let head = s3.send(Method::HEAD, "/bbb/k", &[], "").await.refused(404, "NoSuchKey");
    assert!(head.body.is_empty());
    assert_eq!(s3.files().len(), 0);
}

#[tokio::test]
async fn a_large_object_streams_through_whole() {
    let s3 = Harness::with_bucket().await;
    let body: Vec<u8> =
        (0..5_000_011u32).map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    s3.put("/bbb/large", body.clone()).await.ok();
    assert!(s3.get("/bbb/large").await.ok().body == body);
    let got = s3.send(Method::GET, "/bbb/large", &[("range", "bytes=262143-4000000")], "").await;
    assert!(got.body == body[262_143..=4_000_000]);
}

#[tokio::test]
async fn writers_of_one_key_leave_one_whole_object() {
    let s3 = Harness::with_bucket().await;
    let bodies: Vec<String> = (0..32).map(|number| format!("{number:03}").repeat(1000)).collect();
    futures::future::join_all(bodies.iter().map(|body| s3.put("/bbb/k", body.clone()))).await;
    let got = s3.get("/bbb/k").await.ok();
    assert!(bodies.iter().any(|body| body == got.text()));
    assert_eq!(s3.files().len(), 1);
}
