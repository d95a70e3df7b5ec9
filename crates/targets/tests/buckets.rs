//! Buckets, and what answers when one is not there.

mod harness;

use harness::Harness;
use http::Method;

#[tokio::test]
async fn buckets_are_made_found_listed_and_dropped() {
    let s3 = Harness::new();
    assert_eq!(s3.put("/first", "").await.ok().header("location"), "/first");
    let constraint = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";
    s3.put("/second", constraint).await.ok();
    let refused = s3.put("/first", "").await.refused(409, "BucketAlreadyOwnedByYou");
    assert_eq!(
        refused.one("Message"),
        "Your previous request to create the named bucket succeeded and you already own it."
    );

    let listed = s3.get("/").await.ok();
    assert_eq!(listed.all("Name"), ["first", "second"]);
    assert_eq!(listed.one("CreationDate"), "2026-11-23T05:00:00.000Z");
    assert_eq!(listed.facts.operation, Some("ListBuckets"));
    let page = s3.get("/?max-buckets=1").await.ok();
    assert_eq!(page.all("Name"), ["first"]);
    let rest = s3.get(&format!("/?continuation-token={}", page.one("ContinuationToken"))).await.ok();
    assert_eq!(rest.all("Name"), ["second"]);

    let head = s3.send(Method::HEAD, "/second", &[], "").await.ok();
    assert_eq!(head.header("x-amz-bucket-region"), "eu-central-1");
    assert!(s3.get("/second?location").await.ok().text().contains(">eu-central-1</LocationConstraint>"));
    assert!(!s3.get("/first?location").await.ok().text().contains("us-east-1"));
    assert!(!s3.get("/first?versioning").await.ok().text().contains("<Status>"));

    s3.put("/first/key", "x").await.ok();
    let refused = s3.send(Method::DELETE, "/first", &[], "").await.refused(409, "BucketNotEmpty");
    assert_eq!(refused.one("Message"), "The bucket you tried to delete is not empty");
    s3.send(Method::DELETE, "/first/key", &[], "").await.ok();
    assert_eq!(s3.send(Method::DELETE, "/first", &[], "").await.status, 204);
    assert_eq!(s3.get("/").await.ok().all("Name"), ["second"]);
}

#[tokio::test]
async fn what_is_in_no_bucket_is_no_such_bucket() {
    let s3 = Harness::new();
    for (method, target) in [
        (Method::GET, "/none"),
        (Method::GET, "/none?list-type=2"),
        (Method::GET, "/none/key"),
        (Method::PUT, "/none/key"),
        (Method::DELETE, "/none/key"),
        (Method::DELETE, "/none"),
        (Method::POST, "/none/key?uploads"),
    ] {
        let refused = s3.send(method, target, &[], "").await.refused(404, "NoSuchBucket");
        assert_eq!(refused.one("Message"), "The specified bucket does not exist");
        assert_eq!(refused.one("Resource"), target.split('?').next().unwrap());
    }
    s3.send(Method::HEAD, "/none", &[], "").await.refused(404, "NoSuchBucket");
    assert_eq!(s3.files().len(), 0);
}

#[tokio::test]
async fn a_name_must_be_one() {
    let s3 = Harness::new();
    for name in ["ab", "Upper", "under_score", "-dash", "192.168.0.1", "dots..dots"] {
        let refused = s3.put(&format!("/{name}"), "").await.refused(400, "InvalidBucketName");
        assert_eq!(refused.one("Message"), "The specified bucket is not valid.");
    }
    s3.put("/bucket", "<CreateBucketConfiguration><broken").await.refused(400, "MalformedXML");
    let acl = s3.send(Method::PUT, "/bucket", &[("x-amz-acl", "public-read")], "").await;
    acl.refused(400, "AccessControlListNotSupported");
    s3.send(Method::PUT, "/bucket", &[("x-amz-bucket-object-lock-enabled", "true")], "")
        .await
        .refused(501, "NotImplemented");
}

#[tokio::test]
async fn the_bucket_may_stand_in_the_host() {
    let s3 = Harness::new();
    let via = async |method: Method, host: &str, target: &str, body: &'static str| {
        let request = http::Request::builder()
            .method(method)
            .uri(target)
            .header("host", host)
            .header("content-length", body.len())
            .body(daypass_targets::body::full(body))
            .unwrap();
        s3.deliver(request).await
    };
    via(Method::PUT, "site.localhost:4566", "/", "").await.ok();
    via(Method::PUT, "site.s3.localhost", "/a/b", "hello").await.ok();
    assert_eq!(s3.get("/site/a/b").await.ok().text(), "hello");
    let listed = via(Method::GET, "site.localhost", "/?list-type=2", "").await.ok();
    assert_eq!(listed.all("Key"), ["a/b"]);
    assert_eq!(listed.facts.bucket.as_deref(), Some("site"));
    assert_eq!(via(Method::GET, "localhost:4566", "/site/a/b", "").await.ok().text(), "hello");
}
