//! Who may do what: every call asks before it acts, and what is refused leaves no trace.

mod harness;

use daypass_targets::authority::ConditionKey;
use harness::Harness;
use http::Method;

fn asked(action: &'static str, resource: &str) -> (&'static str, String) {
    (action, resource.to_owned())
}

#[tokio::test]
async fn every_call_asks_for_its_own_action() {
    let s3 = Harness::with_bucket().await;
    assert_eq!(s3.questions(), [asked("s3:CreateBucket", "arn:aws:s3:::bbb")]);
    s3.put("/bbb/k%20%2F%C3%BC", "x").await.ok();
    assert_eq!(s3.questions(), [asked("s3:PutObject", "arn:aws:s3:::bbb/k /ü")]);
    s3.get("/bbb?list-type=2&prefix=logs%2F&delimiter=%2F").await.ok();
    {
        let listing = s3.rules.asked.lock().unwrap().pop().unwrap();
        assert_eq!(
            (listing.service, listing.operation, listing.action),
            ("s3", "ListObjectsV2", "s3:ListBucket")
        );
        assert_eq!(
            listing.keys,
            [ConditionKey::one("s3:prefix", "logs/"), ConditionKey::one("s3:delimiter", "/")]
        );
    }
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", "bbb/k%20%2F%C3%BC")], "").await.ok();
    assert_eq!(
        s3.questions(),
        [asked("s3:PutObject", "arn:aws:s3:::bbb/c"), asked("s3:GetObject", "arn:aws:s3:::bbb/k /ü")]
    );
}

#[tokio::test]
async fn a_refusal_has_the_words_of_the_authority_and_no_effect() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "kept").await.ok();
    for action in
        ["s3:PutObject", "s3:DeleteObject", "s3:DeleteBucket", "s3:CreateBucket", "s3:ListAllMyBuckets"]
    {
        s3.refuse(action, "");
    }
    let refused = s3.put("/bbb/k", "new").await.refused(403, "AccessDenied");
    assert_eq!(
        refused.one("Message"),
        "not authorized to perform: s3:PutObject on resource: arn:aws:s3:::bbb/k"
    );
    assert_eq!(refused.facts.operation, Some("PutObject"));
    assert_eq!(refused.facts.error_message.as_deref(), Some(refused.one("Message")));
    s3.send(Method::DELETE, "/bbb/k", &[], "").await.refused(403, "AccessDenied");
    s3.send(Method::POST, "/bbb/k?uploads", &[], "").await.refused(403, "AccessDenied");
    s3.put("/new", "").await.refused(403, "AccessDenied");
    s3.get("/").await.refused(403, "AccessDenied");
    s3.put("/none/k", "new").await.refused(403, "AccessDenied");
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "kept");
    assert_eq!(s3.files().len(), 1);
}

#[tokio::test]
async fn whoever_may_not_list_does_not_learn_what_is_missing() {
    let s3 = Harness::with_bucket().await;
    s3.get("/bbb/none").await.refused(404, "NoSuchKey");
    s3.refuse("s3:ListBucket", "arn:aws:s3:::bbb");
    let refused = s3.get("/bbb/none").await.refused(403, "AccessDenied");
    assert_eq!(
        refused.one("Message"),
        "not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::bbb"
    );
    s3.send(Method::HEAD, "/bbb/none", &[], "").await.refused(403, "AccessDenied");
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", "bbb/none")], "")
        .await
        .refused(403, "AccessDenied");
}

