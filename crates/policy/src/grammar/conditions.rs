//! `Condition`.

use super::{Element, Item, Reading, items, no_variable, syntax};
use crate::document::{Condition, ParseError};
use crate::json::{Member, Node, Value};
use crate::operator::{Comparison, Operator};

pub(super) fn read(reading: Reading, element: &Element<'_>) -> Result<Vec<Condition>, ParseError> {
    let Some(member) = element.member("Condition") else { return Ok(Vec::new()) };
    let path = format!("{}.Condition", element.path);
    let operators = object(&member.value, &path, "`Condition` is an object of operators")?;
    let mut conditions = Vec::new();
    for block in operators {
        let path = format!("{path}.{}", block.name);
        let operator = Operator::parse(&block.name).ok_or_else(|| unknown(block, &path))?;
        for key in object(&block.value, &path, "an operator holds an object of condition keys")? {
            let path = format!("{path}.{}", key.name);
            if !key.name.contains(':') {
                let message = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
                return Err(ParseError::new(message, path, key.span));
            }
            let mut values = Vec::new();
            let mut value_spans = Vec::new();
            for item in items(&key.value, &path) {
                let value = scalar(&item)?;
                no_variable(reading, &value, &item.path, item.span())?;
                check_boolean(operator, &value, &item)?;
                values.push(value);
                value_spans.push(item.span());
            }
            conditions.push(Condition {
                operator,
                key: key.name.clone(),
                values,
                span: key.span,
                operator_span: block.span,
                value_spans,
            });
        }
    }
    Ok(conditions)
}

fn unknown(block: &Member, path: &str) -> ParseError {
    ParseError::new(format!("Invalid Condition type : {}.", block.name), path, block.span).hint_of(
        "this version knows StringEquals, StringLike, their Not and IgnoreCase forms, Bool and Null, with IfExists, \
         ForAllValues: and ForAnyValue:",
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

fn check_boolean(operator: Operator, value: &str, item: &Item<'_>) -> Result<(), ParseError> {
    let boolean = matches!(operator.comparison, Comparison::Bool | Comparison::Null);
    if boolean && !["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return Err(syntax(&item.path, item.span(), &format!("`{operator}` takes true or false")));
    }
    Ok(())
}
