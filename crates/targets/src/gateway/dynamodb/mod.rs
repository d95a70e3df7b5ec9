//! Amazon DynamoDB: JSON 1.0, one address for all operations.
//!
//! Sources: Amazon DynamoDB API reference; "Actions, resources, and condition keys for Amazon DynamoDB"; developer guide,
//! "Using IAM policy conditions for fine-grained access control".

mod items;
mod keys;
mod management;
mod names;

use serde_json::{Map, Value, json};

use super::header::{cut, json_operation};
use super::{Identified, Request, Touched, Unknown, strict};
use crate::authority::{ConditionKey, TargetCall};

/// Bytes of a request: DynamoDB's limit of a batch is 16 MB.
pub(super) const BODY_BYTES: usize = 16 * 1024 * 1024 + 64 * 1024;

const PREFIX: &str = "DynamoDB_20120810";

/// Operations that exist and are not told here, with the reason. The list may only shrink.
pub(super) const NOT_TOLD: [(&str, &str); 30] = [
    ("BatchExecuteStatement", STATEMENT),
    ("CancelBulkOperation", UNUSED),
    ("CreateGlobalTable", ELSEWHERE),
    ("DeleteResourcePolicy", POLICY),
    ("DescribeBulkOperation", UNUSED),
    ("DescribeExport", UNUSED),
    ("DescribeGlobalTable", ELSEWHERE),
    ("DescribeGlobalTableSettings", ELSEWHERE),
    ("DescribeImport", UNUSED),
    ("DescribeKinesisStreamingDestination", UNUSED),
    ("DescribeTableReplicaAutoScaling", UNUSED),
    ("DisableKinesisStreamingDestination", UNUSED),
    ("EnableKinesisStreamingDestination", UNUSED),
    ("ExecuteStatement", STATEMENT),
    ("ExecuteTransaction", STATEMENT),
    ("ExportTableToPointInTime", UNUSED),
    ("GetResourcePolicy", POLICY),
    ("ImportTable", UNUSED),
    ("ListBulkOperations", UNUSED),
    ("ListExports", UNUSED),
    ("ListGlobalTables", ELSEWHERE),
    ("ListImports", UNUSED),
    ("PutResourcePolicy", POLICY),
    ("RestoreTableToPointInTime", UNUSED),
    ("SearchVectors", UNUSED),
    ("StartBulkPutItems", UNUSED),
    ("UpdateGlobalTable", ELSEWHERE),
    ("UpdateGlobalTableSettings", ELSEWHERE),
    ("UpdateKinesisStreamingDestination", UNUSED),
    ("UpdateTableReplicaAutoScaling", UNUSED),
];

const STATEMENT: &str = "which table it is about stands in a statement, which is not read";
const UNUSED: &str = "its resources are not told yet";
const ELSEWHERE: &str = "it is about tables of other regions";
const POLICY: &str = "a policy at the service behind would not be asked here";

pub(super) fn identify(request: &Request<'_>) -> Result<Identified, Unknown> {
    let operation = json_operation(request.parts, PREFIX, &["application/x-amz-json-1.0"])?;
    if let Some((_, reason)) = NOT_TOLD.iter().find(|(name, _)| *name == operation) {
        return Err(Unknown::because(format!("{operation} is not told: {reason}")));
    }
    let members = strict::object(request.body)?;
    let asked = Asked { request, members: &members };
    if let Some(found) = items::identify(operation, &asked)? {
        return Ok(found);
    }
    if let Some(found) = management::identify(operation, &asked)? {
        return Ok(found);
    }
    Err(Unknown::because(format!("{} is not an operation of DynamoDB's", cut(operation))))
}

/// A request's body.
struct Asked<'a> {
    request: &'a Request<'a>,
    members: &'a Map<String, Value>,
}

/// A table of the caller's own account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Table(String);

impl Table {
    /// `table/NAME`'s ARN.
    fn arn(&self, request: &Request<'_>) -> String {
        format!("arn:aws:dynamodb:{}:{}:table/{}", request.region, request.account, self.0)
    }

    /// The ARN of one of its indices.
    fn index(&self, request: &Request<'_>, index: &str) -> String {
        format!("{}/index/{index}", self.arn(request))
    }
}

impl<'a> Asked<'a> {
    fn text(&self, name: &str) -> Result<Option<&'a str>, Unknown> {
        text_in(self.members, name)
    }

    fn needed(&self, name: &str) -> Result<&'a str, Unknown> {
        self.text(name)?.ok_or_else(|| Unknown::because(format!("{name} is missing")))
    }

    /// The table that a member names.
    fn table(&self, name: &str) -> Result<Table, Unknown> {
        names::table(self.needed(name)?, self.request)
    }

    /// What the record says of tables.
    fn named(table: &Table) -> Map<String, Value> {
        Map::from_iter([("tableName".to_owned(), json!(table.0))])
    }
}

fn text_in<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Unknown> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Unknown::because(format!("{name} is not a text"))),
    }
}

fn question(
    operation: &'static str,
    action: &'static str,
    resource: String,
    keys: Vec<ConditionKey>,
) -> TargetCall {
    TargetCall { service: "dynamodb", operation, action, resource, keys }
}

fn touched(arn: String) -> Touched {
    Touched { kind: "AWS::DynamoDB::Table", arn }
}
