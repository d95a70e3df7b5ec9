//! The condition keys that every request has, and those of how it was signed: a statement that denies by one of them
//! takes hold.

use daypass_testkit::{Credentials, Refused, Sandbox, seed};
use daypass_wire::sigv4::{Payload, Signer};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{allow, get, sandbox, session};

/// A sandbox whose role may do everything, and a session of it.
async fn everything() -> (Sandbox, Credentials) {
    let sandbox = sandbox().await;
    sandbox.put_role_policy("deploy", "all", &allow(&["*"], "*")).await;
    let session = session(&sandbox, &[]).await;
    (sandbox, session)
}

async fn deny_where(sandbox: &Sandbox, condition: &Value) {
    let deny = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition,
    }]});
    sandbox.put_role_policy("deploy", "deny", &deny).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_header_has_its_keys() {
    let (sandbox, session) = everything().await;
    let empty_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (condition, is_denied) in [
        (json!({ "Bool": { "aws:ViaAWSService": "false" } }), true),
        (json!({ "Bool": { "aws:ViaAWSService": "true" } }), false),
        (json!({ "Bool": { "aws:PrincipalIsAWSService": "false" } }), true),
        (json!({ "Bool": { "aws:MultiFactorAuthPresent": "false" } }), true),
        (json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }), false),
        (json!({ "StringEquals": { "s3:ResourceAccount": seed::ACCOUNT } }), true),
        (json!({ "StringNotEquals": { "s3:ResourceAccount": seed::ACCOUNT } }), false),
        (json!({ "StringEquals": { "s3:x-amz-content-sha256": empty_sha256 } }), true),
        (json!({ "StringEquals": { "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }), false),
        (json!({ "StringEquals": { "s3:authType": "REST-HEADER" } }), true),
        // Present in what is presigned, and over TLS.
        (json!({ "Null": { "s3:signatureAge": "false" } }), false),
        (json!({ "Null": { "s3:TlsVersion": "false" } }), false),
    ] {
        deny_where(&sandbox, &condition).await;
        assert_eq!(get(&sandbox, &session).await.is_err(), is_denied, "{condition}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presigned_request_has_its_age() {
    let (sandbox, session) = everything().await;
    let old = Timestamp::now() - SignedDuration::from_mins(11);
    let fetch = async |signed_at| {
        let url = format!("{}/site/index.html", sandbox.aws.endpoint());
        let (mut parts, ()) = Request::get(url).body(()).unwrap().into_parts();
        let signer = sandbox.aws.signer("s3", &session, signed_at);
        signer.presign(&mut parts, 3_600, Payload::Body(b"")).unwrap();
        let answer = sandbox.aws.send(Request::from_parts(parts, Vec::new())).await;
        answer.and_then(|answer| answer.succeeded("S3")).map_err(Refused::from_error)
    };
    deny_where(&sandbox, &json!({ "NumericGreaterThan": { "s3:signatureAge": "600000" } })).await;
    fetch(Timestamp::now()).await.unwrap();
    assert_eq!(fetch(old).await.unwrap_err().code, "AccessDenied");
    deny_where(&sandbox, &json!({ "StringEquals": { "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD" } })).await;
    assert_eq!(fetch(Timestamp::now()).await.unwrap_err().code, "AccessDenied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_write_is_told_from_another() {
    let (sandbox, session) = everything().await;
    let condition = json!({
        "Null": { "s3:if-none-match": "true" },
        "Bool": { "s3:ObjectCreationOperation": "true" },
    });
    deny_where(&sandbox, &condition).await;
    let send = async |request: http::request::Builder| {
        sandbox.s3(Some(&session), request.body(b"once".to_vec()).unwrap()).await
    };
    assert_eq!(send(Request::put("/site/once")).await.unwrap_err().code, "AccessDenied");
    send(Request::put("/site/once").header("if-none-match", "*")).await.unwrap();
    send(Request::post("/site/parts?uploads")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_that_of_the_resource() {
    let (sandbox, session) = everything().await;
    let body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
        <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    let create = |name: &str| Request::put(format!("/{name}")).body(body.as_bytes().to_vec()).unwrap();
    deny_where(&sandbox, &json!({ "StringEquals": { "s3:LocationConstraint": "eu-west-1" } })).await;
    assert_eq!(sandbox.s3(Some(&session), create("abroad")).await.unwrap_err().code, "AccessDenied");
    deny_where(&sandbox, &json!({ "StringEquals": { "s3:LocationConstraint": "eu-west-2" } })).await;
    sandbox.s3(Some(&session), create("abroad")).await.unwrap();

    deny_where(&sandbox, &json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } })).await;
    let list = |bucket: &str| Request::get(format!("/{bucket}?list-type=2")).body(Vec::new()).unwrap();
    assert_eq!(sandbox.s3(Some(&session), list("abroad")).await.unwrap_err().code, "AccessDenied");
    sandbox.s3(Some(&session), list("site")).await.unwrap();

    // IAM is in one place, whatever its callers sign for.
    let iam = async |region: &str| {
        let url = format!("{}/?Action=ListRoles&Version=2010-05-08", sandbox.aws.endpoint());
        let (mut parts, ()) = Request::get(url).body(()).unwrap().into_parts();
        let signer = Signer { region, ..sandbox.aws.signer("iam", &session, Timestamp::now()) };
        signer.sign(&mut parts, Payload::Body(b"")).unwrap();
        let answer = sandbox.aws.send(Request::from_parts(parts, Vec::new())).await;
        answer.and_then(|answer| answer.succeeded("IAM")).map_err(Refused::from_error)
    };
    iam("eu-west-1").await.unwrap();
    assert_eq!(iam("EU_WEST").await.unwrap_err().code, "SignatureDoesNotMatch");
    deny_where(&sandbox, &json!({ "StringEquals": { "aws:RequestedRegion": "us-east-1" } })).await;
    assert_eq!(iam("eu-west-1").await.unwrap_err().code, "AccessDenied");
}
