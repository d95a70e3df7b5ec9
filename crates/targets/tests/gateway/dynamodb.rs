//! DynamoDB.

use daypass_targets::gateway::Service;

use crate::{Sent, asked, key};

const TABLE: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/site";

/// What is asked of the table that a backup is restored to.
const RESTORING: [&str; 8] = [
    "RestoreTableFromBackup",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
];

fn send(operation: &str, body: &str) -> Sent {
    Sent::json(&format!("DynamoDB_20120810.{operation}"), body)
}

#[test]
fn operations_are_actions_on_tables_and_indices() {
    let t = r#""TableName":"site""#;
    for (operation, body, expected) in [
        ("GetItem", format!("{{{t},\"Key\":{{}}}}"), vec![format!("dynamodb:GetItem {TABLE}")]),
        ("PutItem", format!("{{{t},\"Item\":{{}}}}"), vec![format!("dynamodb:PutItem {TABLE}")]),
        ("UpdateItem", format!("{{{t}}}"), vec![format!("dynamodb:UpdateItem {TABLE}")]),
        ("DeleteItem", format!("{{{t}}}"), vec![format!("dynamodb:DeleteItem {TABLE}")]),
        ("Query", format!("{{{t}}}"), vec![format!("dynamodb:Query {TABLE}")]),
        (
            "Query",
            format!("{{{t},\"IndexName\":\"by-day\"}}"),
            vec![format!("dynamodb:Query {TABLE}/index/by-day")],
        ),
        (
            "Scan",
            format!("{{{t},\"IndexName\":\"by-day\"}}"),
            vec![format!("dynamodb:Scan {TABLE}/index/by-day")],
        ),
        ("GetItem", format!("{{\"TableName\":\"{TABLE}\"}}"), vec![format!("dynamodb:GetItem {TABLE}")]),
        ("DescribeTable", format!("{{{t}}}"), vec![format!("dynamodb:DescribeTable {TABLE}")]),
        ("DeleteTable", format!("{{{t}}}"), vec![format!("dynamodb:DeleteTable {TABLE}")]),
        ("CreateTable", format!("{{{t}}}"), vec![format!("dynamodb:CreateTable {TABLE}")]),
        (
            "CreateTable",
            format!("{{{t},\"Tags\":[{{\"Key\":\"a\",\"Value\":\"b\"}}]}}"),
            vec![format!("dynamodb:CreateTable {TABLE}"), format!("dynamodb:TagResource {TABLE}")],
        ),
        (
            "ListTables",
            "{}".to_owned(),
            vec!["dynamodb:ListTables arn:aws:dynamodb:eu-west-1:123456789012:table/*".to_owned()],
        ),
        ("DescribeLimits", "{}".to_owned(), vec!["dynamodb:DescribeLimits *".to_owned()]),
        (
            "TagResource",
            format!("{{\"ResourceArn\":\"{TABLE}\",\"Tags\":[]}}"),
            vec![format!("dynamodb:TagResource {TABLE}")],
        ),
        (
            "RestoreTableFromBackup",
            format!("{{\"BackupArn\":\"{TABLE}/backup/0123-ab\",\"TargetTableName\":\"new\"}}"),
            std::iter::once(format!("dynamodb:RestoreTableFromBackup {TABLE}/backup/0123-ab"))
                .chain(RESTORING.map(|action| {
                    format!("dynamodb:{action} arn:aws:dynamodb:eu-west-1:123456789012:table/new")
                }))
                .collect(),
        ),
    ] {
        must_be(operation, &body, expected);
    }
}

#[test]
fn batches_and_transactions_ask_for_each_of_their_parts() {
    let t = r#""TableName":"site""#;
    for (operation, body, expected) in [
        (
            "BatchGetItem",
            r#"{"RequestItems":{"site":{"Keys":[]},"other":{"Keys":[]}}}"#.to_owned(),
            vec![
                "dynamodb:BatchGetItem arn:aws:dynamodb:eu-west-1:123456789012:table/other".to_owned(),
                format!("dynamodb:BatchGetItem {TABLE}"),
            ],
        ),
        (
            "BatchWriteItem",
            r#"{"RequestItems":{"site":[{"DeleteRequest":{"Key":{}}}]}}"#.to_owned(),
            vec![format!("dynamodb:BatchWriteItem {TABLE}")],
        ),
        (
            "TransactWriteItems",
            format!(
                "{{\"TransactItems\":[{{\"Put\":{{{t}}}}},{{\"Put\":{{{t}}}}},{{\"Delete\":{{{t}}}}},\
                 {{\"ConditionCheck\":{{{t}}}}},{{\"Update\":{{{t}}}}}]}}"
            ),
            ["PutItem", "DeleteItem", "ConditionCheckItem", "UpdateItem"]
                .iter()
                .map(|action| format!("dynamodb:{action} {TABLE}"))
                .collect(),
        ),
        (
            "TransactGetItems",
            format!("{{\"TransactItems\":[{{\"Get\":{{{t}}}}}]}}"),
            vec![format!("dynamodb:GetItem {TABLE}")],
        ),
    ] {
        must_be(operation, &body, expected);
    }
}

fn must_be(operation: &str, body: &str, expected: Vec<String>) {
    let found = send(operation, body).to(Service::DynamoDb);
    assert_eq!(found.as_ref().map(asked), Ok(expected), "{operation} {body}");
    assert_eq!(found.map(|found| found.operation), Ok(operation));
}

