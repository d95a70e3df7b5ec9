//! Operations on items, which are data events.
//!
//! A batch is asked for table by table under its own action; the parts of a transaction each under the action that they
//! would be alone, with `dynamodb:EnclosingOperation`.
//!
//! Sources: Amazon DynamoDB developer guide, "Amazon DynamoDB Transactions: How it works", IAM; API reference.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::{Identified, Unknown, Written};
use super::keys::{self, Kind, OF_ITEMS};
use super::{Asked, Table, names, question, text_in, touched};
use crate::authority::TargetCall;

/// Parts of a batch or transaction; DynamoDB takes 100 at the most.
const PARTS: usize = 100;

pub(super) fn identify(operation: &str, asked: &Asked<'_>) -> Result<Option<Identified>, Unknown> {
    let found = match operation {
        "GetItem" => single("GetItem", "dynamodb:GetItem", Kind::Read, asked)?,
        "PutItem" => single("PutItem", "dynamodb:PutItem", Kind::Write, asked)?,
        "UpdateItem" => single("UpdateItem", "dynamodb:UpdateItem", Kind::Write, asked)?,
        "DeleteItem" => single("DeleteItem", "dynamodb:DeleteItem", Kind::Write, asked)?,
        "Query" => single("Query", "dynamodb:Query", Kind::Search, asked)?,
        "Scan" => single("Scan", "dynamodb:Scan", Kind::Search, asked)?,
        "BatchGetItem" => batch("BatchGetItem", "dynamodb:BatchGetItem", true, asked)?,
        "BatchWriteItem" => batch("BatchWriteItem", "dynamodb:BatchWriteItem", false, asked)?,
        "TransactGetItems" => transaction("TransactGetItems", true, asked)?,
        "TransactWriteItems" => transaction("TransactWriteItems", false, asked)?,
        _ => return Ok(None),
    };
    Ok(Some(found))
}

fn data(
    operation: &'static str,
    read_only: bool,
    questions: Vec<TargetCall>,
    tables: &BTreeSet<Table>,
    asked: &Asked<'_>,
) -> Identified {
    let parameters = match tables.iter().collect::<Vec<_>>().as_slice() {
        [one] => Asked::named(one),
        several => {
            let names: Vec<&str> = several.iter().map(|table| table.0.as_str()).collect();
            Map::from_iter([("tableNames".to_owned(), json!(names))])
        }
    };
    Identified {
        operation,
        read_only,
        is_data: true,
        questions,
        unavailable: OF_ITEMS.to_vec(),
        written: Written::at("/"),
        resources: tables.iter().map(|table| touched(table.arn(asked.request))).collect(),
        parameters,
    }
}

fn single(
    operation: &'static str,
    action: &'static str,
    kind: Kind,
    asked: &Asked<'_>,
) -> Result<Identified, Unknown> {
    let table = asked.table("TableName")?;
    let index = if kind == Kind::Search { asked.text("IndexName")? } else { None };
    let resource = match index {
        Some(index) => table.index(asked.request, names::index(index)?),
        None => table.arn(asked.request),
    };
    let keys = keys::of_items(asked.members, kind, None)?;
    let questions = vec![question(operation, action, resource, keys)];
    let mut found = data(operation, kind != Kind::Write, questions, &BTreeSet::from([table]), asked);
    if let Some(index) = index {
        found.parameters.insert("indexName".to_owned(), json!(index));
    }
    Ok(found)
}

fn batch(
    operation: &'static str,
    action: &'static str,
    read_only: bool,
    asked: &Asked<'_>,
) -> Result<Identified, Unknown> {
    let items = asked.members.get("RequestItems").and_then(Value::as_object);
    let items = items.filter(|items| (1..=PARTS).contains(&items.len()));
    let items = items.ok_or_else(|| Unknown::because("RequestItems must be a map of 1 to 100 tables"))?;
    let mut tables = BTreeSet::new();
    let mut questions = Vec::new();
    for (name, part) in items {
        let table = names::table(name, asked.request)?;
        let mut keys = keys::of_items(asked.members, Kind::Part, None)?;
        if read_only {
            let of_table =
                part.as_object().ok_or_else(|| Unknown::because("a part of the batch is no map"))?;
            keys.extend(
                keys::of_items(of_table, Kind::Read, None)?
                    .into_iter()
                    .filter(|key| key.name == "dynamodb:Select"),
            );
        }
        questions.push(question(operation, action, table.arn(asked.request), keys));
        // A table that is named twice, by its name and by its ARN, is asked for twice: nothing is lost.
        tables.insert(table);
    }
    Ok(data(operation, read_only, questions, &tables, asked))
}

fn transaction(operation: &'static str, read_only: bool, asked: &Asked<'_>) -> Result<Identified, Unknown> {
    let items = asked.members.get("TransactItems").and_then(Value::as_array);
    let items = items.filter(|items| (1..=PARTS).contains(&items.len()));
    let items = items.ok_or_else(|| Unknown::because("TransactItems must be a list of 1 to 100 parts"))?;
    let mut tables = BTreeSet::new();
    let mut questions = Vec::new();
    for item in items {
        // Each part is one thing: a second member would be another one.
        let mut members = item.as_object().into_iter().flatten();
        let (Some((kind, part)), None) = (members.next(), members.next()) else {
            return Err(Unknown::because("a part of the transaction must have one member"));
        };
        let action = match (read_only, kind.as_str()) {
            (true, "Get") => "dynamodb:GetItem",
            (false, "ConditionCheck") => "dynamodb:ConditionCheckItem",
            (false, "Delete") => "dynamodb:DeleteItem",
            (false, "Put") => "dynamodb:PutItem",
            (false, "Update") => "dynamodb:UpdateItem",
            _ => return Err(Unknown::because("a part of the transaction is of no known kind")),
        };
        let part = part.as_object().ok_or_else(|| Unknown::because("a part of the transaction is no map"))?;
        let name = text_in(part, "TableName")?.ok_or_else(|| Unknown::because("a part names no table"))?;
        let table = names::table(name, asked.request)?;
        let keys = keys::of_items(asked.members, Kind::Part, Some(operation))?;
        let asking = question(operation, action, table.arn(asked.request), keys);
        if !questions.contains(&asking) {
            questions.push(asking);
        }
        tables.insert(table);
    }
    Ok(data(operation, read_only, questions, &tables, asked))
}
