//! S3: which actions on which resources a request is, and what is no request.

use std::fmt::Write as _;

use daypass_targets::authority::KeyValues;
use daypass_targets::gateway::{BodyNeed, Identified, Request, Service, Unknown, identify};

/// A request: its method, the bucket that its host names, its target, its headers, its body.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    method: &'a str,
    host: Option<&'a str>,
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

const fn row<'a>(method: &'a str, target: &'a str) -> Row<'a> {
    Row { method, host: None, target, headers: &[], body: "" }
}

const fn with<'a>(method: &'a str, target: &'a str, headers: &'a [(&'a str, &'a str)]) -> Row<'a> {
    Row { headers, ..row(method, target) }
}

const fn batch<'a>(body: &'a str, headers: &'a [(&'a str, &'a str)]) -> Row<'a> {
    Row { body, headers, ..row("POST", "/site?delete") }
}

impl Row<'_> {
    fn told(&self) -> Result<Identified, Unknown> {
        let mut request = http::Request::builder().method(self.method).uri(self.target);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        // What is not asked for is not there.
        let body = match Service::S3.body_need(&parts, self.host) {
            BodyNeed::Whole(_) => self.body.as_bytes(),
            BodyNeed::Nothing => &[],
        };
        let account = "123456789012";
        let asked = Request { parts: &parts, bucket_of_host: self.host, body, account, region: "eu-west-1" };
        identify(Service::S3, &asked)
    }
}

/// `Operation: action resource [key=value]`, each question on its own, S3's prefixes left out.
fn shown(identified: &Identified) -> String {
    let mut text = format!("{}:", identified.operation);
    for question in &identified.questions {
        let action = question.action.strip_prefix("s3:").unwrap();
        let resource = question.resource.strip_prefix("arn:aws:s3:::").unwrap_or(&question.resource);
        write!(text, " {action} {resource}").unwrap();
        for key in &question.keys {
            let KeyValues::One(value) = &key.values else { panic!("{key:?}") };
            write!(text, " [{}={value}]", key.name.strip_prefix("s3:").unwrap()).unwrap();
        }
        text.push(';');
    }
    text
}

