//! What is there after a restart, and what is not.

#![expect(clippy::disallowed_methods, reason = "a crash is played by writing what it would have left")]

mod harness;

use harness::{Harness, open};
use http::Method;

impl Harness {
    /// Closes and opens again, as after a restart.
    fn again(self) -> Self {
        let Self { s3, rules, folder, now } = self;
        drop(s3);
        let s3 = open(folder.path());
        Self { s3, rules, folder, now }
    }
}

#[tokio::test]
async fn everything_is_there_again() {
    let s3 = Harness::with_bucket().await;
    s3.send(Method::PUT, "/bbb/k", &[("x-amz-meta-a", "b")], "hello").await.ok();
    let upload = s3.send(Method::POST, "/bbb/m?uploads", &[], "").await.ok().one("UploadId").to_owned();
    s3.put(&format!("/bbb/m?partNumber=1&uploadId={upload}"), "part").await.ok();
    let s3 = s3.again();
    assert_eq!(s3.s3.sweep().await.unwrap(), 0);
    let got = s3.get("/bbb/k").await.ok();
    assert_eq!((got.text(), got.header("x-amz-meta-a")), ("hello", "b"));
    let parts = s3.get(&format!("/bbb/m?uploadId={upload}")).await.ok();
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        parts.one("ETag")
    );
    s3.send(Method::POST, &format!("/bbb/m?uploadId={upload}"), &[], list).await.ok();
    let s3 = s3.again();
    assert_eq!(s3.s3.sweep().await.unwrap(), 0);
    assert_eq!(s3.get("/bbb/m").await.ok().text(), "part");
    s3.put("/bbb", "").await.refused(409, "BucketAlreadyOwnedByYou");
}

#[tokio::test]
async fn what_a_crash_left_is_cleared() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "hello").await.ok();
    let objects = s3.folder.path().join("objects");
    let half = objects.join("incoming/0123456789abcdef0123456789abcdef");
    let orphan = objects.join("ab/abcdef0123456789abcdef0123456789");
    let stranger = objects.join("ab/README");
    std::fs::create_dir_all(objects.join("ab")).unwrap();
    for path in [&half, &orphan, &stranger] {
        std::fs::write(path, "x").unwrap();
    }
    let s3 = s3.again();
    assert!(!half.exists());
    s3.put("/bbb/new", "written before the sweep").await.ok();
    assert_eq!(s3.s3.sweep().await.unwrap(), 1);
    assert!(!orphan.exists());
    assert!(stranger.exists());
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "hello");
    assert_eq!(s3.get("/bbb/new").await.ok().text(), "written before the sweep");
}

#[tokio::test]
async fn a_call_whose_caller_goes_away_still_ends_whole() {
    let s3 = Harness::with_bucket().await;
    let call = s3.put("/bbb/k", "hello");
    // Polled once, the call runs on by itself.
    assert!(tokio::time::timeout(std::time::Duration::ZERO, call).await.is_err());
    for _ in 0..200 {
        if s3.get("/bbb/k").await.status == 200 {
            assert_eq!(s3.files().len(), 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the object never came");
}

#[tokio::test]
async fn a_download_goes_on_while_its_object_is_replaced() {
    use daypass_targets::body::empty;
    use http_body_util::BodyExt as _;

    let s3 = Harness::with_bucket().await;
    let body = vec![b'o'; 2_000_000];
    s3.put("/bbb/k", body.clone()).await.ok();
    let request = http::Request::builder().uri("/bbb/k").header("host", "127.0.0.1").body(empty()).unwrap();
    let authority: std::sync::Arc<dyn daypass_targets::authority::Authority> = s3.rules.clone();
    let invocation = daypass_targets::s3::Invocation {
        authority,
        account: "123456789012".to_owned(),
        now: s3.now,
        request_id: "R".to_owned(),
    };
    let answer = s3.s3.call(request, invocation).await;
    s3.put("/bbb/k", "new").await.ok();
    let read = answer.response.into_body().collect().await.unwrap().to_bytes();
    assert!(read == body);
}
