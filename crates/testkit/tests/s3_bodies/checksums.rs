//! Every checksum that S3 knows, in a header and in a trailer, of an object and of a part.

use daypass_testkit::{Refused, Sandbox};
use daypass_wire::checksum::{self, Algorithm};
use daypass_wire::sigv4::PayloadHash;
use http::Request;

use crate::chunks::Chunked;
use crate::raw::expect_files;
use crate::{BEFORE, noise, nothing_changed, put, sandbox};

const OTHER_MD5: &str = "7Qdih1MuhjZehB6Sv8UNjA==";

fn bad_digest(algorithm: Algorithm) -> String {
    format!("The {} you specified did not match the calculated checksum.", algorithm.name())
}

/// Begins an upload to `/site/new` whose parts have checksums of this kind.
async fn begin(sandbox: &Sandbox, algorithm: Algorithm) -> String {
    let request = Request::post("/site/new?uploads")
        .header("x-amz-checksum-algorithm", algorithm.name())
        .body(Vec::new())
        .unwrap();
    let begun = sandbox.s3(Some(&sandbox.administrator), request).await.unwrap();
    begun.element("UploadId").unwrap()
}

/// The numbers of the parts that an upload has.
async fn parts(sandbox: &Sandbox, upload: &str) -> String {
    let request = Request::get(format!("/site/new?uploadId={upload}")).body(Vec::new()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), request).await.unwrap().text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_checksum_is_refused_wherever_it_stands() {
    let sandbox = sandbox().await;
    let body = noise(100_000);
    for algorithm in Algorithm::ALL {
        let (header, wrong) = (algorithm.header(), checksum::of(algorithm, b"other"));
        let message = bad_digest(algorithm);
        let expected = (400, "BadDigest", message.as_str());
        let upload = begin(&sandbox, algorithm).await;
        let part = format!("/site/new?partNumber=1&uploadId={upload}");
        for path in ["/site/new", "/site/kept", &part] {
            let refused = put(&sandbox, path, body.clone(), &[(header, &wrong)]).await.unwrap_err();
            assert_eq!(refused.said(), expected, "{header} for {path}");
            for payload in [PayloadHash::StreamingSignedTrailer, PayloadHash::StreamingUnsignedTrailer] {
                let chunked =
                    Chunked::new(payload.clone(), body.chunks(65_536).collect()).trailer(header, &wrong);
                let refused = chunked.put(&sandbox, path).await.unwrap_err();
                assert_eq!(refused.said(), expected, "{header} behind {payload:?} for {path}");
            }
        }
        assert!(!parts(&sandbox, &upload).await.contains("<PartNumber>"), "{header}");
        nothing_changed(&sandbox, header).await;
        expect_files(&sandbox, 1, header).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_has_the_content_md5_that_it_promised() {
    let sandbox = sandbox().await;
    let upload = begin(&sandbox, Algorithm::Crc32).await;
    let path = format!("/site/new?partNumber=1&uploadId={upload}");
    let body = b"hello".to_vec();
    let crc = ("x-amz-checksum-crc32", checksum::of(Algorithm::Crc32, &body));
    let with = |md5: &'static str| [("content-md5", md5), (crc.0, crc.1.as_str())];
    let refused = put(&sandbox, &path, body.clone(), &with(OTHER_MD5)).await.unwrap_err();
    let message = "The Content-MD5 you specified did not match what we received.";
    assert_eq!(refused.said(), (400, "BadDigest", message));
    let refused = put(&sandbox, &path, body.clone(), &with("hello")).await.unwrap_err();
    assert_eq!(refused.said(), (400, "InvalidDigest", "The Content-MD5 you specified was invalid."));
    assert!(!parts(&sandbox, &upload).await.contains("<PartNumber>"));
    put(&sandbox, &path, body, &with("XUFAKrxLKna5cZ2REBfFkg==")).await.unwrap();
    assert!(parts(&sandbox, &upload).await.contains("<PartNumber>1</PartNumber>"));
}

/// Takes the whole way of an upload in two parts, with the checksums in the list and the last one given for the whole.
async fn complete(
    sandbox: &Sandbox,
    algorithm: Algorithm,
    bodies: [&[u8]; 2],
    whole: Option<(&str, &str)>,
) -> Result<(), Refused> {
    let upload = begin(sandbox, algorithm).await;
    let mut list = String::new();
    for (number, body) in (1..).zip(bodies) {
        let value = checksum::of(algorithm, body);
        let path = format!("/site/new?partNumber={number}&uploadId={upload}");
        let answer = put(sandbox, &path, body.to_vec(), &[(algorithm.header(), &value)]).await?;
        assert_eq!(answer.headers[algorithm.header()], value.as_str());
        let etag = answer.headers["etag"].to_str().unwrap();
        list.push_str(&format!(
            "<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag><Checksum{0}>{value}</Checksum{0}></Part>",
            algorithm.name()
        ));
    }
    let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
    let request = Request::post(format!("/site/new?uploadId={upload}"));
    let request = whole
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value))
        .body(list.into_bytes());
    sandbox.s3(Some(&sandbox.administrator), request.unwrap()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checksum_of_a_whole_upload_must_be_right() {
    let sandbox = sandbox().await;
    let (first, second) = (noise(5 << 20), noise(1_000));
    for algorithm in [Algorithm::Crc32, Algorithm::Sha256] {
        let wrong = checksum::of(algorithm, b"other");
        let bodies = [first.as_slice(), &second];
        let refused =
            complete(&sandbox, algorithm, bodies, Some((algorithm.header(), &wrong))).await.unwrap_err();
        let message = bad_digest(algorithm);
        assert_eq!(refused.said(), (400, "BadDigest", message.as_str()));
        nothing_changed(&sandbox, algorithm.name()).await;
        complete(&sandbox, algorithm, bodies, None).await.unwrap();
        let request =
            Request::get("/site/new").header("x-amz-checksum-mode", "ENABLED").body(Vec::new()).unwrap();
        let got = sandbox.s3(Some(&sandbox.administrator), request).await.unwrap();
        assert!(got.body == [first.as_slice(), &second].concat());
        let value = got.headers[algorithm.header()].to_str().unwrap();
        assert!(value.ends_with("-2"), "{value} is no checksum of checksums");
        assert_eq!(got.headers["x-amz-checksum-type"], "COMPOSITE");
        let delete = Request::delete("/site/new").body(Vec::new()).unwrap();
        sandbox.s3(Some(&sandbox.administrator), delete).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checksum_comes_back_to_whoever_asks_for_it() {
    let sandbox = sandbox().await;
    let body = noise(10_000);
    for algorithm in Algorithm::ALL {
        let (header, value) = (algorithm.header(), checksum::of(algorithm, &body));
        let path = format!("/site/{}", algorithm.name());
        let answer = put(&sandbox, &path, body.clone(), &[(header, &value)]).await.unwrap();
        assert_eq!(answer.headers[header], value.as_str());
        for method in ["GET", "HEAD"] {
            for (headers, wanted) in [
                ([("x-amz-checksum-mode", "ENABLED"), ("accept", "*/*")], Some(value.as_str())),
                ([("accept", "*/*"), ("x-unknown", "1")], None),
                // A part of the object has no checksum of its own.
                ([("x-amz-checksum-mode", "ENABLED"), ("range", "bytes=0-9")], None),
            ] {
                let request = Request::builder().method(method).uri(&path);
                let request =
                    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                let got = sandbox
                    .s3(Some(&sandbox.administrator), request.body(Vec::new()).unwrap())
                    .await
                    .unwrap();
                let given = got.headers.get(header).map(|value| value.to_str().unwrap());
                assert_eq!(given, wanted, "{method} {path} {headers:?}");
            }
        }
    }
    // Who named none gets the one that S3 computes by itself.
    let request =
        Request::head("/site/kept").header("x-amz-checksum-mode", "ENABLED").body(Vec::new()).unwrap();
    let got = sandbox.s3(Some(&sandbox.administrator), request).await.unwrap();
    assert_eq!(got.headers["x-amz-checksum-crc64nvme"], checksum::of(Algorithm::Crc64Nvme, BEFORE).as_str());
}
