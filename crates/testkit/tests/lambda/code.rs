//! Code that lies in a bucket: read with the caller's rights, as far as the bucket's policy lets him.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_testkit::{Answer, Credentials, Refused, Sandbox, SandboxBuilder};
use http::Request;
use serde_json::{Value, json};

use crate::{CODE, FUNCTIONS, ask, function, members, sandbox, session, zip};

const KEY: &str = "builds/f \u{fc}+1?.zip";
const PATH: &str = "/code/builds/f%20%C3%BC%2B1%3F.zip";
const OBJECT: &str = "arn:aws:s3:::code/builds/f \u{fc}+1?.zip";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions";
const OTHER: &str = "210987654321";

fn at(bucket: &str, key: &str) -> Value {
    json!({ "S3Bucket": bucket, "S3Key": key })
}

/// With the bucket `code`, which has a function's code.
async fn with_code(builder: SandboxBuilder) -> (Sandbox, Credentials) {
    let sandbox = sandbox(builder).await;
    sandbox.create_bucket("code").await;
    put(&sandbox, PATH, zip::of(b"one")).await;
    let caller = session(&sandbox).await;
    (sandbox, caller)
}

async fn put(sandbox: &Sandbox, path: &str, bytes: Vec<u8>) -> Answer {
    let request = Request::put(path).body(bytes).unwrap();
    sandbox.s3(Some(&sandbox.administrator), request).await.unwrap()
}

async fn may(sandbox: &Sandbox, action: &str, resource: &str) {
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": resource },
    ]});
    sandbox.put_role_policy("deploy", &action.replace([':', '*'], "-"), &policy).await;
}

async fn create(sandbox: &Sandbox, caller: &Credentials, code: Value) -> Result<Value, Refused> {
    ask(sandbox, caller, ("POST", FUNCTIONS), function(code)).await.map(|answer| members(&answer))
}

async fn update(sandbox: &Sandbox, caller: &Credentials, code: Value) -> Result<Value, Refused> {
    ask(sandbox, caller, ("PUT", CODE), code.to_string()).await.map(|answer| members(&answer))
}

/// As Lambda shows it.
fn digest(zip: &[u8]) -> Value {
    let hexadecimal = daypass_wire::sha256_hex(zip);
    let bytes = hexadecimal.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let bytes: Vec<u8> = bytes.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    json!(STANDARD.encode(bytes))
}

