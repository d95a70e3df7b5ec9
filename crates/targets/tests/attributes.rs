//! `GetObjectAttributes`: each attribute if it is asked for, and parts in pages.

mod harness;

use harness::{Harness, Reply};
use http::Method;

const ALL: &str = "ETag,Checksum,ObjectParts,StorageClass,ObjectSize";

async fn ask(s3: &Harness, object: &str, headers: &[(&str, &str)]) -> Reply {
    s3.send(Method::GET, &format!("{object}?attributes"), headers, "").await
}

/// An object of three parts, two of which are as small as they may be.
async fn upload(s3: &Harness, headers: &[(&str, &str)], with_checksums: bool) {
    let begun = s3.send(Method::POST, "/bbb/m?uploads", headers, "").await.ok();
    let id = begun.one("UploadId").to_owned();
    let mut list = String::new();
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 5 * 1024 * 1024), (3, 7)] {
        let target = format!("/bbb/m?partNumber={number}&uploadId={id}");
        let algorithm = with_checksums.then_some(("x-amz-checksum-crc32", crc32(size)));
        let headers: Vec<(&str, &str)> = algorithm.iter().map(|(name, value)| (*name, *value)).collect();
        let part = s3.send(Method::PUT, &target, &headers, vec![b'x'; size]).await.ok();
        let checksum = match part.header("x-amz-checksum-crc32") {
            "" => String::new(),
            value => format!("<ChecksumCRC32>{value}</ChecksumCRC32>"),
        };
        let etag = part.header("etag");
        list += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag>{checksum}</Part>");
    }
    let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
    s3.send(Method::POST, &format!("/bbb/m?uploadId={id}"), &[], list).await.ok();
}

/// The checksums of that many `x`.
fn crc32(size: usize) -> &'static str {
    if size == 7 { "IWne+w==" } else { "BwQzxA==" }
}

#[tokio::test]
async fn an_object_that_was_sent_whole_has_all_but_parts() {
    let s3 = Harness::with_bucket().await;
    s3.send(Method::PUT, "/bbb/k", &[("x-amz-checksum-crc32", "y/Q5Jg==")], "123456789").await.ok();
    let shown = ask(&s3, "/bbb/k", &[("x-amz-object-attributes", ALL)]).await.ok();
    assert_eq!(shown.one("ETag"), "25f9e794323b453885f5181f1b624d0b");
    assert_eq!((shown.one("ChecksumCRC32"), shown.one("ChecksumType")), ("y/Q5Jg==", "FULL_OBJECT"));
    assert_eq!((shown.one("ObjectSize"), shown.one("StorageClass")), ("9", "STANDARD"));
    assert_eq!(shown.all("ObjectParts"), Vec::<&str>::new());
    assert_eq!(shown.header("last-modified"), "Mon, 23 Nov 2026 05:00:00 GMT");
    let some = ask(&s3, "/bbb/k", &[("x-amz-object-attributes", "ObjectSize, ETag")]).await.ok();
    assert_eq!((some.one("ObjectSize"), some.all("ETag").len()), ("9", 1));
    assert_eq!(some.all("StorageClass").len() + some.all("Checksum").len(), 0);
    let lines = [("x-amz-object-attributes", "ObjectSize"), ("x-amz-object-attributes", "StorageClass")];
    let lines = ask(&s3, "/bbb/k", &lines).await.ok();
    assert_eq!((lines.one("ObjectSize"), lines.one("StorageClass")), ("9", "STANDARD"));
}

