//! An object's tags: how they are given and read, what they may be, and what is asked for them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod harness;

use daypass_targets::authority::ConditionKey;
use daypass_targets::s3::tags_given;
use harness::Harness;
use http::Method;
use proptest::prelude::*;

const OBJECT: &str = "arn:aws:s3:::bbb/k";

fn document(tags: &[(&str, &str)]) -> String {
    let tag = |(key, value): &(&str, &str)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    format!("<Tagging><TagSet>{}</TagSet></Tagging>", tags.iter().map(tag).collect::<String>())
}

/// The tags of an object as S3 shows them, in one line.
async fn tags(s3: &Harness, object: &str) -> String {
    let shown = s3.get(&format!("{object}?tagging")).await.ok();
    let pairs = shown.all("Key").into_iter().zip(shown.all("Value"));
    pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

async fn put(s3: &Harness, object: &str, tagging: &str) {
    s3.send(Method::PUT, object, &[("x-amz-tagging", tagging)], "x").await.ok();
}

fn asked(s3: &Harness) -> Vec<(&'static str, String, Vec<ConditionKey>)> {
    s3.rules.asked.lock().unwrap().drain(..).map(|call| (call.action, call.resource, call.keys)).collect()
}

/// The keys of a question that are about tags, by its action.
fn about_tags(s3: &Harness) -> Vec<(&'static str, Vec<String>)> {
    let shown = |key: ConditionKey| format!("{} {:?}", key.name, key.values);
    let asked = asked(s3).into_iter().map(|(action, _, keys)| {
        let keys = keys.into_iter().filter(|key| key.name.contains("ObjectTag")).map(shown);
        (action, keys.collect())
    });
    asked.collect()
}

#[tokio::test]
async fn tags_are_put_shown_and_taken_away() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "x").await.ok();
    assert_eq!(tags(&s3, "/bbb/k").await, "");
    assert_eq!(s3.get("/bbb/k").await.ok().header("x-amz-tagging-count"), "");
    let two = document(&[("team", "web"), ("cost center", "ü 1")]);
    s3.put("/bbb/k?tagging", two.clone()).await.ok();
    assert_eq!(tags(&s3, "/bbb/k").await, "cost center=ü 1&team=web");
    for method in [Method::GET, Method::HEAD] {
        let read = s3.send(method, "/bbb/k", &[], "").await.ok();
        assert_eq!(read.header("x-amz-tagging-count"), "2");
        assert_eq!(read.header("last-modified"), "Mon, 23 Nov 2026 05:00:00 GMT");
    }
    s3.put("/bbb/k?tagging", document(&[("a", "")])).await.ok();
    assert_eq!(tags(&s3, "/bbb/k").await, "a=");
    assert_eq!(s3.send(Method::DELETE, "/bbb/k?tagging", &[], "").await.status, 204);
    assert_eq!(s3.send(Method::DELETE, "/bbb/k?tagging", &[], "").await.status, 204);
    assert_eq!(tags(&s3, "/bbb/k").await, "");
    s3.put("/bbb/k?tagging", two).await.ok();
    s3.put("/bbb/k", "another object").await.ok();
    assert_eq!(tags(&s3, "/bbb/k").await, "");
}

#[tokio::test]
async fn objects_are_made_with_tags() {
    let s3 = Harness::with_bucket().await;
    put(&s3, "/bbb/k", "team=web&empty").await;
    assert_eq!(tags(&s3, "/bbb/k").await, "empty=&team=web");
    let begun = s3.send(Method::POST, "/bbb/m?uploads", &[("x-amz-tagging", "of=parts")], "").await.ok();
    let id = begun.one("UploadId");
    let part = s3.put(&format!("/bbb/m?partNumber=1&uploadId={id}"), "part").await.ok();
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        part.header("etag")
    );
    s3.send(Method::POST, &format!("/bbb/m?uploadId={id}"), &[], list).await.ok();
    assert_eq!(tags(&s3, "/bbb/m").await, "of=parts");
}

#[tokio::test]
async fn a_copy_has_its_sources_tags_or_its_own() {
    let s3 = Harness::with_bucket().await;
    put(&s3, "/bbb/k", "team=web").await;
    let source = ("x-amz-copy-source", "bbb/k");
    let (copy, replace) = (("x-amz-tagging-directive", "COPY"), ("x-amz-tagging-directive", "REPLACE"));
    let own = ("x-amz-tagging", "own=1");
    for (name, headers, expected) in [
        ("nothing said", vec![source], "team=web"),
        ("without a directive", vec![source, own], "team=web"),
        ("copied", vec![source, copy, own], "team=web"),
        ("replaced", vec![source, replace, own], "own=1"),
        ("replaced by nothing", vec![source, replace], ""),
    ] {
        s3.send(Method::PUT, "/bbb/c", &headers, "").await.ok();
        assert_eq!(tags(&s3, "/bbb/c").await, expected, "{name}");
    }
    let unknown = [source, ("x-amz-tagging-directive", "MERGE")];
    s3.send(Method::PUT, "/bbb/c", &unknown, "").await.refused(400, "InvalidArgument");
}

