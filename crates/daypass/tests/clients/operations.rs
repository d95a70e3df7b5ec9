//! Every operation of botocore's models, as botocore writes it: what the gateway takes it for. Each is itself, with actions
//! that there are on resources that they are done to, or nothing, and then it is on a list here that may only shrink.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_policy::catalogue;
use daypass_policy::catalogue::AccessLevel;
use daypass_targets::gateway::{Identified, Request, Service, Unknown, identify};
use serde_json::Value;

use crate::shell::scripts;

/// Operations that S3's API has under an older name as well.
const RENAMED: [(&str, &str); 2] = [
    ("GetBucketLifecycle", "GetBucketLifecycleConfiguration"),
    ("PutBucketLifecycle", "PutBucketLifecycleConfiguration"),
];

/// What the gateway tells for nothing of S3 and SQS, and denies.
const NOT_TOLD: [&str; 63] = [
    "CancelMessageMoveTask",
    "CreateBucketMetadataConfiguration",
    "CreateBucketMetadataTableConfiguration",
    "CreateSession",
    "DeleteBucketAnalyticsConfiguration",
    "DeleteBucketIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketMetadataConfiguration",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration",
    "DeleteBucketOwnershipControls",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "DeleteObjectAnnotation",
    "DeletePublicAccessBlock",
    "GetBucketAbac",
    "GetBucketAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration",
    "GetBucketMetadataConfiguration",
    "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration",
    "GetBucketNotification",
    "GetBucketNotificationConfiguration",
    "GetBucketReplication",
    "GetBucketRequestPayment",
    "GetObjectAnnotation",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTorrent",
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
    "ListObjectAnnotations",
    "PutBucketAbac",
    "PutBucketAccelerateConfiguration",
    "PutBucketAcl",
    "PutBucketAnalyticsConfiguration",
    "PutBucketIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration",
    "PutBucketLogging",
    "PutBucketMetricsConfiguration",
    "PutBucketNotification",
    "PutBucketNotificationConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketRequestPayment",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "PutObjectLegalHold",
    "PutObjectLockConfiguration",
    "PutObjectRetention",
    "PutPublicAccessBlock",
    "RenameObject",
    "RestoreObject",
    "SelectObjectContent",
    "UpdateBucketMetadataAnnotationTableConfiguration",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
    "UpdateObjectEncryption",
];

/// The same of DynamoDB.
const NOT_TOLD_OF_DYNAMODB: [&str; 30] = [
    "BatchExecuteStatement",
    "CancelBulkOperation",
    "CreateGlobalTable",
    "DeleteResourcePolicy",
    "DescribeBulkOperation",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeTableReplicaAutoScaling",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExecuteStatement",
    "ExecuteTransaction",
    "ExportTableToPointInTime",
    "GetResourcePolicy",
    "ImportTable",
    "ListBulkOperations",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "PutResourcePolicy",
    "RestoreTableToPointInTime",
    "SearchVectors",
    "StartBulkPutItems",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateKinesisStreamingDestination",
    "UpdateTableReplicaAutoScaling",
];

fn lines() -> Vec<Value> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/venv/bin/python");
    let output = Command::new(python).arg(scripts().join("gateway_operations.py")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(line: &'a Value, name: &str) -> &'a str {
    line[name].as_str().unwrap()
}

fn told(line: &Value) -> Result<Identified, Unknown> {
    let mut request = http::Request::builder().method(text(line, "method")).uri(text(line, "path"));
    for header in line["headers"].as_array().unwrap() {
        request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let body = STANDARD.decode(text(line, "body")).unwrap();
    let asked = Request {
        parts: &parts,
        bucket_of_host: text(line, "host").strip_suffix(".localhost:4566"),
        body: &body,
        account: "123456789012",
        region: "us-east-1",
    };
    identify(Service::named(text(line, "service")).unwrap(), &asked)
}

/// What is wrong with what a request is taken for.
fn fault(operation: &str, identified: &Identified) -> Option<String> {
    let name = RENAMED.iter().find(|(old, _)| *old == operation).map_or(operation, |(_, new)| *new);
    if identified.operation != name {
        return Some(format!("it is taken for {}", identified.operation));
    }
    if identified.questions.is_empty() {
        return Some("nothing is asked".to_owned());
    }
    identified.questions.iter().find_map(|question| {
        let Some(action) = catalogue::action(question.action) else {
            return Some(format!("{} is no action of AWS's", question.action));
        };
        let service = catalogue::service(question.service)?;
        let mut types = action.resources.iter().filter_map(|needed| service.resource_type(needed.name));
        let fits = match question.resource.splitn(6, ':').nth(5) {
            None => !action.resources.iter().any(|needed| needed.is_required),
            // Listings are asked for all that there is, whatever the reference says.
            Some("" | "table/*") if action.resources.is_empty() => true,
            Some(resource) => types.any(|kind| kind.may_be(resource)),
        };
        if !fits {
            return Some(format!("{} is not done to {}", question.action, question.resource));
        }
        let reads = matches!(action.access, AccessLevel::List | AccessLevel::Read);
        let is_hidden = identified.read_only && !reads;
        is_hidden.then(|| format!("{} changes something, and is taken for a read", question.action))
    })
}

/// Whether it is signed for another service than the one whose model it is from, and so never comes to it.
fn is_for_another(line: &Value) -> bool {
    let mut headers = line["headers"].as_array().unwrap().iter();
    let signature =
        headers.find(|header| header[0] == "Authorization").map(|header| header[1].as_str().unwrap());
    signature
        .is_some_and(|text| !text.contains(&format!("/{}/aws4_request", line["service"].as_str().unwrap())))
}

#[test]
fn every_operation_is_taken_for_itself_or_for_nothing() {
    let (mut wrong, mut told_for_nothing, mut elsewhere) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let (lines, mut good) = (lines(), 0);
    for line in &lines {
        let (operation, variant) = (text(line, "operation"), text(line, "variant"));
        if is_for_another(line) {
            elsewhere.insert(operation);
            continue;
        }
        match told(line) {
            Ok(identified) => match fault(operation, &identified) {
                Some(fault) => wrong.push(format!("{operation} ({variant}): {fault}")),
                None => good += 1,
            },
            // Not all of what an operation may say is let through.
            Err(unknown) if variant.starts_with("all") => {
                assert!(!unknown.detail.is_empty(), "{operation} ({variant})");
            }
            Err(_) => {
                told_for_nothing.insert(operation);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known: BTreeSet<&str> = NOT_TOLD.into_iter().chain(NOT_TOLD_OF_DYNAMODB).collect();
    assert_eq!(told_for_nothing, known);
    assert_eq!(elsewhere, BTreeSet::from(["ListDirectoryBuckets", "WriteGetObjectResponse"]));
    assert!(good > 280, "{good} of {}", lines.len());
}