fn must_be(rows: &[(Row<'_>, &str)]) {
    for (row, expected) in rows {
        let told = row.told().map(|identified| shown(&identified)).map_err(|unknown| unknown.detail);
        assert_eq!(told.as_deref(), Ok(*expected), "{row:?}");
    }
}

#[test]
fn buckets_and_what_is_listed_of_them() {
    let at_host = Row { host: Some("site"), ..row("GET", "/?list-type=2&prefix=a%2Fb") };
    must_be(&[
        (row("GET", "/"), "ListBuckets: ListAllMyBuckets *;"),
        (row("GET", "/?x-id=ListBuckets&max-buckets=5"), "ListBuckets: ListAllMyBuckets *;"),
        (row("GET", "/site"), "ListObjects: ListBucket site;"),
        (row("GET", "/site/?list-type=2"), "ListObjectsV2: ListBucket site;"),
        (
            row("GET", "/site?list-type=2&prefix=a%2Fb%20c&delimiter=%2F&max-keys=5"),
            "ListObjectsV2: ListBucket site [prefix=a/b c] [delimiter=/] [max-keys=5];",
        ),
        (row("GET", "/site?list-type=2&prefix="), "ListObjectsV2: ListBucket site [prefix=];"),
        (at_host, "ListObjectsV2: ListBucket site [prefix=a/b];"),
        (row("GET", "/site?versions&prefix=a"), "ListObjectVersions: ListBucketVersions site [prefix=a];"),
        (row("GET", "/site?uploads"), "ListMultipartUploads: ListBucketMultipartUploads site;"),
        (row("HEAD", "/site"), "HeadBucket: ListBucket site;"),
        (row("DELETE", "/site"), "DeleteBucket: DeleteBucket site;"),
        (row("PUT", "/site"), "CreateBucket: CreateBucket site;"),
        (
            with("PUT", "/site", &[("x-amz-acl", "public-read"), ("x-amz-grant-read", "id=1")]),
            "CreateBucket: CreateBucket site [x-amz-acl=public-read] [x-amz-grant-read=id=1]; PutBucketAcl site;",
        ),
        (
            with("PUT", "/site", &[("x-amz-bucket-object-lock-enabled", "true")]),
            "CreateBucket: CreateBucket site; PutBucketObjectLockConfiguration site; PutBucketVersioning site;",
        ),
        (
            with("PUT", "/site", &[("x-amz-object-ownership", "ObjectWriter")]),
            "CreateBucket: CreateBucket site [x-amz-object-ownership=ObjectWriter]; PutBucketOwnershipControls site;",
        ),
        (row("GET", "/site?location"), "GetBucketLocation: GetBucketLocation site;"),
        (row("GET", "/site?policy="), "GetBucketPolicy: GetBucketPolicy site;"),
        (row("GET", "/site?encryption"), "GetBucketEncryption: GetEncryptionConfiguration site;"),
        (row("PUT", "/site?tagging"), "PutBucketTagging: PutBucketTagging site;"),
        (row("DELETE", "/site?tagging"), "DeleteBucketTagging: PutBucketTagging site;"),
        (row("PUT", "/site?versioning"), "PutBucketVersioning: PutBucketVersioning site;"),
        (row("DELETE", "/site?lifecycle"), "DeleteBucketLifecycle: PutLifecycleConfiguration site;"),
        (row("DELETE", "/site?website"), "DeleteBucketWebsite: DeleteBucketWebsite site;"),
    ]);
}

#[test]
fn objects_and_their_versions() {
    let at_host = Row { host: Some("my.site"), ..row("GET", "/a/b.txt?versionId=v1") };
    must_be(&[
        (row("GET", "/site/a/b.txt"), "GetObject: GetObject site/a/b.txt;"),
        (row("GET", "/site/a%2Fb%20c%C3%BC"), "GetObject: GetObject site/a/b cü;"),
        (row("GET", "/site/folder/"), "GetObject: GetObject site/folder/;"),
        (row("GET", "/site/a?partNumber=1"), "GetObject: GetObject site/a;"),
        (row("GET", "/site/a?response-content-type=text%2Fplain"), "GetObject: GetObject site/a;"),
        (row("GET", "/site/a?versionId=null"), "GetObject: GetObjectVersion site/a [VersionId=null];"),
        (at_host, "GetObject: GetObjectVersion my.site/a/b.txt [VersionId=v1];"),
        (row("HEAD", "/site/a"), "HeadObject: GetObject site/a;"),
        (row("HEAD", "/site/a?versionId=v1"), "HeadObject: GetObjectVersion site/a [VersionId=v1];"),
        (row("DELETE", "/site/a"), "DeleteObject: DeleteObject site/a;"),
        (row("DELETE", "/site/a?versionId=v1"), "DeleteObject: DeleteObjectVersion site/a [VersionId=v1];"),
        (
            with("DELETE", "/site/a?versionId=v1", &[("x-amz-bypass-governance-retention", "true")]),
            "DeleteObject: DeleteObjectVersion site/a [VersionId=v1]; BypassGovernanceRetention site/a;",
        ),
        (
            row("GET", "/site/a?attributes"),
            "GetObjectAttributes: GetObjectAttributes site/a; GetObject site/a;",
        ),
        (
            row("GET", "/site/a?attributes&versionId=v1"),
            "GetObjectAttributes: GetObjectVersionAttributes site/a [VersionId=v1]; GetObjectVersion site/a [VersionId=v1];",
        ),
        (row("GET", "/site/a?acl"), "GetObjectAcl: GetObjectAcl site/a;"),
        (row("GET", "/site/a?acl&versionId=v1"), "GetObjectAcl: GetObjectVersionAcl site/a [VersionId=v1];"),
        (row("GET", "/site/a?tagging"), "GetObjectTagging: GetObjectTagging site/a;"),
        (
            row("GET", "/site/a?tagging&versionId=v1"),
            "GetObjectTagging: GetObjectVersionTagging site/a [VersionId=v1];",
        ),
        (row("PUT", "/site/a?tagging"), "PutObjectTagging: PutObjectTagging site/a;"),
        (
            row("PUT", "/site/a?tagging&versionId=v1"),
            "PutObjectTagging: PutObjectVersionTagging site/a [VersionId=v1];",
        ),
        (row("DELETE", "/site/a?tagging"), "DeleteObjectTagging: DeleteObjectTagging site/a;"),
        (
            row("DELETE", "/site/a?tagging&versionId=v1"),
            "DeleteObjectTagging: DeleteObjectVersionTagging site/a [VersionId=v1];",
        ),
    ]);
}

#[test]
fn what_is_written() {
    const CREATES: &str = "[ObjectCreationOperation=true]";
    const PART: &str = "PutObject site/a [ObjectCreationOperation=false]";
    must_be(&[
        (row("PUT", "/site/a?x-id=PutObject"), &format!("PutObject: PutObject site/a {CREATES};")),
        (
            with(
                "PUT",
                "/site/a",
                &[("x-amz-acl", "private"), ("if-none-match", "*"), ("x-amz-tagging", "a=b")],
            ),
            &format!(
                "PutObject: PutObject site/a {CREATES} [if-none-match=*] [x-amz-acl=private]; PutObjectAcl site/a; \
                 PutObjectTagging site/a;"
            ),
        ),
        (
            with(
                "PUT",
                "/site/a",
                &[("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-legal-hold", "ON")],
            ),
            &format!(
                "PutObject: PutObject site/a {CREATES}; PutObjectRetention site/a; PutObjectLegalHold site/a;"
            ),
        ),
        (
            with(
                "PUT",
                "/site/a",
                &[("x-amz-storage-class", "GLACIER"), ("x-amz-website-redirect-location", "/b")],
            ),
            &format!(
                "PutObject: PutObject site/a {CREATES} [x-amz-storage-class=GLACIER] \
                 [x-amz-website-redirect-location=/b];"
            ),
        ),
        (
            with("PUT", "/site/a", &[("x-amz-copy-source", "/other/b%20c")]),
            &format!(
                "CopyObject: PutObject site/a {CREATES} [x-amz-copy-source=other/b c]; GetObject other/b c; \
                 GetObjectTagging other/b c; PutObjectTagging site/a;"
            ),
        ),
        (
            with("PUT", "/site/a", &[("x-amz-copy-source", "other/b?versionId=v1")]),
            &format!(
                "CopyObject: PutObject site/a {CREATES} [x-amz-copy-source=other/b]; \
                 GetObjectVersion other/b [VersionId=v1]; GetObjectVersionTagging other/b [VersionId=v1]; \
                 PutObjectTagging site/a;"
            ),
        ),
        (row("POST", "/site/a?uploads"), &format!("CreateMultipartUpload: {PART};")),
        (
            with("POST", "/site/a?uploads", &[("x-amz-tagging", "a=b")]),
            &format!("CreateMultipartUpload: {PART}; PutObjectTagging site/a;"),
        ),
        (row("PUT", "/site/a?partNumber=1&uploadId=u"), &format!("UploadPart: {PART};")),
        (
            with("PUT", "/site/a?partNumber=1&uploadId=u", &[("x-amz-copy-source", "other/b")]),
            &format!("UploadPartCopy: {PART} [x-amz-copy-source=other/b]; GetObject other/b;"),
        ),
        (row("POST", "/site/a?uploadId=u"), &format!("CompleteMultipartUpload: PutObject site/a {CREATES};")),
        (row("DELETE", "/site/a?uploadId=u"), "AbortMultipartUpload: AbortMultipartUpload site/a;"),
        (row("GET", "/site/a?uploadId=u&max-parts=5"), "ListParts: ListMultipartUploadParts site/a;"),
    ]);
}

#[test]
fn a_copy_that_replaces_tags_reads_none() {
    const CREATES: &str = "[ObjectCreationOperation=true]";
    must_be(&[(
        with("PUT", "/site/a", &[("x-amz-copy-source", "other/b"), ("x-amz-tagging-directive", "REPLACE")]),
        &format!("CopyObject: PutObject site/a {CREATES} [x-amz-copy-source=other/b]; GetObject other/b;"),
    )]);
}

#[test]
fn a_batch_asks_for_each_of_its_keys() {
    let two = "<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>v1</VersionId></Object></Delete>";
    must_be(&[
        (batch(two, &[]), "DeleteObjects: DeleteObject site/a&b; DeleteObjectVersion site/c [VersionId=v1];"),
        (
            batch(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>",
                &[],
            ),
            "DeleteObjects: DeleteObject site/a;",
        ),
        (
            batch(
                "<Delete><Object><Key>a</Key></Object></Delete>",
                &[("x-amz-bypass-governance-retention", "true")],
            ),
            "DeleteObjects: BypassGovernanceRetention site/a; DeleteObject site/a;",
        ),
    ]);
    for body in [
        "",
        "<Delete></Delete>",
        "<Delete><Object></Object></Delete>",
        "<Delete><Object><Key></Key></Object></Delete>",
        "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
        "<Delete><Object><Key>a/../b</Key></Object></Delete>",
        "<Delete><Object><Key>a<!-- b --></Key></Object></Delete>",
        "<Delete><Object><Key><![CDATA[a]]></Key></Object></Delete>",
        "<!DOCTYPE a [<!ENTITY e \"b\">]><Delete><Object><Key>&e;</Key></Object></Delete>",
        "<Delete><Object><Key>a</Key><VersionId></VersionId></Object></Delete>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Delete><Object><Key>ü</Key></Object></Delete>",
        "<Delete><Object><Key>a</Key></Object></Delete><Delete><Object><Key>b</Key></Object></Delete>",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?><Delete><Object><Key>a</Key></Object></Delete>",
        "\n<?xml version=\"1.0\"?><Delete><Object><Key>a</Key></Object></Delete>",
        "<Delete><?xml version=\"1.0\"?><Object><Key>a</Key></Object></Delete>",
        "<Delete><Object><Key>a</Key></Object><x:Object><Key>b</Key></x:Object></Delete>",
    ] {
        assert!(batch(body, &[]).told().is_err(), "{body}");
    }
}

#[test]
fn a_new_bucket_says_where_it_shall_be_and_nothing_else() {
    fn created(body: &str) -> Row<'_> {
        Row { body, ..row("PUT", "/site") }
    }
    fn at_host(body: &str) -> Row<'_> {
        Row { body, host: Some("site"), ..row("PUT", "/") }
    }
    let region = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                  <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    let asked = "CreateBucket: CreateBucket site [LocationConstraint=eu-west-1];";
    must_be(&[
        (created(""), "CreateBucket: CreateBucket site;"),
        (
            created("<CreateBucketConfiguration></CreateBucketConfiguration>"),
            "CreateBucket: CreateBucket site;",
        ),
        (created(region), asked),
        (at_host(region), asked),
    ]);
    let tags = "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>";
    for inside in [
        tags,
        "<Tags/>",
        "<Location><Type>AvailabilityZone</Type></Location>",
        "<LocationConstraint>a</LocationConstraint><LocationConstraint>b</LocationConstraint>",
        "<!-- -->",
    ] {
        let body = format!("<CreateBucketConfiguration>{inside}</CreateBucketConfiguration>");
        for row in [created(body.as_str()), at_host(body.as_str())] {
            assert!(row.told().is_err(), "{row:?}");
        }
    }
    for body in ["<", "text<a/>", "<Other></Other>", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>"] {
        assert!(created(body).told().is_err(), "{body}");
    }
    // An object's body is not read, be its path as short as a bucket's.
    let object = Row { body: tags, host: Some("site"), ..row("PUT", "/abc") };
    must_be(&[(object, "PutObject: PutObject site/abc [ObjectCreationOperation=true];")]);
}