#[tokio::test]
async fn tags_that_break_a_rule_are_refused_in_s3s_words() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "x").await.ok();
    let names: Vec<String> = (0..11).map(|number| format!("k{number}")).collect();
    let eleven: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
    let (key, value) = ("k".repeat(129), "v".repeat(257));
    for (tags, code, message) in [
        (eleven.as_slice(), "BadRequest", "Object tags cannot be greater than 10"),
        (&[("a", "1"), ("a", "2")], "InvalidTag", "Cannot provide multiple Tags with the same key"),
        (&[("", "1")], "InvalidTag", "The TagKey you have provided is invalid"),
        (&[(key.as_str(), "")], "InvalidTag", "The TagKey you have provided is invalid"),
        (&[("a{}", "")], "InvalidTag", "The TagKey you have provided is invalid"),
        (&[("a", value.as_str())], "InvalidTag", "The TagValue you have provided is invalid"),
        (&[("AWS:a", "b")], "InvalidTag", "System tags cannot be added/updated by requester"),
    ] {
        let refused = s3.put("/bbb/k?tagging", document(tags)).await.refused(400, code);
        assert_eq!(refused.one("Message"), message);
    }
    s3.put("/bbb/k?tagging", document(&eleven[..10])).await.ok();
    s3.put("/bbb/k?tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>")
        .await
        .refused(400, "MalformedXML");
    s3.put("/bbb/k?tagging", "nothing of the kind").await.refused(400, "MalformedXML");
    let header = s3.send(Method::PUT, "/bbb/new", &[("x-amz-tagging", "a=1&a=2")], "x").await;
    assert!(header.refused(400, "InvalidArgument").one("Message").contains("without tag name duplicates"));
    s3.get("/bbb/new").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn what_is_not_there_has_no_tags() {
    let s3 = Harness::with_bucket().await;
    for (method, body) in
        [(Method::GET, ""), (Method::PUT, "<Tagging><TagSet/></Tagging>"), (Method::DELETE, "")]
    {
        s3.send(method.clone(), "/bbb/none?tagging", &[], body).await.refused(404, "NoSuchKey");
        s3.send(method.clone(), "/none/k?tagging", &[], body).await.refused(404, "NoSuchBucket");
        s3.send(method.clone(), "/bbb/k?tagging&versionId=1", &[], body)
            .await
            .refused(400, "InvalidArgument");
        assert_eq!(asked(&s3).pop().unwrap().2, [ConditionKey::one("s3:VersionId", "1")]);
    }
    s3.refuse("s3:ListBucket", "arn:aws:s3:::bbb");
    s3.get("/bbb/none?tagging").await.refused(403, "AccessDenied");
    s3.put("/bbb/none?tagging", "<Tagging><TagSet/></Tagging>").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn each_call_asks_by_the_tags_that_are_there_and_those_that_it_gives() {
    let s3 = Harness::with_bucket().await;
    put(&s3, "/bbb/k", "team=web").await;
    let existing = r#"s3:ExistingObjectTag/team One("web")"#.to_owned();
    let given = || {
        vec![
            r#"s3:RequestObjectTag/team One("web")"#.to_owned(),
            r#"s3:RequestObjectTagKeys Many(["team"])"#.to_owned(),
        ]
    };
    s3.questions();
    put(&s3, "/bbb/k", "team=web").await;
    assert_eq!(about_tags(&s3), [("s3:PutObject", given()), ("s3:PutObjectTagging", given())]);
    s3.put("/bbb/other", "x").await.ok();
    assert_eq!(about_tags(&s3), [("s3:PutObject", vec![])]);
    s3.get("/bbb/k").await.ok();
    let count = ("s3:GetObjectTagging", vec![existing.clone()]);
    assert_eq!(about_tags(&s3), [("s3:GetObject", vec![existing.clone()]), count]);
    s3.get("/bbb/k?acl").await.ok();
    assert_eq!(about_tags(&s3), [("s3:GetObjectAcl", vec![existing.clone()])]);
    s3.put("/bbb/k?tagging", document(&[("team", "web")])).await.ok();
    let both = [vec![existing.clone()], given()].concat();
    assert_eq!(about_tags(&s3), [("s3:PutObjectTagging", both)]);
    s3.send(Method::DELETE, "/bbb/k?tagging&versionId=null", &[], "").await.ok();
    assert_eq!(about_tags(&s3), [("s3:DeleteObjectVersionTagging", vec![existing])]);
    s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok();
    assert_eq!(about_tags(&s3), [("s3:DeleteObject", vec![])]);
}

#[tokio::test]
async fn whoever_copies_tags_must_be_allowed_to_read_and_to_give_them() {
    let s3 = Harness::with_bucket().await;
    put(&s3, "/bbb/k", "team=web").await;
    s3.put("/bbb/plain", "x").await.ok();
    s3.questions();
    s3.send(Method::PUT, "/bbb/c", &[("x-amz-copy-source", "bbb/k")], "").await.ok();
    let questions = [
        ("s3:PutObject", "arn:aws:s3:::bbb/c"),
        ("s3:GetObject", OBJECT),
        ("s3:GetObjectTagging", OBJECT),
        ("s3:PutObjectTagging", "arn:aws:s3:::bbb/c"),
    ];
    assert_eq!(s3.questions(), questions.map(|(action, resource)| (action, resource.to_owned())));
    for action in ["s3:GetObjectTagging", "s3:PutObjectTagging"] {
        s3.rules.refused.lock().unwrap().clear();
        s3.refuse(action, "");
        s3.send(Method::PUT, "/bbb/d", &[("x-amz-copy-source", "bbb/k")], "")
            .await
            .refused(403, "AccessDenied");
        s3.send(Method::PUT, "/bbb/d", &[("x-amz-copy-source", "bbb/plain")], "").await.ok();
        s3.send(Method::DELETE, "/bbb/d", &[], "").await.ok();
    }
    // To give tags of his own, nobody reads the source's.
    let own =
        [("x-amz-copy-source", "bbb/k"), ("x-amz-tagging-directive", "REPLACE"), ("x-amz-tagging", "a=b")];
    s3.send(Method::PUT, "/bbb/d", &own, "").await.refused(403, "AccessDenied");
    s3.send(Method::PUT, "/bbb/d", &own[..2], "").await.ok();
    put(&s3, "/bbb/plain", "").await;
    s3.send(Method::PUT, "/bbb/plain", &[("x-amz-tagging", "a=b")], "x").await.refused(403, "AccessDenied");
    s3.send(Method::POST, "/bbb/m?uploads", &[("x-amz-tagging", "a=b")], "")
        .await
        .refused(403, "AccessDenied");
}

#[tokio::test]
async fn the_number_of_tags_is_for_those_who_may_read_them() {
    let s3 = Harness::with_bucket().await;
    put(&s3, "/bbb/k", "team=web").await;
    s3.refuse("s3:GetObjectTagging", OBJECT);
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(s3.send(method, "/bbb/k", &[], "").await.ok().header("x-amz-tagging-count"), "");
    }
    s3.get("/bbb/k?tagging").await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn every_version_has_tags_of_its_own() {
    let s3 = Harness::with_bucket().await;
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    s3.put("/bbb?versioning", enabled).await.ok();
    let mut ids = Vec::new();
    for tag in ["a=1", "a=2"] {
        let put = s3.send(Method::PUT, "/bbb/k", &[("x-amz-tagging", tag)], "x").await.ok();
        ids.push(put.header("x-amz-version-id").to_owned());
    }
    let document = "<Tagging><TagSet><Tag><Key>b</Key><Value>3</Value></Tag></TagSet></Tagging>";
    s3.questions();
    let tagged = s3.put(&format!("/bbb/k?tagging&versionId={}", ids[0]), document).await.ok();
    assert_eq!(tagged.header("x-amz-version-id"), ids[0]);
    let asked = s3.questions();
    assert!(asked.contains(&("s3:PutObjectVersionTagging", "arn:aws:s3:::bbb/k".to_owned())), "{asked:?}");
    for (target, value) in [
        (format!("/bbb/k?tagging&versionId={}", ids[0]), "3"),
        (format!("/bbb/k?tagging&versionId={}", ids[1]), "2"),
        ("/bbb/k?tagging".to_owned(), "2"),
    ] {
        assert_eq!(s3.get(&target).await.ok().all("Value"), [value], "{target}");
    }
    s3.send(Method::DELETE, &format!("/bbb/k?tagging&versionId={}", ids[1]), &[], "").await.ok();
    assert!(s3.get("/bbb/k?tagging").await.ok().all("Value").is_empty());
    let marker = s3.send(Method::DELETE, "/bbb/k", &[], "").await.ok().header("x-amz-version-id").to_owned();
    s3.get("/bbb/k?tagging").await.refused(404, "NoSuchKey");
    s3.put(&format!("/bbb/k?tagging&versionId={marker}"), document).await.refused(405, "MethodNotAllowed");
    s3.get("/bbb/k?tagging&versionId=x").await.refused(400, "InvalidArgument");
    assert_eq!(
        s3.get("/bbb?versions").await.ok().all("VersionId"),
        [&marker, &ids[1], &ids[0]].map(|id| id.as_str())
    );
}

/// Every byte that need not stand for itself, encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    #[test]
    fn no_header_makes_it_panic(header in "\\PC*") {
        let _ = tags_given(&header);
    }

    #[test]
    fn tags_come_back_as_they_were_given(tags in prop::collection::btree_map("[\\p{L}0-9 _.:/=+@-]{1,20}", "[\\p{L}0-9 _.:/=+@-]{0,20}", 0..=10)) {
        prop_assume!(tags.keys().all(|key| !key.to_ascii_lowercase().starts_with("aws:")));
        let header = tags.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value)));
        prop_assert_eq!(tags_given(&header.collect::<Vec<_>>().join("&")), Some(tags));
    }
}
