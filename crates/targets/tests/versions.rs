//! Versions of objects: kept, named, read, deleted, suspended.

mod harness;

use harness::{Harness, Reply};
use http::Method;

const ENABLED: &str = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>";
const SUSPENDED: &str = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";

/// An id of the right form that nobody gave out.
const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn versioned() -> Harness {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb?versioning", ENABLED).await.ok();
    s3
}

async fn delete(s3: &Harness, target: &str) -> Reply {
    s3.send(Method::DELETE, target, &[], "").await
}

fn version(reply: &Reply) -> String {
    reply.header("x-amz-version-id").to_owned()
}

#[tokio::test]
async fn a_bucket_says_whether_it_keeps_versions() {
    let s3 = Harness::with_bucket().await;
    assert!(s3.get("/bbb?versioning").await.ok().all("Status").is_empty());
    for (body, status) in [(ENABLED, "Enabled"), (SUSPENDED, "Suspended"), (ENABLED, "Enabled")] {
        s3.put("/bbb?versioning", body).await.ok();
        assert_eq!(s3.get("/bbb?versioning").await.ok().one("Status"), status);
    }
    assert!(s3.questions().contains(&("s3:PutBucketVersioning", "arn:aws:s3:::bbb".to_owned())));
    let refused = [
        ("<VersioningConfiguration/>", 400, "IllegalVersioningConfigurationException"),
        ("<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>", 400, "MalformedXML"),
        ("<VersioningConfiguration><Status>", 400, "MalformedXML"),
        (
            "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
            501,
            "NotImplemented",
        ),
    ];
    for (body, status, code) in refused {
        s3.put("/bbb?versioning", body).await.refused(status, code);
    }
    s3.put("/nnn?versioning", ENABLED).await.refused(404, "NoSuchBucket");
}

#[tokio::test]
async fn every_write_is_kept_under_an_id_of_its_own() {
    let s3 = versioned().await;
    let first = version(&s3.put("/bbb/k", "one").await.ok());
    let second = version(&s3.put("/bbb/k", "two").await.ok());
    assert_eq!((first.len(), second.len(), first == second), (32, 32, false));
    let now = s3.get("/bbb/k").await.ok();
    assert_eq!((now.text(), version(&now)), ("two", second.clone()));
    for (id, text) in [(&first, "one"), (&second, "two")] {
        let got = s3.get(&format!("/bbb/k?versionId={id}")).await.ok();
        assert_eq!((got.text(), &version(&got)), (text, id));
        let head = s3.send(Method::HEAD, &format!("/bbb/k?versionId={id}"), &[], "").await.ok();
        assert_eq!((head.header("content-length"), &version(&head)), ("3", id));
    }
    assert!(s3.questions().contains(&("s3:GetObjectVersion", "arn:aws:s3:::bbb/k".to_owned())));
    let listed = s3.get("/bbb?versions").await.ok();
    assert_eq!(listed.all("VersionId"), [second.as_str(), first.as_str()]);
    assert_eq!(listed.all("IsLatest"), ["true", "false"]);
    assert_eq!(s3.get("/bbb?list-type=2").await.ok().all("Key"), ["k"]);
}

