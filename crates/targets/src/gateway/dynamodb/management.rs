//! Operations on tables, which are management events.

use serde_json::{Map, Value, json};

use super::super::{Identified, Unknown, Written};
use super::keys::{self, OF_ITEMS, OF_TABLES};
use super::{Asked, names, question, touched};
use crate::authority::ConditionKey;

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// The account, and no resource.
    Account,
    /// All tables of the account: refusals that were captured in 2025 and 2026 name them as `table/*`.
    AllTables,
    /// What this member names by an ARN.
    Arn(&'static str),
    /// What this member names by an ARN, and the table that another names.
    ArnAndTable(&'static str, &'static str),
    /// The table that `TableName` names, and the index that `IndexName` does.
    Index,
    /// The table that `TableName` names.
    Table,
}

/// One operation: its name, its action, what it is about.
type Row = (&'static str, &'static str, About);

const TABLE: [Row; 22] = [
    ("CreateBackup", "dynamodb:CreateBackup", About::Table),
    ("CreateTable", "dynamodb:CreateTable", About::Table),
    ("DeleteBackup", "dynamodb:DeleteBackup", About::Arn("BackupArn")),
    ("DeleteTable", "dynamodb:DeleteTable", About::Table),
    ("DescribeBackup", "dynamodb:DescribeBackup", About::Arn("BackupArn")),
    ("DescribeContinuousBackups", "dynamodb:DescribeContinuousBackups", About::Table),
    ("DescribeContributorInsights", "dynamodb:DescribeContributorInsights", About::Index),
    ("DescribeEndpoints", "dynamodb:DescribeEndpoints", About::Account),
    ("DescribeLimits", "dynamodb:DescribeLimits", About::Account),
    ("DescribeTable", "dynamodb:DescribeTable", About::Table),
    ("DescribeTimeToLive", "dynamodb:DescribeTimeToLive", About::Table),
    ("ListBackups", "dynamodb:ListBackups", About::Account),
    ("ListContributorInsights", "dynamodb:ListContributorInsights", About::Account),
    ("ListTables", "dynamodb:ListTables", About::AllTables),
    ("ListTagsOfResource", "dynamodb:ListTagsOfResource", About::Arn("ResourceArn")),
    (
        "RestoreTableFromBackup",
        "dynamodb:RestoreTableFromBackup",
        About::ArnAndTable("BackupArn", "TargetTableName"),
    ),
    ("TagResource", "dynamodb:TagResource", About::Arn("ResourceArn")),
    ("UntagResource", "dynamodb:UntagResource", About::Arn("ResourceArn")),
    ("UpdateContinuousBackups", "dynamodb:UpdateContinuousBackups", About::Table),
    ("UpdateContributorInsights", "dynamodb:UpdateContributorInsights", About::Index),
    ("UpdateTable", "dynamodb:UpdateTable", About::Table),
    ("UpdateTimeToLive", "dynamodb:UpdateTimeToLive", About::Table),
];

/// What whoever restores a table must be allowed besides, on the new table: its items are written.
///
/// Source: Amazon DynamoDB developer guide, "Using IAM with DynamoDB backup and restore".
const RESTORING: [&str; 7] = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
];

/// Members that would do more than their operation's action allows: they reach other regions, or set a policy that would
/// not be asked here.
const REFUSED: [&str; 6] = [
    "GlobalTableSourceArn",
    "GlobalTableWitnessUpdates",
    "MultiRegionConsistency",
    "ReplicaUpdates",
    "ResourcePolicy",
    "SourceTableArn",
];

pub(super) fn identify(operation: &str, asked: &Asked<'_>) -> Result<Option<Identified>, Unknown> {
    let Some((operation, action, about)) = TABLE.iter().copied().find(|(name, ..)| *name == operation) else {
        return Ok(None);
    };
    if let Some(name) = REFUSED.iter().find(|name| asked.members.contains_key(**name)) {
        return Err(Unknown::because(format!("{operation} with {name} does more than its action says")));
    }
    let request = asked.request;
    let mut parameters = Map::new();
    let resources = match about {
        About::Account | About::AllTables => Vec::new(),
        About::Arn(member) => vec![names::arn(asked.needed(member)?, request)?],
        About::ArnAndTable(member, table) => {
            vec![names::arn(asked.needed(member)?, request)?, asked.table(table)?.arn(request)]
        }
        About::Index | About::Table => {
            let table = asked.table("TableName")?;
            parameters = Asked::named(&table);
            match asked.text("IndexName")?.filter(|_| about == About::Index) {
                Some(index) => {
                    parameters.insert("indexName".to_owned(), json!(index));
                    vec![table.index(request, names::index(index)?)]
                }
                None => vec![table.arn(request)],
            }
        }
    };
    if let About::Arn(member) | About::ArnAndTable(member, _) = about {
        parameters.insert(crate::member::with_small_letter(member), json!(asked.needed(member)?));
    }
    let keys = tag_keys(operation, asked)?;
    let asked_about = match about {
        About::Account => vec!["*".to_owned()],
        About::AllTables => vec![format!("arn:aws:dynamodb:{}:{}:table/*", request.region, request.account)],
        _ => resources.clone(),
    };
    let mut questions: Vec<_> =
        asked_about.into_iter().map(|arn| question(operation, action, arn, keys.clone())).collect();
    if operation == "CreateTable" && asked.members.contains_key("Tags") {
        questions.extend(
            resources
                .iter()
                .map(|arn| question(operation, "dynamodb:TagResource", arn.clone(), keys.clone())),
        );
    }
    if let (About::ArnAndTable(..), Some(table)) = (about, resources.last()) {
        let also = RESTORING.iter().map(|action| question(operation, action, table.clone(), Vec::new()));
        questions.extend(also);
    }
    Ok(Some(Identified {
        operation,
        read_only: operation.starts_with("Describe") || operation.starts_with("List"),
        is_data: false,
        questions,
        unavailable: if matches!(about, About::ArnAndTable(..)) {
            OF_ITEMS.to_vec()
        } else {
            OF_TABLES.to_vec()
        },
        written: Written::at("/"),
        resources: resources.into_iter().map(touched).collect(),
        parameters,
    }))
}

fn tag_keys(operation: &str, asked: &Asked<'_>) -> Result<Vec<ConditionKey>, Unknown> {
    match operation {
        "CreateTable" | "TagResource" => keys::of_tags(asked.members.get("Tags")),
        "UntagResource" => {
            let names = asked.members.get("TagKeys").and_then(Value::as_array);
            let texts = names.into_iter().flatten().map(Value::as_str).collect::<Option<Vec<_>>>();
            let texts = texts.ok_or_else(|| Unknown::because("TagKeys is no list of texts"))?;
            Ok(vec![ConditionKey::many("aws:TagKeys", texts.into_iter().map(str::to_owned).collect())])
        }
        _ => Ok(Vec::new()),
    }
}
