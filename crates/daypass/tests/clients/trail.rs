//! `aws cloudtrail lookup-events` over what the other commands did.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::seed::{self, ROLE, SUBJECT};
use crate::shell::Shell;

fn lookup(shell: &Shell, key: &str, value: &str) -> Vec<Value> {
    let command = format!(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey={key},AttributeValue='{value}'"
    );
    shell.json(&command)["Events"].as_array().unwrap().clone()
}

fn record(event: &Value) -> Value {
    serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()
}

fn after_an_exchange() -> (Sandbox, Value) {
    let sandbox = seed::with_account();
    let answer = seed::exchange(&sandbox);
    (sandbox, answer)
}

#[test]
fn an_exchange_is_found_by_every_attribute() {
    let (sandbox, answer) = after_an_exchange();
    let shell = sandbox.administrator();
    let access_key = answer["Credentials"]["AccessKeyId"].as_str().unwrap();
    let events = lookup(&shell, "EventName", "AssumeRoleWithWebIdentity");
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event["Username"], json!(SUBJECT));
    assert_eq!((&event["EventSource"], &event["ReadOnly"]), (&json!("sts.amazonaws.com"), &json!("true")));
    let text = event["CloudTrailEvent"].as_str().unwrap();
    for secret in ["SecretAccessKey", "SessionToken"] {
        assert!(!text.contains(answer["Credentials"][secret].as_str().unwrap()), "{secret} is in the trail");
    }
    let record = record(event);
    assert_eq!(record["userIdentity"]["type"], json!("WebIdentityUser"));
    assert_eq!(record["requestParameters"]["roleArn"], json!(ROLE));
    assert_eq!(record["responseElements"]["credentials"]["accessKeyId"], json!(access_key));

    let id = &event["EventId"];
    let is_found =
        |key: &str, value: &str| lookup(&shell, key, value).iter().any(|found| found["EventId"] == *id);
    for (key, value) in [
        ("EventId", id.as_str().unwrap()),
        ("ReadOnly", "true"),
        ("Username", SUBJECT),
        ("ResourceType", "AWS::IAM::Role"),
        ("ResourceName", ROLE),
        ("ResourceName", access_key),
        ("EventSource", "sts.amazonaws.com"),
    ] {
        assert!(is_found(key, value), "not found by {key} = {value}");
    }
    assert!(!is_found("Username", "repo:your-org/your-repo:ref:refs/heads/main"));
}

#[test]
fn a_refused_exchange_keeps_the_subject_that_was_presented() {
    let (sandbox, _) = after_an_exchange();
    let shell = sandbox.administrator();
    let token = sandbox.mint("--repo your-org/your-repo --ref refs/heads/develop");
    shell.refused(&seed::exchange_command(&token));
    let presented = "repo:your-org/your-repo:ref:refs/heads/develop";
    let events = lookup(&shell, "Username", presented);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let record = record(event);
    assert_eq!((&record["errorCode"], &record["responseElements"]), (&json!("AccessDenied"), &Value::Null));
    assert_eq!(record["userIdentity"]["userName"], json!(presented));
}

#[test]
fn what_a_session_did_is_found_by_its_key() {
    let (sandbox, answer) = after_an_exchange();
    let shell = sandbox.administrator();
    let session = shell.with_session(&answer);
    session.must("aws sts get-caller-identity");
    session.must("aws s3api list-objects-v2 --bucket my-prod-bucket");
    let events = lookup(&shell, "AccessKeyId", answer["Credentials"]["AccessKeyId"].as_str().unwrap());
    let names: Vec<_> = events.iter().map(|event| event["EventName"].as_str().unwrap()).collect();
    // Listing objects is a data event, which LookupEvents leaves out.
    assert_eq!(names, ["GetCallerIdentity"]);
    let record = record(&events[0]);
    assert_eq!(record["userIdentity"]["type"], json!("AssumedRole"));
    assert_eq!(record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"], json!(ROLE));
}

#[test]
fn pages_and_refusals_are_as_documented() {
    let (sandbox, _) = after_an_exchange();
    let shell = sandbox.administrator();
    let all = shell.json("aws cloudtrail lookup-events --query 'Events[].EventId'");
    let paged = shell.json("aws cloudtrail lookup-events --page-size 2 --query 'Events[].EventId'");
    let all = all.as_array().unwrap();
    assert!(all.len() >= 5, "{all:?}");
    // The first lookup is itself an event, and the newest.
    assert_eq!(paged.as_array().unwrap().get(1..), Some(all.as_slice()));
    let refusal = shell.refused(
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=a \
         AttributeKey=EventName,AttributeValue=b",
    );
    assert!(refusal.contains("(InvalidLookupAttributesException)"), "{refusal}");
}