#[tokio::test]
async fn ids_that_are_none_are_refused_and_others_are_not_there() {
    let s3 = versioned().await;
    let other = version(&s3.put("/bbb/other", "x").await.ok());
    s3.put("/bbb/k", "x").await.ok();
    for id in [UNKNOWN, &other, "null"] {
        s3.get(&format!("/bbb/k?versionId={id}")).await.refused(404, "NoSuchVersion");
        let gone = delete(&s3, &format!("/bbb/k?versionId={id}")).await.ok();
        assert_eq!((version(&gone).as_str(), gone.header("x-amz-delete-marker")), (id, ""));
    }
    for id in ["", "1", "%00", "nul", "../../x"] {
        s3.get(&format!("/bbb/k?versionId={id}")).await.refused(400, "InvalidArgument");
        delete(&s3, &format!("/bbb/k?versionId={id}")).await.refused(400, "InvalidArgument");
    }
    s3.refuse("s3:ListBucket", "arn:aws:s3:::bbb");
    s3.get(&format!("/bbb/k?versionId={UNKNOWN}")).await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn a_delete_leaves_a_marker_that_can_be_taken_away() {
    let s3 = versioned().await;
    let first = version(&s3.put("/bbb/k", "one").await.ok());
    let deleted = delete(&s3, "/bbb/k").await.ok();
    let marker = version(&deleted);
    assert_eq!((deleted.status.as_u16(), deleted.header("x-amz-delete-marker")), (204, "true"));
    let missing = s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    assert_eq!((missing.header("x-amz-delete-marker"), version(&missing)), ("true", marker.clone()));
    let named = s3.get(&format!("/bbb/k?versionId={marker}")).await.refused(405, "MethodNotAllowed");
    assert_eq!((named.header("x-amz-delete-marker"), named.header("allow")), ("true", "DELETE"));
    assert_eq!(named.header("last-modified"), "Mon, 23 Nov 2026 05:00:00 GMT");
    let head = s3.send(Method::HEAD, &format!("/bbb/k?versionId={marker}"), &[], "").await;
    assert_eq!((head.status.as_u16(), head.header("x-amz-delete-marker")), (405, "true"));
    assert!(s3.get("/bbb?list-type=2").await.ok().all("Key").is_empty());
    let listed = s3.get("/bbb?versions").await.ok();
    assert_eq!((listed.all("DeleteMarker").len(), listed.all("Version").len()), (1, 1));
    s3.send(Method::DELETE, "/bbb", &[], "").await.refused(409, "BucketNotEmpty");
    let gone = delete(&s3, &format!("/bbb/k?versionId={marker}")).await.ok();
    assert_eq!((gone.header("x-amz-delete-marker"), version(&gone)), ("true", marker));
    assert_eq!(version(&s3.get("/bbb/k").await.ok()), first);
    delete(&s3, &format!("/bbb/k?versionId={first}")).await.ok();
    let missing = s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    assert_eq!(missing.header("x-amz-delete-marker"), "");
    assert!(s3.files().is_empty());
    s3.send(Method::DELETE, "/bbb", &[], "").await.ok();
}

#[tokio::test]
async fn who_may_not_list_does_not_learn_of_a_marker() {
    let s3 = versioned().await;
    s3.put("/bbb/k", "one").await.ok();
    delete(&s3, "/bbb/k").await.ok();
    s3.refuse("s3:ListBucket", "arn:aws:s3:::bbb");
    let refused = s3.get("/bbb/k").await.refused(403, "AccessDenied");
    assert_eq!((refused.header("x-amz-delete-marker"), version(&refused).as_str()), ("", ""));
}

#[tokio::test]
async fn suspended_there_is_one_null_version() {
    let s3 = Harness::with_bucket().await;
    assert_eq!(version(&s3.put("/bbb/k", "before").await.ok()), "");
    s3.put("/bbb?versioning", ENABLED).await.ok();
    assert_eq!(version(&s3.get("/bbb/k").await.ok()), "null");
    let kept = version(&s3.put("/bbb/k", "kept").await.ok());
    s3.put("/bbb?versioning", SUSPENDED).await.ok();
    assert_eq!(s3.get("/bbb/k?versionId=null").await.ok().text(), "before");
    assert_eq!(s3.files().len(), 2);
    for text in ["after", "again"] {
        assert_eq!(version(&s3.put("/bbb/k", text).await.ok()), "null");
        assert_eq!(s3.get("/bbb?versions").await.ok().all("VersionId"), ["null", kept.as_str()]);
        assert_eq!(s3.get("/bbb/k?versionId=null").await.ok().text(), text);
        assert_eq!(s3.files().len(), 2);
    }
    let deleted = delete(&s3, "/bbb/k").await.ok();
    assert_eq!((version(&deleted).as_str(), deleted.header("x-amz-delete-marker")), ("null", "true"));
    assert_eq!(s3.get(&format!("/bbb/k?versionId={kept}")).await.ok().text(), "kept");
    assert_eq!(s3.files().len(), 1);
    delete(&s3, "/bbb/k?versionId=null").await.ok();
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "kept");
}

#[tokio::test]
async fn copies_and_uploads_make_versions_too() {
    let s3 = versioned().await;
    let first = version(&s3.put("/bbb/k", "one").await.ok());
    let second = version(&s3.put("/bbb/k", "two").await.ok());
    let source = format!("/bbb/k?versionId={first}");
    let copied = s3.send(Method::PUT, "/bbb/k", &[("x-amz-copy-source", &source)], "").await.ok();
    assert_eq!(copied.header("x-amz-copy-source-version-id"), first);
    let third = version(&copied);
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "one");
    let questions = s3.questions();
    assert!(questions.contains(&("s3:GetObjectVersion", "arn:aws:s3:::bbb/k".to_owned())), "{questions:?}");
    let upload = s3.send(Method::POST, "/bbb/k?uploads", &[], "").await.ok().one("UploadId").to_owned();
    let part = format!("/bbb/k?partNumber=1&uploadId={upload}");
    let source = format!("/bbb/k?versionId={second}");
    let part = s3.send(Method::PUT, &part, &[("x-amz-copy-source", &source)], "").await.ok();
    assert_eq!(part.header("x-amz-copy-source-version-id"), second);
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        part.one("ETag")
    );
    for _ in 0..2 {
        let done = s3.send(Method::POST, &format!("/bbb/k?uploadId={upload}"), &[], list.clone()).await.ok();
        let fourth = version(&done);
        let listed = s3.get("/bbb?versions").await.ok();
        assert_eq!(listed.all("VersionId"), [&fourth, &third, &second, &first].map(String::as_str));
    }
    delete(&s3, "/bbb/k").await.ok();
    let marker = s3.get("/bbb?versions&max-keys=1").await.ok().one("VersionId").to_owned();
    let source = format!("/bbb/k?versionId={marker}");
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", &source)], "")
        .await
        .refused(400, "InvalidRequest");
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", "/bbb/k")], "").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn a_batch_deletes_versions_and_makes_markers() {
    let s3 = versioned().await;
    let first = version(&s3.put("/bbb/a", "one").await.ok());
    s3.put("/bbb/b", "two").await.ok();
    let list = format!(
        "<Delete><Object><Key>a</Key><VersionId>{first}</VersionId></Object><Object><Key>b</Key></Object>\
         <Object><Key>b</Key><VersionId>nonsense</VersionId></Object></Delete>"
    );
    let done = s3.send(Method::POST, "/bbb?delete", &[], list).await.ok();
    assert_eq!(done.all("DeleteMarker"), ["true"]);
    assert_eq!(done.all("DeleteMarkerVersionId").len(), 1);
    assert_eq!(done.all("Code"), ["InvalidArgument"]);
    let questions = s3.questions();
    assert!(questions.contains(&("s3:DeleteObjectVersion", "arn:aws:s3:::bbb/a".to_owned())));
    assert!(questions.contains(&("s3:DeleteObject", "arn:aws:s3:::bbb/b".to_owned())));
    let listed = s3.get("/bbb?versions").await.ok();
    assert_eq!((listed.all("DeleteMarker").len(), listed.all("Version").len()), (1, 1));
}