#[test]
fn a_signature_in_the_query_changes_nothing() {
    let version_4 = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261126%2Feu-west-1%2Fs3%2Faws4_request\
                     &X-Amz-Date=20261126T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=ab";
    let version_2 = "AWSAccessKeyId=AKIA&Expires=1&Signature=a%2Bb%3D&x-amz-security-token=a+b";
    for signature in [version_4, version_2] {
        must_be(&[
            (row("GET", &format!("/site/a?{signature}")), "GetObject: GetObject site/a;"),
            (
                row("GET", &format!("/site/a?versionId=v1&{signature}")),
                "GetObject: GetObjectVersion site/a [VersionId=v1];",
            ),
            (
                row("GET", &format!("/site?list-type=2&prefix=a&{signature}")),
                "ListObjectsV2: ListBucket site [prefix=a];",
            ),
        ]);
    }
}

#[test]
fn a_read_that_is_not_surely_one_thing_is_nothing() {
    for target in [
        "/site?acl&policy",
        "/site?acl=x",
        "/site?unknown",
        "/site?metadataConfiguration",
        "/site?list-type=1",
        "/site?list-type=3",
        "/site?versions&list-type=2",
        "/site?uploads&list-type=2",
        "/site?prefix=a&prefix=b",
        "/site?prefix=a&Prefix=b",
        "/site?prefix=a+b",
        "/site?versionId=v1",
        "/site/a?versionId=",
        "/site/a?versionId=v1%26acl",
        "/site/a?versionId=v1&versionId=v2",
        "/site/a?VersionId=v1",
        "/site/a?ACL",
        "/site/a?torrent",
        "/site/a?annotation=x",
        "/site/a?prefix=b",
        "/site/a?uploads&uploadId=u",
        "/site/a?x-amz-acl=public-read",
        "/site/a?x-id=PutObject",
        "/site/a?Signature=a",
        "/site/a//b",
        "/site/../other/a",
        "/site/%2e%2e/a",
        "/SITE/a",
        "//site/a",
    ] {
        assert!(row("GET", target).told().is_err(), "{target}");
    }
}