#[tokio::test]
async fn the_source_of_a_copy_must_be_readable() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/secret", "s").await.ok();
    s3.refuse("s3:GetObject", "arn:aws:s3:::bbb/secret");
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", "bbb/secret")], "")
        .await
        .refused(403, "AccessDenied");
    s3.get("/bbb/c").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn a_batch_is_judged_key_by_key() {
    let s3 = Harness::with_bucket().await;
    for key in ["a", "keep/b", "c"] {
        s3.put(&format!("/bbb/{key}"), "x").await.ok();
    }
    s3.refuse("s3:DeleteObject", "arn:aws:s3:::bbb/keep/");
    s3.questions();
    let list = "<Delete><Object><Key>a</Key></Object><Object><Key>keep/b</Key></Object><Object><Key>none</Key></Object></Delete>";
    let deleted = s3.send(Method::POST, "/bbb?delete", &[], list).await.ok();
    assert_eq!(deleted.facts.operation, Some("DeleteObjects"));
    assert_eq!(
        s3.questions(),
        ["a", "keep/b", "none"].map(|key| asked("s3:DeleteObject", &format!("arn:aws:s3:::bbb/{key}")))
    );
    assert_eq!(deleted.all("Deleted"), ["<Key>a</Key>", "<Key>none</Key>"]);
    assert_eq!(deleted.all("Error").len(), 1);
    assert_eq!(
        (deleted.one("Code"), deleted.all("Error")[0].contains("<Key>keep/b</Key>")),
        ("AccessDenied", true)
    );
    assert_eq!(s3.get("/bbb?list-type=2").await.all("Key"), ["c", "keep/b"]);
    let quiet = "<Delete><Quiet>true</Quiet><Object><Key>c</Key></Object></Delete>";
    assert_eq!(
        s3.send(Method::POST, "/bbb?delete", &[], quiet).await.ok().all("Deleted"),
        Vec::<&str>::new()
    );
    let many: String = (0..1001).map(|number| format!("<Object><Key>{number}</Key></Object>")).collect();
    s3.send(Method::POST, "/bbb?delete", &[], format!("<Delete>{many}</Delete>"))
        .await
        .refused(400, "MalformedXML");
    let md5 = [("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")];
    s3.send(Method::POST, "/bbb?delete", &md5, quiet).await.refused(400, "BadDigest");
}

#[tokio::test]
async fn what_is_not_offered_is_authorised_and_then_not_implemented() {
    let s3 = Harness::with_bucket().await;
    for (method, target, operation) in [
        (Method::PUT, "/bbb?cors", "PutBucketCors"),
        (Method::PUT, "/bbb?replication", "PutBucketReplication"),
        (Method::PUT, "/bbb/k?retention", "PutObjectRetention"),
        (Method::GET, "/bbb?inventory&id=x", "GetBucketInventoryConfiguration"),
        (Method::POST, "/bbb/k?select&select-type=2", "SelectObjectContent"),
        (Method::DELETE, "/bbb?lifecycle", "DeleteBucketLifecycle"),
        (Method::GET, "/bbb/k?torrent", "GetObjectTorrent"),
    ] {
        let refused = s3.send(method, target, &[], "<x/>").await.refused(501, "NotImplemented");
        assert_eq!(refused.facts.operation, Some(operation));
        assert_eq!(refused.one("Message"), format!("The operation {operation} is not implemented."));
    }
    s3.refuse("s3:PutBucketCORS", "arn:aws:s3:::bbb");
    s3.put("/bbb?cors", "<x/>").await.refused(403, "AccessDenied");
    let form = [("content-type", "multipart/form-data; boundary=x")];
    s3.send(Method::POST, "/bbb", &form, "--x--").await.refused(501, "NotImplemented");
    s3.send(Method::PATCH, "/bbb/k", &[], "").await.refused(501, "NotImplemented");
}

#[tokio::test]
async fn a_presigned_request_is_read_without_its_signature() {
    let s3 = Harness::with_bucket().await;
    let signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=s";
    s3.put(
        &format!("/bbb/k?{signature}&x-id=PutObject&x-amz-meta-a=b&x-amz-checksum-crc32=AAAAAA%3D%3D"),
        "hello",
    )
    .await
    .ok();
    let got = s3.get(&format!("/bbb/k?{signature}&response-content-type=text%2Fx&x-id=GetObject")).await.ok();
    assert_eq!(
        (got.text(), got.header("content-type"), got.header("x-amz-meta-a")),
        ("hello", "text/x", "b")
    );
}
