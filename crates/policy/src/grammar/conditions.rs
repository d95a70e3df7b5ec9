//! `Condition`.

use super::{Element, Item, Reading, items, syntax};
use crate::condition::Test;
use crate::document::{Condition, ParseError};
use crate::json::{Member, Node, Value};
use crate::operators::Operator;

/// The conditions as they stand, and each of them compiled.
pub(super) fn read(
    reading: Reading,
    element: &Element<'_>,
) -> Result<(Vec<Condition>, Vec<Test>), ParseError> {
    let Some(member) = element.member("Condition") else { return Ok((Vec::new(), Vec::new())) };
    let path = format!("{}.Condition", element.path);
    let operators = object(&member.value, &path, "`Condition` is an object of operators")?;
    let (mut conditions, mut tests) = (Vec::new(), Vec::new());
    for block in operators {
        let path = format!("{path}.{}", block.name);
        let operator = Operator::parse(&block.name).ok_or_else(|| unknown(block, &path))?;
        for key in object(&block.value, &path, "an operator holds an object of condition keys")? {
            let path = format!("{path}.{}", key.name);
            if !key.name.contains(':') {
                let message = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
                return Err(ParseError::new(message, path, key.span));
            }
            let (condition, test) = read_one(reading, operator, block, key, path)?;
            conditions.push(condition);
            tests.push(test);
        }
    }
    Ok((conditions, tests))
}

fn read_one(
    reading: Reading,
    operator: Operator,
    block: &Member,
    key: &Member,
    path: String,
) -> Result<(Condition, Test), ParseError> {
    let items = items(&key.value, &path);
    let values = items.iter().map(scalar).collect::<Result<Vec<_>, _>>()?;
    let test =
        Test::read(operator, &key.name, &values, reading.variables()).map_err(|unreadable| {
            match items.get(unreadable.index) {
                Some(item) => syntax(&item.path, item.span(), &unreadable.detail),
                None => syntax(&path, key.value.span, &unreadable.detail),
            }
        })?;
    let condition = Condition {
        operator,
        key: key.name.clone(),
        values,
        span: key.span,
        operator_span: block.span,
        value_spans: items.iter().map(Item::span).collect(),
    };
    Ok((condition, test))
}

fn unknown(block: &Member, path: &str) -> ParseError {
    let message = format!("Invalid Condition type : {}.", block.name);
    ParseError::new(message, path, block.span).hint_of(
        "the operators are those of String, Numeric, Date, Arn and IpAddress, BinaryEquals, Bool and Null, with \
         IfExists, ForAllValues: and ForAnyValue:",
    )
}

fn object<'a>(node: &'a Node, path: &str, detail: &str) -> Result<&'a [Member], ParseError> {
    match &node.value {
        Value::Object(members) => Ok(members),
        _ => Err(syntax(path, node.span, detail)),
    }
}

/// A wanted value: a text, a number or a boolean.
fn scalar(item: &Item<'_>) -> Result<String, ParseError> {
    match &item.node.value {
        Value::Boolean(boolean) => Ok(boolean.to_string()),
        Value::Number(text) | Value::Text(text) => Ok(text.clone()),
        Value::Array(_) | Value::Null | Value::Object(_) => {
            Err(syntax(&item.path, item.span(), "a condition's value is a text, a number or a boolean"))
        }
    }
}
