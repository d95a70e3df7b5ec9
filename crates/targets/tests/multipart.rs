//! Multipart uploads: parts, completion, checksums, copies, and what is left behind.

mod harness;

use bytes::Bytes;
use harness::{Harness, Reply};
use http::Method;

const PART: usize = 5 * 1024 * 1024;

async fn begin(s3: &Harness, key: &str, headers: &[(&str, &str)]) -> String {
    let begun = s3.send(Method::POST, &format!("/bbb/{key}?uploads"), headers, "").await.ok();
    assert_eq!((begun.one("Bucket"), begun.one("Key")), ("bbb", key));
    begun.one("UploadId").to_owned()
}

async fn part(s3: &Harness, upload: &str, number: i32, body: impl Into<Bytes>) -> Reply {
    s3.put(&format!("/bbb/k?partNumber={number}&uploadId={upload}"), body).await
}

async fn complete(s3: &Harness, upload: &str, headers: &[(&str, &str)], parts: &[(i32, &str)]) -> Reply {
    let parts: String = parts
        .iter()
        .map(|(number, etag)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"))
        .collect();
    let list = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    s3.send(Method::POST, &format!("/bbb/k?uploadId={upload}"), headers, list).await
}

fn etag(reply: &Reply) -> String {
    reply.header("etag").to_owned()
}

#[tokio::test]
async fn parts_become_an_object_that_reads_as_one() {
    let s3 = Harness::with_bucket().await;
    s3.put("/bbb/k", "before").await.ok();
    let upload = begin(&s3, "k", &[("content-type", "video/mp4"), ("x-amz-meta-a", "b")]).await;
    let (first, second) = (vec![b'a'; PART], vec![b'b'; 1000]);
    let unused = etag(&part(&s3, &upload, 9, "unused").await.ok());
    part(&s3, &upload, 3, "replaced").await.ok();
    let one = etag(&part(&s3, &upload, 3, first.clone()).await.ok());
    let two = etag(&part(&s3, &upload, 7, second.clone()).await.ok());

    let listed = s3.get(&format!("/bbb/k?uploadId={upload}")).await.ok();
    assert_eq!(listed.all("PartNumber"), ["3", "7", "9"]);
    assert_eq!(listed.all("Size"), ["5242880", "1000", "6"]);
    let page = s3.get(&format!("/bbb/k?uploadId={upload}&max-parts=1&part-number-marker=3")).await.ok();
    assert_eq!(
        (page.all("PartNumber"), page.one("IsTruncated"), page.one("NextPartNumberMarker")),
        (vec!["7"], "true", "7")
    );
    assert_eq!(s3.get("/bbb?uploads").await.ok().all("UploadId"), [upload.as_str()]);
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "before");

    let done = complete(&s3, &upload, &[], &[(3, &one), (7, &two)]).await.ok();
    assert_eq!(done.one("Location"), "http://127.0.0.1:4566/bbb/k");
    assert_eq!(done.one("ChecksumType"), "FULL_OBJECT");
    let got = s3.send(Method::GET, "/bbb/k", &[("x-amz-checksum-mode", "ENABLED")], "").await.ok();
    assert!(got.body == [first.clone(), second].concat());
    assert!(got.header("etag").ends_with("-2\""), "{}", got.header("etag"));
    assert_eq!(got.header("content-type"), "video/mp4");
    assert_eq!(got.header("x-amz-meta-a"), "b");
    let whole = s3.put("/bbb/whole", got.body.clone()).await.ok();
    assert_eq!(got.header("x-amz-checksum-crc64nvme"), whole.header("x-amz-checksum-crc64nvme"));

    let middle = s3.send(Method::GET, "/bbb/k", &[("range", "bytes=5242878-5242881")], "").await;
    assert_eq!(middle.text(), "aabb");
    let second = s3.send(Method::HEAD, "/bbb/k?partNumber=2", &[], "").await.ok();
    assert_eq!((second.header("content-length"), second.header("x-amz-mp-parts-count")), ("1000", "2"));
    s3.get("/bbb/k?partNumber=3").await.refused(416, "InvalidPartNumber");

    // The same request again has the same answer; the upload is gone for everything else.
    assert_eq!(complete(&s3, &upload, &[], &[(3, &one), (7, &two)]).await.ok().one("ETag"), done.one("ETag"));
    part(&s3, &upload, 1, "late").await.refused(404, "NoSuchUpload");
    assert_eq!(s3.get("/bbb?uploads").await.ok().all("UploadId"), Vec::<&str>::new());
    // `whole` and two parts: the old object, the replaced and the unused part are gone.
    assert_eq!(s3.files().len(), 3);
    assert!(!unused.is_empty());
    s3.put("/bbb/k", "after").await.ok();
    assert_eq!(s3.files().len(), 2);
}

