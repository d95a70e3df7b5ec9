//! Policies that decide by an object's tags: those that it has, and those that a call gives it.

use daypass_testkit::{Credentials, Refused, Sandbox};
use http::Request;
use serde_json::{Value, json};

use crate::{ROLE, furnished, put_policy, session, statement};

async fn send(
    sandbox: &Sandbox,
    caller: &Credentials,
    method: &str,
    path: &str,
    tagging: &str,
) -> Result<(), Refused> {
    let body = match tagging.split_once('=') {
        Some((key, value)) if path.ends_with("?tagging") => {
            format!("<Tagging><TagSet><Tag><Key>{key}</Key><Value>{value}</Value></Tag></TagSet></Tagging>")
        }
        _ if method == "PUT" => "x".to_owned(),
        _ => String::new(),
    };
    let mut request = Request::builder().method(method).uri(path);
    if !tagging.is_empty() && !path.ends_with("?tagging") {
        request = request.header("x-amz-tagging", tagging);
    }
    sandbox.s3(Some(caller), request.body(body.into_bytes()).unwrap()).await.map(drop)
}

async fn may(sandbox: &Sandbox, action: &Value, condition: &Value) {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition },
        { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" },
    ]});
    sandbox.put_role_policy("deploy", "tags", &policy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_that_an_object_has_decide() {
    let sandbox = furnished().await;
    let caller = session(&sandbox, &[]).await;
    let administrator = sandbox.administrator.clone();
    for (path, tagging) in [("/site/web", "team=web"), ("/site/data", "team=data")] {
        send(&sandbox, &administrator, "PUT", path, tagging).await.unwrap();
    }
    let web = json!({ "StringEquals": { "s3:ExistingObjectTag/team": "web" } });
    may(&sandbox, &json!(["s3:GetObject", "s3:PutObjectTagging", "s3:PutObject"]), &web).await;
    for (method, path, tagging, is_allowed) in [
        ("GET", "/site/web", "", true),
        ("HEAD", "/site/web", "", true),
        ("GET", "/site/data", "", false),
        ("GET", "/site/index.html", "", false),
        ("GET", "/site/absent", "", false),
        ("PUT", "/site/data?tagging", "team=web", false),
        ("GET", "/site/web?tagging", "", false),
        // A write is not decided by what it writes over.
        ("PUT", "/site/web", "", false),
        ("PUT", "/site/web?tagging", "team=data", true),
        ("GET", "/site/web", "", false),
    ] {
        let answered = send(&sandbox, &caller, method, path, tagging).await;
        assert_eq!(answered.is_ok(), is_allowed, "{method} {path} {tagging}: {answered:?}");
    }
    // A bucket's policy decides by them as well.
    may(&sandbox, &json!("s3:*"), &json!({})).await;
    let secret = json!({ "StringEquals": { "s3:ExistingObjectTag/team": "data" } });
    let deny = statement("Deny", &json!({ "AWS": ROLE }), &json!("s3:GetObject"), &secret);
    put_policy(&sandbox, &deny).await.unwrap();
    send(&sandbox, &caller, "GET", "/site/index.html", "").await.unwrap();
    let refused = send(&sandbox, &caller, "GET", "/site/data", "").await.unwrap_err();
    assert!(
        refused.message.ends_with("with an explicit deny in a resource-based policy"),
        "{}",
        refused.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_that_a_call_gives_decide() {
    let sandbox = furnished().await;
    let caller = session(&sandbox, &[]).await;
    let known = json!({ "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": ["team", "cost"] } });
    let web = json!({ "StringEquals": { "s3:RequestObjectTag/team": "web" } });
    let both = json!(["s3:PutObject", "s3:PutObjectTagging"]);
    for (action, condition, method, path, tagging, is_allowed) in [
        (&both, &known, "PUT", "/site/new", "team=web&cost=1", true),
        (&both, &known, "PUT", "/site/new", "team=web&other=1", false),
        (&both, &known, "PUT", "/site/new", "", true),
        (&both, &web, "PUT", "/site/new", "team=web", true),
        (&both, &web, "PUT", "/site/new", "team=data", false),
        (&both, &web, "PUT", "/site/new", "", false),
        (&both, &web, "POST", "/site/new?uploads", "team=web", true),
        (&both, &web, "POST", "/site/new?uploads", "team=data", false),
        (&both, &web, "PUT", "/site/new?tagging", "team=web", true),
        (&both, &web, "PUT", "/site/new?tagging", "team=data", false),
        (&json!("s3:PutObject"), &json!({}), "PUT", "/site/new", "team=web", false),
        (&json!("s3:PutObject"), &json!({}), "PUT", "/site/new", "", true),
    ] {
        may(&sandbox, action, condition).await;
        let answered = send(&sandbox, &caller, method, path, tagging).await;
        assert_eq!(
            answered.is_ok(),
            is_allowed,
            "{action} {condition} {method} {path} {tagging}: {answered:?}"
        );
    }
}