#[test]
fn a_write_that_is_not_surely_one_thing_is_nothing() {
    let copies = |source: &'static str| [("x-amz-copy-source", source)];
    for (method, target) in [
        ("POST", "/"),
        ("POST", "/site"),
        ("POST", "/site/a"),
        ("PUT", "/site?acl"),
        ("PUT", "/site?policy"),
        ("DELETE", "/site?policy"),
        ("PUT", "/site/a?acl"),
        ("PUT", "/site/a?versionId=v1"),
        ("PUT", "/site/a?partNumber=1"),
        ("PUT", "/site/a?uploadId=u"),
        ("POST", "/site/a?uploadId=u&versionId=v1"),
        ("POST", "/site/a?restore"),
        ("POST", "/site/a?select&select-type=2"),
        ("DELETE", "/site?versionId=v1"),
        ("PATCH", "/site/a"),
        ("OPTIONS", "/site/a"),
        ("get", "/site/a"),
    ] {
        assert!(row(method, target).told().is_err(), "{method} {target}");
    }
    for source in [
        "other",
        "other%2Fa",
        "/",
        "//other/a",
        "other/a?versionId=",
        "other/a?versionId=v1&x",
        "other/a?x",
        "other/a+b",
        "other/../a",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/a/object/b",
    ] {
        assert!(with("PUT", "/site/a", &copies(source)).told().is_err(), "{source}");
    }
    for (method, target, headers) in [
        ("GET", "/site/a", &copies("other/b")[..]),
        ("PUT", "/site/a?tagging", &copies("other/b")[..]),
        ("PUT", "/site/a", &[("x-amz-acl", "private"), ("x-amz-acl", "public-read")][..]),
        ("PUT", "/site/a", &[("x-amz-rename-source", "b")][..]),
        ("PUT", "/site/a", &[("x-amz-nobody-knows", "b")][..]),
        ("PUT", "/site/a", &[("x-amz-copy-source", "other/b"), ("x-amz-tagging-directive", "replace")][..]),
    ] {
        assert!(with(method, target, headers).told().is_err(), "{method} {target} {headers:?}");
    }
}

#[test]
fn what_lies_behind_is_said_to_be_unknown() {
    let unavailable = |row: Row<'_>| row.told().unwrap().unavailable;
    let tagged = unavailable(with("PUT", "/site/a", &[("x-amz-tagging", "a=b")]));
    assert!(tagged.contains(&"s3:RequestObjectTag/*") && tagged.contains(&"s3:RequestObjectTagKeys"));
    assert!(unavailable(row("GET", "/site/a")).contains(&"s3:ExistingObjectTag/*"));
    assert!(unavailable(row("PUT", "/site?tagging")).contains(&"aws:RequestTag/*"));
    let data = |row: Row<'_>| row.told().map(|told| (told.is_data, told.read_only));
    assert_eq!(data(row("GET", "/site/a")), Ok((true, true)));
    assert_eq!(data(row("PUT", "/site/a?tagging")), Ok((true, false)));
    assert_eq!(data(row("GET", "/site?list-type=2")), Ok((true, true)));
    assert_eq!(data(row("PUT", "/site")), Ok((false, false)));
}
