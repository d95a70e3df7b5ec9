//! Wrong requests: each is told what is wrong with it, and changes nothing.

use serde_json::{Value, json};

use crate::{CODE, FUNCTIONS, ask, function, furnished, in_request, members, zip};

const FUNCTION: &str = "/2015-03-31/functions/f";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";
const CONFIGURATION: &str = "/2015-03-31/functions/f/configuration";
const VERSIONS: &str = "/2015-03-31/functions/f/versions";
const ALIASES: &str = "/2015-03-31/functions/f/aliases";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_object_of_json_is_refused() {
    let (sandbox, caller) = furnished().await;
    for body in ["{", "[]", "\"text\"", "null", "{\"a\":1}x", "\u{0}"] {
        for (method, path) in [("POST", FUNCTIONS), ("PUT", CODE), ("PUT", CONFIGURATION), ("POST", ALIASES)]
        {
            let refused = ask(&sandbox, &caller, (method, path), body).await.unwrap_err();
            assert_eq!(
                (refused.status, refused.code.as_str()),
                (400, "SerializationException"),
                "{path} {body}"
            );
        }
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let refused = ask(&sandbox, &caller, ("PUT", CONFIGURATION), deep).await.unwrap_err();
    assert_eq!(refused.code, "SerializationException");
    for (member, value) in [("Timeout", json!("3")), ("Environment", json!([])), ("Description", json!(1))] {
        let refused = ask(&sandbox, &caller, ("PUT", CONFIGURATION), json!({ member: value }).to_string())
            .await
            .unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (400, "SerializationException"), "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let (sandbox, caller) = furnished().await;
    let filled = |bytes: usize| json!({ "Description": "x".repeat(bytes) }).to_string();
    for (method, path, bytes, operation, limit) in [
        ("PUT", CONFIGURATION, 262_144, "UpdateFunctionConfiguration", 262_144),
        ("POST", VERSIONS, 262_144, "PublishVersion", 262_144),
        ("PUT", CODE, 70_167_211, "UpdateFunctionCode", 70_167_211),
    ] {
        let refused = ask(&sandbox, &caller, (method, path), filled(bytes)).await.unwrap_err();
        let words = format!("Request must be smaller than {limit} bytes for the {operation} operation");
        assert_eq!(refused.said(), (413, "RequestTooLargeException", words.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_cannot_be_unzipped_is_refused() {
    let (sandbox, caller) = furnished().await;
    let cut = zip::of(b"cut");
    let cut = cut.get(..cut.len() - 1).unwrap();
    let unzip = "Could not unzip uploaded file. Please check your file, then try to upload again.";
    for (bytes, words) in [
        (zip::packed(&vec![0; 262_144_001]), "Unzipped size must be smaller than 262144000 bytes"),
        (cut.to_vec(), unzip),
        (b"no archive".to_vec(), unzip),
        (Vec::new(), unzip),
    ] {
        let refused =
            ask(&sandbox, &caller, ("PUT", CODE), in_request(&bytes).to_string()).await.unwrap_err();
        assert_eq!(refused.said(), (400, "InvalidParameterValueException", words));
    }
    let kept = members(&ask(&sandbox, &caller, ("GET", CONFIGURATION), "").await.unwrap());
    assert_eq!(kept["CodeSize"], json!(zip::of(b"one").len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named() {
    let (sandbox, caller) = furnished().await;
    let absent = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent";
    for (method, path, body) in [
        ("GET", "", json!({})),
        ("DELETE", "", json!({})),
        ("GET", "/configuration", json!({})),
        ("PUT", "/code", in_request(&zip::of(b"x"))),
        ("PUT", "/configuration", json!({ "Timeout": 5 })),
        ("POST", "/versions", json!({})),
        ("POST", "/aliases", json!({ "Name": "live", "FunctionVersion": "1" })),
        ("GET", "/aliases/live", json!({})),
    ] {
        let path = format!("{FUNCTIONS}/absent{path}");
        let body = if body == json!({}) { String::new() } else { body.to_string() };
        let refused = ask(&sandbox, &caller, (method, &path), body).await.unwrap_err();
        assert_eq!(refused.said(), (404, "ResourceNotFoundException", absent), "{method} {path}");
    }
    for (qualifier, words) in
        [("7", format!("Function not found: {ARN}:7")), ("live", format!("Function not found: {ARN}:live"))]
    {
        let path = format!("{FUNCTION}?Qualifier={qualifier}");
        let refused = ask(&sandbox, &caller, ("GET", &path), "").await.unwrap_err();
        assert_eq!(refused.said(), (404, "ResourceNotFoundException", words.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_or_in_use_conflicts() {
    let (sandbox, caller) = furnished().await;
    let again =
        ask(&sandbox, &caller, ("POST", FUNCTIONS), function(in_request(&zip::of(b"x")))).await.unwrap_err();
    assert_eq!(again.said(), (409, "ResourceConflictException", "Function already exist: f"));
    ask(&sandbox, &caller, ("POST", VERSIONS), "").await.unwrap();
    let live = json!({ "Name": "live", "FunctionVersion": "1" }).to_string();
    ask(&sandbox, &caller, ("POST", ALIASES), live.clone()).await.unwrap();
    let twice = ask(&sandbox, &caller, ("POST", ALIASES), live).await.unwrap_err();
    assert_eq!((twice.status, twice.code.as_str()), (409, "ResourceConflictException"));
    assert!(twice.message.contains(&format!("{ARN}:live")), "{}", twice.message);
    let used = ask(&sandbox, &caller, ("DELETE", &format!("{FUNCTION}?Qualifier=1")), "").await.unwrap_err();
    assert_eq!((used.status, used.code.as_str()), (409, "ResourceConflictException"));
    assert!(used.message.contains("live"), "{}", used.message);
    let nowhere = json!({ "Name": "next", "FunctionVersion": "9" }).to_string();
    let nowhere = ask(&sandbox, &caller, ("POST", ALIASES), nowhere).await.unwrap_err();
    assert_eq!((nowhere.status, nowhere.code.as_str()), (404, "ResourceNotFoundException"));
    // While one change is under way there is no other.
    ask(&sandbox, &caller, ("PUT", CONFIGURATION), json!({ "Timeout": 5 }).to_string()).await.unwrap();
    let busy =
        ask(&sandbox, &caller, ("PUT", CODE), in_request(&zip::of(b"x")).to_string()).await.unwrap_err();
    assert_eq!((busy.status, busy.code.as_str()), (409, "ResourceConflictException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_revision_is_not_changed() {
    let (sandbox, caller) = furnished().await;
    let shown = members(&ask(&sandbox, &caller, ("GET", CONFIGURATION), "").await.unwrap());
    let revision = shown["RevisionId"].as_str().unwrap().to_owned();
    let with = |revision: &str, mut body: Value| {
        body.as_object_mut().unwrap().insert("RevisionId".to_owned(), json!(revision));
        body.to_string()
    };
    let words = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to \
                 retrieve the latest Revision Id";
    for (method, path, body) in [
        ("PUT", CONFIGURATION, json!({ "Timeout": 5 })),
        ("PUT", CODE, in_request(&zip::of(b"x"))),
        ("POST", VERSIONS, json!({})),
    ] {
        let refused = ask(&sandbox, &caller, (method, path), with("another", body)).await.unwrap_err();
        assert_eq!(refused.said(), (412, "PreconditionFailedException", words), "{path}");
    }
    ask(&sandbox, &caller, ("PUT", CONFIGURATION), with(&revision, json!({ "Timeout": 5 }))).await.unwrap();
    sandbox.advance(2).await;
    let late = ask(&sandbox, &caller, ("PUT", CONFIGURATION), with(&revision, json!({ "Timeout": 6 }))).await;
    assert_eq!(late.unwrap_err().said(), (412, "PreconditionFailedException", words));
    let kept = members(&ask(&sandbox, &caller, ("GET", CONFIGURATION), "").await.unwrap());
    assert_eq!(kept["Timeout"], json!(5));
}
