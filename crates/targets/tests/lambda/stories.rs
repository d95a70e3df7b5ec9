//! Functions, versions, aliases.

use http::Method;
use serde_json::{Value, json};

use crate::house::{ARN, House, ROLE, refused, zip64};

const F: &str = "/2015-03-31/functions/f";

async fn update(house: &mut House, text: &str) -> Value {
    let body = json!({ "ZipFile": zip64(text) });
    let updated = house.ask(Method::PUT, &format!("{F}/code"), body).await.unwrap();
    house.wait();
    updated
}

async fn publish(house: &House) -> Value {
    house.ask(Method::POST, &format!("{F}/versions"), json!({})).await.unwrap()
}

#[tokio::test]
async fn a_change_takes_its_time_and_nobody_else_changes_meanwhile() {
    let house = House::with_function().await;
    let body = json!({ "ZipFile": zip64("two") });
    let updated = house.ask(Method::PUT, &format!("{F}/code"), body.clone()).await.unwrap();
    assert_eq!((&updated["State"], &updated["LastUpdateStatus"]), (&json!("Active"), &json!("InProgress")));
    let words = format!(
        "The operation cannot be performed at this time. An update is in progress for resource: {ARN}"
    );
    for (method, path, body) in [
        (Method::PUT, format!("{F}/code"), body),
        (Method::PUT, format!("{F}/configuration"), json!({ "Timeout": 9 })),
        (Method::POST, format!("{F}/versions"), json!({})),
    ] {
        let said = refused(house.ask(method, &path, body).await);
        assert_eq!(said, ("ResourceConflictException", 409, words.clone()), "{path}");
    }
    let mut house = house;
    house.wait();
    let shown = house.ask(Method::GET, F, json!({})).await.unwrap();
    assert_eq!(shown["Configuration"]["LastUpdateStatus"], json!("Successful"));
}

#[tokio::test]
async fn versions_are_numbered_once_and_never_change() {
    let mut house = House::with_function().await;
    assert_eq!(publish(&house).await["Version"], json!("1"));
    assert_eq!(publish(&house).await["Version"], json!("1"), "nothing changed");
    update(&mut house, "two").await;
    assert_eq!(publish(&house).await["Version"], json!("2"));
    let first = house.ask(Method::GET, &format!("{F}?Qualifier=1"), json!({})).await.unwrap();
    let second = house.ask(Method::GET, &format!("{F}?Qualifier=2"), json!({})).await.unwrap();
    assert_ne!(first["Configuration"]["CodeSha256"], second["Configuration"]["CodeSha256"]);
    assert_eq!(first["Configuration"]["FunctionArn"], json!(format!("{ARN}:1")));

    house.ask(Method::DELETE, &format!("{F}?Qualifier=2"), json!({})).await.unwrap();
    update(&mut house, "three").await;
    assert_eq!(publish(&house).await["Version"], json!("3"), "a number is not used again");
    let absent = refused(house.ask(Method::GET, &format!("{F}?Qualifier=2"), json!({})).await);
    assert_eq!(absent, ("ResourceNotFoundException", 404, format!("Function not found: {ARN}:2")));
}

