//! Listings: order, prefixes, delimiters, pages and encodings.

mod harness;

use futures::StreamExt as _;
use harness::Harness;
use http::Method;

async fn filled() -> Harness {
    let s3 = Harness::with_bucket().await;
    for key in ["a/1", "a/2", "a/b/3", "b", "c/4", "c/5", "d%20e+f", "%C3%BC"] {
        s3.put(&format!("/bbb/{key}"), "x").await.ok();
    }
    s3
}

#[tokio::test]
async fn keys_come_in_the_order_of_their_bytes() {
    let s3 = filled().await;
    let listed = s3.get("/bbb?list-type=2").await.ok();
    assert_eq!(listed.all("Key"), ["a/1", "a/2", "a/b/3", "b", "c/4", "c/5", "d e+f", "ü"]);
    assert_eq!(listed.one("KeyCount"), "8");
    assert_eq!(listed.one("IsTruncated"), "false");
    assert_eq!(listed.one("MaxKeys"), "1000");
    assert_eq!(listed.one("LastModified"), "2026-11-23T05:00:00.000Z");
    assert_eq!(listed.one("ETag").replace("&quot;", "\""), "\"9dd4e461268c8034f5c8564e155c67a6\"");
    assert_eq!(listed.one("StorageClass"), "STANDARD");
    assert_eq!(listed.one("ChecksumAlgorithm"), "CRC64NVME");
    assert_eq!(listed.all("Owner").len(), 0);
    assert_eq!(s3.get("/bbb?list-type=2&fetch-owner=true").await.all("Owner").len(), 8);
    assert_eq!(s3.get("/bbb?list-type=2&prefix=a/").await.all("Key"), ["a/1", "a/2", "a/b/3"]);
    assert_eq!(s3.get("/bbb?list-type=2&start-after=b").await.all("Key"), ["c/4", "c/5", "d e+f", "ü"]);
}

#[tokio::test]
async fn delimiters_roll_up() {
    let s3 = filled().await;
    let listed = s3.get("/bbb?list-type=2&delimiter=/").await.ok();
    assert_eq!(listed.all("Key"), ["b", "d e+f", "ü"]);
    let inner = s3.get("/bbb?list-type=2&delimiter=/&prefix=a/").await.ok();
    assert_eq!(inner.all("Key"), ["a/1", "a/2"]);
    assert!(inner.text().contains("<CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes>"));
    assert!(listed.text().contains("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>"), "{}", listed.text());
    assert_eq!(listed.one("KeyCount"), "5");
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let s3 = filled().await;
    for (query, expected) in [
        ("", vec!["a/1", "a/2", "a/b/3", "b", "c/4", "c/5", "d e+f", "ü"]),
        ("&delimiter=/", vec!["a/", "b", "c/", "d e+f", "ü"]),
        ("&delimiter=/&prefix=a/", vec!["a/1", "a/2", "a/b/"]),
    ] {
        for size in 1..=4 {
            let mut seen: Vec<String> = Vec::new();
            let mut token = String::new();
            loop {
                let page = s3.get(&format!("/bbb?list-type=2&max-keys={size}{query}{token}")).await.ok();
                let mut rows: Vec<String> = page.all("Key").into_iter().map(str::to_owned).collect();
                rows.extend(
                    page.all("CommonPrefixes")
                        .into_iter()
                        .map(|it| it.replace("<Prefix>", "").replace("</Prefix>", "")),
                );
                assert!(rows.len() <= size);
                seen.extend(rows);
                if page.one("IsTruncated") == "false" {
                    assert_eq!(page.one("NextContinuationToken"), "");
                    break;
                }
                token = format!("&continuation-token={}", page.one("NextContinuationToken"));
            }
            seen.sort();
            assert_eq!(seen, expected, "{query} by {size}");
        }
    }
    s3.get("/bbb?list-type=2&continuation-token=junk").await.refused(400, "InvalidArgument");
    s3.get("/bbb?list-type=2&max-keys=-1").await.refused(400, "InvalidArgument");
    let none = s3.get("/bbb?list-type=2&max-keys=0").await.ok();
    assert_eq!((none.one("KeyCount"), none.one("IsTruncated")), ("0", "false"));
}

#[tokio::test]
async fn the_first_version_goes_on_by_marker() {
    let s3 = filled().await;
    let page = s3.get("/bbb?max-keys=1&delimiter=/").await.ok();
    assert_eq!(page.facts.operation, Some("ListObjects"));
    assert_eq!(page.one("NextMarker"), "a/");
    let next = s3.get("/bbb?max-keys=1&delimiter=/&marker=a/").await.ok();
    assert_eq!((next.all("Key"), next.one("NextMarker")), (vec!["b"], "b"));
    let plain = s3.get("/bbb?max-keys=2&marker=a/1").await.ok();
    assert_eq!(plain.all("Key"), ["a/2", "a/b/3"]);
    assert_eq!(plain.one("NextMarker"), "");
    assert_eq!(plain.all("Owner").len(), 2);
}

#[tokio::test]
async fn keys_can_be_asked_for_encoded() {
    let s3 = filled().await;
    let listed = s3.get("/bbb?list-type=2&encoding-type=url&prefix=d%20e&delimiter=%2F").await.ok();
    assert_eq!(listed.all("Key"), ["d%20e%2Bf"]);
    assert_eq!(listed.one("Prefix"), "d%20e");
    assert_eq!(listed.one("Delimiter"), "/");
    assert_eq!(listed.one("EncodingType"), "url");
    s3.get("/bbb?list-type=2&encoding-type=base64").await.refused(400, "InvalidArgument");
}

#[tokio::test]
async fn more_than_a_page_and_a_prefix_longer_than_one() {
    let s3 = Harness::with_bucket().await;
    let puts = futures::stream::iter(0..2100).for_each_concurrent(64, async |number| {
        let key = if number < 1500 { format!("big/{number:05}") } else { format!("z{number:05}") };
        s3.put(&format!("/bbb/{key}"), "").await.ok();
    });
    puts.await;
    let first = s3.get("/bbb?list-type=2").await.ok();
    assert_eq!((first.all("Key").len(), first.one("IsTruncated")), (1000, "true"));
    let rolled = s3.get("/bbb?list-type=2&delimiter=/&max-keys=2").await.ok();
    assert_eq!((rolled.all("Key"), rolled.all("CommonPrefixes").len()), (vec!["z01500"], 1));
    assert_eq!(rolled.one("IsTruncated"), "true");
    s3.send(Method::DELETE, "/bbb/z01500", &[], "").await.ok();
}