fn unread(code: &str, message: &str) -> String {
    format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}")
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_read_with_the_callers_rights() {
    let (sandbox, caller) = with_code(SandboxBuilder::default()).await;
    let refused = create(&sandbox, &caller, at("code", KEY)).await.unwrap_err();
    let said = format!(
        "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for \
         code/{KEY}. S3 Error Code: AccessDenied. S3 Error Message: User: {SESSION} is not authorized to perform: \
         s3:GetObject on resource: \"{OBJECT}\" because no identity-based policy allows the s3:GetObject action"
    );
    assert_eq!(refused.said(), (403, "AccessDeniedException", said.as_str()));
    let explained = sandbox.explain(&refused).await;
    assert!(explained.contains("lambda:CreateFunction") && explained.contains("s3:GetObject"), "{explained}");

    may(&sandbox, "s3:GetObject", OBJECT).await;
    let made = create(&sandbox, &caller, at("code", KEY)).await.unwrap();
    assert_eq!(made["CodeSize"], json!(zip::of(b"one").len()));
    sandbox.advance(2).await;
    let changed = zip::packed(b"two two two");
    put(&sandbox, PATH, changed.clone()).await;
    let updated = update(&sandbox, &caller, at("code", KEY)).await.unwrap();
    assert_eq!(updated["CodeSize"], json!(changed.len()));
    assert_ne!(updated["CodeSha256"], made["CodeSha256"]);
    let shown = ask(&sandbox, &caller, ("GET", "/2015-03-31/functions/f"), "").await.unwrap();
    let location = members(&shown)["Code"]["Location"].as_str().unwrap().to_owned();
    let fetched = sandbox.aws.send(Request::get(location).body(Vec::new()).unwrap()).await.unwrap();
    assert_eq!(fetched.body.to_vec(), changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_read_with_leave_for_versions() {
    let (sandbox, caller) = with_code(SandboxBuilder::default()).await;
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    put(&sandbox, "/code?versioning", enabled.into()).await;
    let (older, newer) = (zip::of(b"older"), zip::packed(b"newer newer newer"));
    let made = put(&sandbox, PATH, older.clone()).await;
    put(&sandbox, PATH, newer.clone()).await;
    let version = made.headers["x-amz-version-id"].to_str().unwrap();
    let of_version = json!({ "S3Bucket": "code", "S3Key": KEY, "S3ObjectVersion": version });

    may(&sandbox, "s3:GetObject", "*").await;
    let refused = create(&sandbox, &caller, of_version.clone()).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDeniedException"));
    let said = format!("permission to GetObjectVersion for code/{KEY}.");
    assert!(refused.message.contains(&said), "{}", refused.message);
    assert!(
        refused.message.contains("not authorized to perform: s3:GetObjectVersion"),
        "{}",
        refused.message
    );
    let current = create(&sandbox, &caller, at("code", KEY)).await.unwrap();
    assert_eq!(current["CodeSha256"], digest(&newer));
    sandbox.advance(2).await;

    may(&sandbox, "s3:GetObjectVersion", "*").await;
    let updated = update(&sandbox, &caller, of_version.clone()).await.unwrap();
    assert_eq!(updated["CodeSha256"], digest(&older));
    sandbox.advance(2).await;
    // It is there still when the object is not.
    let delete = Request::delete(PATH).body(Vec::new()).unwrap();
    sandbox.s3(Some(&sandbox.administrator), delete).await.unwrap();
    update(&sandbox, &caller, at("code", KEY)).await.unwrap_err();
    update(&sandbox, &caller, of_version).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_s3_does_not_give_is_told_in_lambdas_words() {
    let (sandbox, caller) = with_code(SandboxBuilder::default()).await;
    may(&sandbox, "s3:Get*", "*").await;
    // Whoever may not list does not learn what is missing.
    let hidden = create(&sandbox, &caller, at("code", "absent")).await.unwrap_err();
    assert_eq!((hidden.status, hidden.code.as_str()), (403, "AccessDeniedException"));
    assert!(hidden.message.contains("s3:ListBucket"), "{}", hidden.message);
    may(&sandbox, "s3:ListBucket", "*").await;
    let region = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    put(&sandbox, "/elsewhere", region.as_bytes().to_vec()).await;
    put(&sandbox, "/code/text", b"no archive".to_vec()).await;
    let is_there = "The bucket is in this region: eu-west-1. Please use this region to retry the request";
    let version = |id: &str| json!({ "S3Bucket": "code", "S3Key": KEY, "S3ObjectVersion": id });
    let unread_version = |said: &str| format!("Error occurred while GetObjectVersion. {said}");
    for (code, words) in [
        (at("code", "absent"), unread("NoSuchKey", "The specified key does not exist.")),
        (at("absent", KEY), unread("NoSuchBucket", "The specified bucket does not exist")),
        (at("elsewhere", KEY), unread("PermanentRedirect", is_there)),
        (
            version(&"A".repeat(32)),
            unread_version(
                "S3 Error Code: NoSuchVersion. S3 Error Message: The specified version does not exist.",
            ),
        ),
        (
            version("a&b"),
            unread_version("S3 Error Code: InvalidArgument. S3 Error Message: Invalid version id specified"),
        ),
        (
            at("code", "text"),
            "Could not unzip uploaded file. Please check your file, then try to upload again.".to_owned(),
        ),
    ] {
        let refused = create(&sandbox, &caller, code.clone()).await.unwrap_err();
        assert_eq!(refused.said(), (400, "InvalidParameterValueException", words.as_str()), "{code}");
    }
    ask(&sandbox, &caller, ("GET", "/2015-03-31/functions/f"), "").await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buckets_policy_decides_too() {
    let (sandbox, caller) = with_code(SandboxBuilder::default().account(OTHER)).await;
    let policy = |effect: &str, condition: Value| {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": effect, "Principal": { "AWS": "arn:aws:iam::123456789012:role/deploy" },
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::code/*", "Condition": condition,
        }]});
        policy.to_string().into_bytes()
    };
    // Within the account its allow is enough.
    put(&sandbox, "/code?policy", policy("Allow", json!({}))).await;
    create(&sandbox, &caller, at("code", KEY)).await.unwrap();
    sandbox.advance(2).await;
    may(&sandbox, "s3:GetObject", "*").await;
    let by_service = |through: &str| json!({ "Bool": { "aws:ViaAWSService": through } });
    put(&sandbox, "/code?policy", policy("Deny", by_service("false"))).await;
    update(&sandbox, &caller, at("code", KEY)).await.unwrap();
    sandbox.advance(2).await;
    put(&sandbox, "/code?policy", policy("Deny", by_service("true"))).await;
    let refused = update(&sandbox, &caller, at("code", KEY)).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDeniedException"));
    assert!(
        refused.message.ends_with("with an explicit deny in a resource-based policy"),
        "{}",
        refused.message
    );
    // The caller himself reads what Lambda may not.
    sandbox.s3(Some(&caller), Request::get(PATH).body(Vec::new()).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_comes_out_bounds_code_in_a_bucket() {
    let (sandbox, caller) = with_code(SandboxBuilder::default()).await;
    may(&sandbox, "s3:GetObject", "*").await;
    // More than a request may bring.
    let large = zip::of(&vec![7; 53 * 1024 * 1024]);
    put(&sandbox, "/code/large", large.clone()).await;
    let made = create(&sandbox, &caller, at("code", "large")).await.unwrap();
    assert_eq!(made["CodeSize"], json!(large.len()));
    sandbox.advance(2).await;
    put(&sandbox, "/code/bomb", zip::packed(&vec![0; 262_144_001])).await;
    let refused = update(&sandbox, &caller, at("code", "bomb")).await.unwrap_err();
    let words = "Unzipped size must be smaller than 262144000 bytes";
    assert_eq!(refused.said(), (400, "InvalidParameterValueException", words));
}
