//! Reading: ranges, parts by number, and a reader that takes its time.

use std::time::Duration;

use daypass_testkit::Sandbox;
use daypass_wire::sigv4::Payload;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::raw::{PATIENCE, call, connect, expect_files, signed};
use crate::{BEFORE, get, noise, put, sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_parts_of_an_object() {
    let sandbox = sandbox().await;
    put(&sandbox, "/site/digits", b"0123456789".to_vec(), &[]).await.unwrap();
    assert_eq!(call(&sandbox, ("PUT", "/site/empty"), &[], b"").await.status, 200);
    for method in ["GET", "HEAD"] {
        let read =
            async |path: &str, range: &str| call(&sandbox, (method, path), &[("range", range)], b"").await;
        for (range, body, content_range) in [
            ("bytes=0-0", "0", "bytes 0-0/10"),
            ("bytes=3-5", "345", "bytes 3-5/10"),
            ("bytes=8-", "89", "bytes 8-9/10"),
            ("bytes=-3", "789", "bytes 7-9/10"),
            ("bytes=-10", "0123456789", "bytes 0-9/10"),
            ("bytes=-99", "0123456789", "bytes 0-9/10"),
            ("bytes=5-99", "56789", "bytes 5-9/10"),
        ] {
            let got = read("/site/digits", range).await;
            assert_eq!((got.status, got.header("content-range")), (206, content_range), "{method} {range}");
            assert_eq!(got.header("content-length"), body.len().to_string(), "{method} {range}");
            assert_eq!(got.text(), if method == "GET" { body } else { "" }, "{range}");
        }
        for (path, range) in [
            ("/site/digits", "bytes=10-"),
            ("/site/digits", "bytes=10-20"),
            ("/site/digits", "bytes=-0"),
            ("/site/empty", "bytes=0-"),
            ("/site/empty", "bytes=0-0"),
        ] {
            let got = read(path, range).await;
            assert_eq!(got.status, 416, "{method} {path} {range}");
            assert_eq!(got.code(), if method == "GET" { "InvalidRange" } else { "" }, "{path} {range}");
        }
        // What cannot be read, or is more than one, is passed over (RFC 9110, section 14.2).
        for range in
            ["bytes=0-1,3-4", "bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "0-3", "bytes=1"]
        {
            let got = read("/site/digits", range).await;
            assert_eq!((got.status, got.header("content-length")), (200, "10"), "{method} {range}");
            assert_eq!(got.header("content-range"), "", "{method} {range}");
        }
        // The last bytes of nothing are nothing, which no `Content-Range` can say.
        let got = read("/site/empty", "bytes=-5").await;
        assert_eq!((got.status, got.header("content-length"), got.header("content-range")), (200, "0", ""));
    }
}

/// Makes `/site/new` out of two parts.
async fn in_parts(sandbox: &Sandbox, first: &[u8], second: &[u8]) {
    let begun = call(sandbox, ("POST", "/site/new?uploads"), &[], b"").await.text();
    let upload = begun.split_once("<UploadId>").unwrap().1.split_once('<').unwrap().0.to_owned();
    let mut list = String::new();
    // Numbers may have gaps; who reads counts from one.
    for (number, body) in [(2, first), (9, second)] {
        let target = format!("/site/new?partNumber={number}&uploadId={upload}");
        let answer = call(sandbox, ("PUT", &target), &[], body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        list.push_str(&format!(
            "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>",
            answer.header("etag")
        ));
    }
    let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
    let target = format!("/site/new?uploadId={upload}");
    let answer = call(sandbox, ("POST", &target), &[], list.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_read_by_their_number() {
    let sandbox = sandbox().await;
    let (first, second) = (noise(5 << 20), noise(1_000));
    in_parts(&sandbox, &first, &second).await;
    let read =
        async |target: &str, headers: &[(&str, &str)]| call(&sandbox, ("GET", target), headers, b"").await;
    for (number, body, range) in
        [(1, &first, "bytes 0-5242879/5243880"), (2, &second, "bytes 5242880-5243879/5243880")]
    {
        let got = read(&format!("/site/new?partNumber={number}"), &[]).await;
        assert_eq!((got.status, got.header("content-range")), (206, range));
        assert_eq!(got.header("x-amz-mp-parts-count"), "2");
        assert!(&got.body == body);
    }
    let missing = read("/site/new?partNumber=3", &[]).await;
    assert_eq!((missing.status, missing.code().as_str()), (416, "InvalidPartNumber"));
    let both = read("/site/new?partNumber=1", &[("range", "bytes=0-1")]).await;
    assert_eq!((both.status, both.code().as_str()), (400, "InvalidRequest"));
    // What was sent whole has one part.
    let whole = read("/site/kept?partNumber=1", &[]).await;
    assert_eq!((whole.status, whole.body.as_slice()), (206, BEFORE));
    assert_eq!(read("/site/kept?partNumber=2", &[]).await.code(), "InvalidPartNumber");
    for number in ["0", "-1", "10001", "x"] {
        let refused = read(&format!("/site/new?partNumber={number}"), &[]).await;
        assert!([400, 416].contains(&refused.status), "{number}: {}", refused.text());
    }
    // A range over the seam of two parts.
    let seam = read("/site/new", &[("range", "bytes=5242870-5242889")]).await;
    assert!(seam.body == [&first[first.len() - 10..], &second[..10]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_gets_what_it_began_to_read_and_holds_up_nobody() {
    let sandbox = sandbox().await;
    let (size, others) = (32 << 20, 4);
    let body = noise(size);
    put(&sandbox, "/site/kept", body.clone(), &[]).await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..others {
        let (head, _) = signed(&sandbox, ("GET", "/site/kept"), &[], Payload::Body(b""), 0);
        let mut stream = connect(&sandbox).await;
        stream.write_all(&head).await.unwrap();
        // The answer has begun.
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        streams.push(stream);
    }
    // Meanwhile the object is replaced, read and deleted.
    put(&sandbox, "/site/kept", b"new".to_vec(), &[]).await.unwrap();
    assert_eq!(get(&sandbox, "/site/kept").await.unwrap(), b"new");
    assert_eq!(call(&sandbox, ("DELETE", "/site/kept"), &[], b"").await.status, 204);
    let mut slow = streams.pop().unwrap();
    // The others go away in the middle.
    drop(streams);
    let mut read = Vec::with_capacity(size + 1_024);
    let mut buffer = vec![0; 256 << 10];
    let mut pauses = 0;
    loop {
        let count = tokio::time::timeout(PATIENCE, slow.read(&mut buffer)).await.unwrap().unwrap();
        if count == 0 {
            break;
        }
        read.extend_from_slice(&buffer[..count]);
        if read.len() > pauses * (4 << 20) {
            pauses += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert!(read.ends_with(&body), "{} bytes", read.len());
    expect_files(&sandbox, 0, "after the last reader").await;
}
