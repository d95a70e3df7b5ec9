//! Every condition key that a call has: a deny under a condition that the call fulfils takes hold, and one under another
//! value does not.

use daypass_testkit::{Credentials, Refused, Sandbox, Service};
use daypass_wire::sigv4::Payload;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{ROLE, furnished, put_policy, session, statement};

/// What is asked of the bucket.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Get,
    List,
    /// A GET with a signature in the query, eleven minutes old.
    Presigned,
    Put,
}

async fn ask(sandbox: &Sandbox, caller: &Credentials, asked: Asked) -> Result<(), Refused> {
    let request = match asked {
        Asked::Get => Request::get("/site/index.html"),
        Asked::List => Request::get("/site?list-type=2&prefix=logs%2F&delimiter=%2F&max-keys=5"),
        Asked::Put => Request::put("/site/new.html")
            .header("x-amz-server-side-encryption", "AES256")
            .header("x-amz-acl", "bucket-owner-full-control"),
        Asked::Presigned => {
            let url = format!("{}/site/index.html", sandbox.aws.endpoint());
            let (mut parts, ()) = Request::get(url).body(()).unwrap().into_parts();
            let signed_at = Timestamp::now() - SignedDuration::from_mins(11);
            sandbox
                .aws
                .signer("s3", caller, signed_at)
                .presign(&mut parts, 3_600, Payload::Body(b""))
                .unwrap();
            let answer = sandbox.aws.send(Request::from_parts(parts, Vec::new())).await;
            return answer.and_then(|answer| answer.succeeded("S3")).map(|_| ()).map_err(Refused::from_error);
        }
    };
    let body = if matches!(asked, Asked::Put) { b"new".to_vec() } else { Vec::new() };
    sandbox.s3(Some(caller), request.body(body).unwrap()).await.map(|_| ())
}

/// A call, an operator, a key, a value that the call has for it, and one that it has not.
type Row = (Asked, &'static str, &'static str, &'static str, &'static str);

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

const ROWS: &[Row] = &[
    (Asked::Get, "IpAddress", "aws:SourceIp", "127.0.0.0/8", "203.0.113.0/24"),
    (Asked::Get, "Bool", "aws:SecureTransport", "false", "true"),
    (Asked::Get, "StringEquals", "aws:RequestedRegion", "us-east-1", "eu-west-1"),
    (Asked::Get, "DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"),
    (Asked::Get, "NumericGreaterThan", "aws:EpochTime", "1500000000", "9500000000"),
    (Asked::Get, "DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z"),
    (Asked::Get, "ArnEquals", "aws:PrincipalArn", ROLE, "arn:aws:iam::123456789012:role/other"),
    (Asked::Get, "StringEquals", "aws:PrincipalAccount", "123456789012", "210987654321"),
    (Asked::Get, "StringEquals", "aws:PrincipalType", "AssumedRole", "Account"),
    (Asked::Get, "StringEquals", "aws:PrincipalTag/team", "web", "data"),
    (Asked::Get, "StringLike", "aws:userid", "AROA*:GitHubActions", "AROA*:Somebody"),
    (
        Asked::Get,
        "StringEquals",
        "aws:FederatedProvider",
        PROVIDER,
        "arn:aws:iam::123456789012:oidc-provider/a.b",
    ),
    (Asked::Get, "StringEquals", "aws:ResourceAccount", "123456789012", "210987654321"),
    (Asked::Get, "StringEquals", "s3:ResourceAccount", "123456789012", "210987654321"),
    (Asked::Get, "StringEquals", "s3:authType", "REST-HEADER", "REST-QUERY-STRING"),
    (Asked::Get, "StringEquals", "s3:signatureversion", "AWS4-HMAC-SHA256", "AWS"),
    (Asked::Presigned, "StringEquals", "s3:authType", "REST-QUERY-STRING", "REST-HEADER"),
    (Asked::Presigned, "NumericGreaterThan", "s3:signatureAge", "600000", "1200000"),
    (Asked::List, "StringEquals", "s3:prefix", "logs/", ""),
    (Asked::List, "StringEquals", "s3:delimiter", "/", "-"),
    (Asked::List, "NumericLessThanEquals", "s3:max-keys", "10", "4"),
    (Asked::Put, "StringEquals", "s3:x-amz-server-side-encryption", "AES256", "aws:kms"),
    (Asked::Put, "StringEquals", "s3:x-amz-acl", "bucket-owner-full-control", "private"),
    // There is no TLS here, and what is signed by a header has no age.
    (Asked::Get, "Null", "s3:TlsVersion", "true", "false"),
    (Asked::Get, "Null", "s3:signatureAge", "true", "false"),
    // A call that tags nothing.
    (Asked::Get, "Null", "aws:RequestTag/team", "true", "false"),
    (Asked::Get, "Null", "aws:TagKeys", "true", "false"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_buckets_policy_may_ask_about_every_key() {
    let sandbox = furnished().await;
    let tag = [("RoleName", "deploy"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "web")];
    sandbox.iam("TagRole", &tag).await.unwrap();
    sandbox.put_role_policy("deploy", "all", &crate::own("Allow", "s3:*")).await;
    let caller = session(&sandbox, &[]).await;
    for row in ROWS {
        let (asked, operator, key, presented, other) = *row;
        for (value, is_denied) in [(presented, true), (other, false)] {
            let condition = json!({ operator: { key: value } });
            let deny = statement("Deny", &json!({ "AWS": ROLE }), &json!("s3:*"), &condition);
            put_policy(&sandbox, &deny).await.unwrap();
            match ask(&sandbox, &caller, asked).await {
                Ok(()) => assert!(!is_denied, "{row:?} {value}"),
                Err(refused) => {
                    assert!(
                        is_denied && refused.message.ends_with("in a resource-based policy"),
                        "{row:?} {value}: {}",
                        refused.message
                    );
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_tags_has_its_tags() {
    let sandbox = furnished().await;
    let caller = session(&sandbox, &[]).await;
    let tag = [("RoleName", "deploy"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "web")];
    for (condition, is_allowed) in [
        (json!({ "StringEquals": { "aws:RequestTag/team": "web" } }), true),
        (json!({ "StringEquals": { "aws:RequestTag/team": "data" } }), false),
        (json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": ["team"] } }), true),
        (json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": ["cost"] } }), false),
    ] {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "iam:TagRole", "Resource": "*", "Condition": condition,
        }]});
        sandbox.put_role_policy("deploy", "tags", &policy).await;
        let answered = sandbox.query(Service::Iam, Some(&caller), "TagRole", &tag).await;
        assert_eq!(answered.is_ok(), is_allowed, "{condition}");
    }
}
