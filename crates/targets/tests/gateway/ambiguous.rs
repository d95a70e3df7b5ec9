//! Requests that two servers would take for two calls: nothing here, or written anew for the service behind.

use daypass_targets::gateway::{BodyNeed, Identified, Request, Service, Unknown, identify};
use http::request::Parts;

use crate::{Sent, asked};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:jobs";
const FORM: &str = "application/x-www-form-urlencoded";

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn s3(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<Identified, Unknown> {
    let parts = parts(method, uri, headers);
    let account = "123456789012";
    let asked = Request { parts: &parts, bucket_of_host: None, body: &[], account, region: "eu-west-1" };
    identify(Service::S3, &asked)
}

#[test]
fn a_connection_takes_no_header_away() {
    for named in ["close", "keep-alive", "Close, TE", "Upgrade, HTTP2-Settings", "", "close,, te"] {
        assert!(s3("PUT", "/site/a", &[("connection", named)]).is_ok(), "{named}");
    }
    for named in [
        "if-none-match",
        "close, If-None-Match",
        "x-amz-copy-source",
        "X-Amz-Server-Side-Encryption",
        "content-type",
        "x-amz-meta-a",
        "content-length",
        "authorization",
        "nobody-knows",
        "close if-none-match",
    ] {
        let headers = [("if-none-match", "*"), ("connection", named)];
        assert!(s3("PUT", "/site/a", &headers).is_err(), "{named}");
    }
    let two =
        [("connection", "close"), ("connection", "x-amz-copy-source"), ("x-amz-copy-source", "/other/b")];
    assert!(s3("PUT", "/site/a", &two).is_err());
    let (kind, target) = ("application/x-amz-json-1.0", "DynamoDB_20120810.GetItem");
    for named in ["x-amz-target", "content-type"] {
        let headers = [("content-type", kind), ("x-amz-target", target), ("connection", named)];
        let sent = Sent::with(&headers, "/", r#"{"TableName":"site"}"#);
        assert!(sent.to(Service::DynamoDb).is_err(), "{named}");
    }
}

#[test]
fn addresses_go_on_as_they_were_read() {
    for (uri, path) in [
        ("/site/a", "/site/a"),
        ("/site/", "/site"),
        ("/site/secret;x", "/site/secret%3Bx"),
        ("/site/secret%3bx", "/site/secret%3Bx"),
        ("/site/a%2Fb", "/site/a/b"),
        ("/site/a%23b%3Fc", "/site/a%23b%3Fc"),
        ("/site/a&b=c+d@e:f!'()*,~", "/site/a%26b%3Dc%2Bd%40e%3Af%21%27%28%29%2A%2C~"),
        ("/site/%C3%BC%20", "/site/%C3%BC%20"),
    ] {
        let told = s3("GET", uri, &[]).map(|told| told.written.path);
        assert_eq!(told.as_deref(), Ok(path), "{uri}");
    }
    for (source, written) in [
        ("other/b", "/other/b"),
        ("/other/secret;x", "/other/secret%3Bx"),
        ("/other/secret#x", "/other/secret%23x"),
        ("/other/a%3Fb", "/other/a%3Fb"),
        ("other/b;?versionId=v1", "/other/b%3B?versionId=v1"),
    ] {
        let told = s3("PUT", "/site/a", &[("x-amz-copy-source", source)]);
        assert_eq!(told.map(|told| told.written.copy_source), Ok(Some(written.to_owned())), "{source}");
    }
}

#[test]
fn the_doors_of_a_service_are_no_buckets() {
    for (method, uri) in [
        ("POST", "/moto-api/reset?uploads"),
        ("GET", "/moto-api/data.json"),
        ("PUT", "/moto-api-again/a"),
        ("GET", "/latest/meta-data/x"),
        ("PUT", "/v20180820/accesspoint/a"),
        ("GET", "/minio/health/live"),
        ("GET", "/admin/user"),
        ("GET", "/favicon.ico"),
        ("GET", "/metrics"),
        ("GET", "/health"),
    ] {
        assert!(s3(method, uri, &[]).is_err(), "{method} {uri}");
    }
    let copied = s3("PUT", "/site/a", &[("x-amz-copy-source", "/minio/health")]);
    assert!(copied.is_err());
    let parts = parts("POST", "/reset?uploads", &[]);
    let host = Some("moto-api");
    let asked =
        Request { parts: &parts, bucket_of_host: host, body: &[], account: "123456789012", region: "a" };
    assert!(identify(Service::S3, &asked).is_err());
    assert!(s3("PUT", "/moto/a", &[]).is_ok());
    assert!(s3("PUT", "/site/moto-api", &[]).is_ok());
}

#[test]
fn the_body_of_an_object_is_no_form() {
    for kind in
        [FORM, "multipart/form-data; boundary=a", "Multipart/Form-Data", "application/X-WWW-Form-Urlencoded"]
    {
        for (method, uri) in [("DELETE", "/site/a"), ("PUT", "/site/a"), ("POST", "/site/a?uploadId=u")] {
            assert!(s3(method, uri, &[("content-type", kind)]).is_err(), "{method} {uri} {kind}");
        }
    }
    assert!(s3("PUT", "/site/a", &[("content-type", "text/html; charset=utf-8")]).is_ok());
    for name in ["if-match", "if-none-match", "range", "content-type"] {
        assert!(s3("GET", "/site/a", &[(name, "a"), (name, "b")]).is_err(), "{name} twice");
    }
}

#[test]
fn a_form_is_in_utf_8_and_of_its_path() {
    let form =
        |kind: &str, uri: &str, body: &str| Sent::with(&[("content-type", kind)], uri, body).to(Service::Sqs);
    let send = "Action=SendMessage&MessageBody=a";
    for kind in [
        FORM,
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
    ] {
        let told = form(kind, "/123456789012/jobs", send);
        assert_eq!(told.as_ref().map(asked), Ok(vec![format!("sqs:SendMessage {QUEUE}")]), "{kind}");
    }
    for kind in [
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=utf-8; charset=utf-7",
        "application/x-www-form-urlencoded; boundary=a",
        "application/x-www-form-urlencoded;",
    ] {
        assert!(form(kind, "/123456789012/jobs", send).is_err(), "{kind}");
    }
    let url = "QueueUrl=http%3A%2F%2Fh%2F123456789012%2Fjobs";
    assert!(form(FORM, "/123456789012/jobs", &format!("{send}&{url}")).is_ok());
    assert!(form(FORM, "/", "Action=ListQueues").is_ok());
    for (uri, body) in [
        ("/moto-api/reset", "Action=ListQueues".to_owned()),
        ("/moto-api/reset", "Action=CreateQueue&QueueName=jobs".to_owned()),
        ("/123456789012/jobs", "Action=ListQueues".to_owned()),
        ("/jobs", format!("{send}&{url}")),
        ("/123456789012/other", format!("{send}&{url}")),
        ("/moto-api/reset", send.to_owned()),
    ] {
        assert!(form(FORM, uri, &body).is_err(), "{uri} {body}");
    }
}

#[test]
fn a_body_is_one_call_to_whoever_reads_it() {
    let written = |service: Service, sent: &Sent| {
        let body = service.written_anew(&sent.parts, &sent.body);
        body.map(|body| String::from_utf8(body).unwrap())
    };
    let body = r#"{"QueueUrl":"http://h/123456789012/jobs","MessageBody":"&Action=DeleteQueue&;Action=PurgeQueue;"}"#;
    let expected = r#"{"QueueUrl":"http://h/123456789012/jobs","MessageBody":"\u0026Action=DeleteQueue\u0026\u003bAction=PurgeQueue\u003b"}"#;
    let sent = Sent::json("AmazonSQS.SendMessage", body);
    assert_eq!(written(Service::Sqs, &sent).as_deref(), Some(expected));
    assert_eq!(written(Service::DynamoDb, &sent).as_deref(), Some(expected));
    let form =
        Sent::with(&[("content-type", FORM)], "/", "Action=SendMessage&MessageBody=a;Action=DeleteQueue");
    let expected = "Action=SendMessage&MessageBody=a%3BAction%3DDeleteQueue";
    assert_eq!(written(Service::Sqs, &form).as_deref(), Some(expected));
}

#[test]
fn a_new_bucket_that_comes_with_tags_is_nothing() {
    let told = |body: &str| {
        let length = body.len().to_string();
        let parts = parts("PUT", "/site", &[("content-length", &length)]);
        let body = match Service::S3.body_need(&parts, None) {
            BodyNeed::Whole(limit) => &body.as_bytes()[..body.len().min(limit)],
            BodyNeed::Nothing => &[],
        };
        let account = "123456789012";
        identify(
            Service::S3,
            &Request { parts: &parts, bucket_of_host: None, body, account, region: "eu-west-1" },
        )
    };
    let configured =
        |inside: &str| format!("<CreateBucketConfiguration>{inside}</CreateBucketConfiguration>");
    let place = "<LocationConstraint>eu-west-1</LocationConstraint>";
    assert!(told(&configured(place)).is_ok());
    let tags = "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>";
    for body in [
        configured(tags),
        configured(&format!("{place}{tags}")),
        configured(&format!("{place}{}", " ".repeat(100_000))),
    ] {
        assert!(told(&body).is_err(), "{}", body.len());
    }
}

#[test]
fn a_queue_is_in_the_region_of_the_call_and_a_move_has_an_end() {
    let to = |host: &str| {
        let body = format!("{{\"QueueUrl\":\"https://{host}/123456789012/jobs\",\"MessageBody\":\"a\"}}");
        Sent::json("AmazonSQS.SendMessage", &body).to(Service::Sqs)
    };
    for host in [
        "127.0.0.1:5000",
        "localhost",
        "sqs.eu-west-1.amazonaws.com",
        "eu-west-1.queue.localhost:4566",
        "my-host",
    ] {
        assert!(to(host).is_ok(), "{host}");
    }
    for host in [
        "sqs.us-east-1.amazonaws.com",
        "us-east-1.queue.localhost:4566",
        "queue.amazonaws.com",
        "SQS.US-EAST-1.x",
    ] {
        assert!(to(host).is_err(), "{host}");
    }
    let source = r#"{"SourceArn":"arn:aws:sqs:eu-west-1:123456789012:dead"}"#;
    assert!(Sent::json("AmazonSQS.StartMessageMoveTask", source).to(Service::Sqs).is_err());
    assert!(Sent::json("AmazonSQS.ListMessageMoveTasks", source).to(Service::Sqs).is_ok());
}