#[tokio::test]
async fn aliases_are_moved_and_hold_their_version() {
    let mut house = House::with_function().await;
    publish(&house).await;
    let aliases = format!("{F}/aliases");
    let body = json!({ "Name": "live", "FunctionVersion": "1" });
    let made = house.ask(Method::POST, &aliases, body.clone()).await.unwrap();
    assert_eq!(made["AliasArn"], json!(format!("{ARN}:live")));
    assert_eq!(refused(house.ask(Method::POST, &aliases, body).await).0, "ResourceConflictException");
    let held = refused(house.ask(Method::DELETE, &format!("{F}?Qualifier=1"), json!({})).await);
    assert_eq!((held.0, held.1), ("ResourceConflictException", 409));

    update(&mut house, "two").await;
    publish(&house).await;
    let live = format!("{aliases}/live");
    let stale = json!({ "FunctionVersion": "2", "RevisionId": "another" });
    assert_eq!(refused(house.ask(Method::PUT, &live, stale).await).1, 412);
    house.ask(Method::PUT, &live, json!({ "FunctionVersion": "2" })).await.unwrap();
    assert_eq!(house.ask(Method::GET, &live, json!({})).await.unwrap()["FunctionVersion"], json!("2"));
    for (body, status) in [
        (json!({ "FunctionVersion": "9" }), 404),
        (json!({ "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.5 } } }), 400),
        (json!({ "RoutingConfig": { "AdditionalVersionWeights": { "1": 1.5 } } }), 400),
        (json!({ "RoutingConfig": { "AdditionalVersionWeights": { "1": 0.1, "$LATEST": 0.1 } } }), 400),
    ] {
        assert_eq!(refused(house.ask(Method::PUT, &live, body.clone()).await).1, status, "{body}");
    }
    house.ask(Method::DELETE, &live, json!({})).await.unwrap();
    assert_eq!(refused(house.ask(Method::GET, &live, json!({})).await).1, 404);
}

#[tokio::test]
async fn code_stays_while_it_is_named_and_goes_after() {
    let mut house = House::with_function().await;
    publish(&house).await;
    update(&mut house, "two").await;
    assert_eq!(house.files(), 2);
    update(&mut house, "three").await;
    assert_eq!(house.files(), 2, "the code between is nobody's");
    let house = house.restarted();
    assert_eq!(house.files(), 2);
    let shown = house.ask(Method::GET, &format!("{F}?Qualifier=1"), json!({})).await.unwrap();
    assert_eq!(shown["Configuration"]["Version"], json!("1"), "a restart keeps it");
    house.ask(Method::DELETE, F, json!({})).await.unwrap();
    assert_eq!(house.files(), 0);
    assert_eq!(refused(house.ask(Method::GET, F, json!({})).await).1, 404);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let house = House::with_function().await;
    let before = house.ask(Method::GET, F, json!({})).await.unwrap();
    let body = json!({ "ZipFile": zip64("two"), "DryRun": true });
    let shown = house.ask(Method::PUT, &format!("{F}/code"), body).await.unwrap();
    assert_ne!(shown["CodeSha256"], before["Configuration"]["CodeSha256"]);
    let after = house.ask(Method::GET, F, json!({})).await.unwrap();
    assert_eq!(after["Configuration"], before["Configuration"]);
}

#[tokio::test]
async fn the_record_holds_neither_code_nor_values() {
    let house = House::with_function().await;
    let body = json!({ "Environment": { "Variables": { "TOKEN": "not for the trail" } } });
    let outcome = house.asked(Method::PUT, &format!("{F}/configuration"), body).await.unwrap();
    let recorded = outcome.recorded.unwrap().to_string();
    assert!(recorded.contains("environment") && !recorded.contains("not for the trail"), "{recorded}");
    assert!(outcome.body.unwrap().to_string().contains("not for the trail"));
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong() {
    let house = House::with_function().await;
    let good = |more: Value| {
        let mut body = json!({
            "FunctionName": "g", "Runtime": "python3.13", "Handler": "a.b", "Role": ROLE,
            "Code": { "ZipFile": zip64("x") },
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, code, words) in [
        (
            good(json!({ "Timeout": 901 })),
            "ValidationException",
            "Member must have value less than or equal to 900",
        ),
        (good(json!({ "MemorySize": 1 })), "ValidationException", "greater than or equal to 128"),
        (good(json!({ "Runtime": "python2.7" })), "ValidationException", "enum value set"),
        (good(json!({ "FunctionName": "a b" })), "ValidationException", "regular expression"),
        (good(json!({ "FunctionName": "f" })), "ResourceConflictException", "Function already exist: f"),
        (good(json!({ "PackageType": "Image" })), "NotImplementedException", "container image"),
        (good(json!({ "Layers": ["arn"] })), "NotImplementedException", "`Layers`"),
        (good(json!({ "VpcConfig": { "SubnetIds": ["s"] } })), "NotImplementedException", "`VpcConfig`"),
        (good(json!({ "Code": {} })), "InvalidParameterValueException", "source for function code"),
        (good(json!({ "Code": { "ZipFile": "%" } })), "SerializationException", "base 64"),
        (
            good(json!({ "Code": { "ZipFile": zip64("x"), "S3Key": "k" } })),
            "InvalidParameterValueException",
            "do not provide other FunctionCode parameters",
        ),
        (
            good(json!({ "Code": { "S3Bucket": "bucket" } })),
            "InvalidParameterValueException",
            "source for function code",
        ),
        (
            good(json!({ "Code": { "S3Bucket": "b", "S3Key": "k" } })),
            "ValidationException",
            "than or equal to 3",
        ),
        (
            good(json!({ "Code": { "S3Bucket": "a/b", "S3Key": "k" } })),
            "ValidationException",
            "Value 'a/b' at 'code.s3Bucket'",
        ),
        (good(json!({ "Code": { "S3Bucket": "bucket", "S3Key": "" } })), "ValidationException", "code.s3Key"),
        (
            good(json!({ "Environment": { "Variables": { "AWS_REGION": "x" } } })),
            "InvalidParameterValueException",
            "reserved",
        ),
        (
            good(json!({ "Environment": { "Variables": { "LONG": "x".repeat(4_100) } } })),
            "InvalidParameterValueException",
            "4KB",
        ),
        (good(json!({ "Tags": { "aws:x": "y" } })), "InvalidParameterValueException", "aws:x"),
    ] {
        let said = refused(house.ask(Method::POST, "/2015-03-31/functions", body.clone()).await);
        assert!(said.0 == code && said.2.contains(words), "{said:?} for {code}, {words}");
    }
    let invoked = refused(house.ask(Method::POST, &format!("{F}/invocations"), json!({})).await);
    assert_eq!((invoked.0, invoked.1), ("NotImplementedException", 501));
    let nowhere = refused(house.ask(Method::GET, "/2015-03-31/nothing", json!({})).await);
    assert_eq!((nowhere.0, nowhere.1), ("UnknownOperationException", 404));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let house = House::with_function().await;
    for name in ["a", "b", "c"] {
        let body = json!({
            "FunctionName": name, "Runtime": "python3.13", "Handler": "a.b", "Role": ROLE,
            "Code": { "ZipFile": zip64("one") },
        });
        house.ask(Method::POST, "/2015-03-31/functions", body).await.unwrap();
    }
    let mut names = Vec::new();
    let mut marker = String::new();
    loop {
        let target = format!("/2015-03-31/functions?MaxItems=3&Marker={marker}");
        let page = house.ask(Method::GET, &target, json!({})).await.unwrap();
        let functions = page["Functions"].as_array().unwrap();
        names.extend(functions.iter().map(|one| one["FunctionName"].as_str().unwrap().to_owned()));
        match page["NextMarker"].as_str() {
            Some(next) => next.clone_into(&mut marker),
            None => break,
        }
    }
    assert_eq!(names, ["a", "b", "c", "f"]);
    assert_eq!(house.files(), 1, "the same code lies there once");
}
