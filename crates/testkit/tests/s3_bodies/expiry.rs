//! A session that ends in the middle of a multipart upload.

use daypass_testkit::{Answer, Credentials, Refused, Sandbox, seed};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::Timestamp;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::raw::{address, answer, connect, expect_files};
use crate::{get, noise, nothing_changed, sandbox};

const JOB: &str = "your-org/your-repo ref=refs/heads/main";
const EXPIRED: (u16, &str, &str) = (400, "ExpiredToken", "The provided token has expired.");

async fn with_role(sandbox: &Sandbox) {
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust("repo:your-org/your-repo:ref:refs/heads/main")).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
        "Resource": "arn:aws:s3:::site/*",
    }]});
    sandbox.put_role_policy("deploy", "write", &policy).await;
}

async fn session(sandbox: &Sandbox) -> Credentials {
    sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap()
}

async fn call(
    sandbox: &Sandbox,
    by: &Credentials,
    (method, path): (&str, &str),
    body: &[u8],
) -> Result<Answer, Refused> {
    sandbox.s3(Some(by), Request::builder().method(method).uri(path).body(body.to_vec()).unwrap()).await
}

fn etag(answer: &Answer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_outlives_the_session_that_began_it() {
    let sandbox = sandbox().await;
    with_role(&sandbox).await;
    let (first, second) = (noise(5 << 20), noise(1_000));
    let early = session(&sandbox).await;
    let begun = call(&sandbox, &early, ("POST", "/site/new?uploads"), b"").await.unwrap();
    let upload = begun.element("UploadId").unwrap();
    let part = |number: u8| format!("/site/new?partNumber={number}&uploadId={upload}");
    let whole = format!("/site/new?uploadId={upload}");
    let one = etag(&call(&sandbox, &early, ("PUT", &part(1)), &first).await.unwrap());

    sandbox.advance(3_601).await;
    let list = |tags: &[&str]| {
        let parts = (1..)
            .zip(tags)
            .map(|(number, tag)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"));
        format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts.collect::<String>())
    };
    for (method, path, body) in [
        ("PUT", part(2), second.clone()),
        ("PUT", part(1), second.clone()),
        ("POST", whole.clone(), list(&[&one]).into_bytes()),
        ("DELETE", whole.clone(), Vec::new()),
    ] {
        let refused = call(&sandbox, &early, (method, &path), &body).await.unwrap_err();
        assert_eq!(refused.said(), EXPIRED, "{method} {path}");
    }
    nothing_changed(&sandbox, "after the session's end").await;
    // The upload is as it was: the next session goes on where the first had to stop.
    let late = session(&sandbox).await;
    let two = etag(&call(&sandbox, &late, ("PUT", &part(2)), &second).await.unwrap());
    call(&sandbox, &late, ("POST", &whole), list(&[&one, &two]).as_bytes()).await.unwrap();
    assert!(get(&sandbox, "/site/new").await.unwrap() == [first, second].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_on_its_way_when_the_session_ended_is_whole_or_not_there() {
    let sandbox = sandbox().await;
    with_role(&sandbox).await;
    let early = session(&sandbox).await;
    let begun = call(&sandbox, &early, ("POST", "/site/new?uploads"), b"").await.unwrap();
    let upload = begun.element("UploadId").unwrap();
    let body = noise(1 << 20);
    let target = format!("/site/new?partNumber=1&uploadId={upload}");
    let request = Request::put(&target).header("host", address(&sandbox)).body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    sandbox.aws.signer("s3", &early, Timestamp::now()).sign(&mut parts, Payload::Body(&body)).unwrap();
    let mut head =
        format!("PUT {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    let mut stream = connect(&sandbox).await;
    stream.write_all(&[head.as_bytes(), b"\r\n", &body[..500_000]].concat()).await.unwrap();
    // The call was let in once its file is there.
    expect_files(&sandbox, 2, "the part has begun").await;
    sandbox.advance(3_601).await;
    stream.write_all(&body[500_000..]).await.unwrap();
    let reply = answer(&mut stream).await.unwrap();
    // A call is judged when it comes, as by AWS: what it began in time it may end.
    assert_eq!(reply.status, 200, "{}", reply.text());
    let listed = get(&sandbox, &format!("/site/new?uploadId={upload}")).await.unwrap();
    assert!(String::from_utf8(listed).unwrap().contains("<Size>1048576</Size>"));
    nothing_changed(&sandbox, "a part is no object").await;
}
