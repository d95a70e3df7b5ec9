//! `Condition`.

use super::{Element, Reading, no_variable, syntax};
use crate::document::{Condition, ParseError};
use crate::json::{Member, Node, Value};
use crate::operator::{Comparison, Operator};
use crate::span::Span;

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
            for (value, span) in scalars(&key.value, &path)? {
                no_variable(reading, &value, &path, span)?;
                check_boolean(operator, &value, &path, span)?;
                values.push(value);
            }
            conditions.push(Condition { operator, key: key.name.clone(), values, span: key.span });
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

/// The values of a key: texts, numbers and booleans, one or a list of them.
fn scalars(node: &Node, path: &str) -> Result<Vec<(String, Span)>, ParseError> {
    let nodes = match &node.value {
        Value::Array(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    nodes
        .iter()
        .map(|node| match &node.value {
            Value::Boolean(boolean) => Ok((boolean.to_string(), node.span)),
            Value::Number(text) | Value::Text(text) => Ok((text.clone(), node.span)),
            Value::Array(_) | Value::Null | Value::Object(_) => {
                Err(syntax(path, node.span, "a condition's value is a text, a number or a boolean"))
            }
        })
        .collect()
}

fn check_boolean(operator: Operator, value: &str, path: &str, span: Span) -> Result<(), ParseError> {
    let boolean = matches!(operator.comparison, Comparison::Bool | Comparison::Null);
    if boolean && !["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return Err(syntax(path, span, &format!("`{operator}` takes true or false")));
    }
    Ok(())
}