#[tokio::test]
async fn conditions_are_about_the_current_version() {
    let s3 = versioned().await;
    s3.put("/bbb/k", "one").await.ok();
    let none = [("if-none-match", "*")];
    s3.send(Method::PUT, "/bbb/k", &none, "two").await.refused(412, "PreconditionFailed");
    delete(&s3, "/bbb/k").await.ok();
    s3.send(Method::PUT, "/bbb/k", &[("if-match", "\"x\"")], "two").await.refused(404, "NoSuchKey");
    s3.send(Method::PUT, "/bbb/k", &none, "two").await.ok();
    assert_eq!(s3.files().len(), 2);
}

#[tokio::test]
async fn many_writers_of_a_key_leave_as_many_versions() {
    let s3 = versioned().await;
    let writes = (0..24).map(|number| {
        let s3 = &s3;
        async move { version(&s3.put("/bbb/k", format!("{number}")).await.ok()) }
    });
    let mut written = futures::future::join_all(writes).await;
    let listed = s3.get("/bbb?versions").await.ok();
    let mut kept: Vec<&str> = listed.all("VersionId");
    assert_eq!(listed.all("IsLatest").iter().filter(|latest| **latest == "true").count(), 1);
    kept.sort_unstable();
    written.sort_unstable();
    assert_eq!(kept, written);
}

#[tokio::test]
async fn versions_are_listed_below_prefixes_and_after_markers() {
    let s3 = versioned().await;
    for key in ["a/1", "a/2", "b", "c/1"] {
        for text in ["one", "two"] {
            s3.put(&format!("/bbb/{key}"), text).await.ok();
        }
        delete(&s3, &format!("/bbb/{key}")).await.ok();
    }
    let listed = s3.get("/bbb?versions&delimiter=/").await.ok();
    assert_eq!(listed.all("Prefix"), ["a/", "c/", ""]);
    assert_eq!((listed.all("Key"), listed.one("IsTruncated")), (vec!["b"; 3], "false"));
    let mut pages = Vec::new();
    let mut marker = String::new();
    for _ in 0..5 {
        let page = s3.get(&format!("/bbb?versions&delimiter=/&max-keys=1{marker}")).await.ok();
        pages.push(page.one("Prefix").to_owned() + page.one("Key"));
        marker = format!("&key-marker={}", page.one("NextKeyMarker"));
        if !page.one("NextVersionIdMarker").is_empty() {
            marker = format!("{marker}&version-id-marker={}", page.one("NextVersionIdMarker"));
        }
    }
    assert_eq!(pages, ["a/", "b", "b", "b", "c/"]);
    assert_eq!(s3.get("/bbb?versions&key-marker=b").await.ok().all("Key"), ["c/1"; 3]);
    assert_eq!(s3.get("/bbb?versions&prefix=a/&key-marker=a/1").await.ok().all("Key"), ["a/2"; 3]);
    assert_eq!(s3.get("/bbb?versions&max-keys=0").await.ok().one("IsTruncated"), "false");
    s3.get(&format!("/bbb?versions&version-id-marker={UNKNOWN}")).await.refused(400, "InvalidArgument");
    s3.get("/bbb?versions&key-marker=b&version-id-marker=x").await.refused(400, "InvalidArgument");
    s3.get("/nnn?versions").await.refused(404, "NoSuchBucket");
}

#[tokio::test]
async fn what_comes_up_between_two_pages_is_listed() {
    let s3 = versioned().await;
    let first = version(&s3.put("/bbb/k", "one").await.ok());
    let second = version(&s3.put("/bbb/k", "two").await.ok());
    let page = s3.get("/bbb?versions&max-keys=1").await.ok();
    assert_eq!(page.one("NextVersionIdMarker"), second);
    delete(&s3, &format!("/bbb/k?versionId={second}")).await.ok();
    let rest = s3.get(&format!("/bbb?versions&key-marker=k&version-id-marker={second}")).await.ok();
    assert_eq!((rest.all("VersionId"), rest.all("IsLatest")), (vec![first.as_str()], vec!["true"]));
}