#[tokio::test]
async fn a_wrong_list_changes_nothing() {
    let s3 = Harness::with_bucket().await;
    let upload = begin(&s3, "k", &[]).await;
    let one = etag(&part(&s3, &upload, 1, "small").await.ok());
    let two = etag(&part(&s3, &upload, 2, "last").await.ok());
    complete(&s3, &upload, &[], &[(1, &one), (2, &two)]).await.refused(400, "EntityTooSmall");
    complete(&s3, &upload, &[], &[(2, &two), (1, &one)]).await.refused(400, "InvalidPartOrder");
    complete(&s3, &upload, &[], &[(1, &one), (1, &one)]).await.refused(400, "InvalidPartOrder");
    complete(&s3, &upload, &[], &[(1, &two)]).await.refused(400, "InvalidPart");
    complete(&s3, &upload, &[], &[(3, &one)]).await.refused(400, "InvalidPart");
    complete(&s3, &upload, &[], &[]).await.refused(400, "MalformedXML");
    complete(&s3, &upload, &[("if-match", "\"x\"")], &[(1, &one)]).await.refused(404, "NoSuchKey");
    let size = [("x-amz-mp-object-size", "6")];
    complete(&s3, &upload, &size, &[(1, &one)]).await.refused(400, "InvalidRequest");
    let other = "0".repeat(48);
    complete(&s3, &other, &[], &[(1, &one)]).await.refused(404, "NoSuchUpload");
    complete(&s3, "not-an-id", &[], &[(1, &one)]).await.refused(404, "NoSuchUpload");
    for number in [0, 10_001] {
        let refused = part(&s3, &upload, number, "x").await.refused(400, "InvalidArgument");
        assert_eq!(refused.one("Message"), "Part number must be an integer between 1 and 10000, inclusive");
    }
    s3.get("/bbb/k").await.refused(404, "NoSuchKey");
    complete(&s3, &upload, &[], &[(1, &one)]).await.ok();
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "small");
}

#[tokio::test]
async fn an_upload_given_up_leaves_nothing() {
    let s3 = Harness::with_bucket().await;
    let upload = begin(&s3, "k", &[]).await;
    part(&s3, &upload, 1, "x").await.ok();
    let target = format!("/bbb/k?uploadId={upload}");
    assert_eq!(s3.send(Method::DELETE, &target, &[], "").await.status, 204);
    s3.send(Method::DELETE, &target, &[], "").await.refused(404, "NoSuchUpload");
    s3.get(&target).await.refused(404, "NoSuchUpload");
    assert_eq!(s3.files().len(), 0);

    let left = begin(&s3, "k", &[]).await;
    part(&s3, &left, 1, "x").await.ok();
    assert_eq!(s3.send(Method::DELETE, "/bbb", &[], "").await.status, 204);
    assert_eq!(s3.files().len(), 0);
}

