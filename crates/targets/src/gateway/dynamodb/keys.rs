//! The condition keys of DynamoDB, as far as a request tells them.
//!
//! Source: Amazon DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".

use serde_json::{Map, Value};

use super::super::Unknown;
use super::text_in;
use crate::authority::ConditionKey;

/// What only the table itself knows: the name of its key, and so which values lead; and its tags. Attributes may hide in
/// expressions, which are not read.
pub(super) const OF_ITEMS: [&str; 7] = [
    "aws:ResourceTag/*",
    "dynamodb:Attributes",
    "dynamodb:FirstPartitionKeyValues",
    "dynamodb:FourthPartitionKeyValues",
    "dynamodb:LeadingKeys",
    "dynamodb:SecondPartitionKeyValues",
    "dynamodb:ThirdPartitionKeyValues",
];

/// The same of tables.
pub(super) const OF_TABLES: [&str; 1] = ["aws:ResourceTag/*"];

/// The keys of a request about items. Where a member is left out its default is the value, as at DynamoDB.
pub(super) fn of_items(
    members: &Map<String, Value>,
    kind: Kind,
    enclosing: Option<&'static str>,
) -> Result<Vec<ConditionKey>, Unknown> {
    let mut keys = Vec::new();
    let consumed = text_in(members, "ReturnConsumedCapacity")?.unwrap_or("NONE");
    keys.push(ConditionKey::one("dynamodb:ReturnConsumedCapacity", consumed));
    match kind {
        Kind::Write => {
            let returned = text_in(members, "ReturnValues")?.unwrap_or("NONE");
            keys.push(ConditionKey::one("dynamodb:ReturnValues", returned));
        }
        Kind::Read | Kind::Search => {
            keys.push(ConditionKey::one("dynamodb:Select", select(members, kind)?));
        }
        Kind::Part => {}
    }
    keys.extend(enclosing.map(|operation| ConditionKey::one("dynamodb:EnclosingOperation", operation)));
    Ok(keys)
}

/// What a request about items does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads items by their keys.
    Read,
    /// It looks for items.
    Search,
    /// It writes one.
    Write,
    /// It is a part of a batch or transaction.
    Part,
}

fn select(members: &Map<String, Value>, kind: Kind) -> Result<&str, Unknown> {
    if kind == Kind::Search
        && let Some(given) = text_in(members, "Select")?
    {
        return Ok(given);
    }
    let is_specific =
        ["AttributesToGet", "ProjectionExpression"].iter().any(|name| members.contains_key(*name));
    Ok(match (is_specific, members.contains_key("IndexName")) {
        (true, _) => "SPECIFIC_ATTRIBUTES",
        (false, true) => "ALL_PROJECTED_ATTRIBUTES",
        (false, false) => "ALL_ATTRIBUTES",
    })
}

/// The keys of the tags that a request brings: a list of `Key` and `Value`.
pub(super) fn of_tags(tags: Option<&Value>) -> Result<Vec<ConditionKey>, Unknown> {
    let refused = || Unknown::because("the tags cannot be read");
    let Some(tags) = tags else { return Ok(vec![ConditionKey::many("aws:TagKeys", Vec::new())]) };
    let (mut keys, mut names) = (Vec::new(), Vec::new());
    for tag in tags.as_array().ok_or_else(refused)? {
        let tag = tag.as_object().ok_or_else(refused)?;
        let name = text_in(tag, "Key")?.ok_or_else(refused)?;
        let value = text_in(tag, "Value")?.ok_or_else(refused)?;
        if names.iter().any(|known: &String| known.eq_ignore_ascii_case(name)) {
            return Err(Unknown::because("a tag is there twice"));
        }
        keys.push(ConditionKey::one(format!("aws:RequestTag/{name}"), value));
        names.push(name.to_owned());
    }
    keys.push(ConditionKey::many("aws:TagKeys", names));
    Ok(keys)
}