#[test]
fn what_is_not_surely_one_thing_is_nothing() {
    for (operation, body) in [
        ("GetItem", r#"{"TableName":"site","TableName":"other"}"#),
        ("GetItem", r#"{"TableName":"site","Table\u004eame":"other"}"#),
        ("GetItem", r#"{"tablename":"site"}"#),
        ("GetItem", r#"{"TableName":["site"]}"#),
        ("GetItem", r#"{"TableName":"s"}"#),
        ("GetItem", r#"{"TableName":"site/index/a"}"#),
        ("GetItem", r#"{"TableName":"arn:aws:dynamodb:eu-west-1:210987654321:table/site"}"#),
        ("GetItem", r#"{"TableName":"arn:aws:dynamodb:us-east-1:123456789012:table/site"}"#),
        ("GetItem", r#"{"TableName":"*"}"#),
        ("GetItem", r#"[]"#),
        ("GetItem", ""),
        ("getitem", r#"{"TableName":"site"}"#),
        ("GetItem ", r#"{"TableName":"site"}"#),
        ("Query", r#"{"TableName":"site","IndexName":"a/b"}"#),
        ("ExecuteStatement", r#"{"Statement":"SELECT * FROM site"}"#),
        ("BatchExecuteStatement", r#"{"Statements":[]}"#),
        ("ExecuteTransaction", r#"{"TransactStatements":[]}"#),
        ("BatchGetItem", r#"{"RequestItems":{}}"#),
        ("BatchGetItem", r#"{"RequestItems":{"site":{},"site":{}}}"#),
        (
            "TransactWriteItems",
            r#"{"TransactItems":[{"Put":{"TableName":"site"},"Delete":{"TableName":"other"}}]}"#,
        ),
        ("TransactWriteItems", r#"{"TransactItems":[{"Get":{"TableName":"site"}}]}"#),
        ("TransactWriteItems", r#"{"TransactItems":[{}]}"#),
        ("TransactWriteItems", r#"{"TransactItems":[]}"#),
        ("CreateTable", r#"{"TableName":"site","ResourcePolicy":"{}"}"#),
        ("UpdateTable", r#"{"TableName":"site","ReplicaUpdates":[]}"#),
        ("PutResourcePolicy", r#"{"ResourceArn":"a","Policy":"{}"}"#),
        ("TagResource", r#"{"ResourceArn":"arn:aws:s3:::site","Tags":[]}"#),
        ("CreateTable", r#"{"TableName":"site","Tags":[{"Key":"a","Value":"1"},{"Key":"A","Value":"2"}]}"#),
        ("NoSuchOperation", "{}"),
    ] {
        assert!(send(operation, body).to(Service::DynamoDb).is_err(), "{operation} {body}");
    }
}

#[test]
fn the_protocol_is_taken_at_its_word() {
    let body = r#"{"TableName":"site"}"#;
    let (kind, target) = ("content-type", "x-amz-target");
    let (json, get) = ("application/x-amz-json-1.0", "DynamoDB_20120810.GetItem");
    assert!(Sent::with(&[(kind, json), (target, get)], "/", body).to(Service::DynamoDb).is_ok());
    for (headers, uri) in [
        (vec![(kind, json), (target, get), (target, "DynamoDB_20120810.PutItem")], "/"),
        (vec![(kind, json), (kind, "text/plain"), (target, get)], "/"),
        (vec![(kind, "application/json"), (target, get)], "/"),
        (vec![(kind, "application/x-amz-json-1.0; charset=utf-7"), (target, get)], "/"),
        (vec![(kind, json), (target, get), ("content-encoding", "gzip")], "/"),
        (vec![(kind, json), (target, get)], "/x"),
        (vec![(kind, json), (target, get)], "/?Action=PutItem"),
        (vec![(kind, json), (target, "DynamoDB_20111205.GetItem")], "/"),
        (vec![(kind, json), (target, "DynamoDBStreams_20120810.GetRecords")], "/"),
        (vec![(kind, json)], "/"),
    ] {
        assert!(Sent::with(&headers, uri, body).to(Service::DynamoDb).is_err(), "{headers:?} {uri}");
    }
}

#[test]
fn condition_keys_are_told_or_said_to_be_unknown() {
    let found =
        send("PutItem", r#"{"TableName":"site","ReturnValues":"ALL_OLD"}"#).to(Service::DynamoDb).unwrap();
    assert_eq!(key(&found, "dynamodb:ReturnValues").as_deref(), Some("One(\"ALL_OLD\")"));
    assert!(found.unavailable.contains(&"dynamodb:LeadingKeys"));
    assert!(found.is_data && !found.read_only);
    let found =
        send("Query", r#"{"TableName":"site","ProjectionExpression":"a"}"#).to(Service::DynamoDb).unwrap();
    assert_eq!(key(&found, "dynamodb:Select").as_deref(), Some("One(\"SPECIFIC_ATTRIBUTES\")"));
    let body = r#"{"TransactItems":[{"Get":{"TableName":"site"}}]}"#;
    let found = send("TransactGetItems", body).to(Service::DynamoDb).unwrap();
    assert_eq!(key(&found, "dynamodb:EnclosingOperation").as_deref(), Some("One(\"TransactGetItems\")"));
    let body = r#"{"TableName":"site","Tags":[{"Key":"team","Value":"x"}]}"#;
    let found = send("CreateTable", body).to(Service::DynamoDb).unwrap();
    assert_eq!(key(&found, "aws:RequestTag/team").as_deref(), Some("One(\"x\")"));
    assert_eq!(key(&found, "aws:TagKeys").as_deref(), Some("Many([\"team\"])"));
    assert_eq!(found.unavailable, ["aws:ResourceTag/*"]);
}