#[tokio::test]
async fn the_checksum_chosen_at_the_start_binds_every_part() {
    let s3 = Harness::with_bucket().await;
    let begun =
        s3.send(Method::POST, "/bbb/k?uploads", &[("x-amz-checksum-algorithm", "CRC32")], "").await.ok();
    assert_eq!(begun.header("x-amz-checksum-type"), "COMPOSITE");
    let upload = begun.one("UploadId").to_owned();
    let refused = part(&s3, &upload, 1, "hello").await.refused(400, "InvalidRequest");
    assert_eq!(
        refused.one("Message"),
        "Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: null"
    );
    let target = format!("/bbb/k?partNumber=1&uploadId={upload}");
    s3.send(Method::PUT, &target, &[("x-amz-checksum-crc32", "AAAAAA==")], "hello")
        .await
        .refused(400, "BadDigest");
    let sent = s3.send(Method::PUT, &target, &[("x-amz-checksum-crc32", "NhCmhg==")], "hello").await.ok();
    let refused = complete(&s3, &upload, &[], &[(1, &etag(&sent))]).await.refused(400, "InvalidRequest");
    assert_eq!(
        refused.one("Message"),
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request."
    );
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag><ChecksumCRC32>NhCmhg==</ChecksumCRC32></Part></CompleteMultipartUpload>",
        etag(&sent)
    );
    let done = s3.send(Method::POST, &format!("/bbb/k?uploadId={upload}"), &[], list).await.ok();
    assert!(done.one("ChecksumCRC32").ends_with("==-1"), "{}", done.text());
    assert_eq!(done.one("ChecksumType"), "COMPOSITE");
    let wrong = [("x-amz-checksum-algorithm", "SHA256"), ("x-amz-checksum-type", "FULL_OBJECT")];
    s3.send(Method::POST, "/bbb/k?uploads", &wrong, "").await.refused(400, "InvalidRequest");
}

#[tokio::test]
async fn a_checksum_given_at_the_end_is_that_of_the_object() {
    let s3 = Harness::with_bucket().await;
    let upload = begin(&s3, "k", &[]).await;
    let sent = part(&s3, &upload, 1, "123456789").await.ok();
    assert_eq!(sent.header("x-amz-checksum-crc64nvme"), "rosUhgp5mIg=");
    let wrong = [("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")];
    complete(&s3, &upload, &wrong, &[(1, &etag(&sent))]).await.refused(400, "BadDigest");
    let right = [("x-amz-checksum-crc64nvme", "rosUhgp5mIg=")];
    complete(&s3, &upload, &right, &[(1, &etag(&sent))]).await.ok();
}

#[tokio::test]
async fn objects_are_copied_whole_and_by_ranges() {
    let s3 = Harness::with_bucket().await;
    s3.send(
        Method::PUT,
        "/bbb/from%20here",
        &[("content-type", "text/plain"), ("x-amz-meta-a", "1")],
        "0123456789",
    )
    .await
    .ok();
    let copy = async |target: &str, headers: &[(&str, &str)]| {
        let headers = [headers, &[("x-amz-copy-source", "/bbb/from%20here")]].concat();
        s3.send(Method::PUT, target, &headers, "").await
    };
    let copied = copy("/bbb/to", &[]).await.ok();
    assert_eq!(copied.one("LastModified"), "2026-11-23T05:00:00.000Z");
    let got = s3.get("/bbb/to").await.ok();
    assert_eq!(
        (got.text(), got.header("content-type"), got.header("x-amz-meta-a")),
        ("0123456789", "text/plain", "1")
    );
    let replace = [("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-b", "2")];
    copy("/bbb/from%20here", &replace).await.ok();
    let got = s3.get("/bbb/from%20here").await.ok();
    assert_eq!((got.text(), got.header("x-amz-meta-a"), got.header("x-amz-meta-b")), ("0123456789", "", "2"));
    copy("/bbb/from%20here", &[]).await.refused(400, "InvalidRequest");
    copy("/bbb/x", &[("x-amz-copy-source-if-match", "\"no\"")]).await.refused(412, "PreconditionFailed");
    s3.send(Method::PUT, "/bbb/x", &[("x-amz-copy-source", "bbb/none")], "").await.refused(404, "NoSuchKey");
    s3.send(Method::PUT, "/bbb/x", &[("x-amz-copy-source", "nnn/none")], "")
        .await
        .refused(404, "NoSuchBucket");

    let upload = begin(&s3, "k", &[]).await;
    let target = format!("/bbb/k?partNumber=1&uploadId={upload}");
    let part = copy(&target, &[("x-amz-copy-source-range", "bytes=2-4")]).await.ok();
    assert_eq!(part.facts.operation, Some("UploadPartCopy"));
    copy(&target, &[("x-amz-copy-source-range", "bytes=2-10")]).await.refused(400, "InvalidArgument");
    complete(&s3, &upload, &[], &[(1, part.one("ETag"))]).await.ok();
    assert_eq!(s3.get("/bbb/k").await.ok().text(), "234");
}