#[tokio::test]
async fn parts_come_in_pages_where_the_checksum_is_made_of_theirs() {
    let s3 = Harness::with_bucket().await;
    upload(&s3, &[("x-amz-checksum-algorithm", "CRC32")], true).await;
    let shown = ask(&s3, "/bbb/m", &[("x-amz-object-attributes", ALL)]).await.ok();
    assert_eq!(shown.all("PartNumber"), ["1", "2", "3"]);
    assert_eq!(shown.all("Size"), ["5242880", "5242880", "7"]);
    assert_eq!((shown.one("PartsCount"), shown.one("IsTruncated")), ("3", "false"));
    assert_eq!((shown.one("MaxParts"), shown.one("NextPartNumberMarker")), ("1000", "3"));
    assert!(shown.one("ETag").ends_with("-3") && !shown.text().contains("\"</ETag>"), "{}", shown.text());
    assert_eq!((shown.one("ChecksumType"), shown.all("ChecksumCRC32").len()), ("COMPOSITE", 4));
    for (max, marker, numbers, is_truncated) in
        [("2", "0", vec!["1", "2"], "true"), ("2", "2", vec!["3"], "false"), ("1000", "3", vec![], "false")]
    {
        let headers = [
            ("x-amz-object-attributes", "ObjectParts"),
            ("x-amz-max-parts", max),
            ("x-amz-part-number-marker", marker),
        ];
        let page = ask(&s3, "/bbb/m", &headers).await.ok();
        assert_eq!(page.all("PartNumber"), numbers);
        assert_eq!((page.one("IsTruncated"), page.one("PartsCount")), (is_truncated, "3"));
        assert_eq!((page.one("PartNumberMarker"), page.one("MaxParts")), (marker, max));
    }
}

#[tokio::test]
async fn of_other_uploads_the_number_of_parts_is_told() {
    let s3 = Harness::with_bucket().await;
    upload(&s3, &[], false).await;
    let shown = ask(&s3, "/bbb/m", &[("x-amz-object-attributes", ALL)]).await.ok();
    assert_eq!(
        (shown.one("ObjectParts"), shown.one("ObjectSize")),
        ("<PartsCount>3</PartsCount>", "10485767")
    );
    assert_eq!(shown.one("ChecksumType"), "FULL_OBJECT");
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "x").await.ok();
    let none = ask(&s3, "/bbb/k", &[]).await.refused(400, "InvalidRequest");
    assert!(none.one("Message").ends_with("is either missing or empty"));
    for wrong in ["", "ETag,", "etag", "ETag,Nothing"] {
        let refused =
            ask(&s3, "/bbb/k", &[("x-amz-object-attributes", wrong)]).await.refused(400, "InvalidArgument");
        assert_eq!(refused.one("Message"), "Invalid attribute name specified.");
    }
    let max = [("x-amz-object-attributes", ALL), ("x-amz-max-parts", "-1")];
    ask(&s3, "/bbb/k", &max).await.refused(400, "InvalidArgument");
    ask(&s3, "/bbb/none", &[("x-amz-object-attributes", ALL)]).await.refused(404, "NoSuchKey");
    ask(&s3, "/none/k", &[("x-amz-object-attributes", ALL)]).await.refused(404, "NoSuchBucket");
}

#[tokio::test]
async fn both_actions_are_needed() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "x").await.ok();
    let object = "arn:aws:s3:::bbb/k".to_owned();
    s3.questions();
    ask(&s3, "/bbb/k", &[("x-amz-object-attributes", ALL)]).await.ok();
    assert_eq!(
        s3.questions(),
        [("s3:GetObjectAttributes", object.clone()), ("s3:GetObject", object.clone())]
    );
    let target = "/bbb/k?attributes&versionId=null";
    s3.send(Method::GET, target, &[("x-amz-object-attributes", ALL)], "").await.ok();
    assert_eq!(
        s3.questions(),
        [("s3:GetObjectVersionAttributes", object.clone()), ("s3:GetObjectVersion", object)]
    );
    for action in ["s3:GetObject", "s3:GetObjectAttributes"] {
        s3.rules.refused.lock().unwrap().clear();
        s3.refuse(action, "");
        ask(&s3, "/bbb/k", &[("x-amz-object-attributes", ALL)]).await.refused(403, "AccessDenied");
    }
    s3.rules.refused.lock().unwrap().clear();
    s3.refuse("s3:ListBucket", "");
    ask(&s3, "/bbb/none", &[("x-amz-object-attributes", ALL)]).await.refused(403, "AccessDenied");
}
