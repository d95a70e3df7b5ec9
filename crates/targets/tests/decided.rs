//! What was decided about is what is done: the bucket that was asked about, the conditions that policies saw.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod harness;

use std::convert::Infallible;

use bytes::Bytes;
use daypass_targets::authority::ConditionKey;
use futures::StreamExt as _;
use harness::Harness;
use http::{Method, Request};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};

/// The keys of the questions about an action, by the beginning of their names.
fn keys(s3: &Harness, action: &str, beginning: &str) -> Vec<ConditionKey> {
    let asked = s3.rules.asked.lock().unwrap();
    let asked = asked.iter().filter(|call| call.action == action).flat_map(|call| call.keys.clone());
    asked.filter(|key| key.name.starts_with(beginning)).collect()
}

#[tokio::test]
async fn a_bucket_that_came_in_the_place_of_another_gets_none_of_its_objects() {
    let s3 = Harness::with_bucket().await;
    let (sender, pieces) = futures::channel::mpsc::unbounded::<Bytes>();
    let body = StreamBody::new(pieces.map(|piece| Ok::<_, Infallible>(Frame::data(piece))));
    let body = body.map_err(|never| match never {}).boxed_unsync();
    let request = Request::put("/bbb/k").header("host", "127.0.0.1:4566").header("content-length", "5");
    let writing = s3.deliver(request.body(body).unwrap());
    let exchanging = async {
        while keys(&s3, "s3:PutObject", "s3:ObjectCreation").is_empty() {
            tokio::task::yield_now().await;
        }
        s3.send(Method::DELETE, "/bbb", &[], "").await.ok();
        s3.put("/bbb", "").await.ok();
        sender.unbounded_send(Bytes::from_static(b"hello")).unwrap();
        drop(sender);
    };
    let (written, ()) = tokio::join!(writing, exchanging);
    written.refused(404, "NoSuchBucket");
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    assert!(s3.files().is_empty());
}

#[tokio::test]
async fn a_copy_keeps_the_conditions_that_policies_saw() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/from", "new").await.ok();
    let etag = s3.put("/bbb/k", "old").await.ok().header("etag").to_owned();
    let source = ("x-amz-copy-source", "/bbb/from");
    for (condition, status, code) in [
        (("if-none-match", "*"), 412, "PreconditionFailed"),
        (("if-match", "\"0\""), 412, "PreconditionFailed"),
        (("if-none-match", "\"0\""), 501, "NotImplemented"),
    ] {
        s3.send(Method::PUT, "/bbb/k", &[source, condition], "").await.refused(status, code);
    }
    let twice = [source, ("if-match", etag.as_str()), ("if-match", "\"0\"")];
    s3.send(Method::PUT, "/bbb/k", &twice, "").await.refused(400, "InvalidArgument");
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "old");
    assert_eq!(s3.files().len(), 2);
    s3.send(Method::PUT, "/bbb/k", &[source, ("if-match", &etag)], "").await.ok();
    s3.send(Method::PUT, "/bbb/l", &[source, ("if-none-match", "*")], "").await.ok();
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "new");
}

#[tokio::test]
async fn an_empty_header_is_none_to_policies_either() {
    let s3 = Harness::with_bucket().await;
    let empty = [("if-none-match", ""), ("x-amz-server-side-encryption", "")];
    s3.send(Method::PUT, "/bbb/k", &empty, "x").await.ok();
    assert_eq!(keys(&s3, "s3:PutObject", "s3:if"), []);
    assert_eq!(keys(&s3, "s3:PutObject", "s3:x-amz"), []);
}

#[tokio::test]
async fn a_source_is_named_as_it_is_read() {
    for written in ["bbb/a b", "/bbb/a%20b", "%62bb/a%20b", "bbb/a%20b?versionId=null"] {
        let s3 = Harness::with_bucket().await;
        s3.put("/bbb/a%20b", "x").await.ok();
        s3.questions();
        s3.send(Method::PUT, "/bbb/k", &[("x-amz-copy-source", written)], "").await.ok();
        let named = [ConditionKey::one("s3:x-amz-copy-source", "bbb/a b")];
        assert_eq!(keys(&s3, "s3:PutObject", "s3:x-amz-copy-source"), named, "{written}");
    }
}

#[tokio::test]
async fn whoever_compares_before_a_delete_must_be_allowed_to_read() {
    let s3 = Harness::with_bucket().await;
    let etag = s3.put("/bbb/k", "x").await.ok().header("etag").to_owned();
    s3.refuse("s3:GetObject", "arn:aws:s3:::bbb/k");
    let matching = [("if-match", etag.as_str())];
    s3.send(Method::DELETE, "/bbb/k", &matching, "").await.refused(403, "AccessDenied");
    assert_eq!(keys(&s3, "s3:DeleteObject", "s3:if"), [ConditionKey::one("s3:if-match", &etag)]);
    let batch = format!("<Delete><Object><Key>k</Key><ETag>{etag}</ETag></Object></Delete>");
    let refused = s3.send(Method::POST, "/bbb?delete", &[], batch.clone()).await.ok();
    assert_eq!((refused.all("Code"), refused.all("Deleted").len()), (vec!["AccessDenied"], 0));
    s3.rules.refused.lock().unwrap().clear();
    let deleted = s3.send(Method::POST, "/bbb?delete", &[], batch).await.ok();
    assert_eq!(deleted.all("Deleted").len(), 1);
    s3.put("/bbb/k", "x").await.ok();
    s3.refuse("s3:GetObject", "arn:aws:s3:::bbb/k");
    s3.send(Method::DELETE, "/bbb/k", &[("if-match", "*")], "").await.ok();
}

#[tokio::test]
async fn a_key_that_no_object_can_have_is_asked_about_by_nobody() {
    let s3 = Harness::with_bucket().await;
    s3.questions();
    let batch = format!("<Delete><Object><Key>{}</Key></Object></Delete>", "k".repeat(1025));
    let refused = s3.send(Method::POST, "/bbb?delete", &[], batch).await.ok();
    assert_eq!(refused.all("Code"), ["KeyTooLongError"]);
    assert_eq!(s3.questions(), []);
}
