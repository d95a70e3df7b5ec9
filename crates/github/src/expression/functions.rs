//! The functions. Source: GitHub docs, "Evaluate expressions", "Functions" and "Status check functions".

use std::borrow::Cow;

use github_actions_expressions::SpannedExpr;
use github_actions_expressions::call::Function;

use super::error::{ExpressionError, shown};
use super::operand::Operand;
use super::walk::Walk;
use super::{Status, compare, fold, format, json};

type Made<'a> = Result<Operand<'a>, ExpressionError>;

/// The parser has counted the arguments.
pub(super) fn call<'a, 't: 'a>(
    walk: &Walk<'a>,
    function: Function,
    arguments: &'t [SpannedExpr<'t>],
) -> Made<'a> {
    let status = walk.context.status;
    match function {
        Function::Always => Ok(Operand::Boolean(true)),
        Function::Success => Ok(Operand::Boolean(status == Status::Success)),
        Function::Failure => Ok(Operand::Boolean(status == Status::Failure)),
        Function::Cancelled => Ok(Operand::Boolean(status == Status::Cancelled)),
        Function::Case => case(walk, arguments),
        Function::Contains => contains(walk, arguments),
        Function::StartsWith => pair(walk, arguments, |text, part| text.starts_with(part)),
        Function::EndsWith => pair(walk, arguments, |text, part| text.ends_with(part)),
        Function::Format => filled(walk, arguments),
        Function::Join => join(walk, arguments),
        Function::ToJSON => {
            let text = json::write(&argument(walk, arguments, 0)?, walk.budget)?;
            Ok(Operand::Text(Cow::Owned(text)))
        }
        Function::FromJSON => from_json(walk, arguments),
        Function::HashFiles => Err(ExpressionError::NeedsFiles),
    }
}

fn argument<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>], index: usize) -> Made<'a> {
    arguments.get(index).map_or(Ok(Operand::Null), |argument| walk.value(argument))
}

/// `case(condition, value, condition, value, ..., otherwise)`: only what is needed is evaluated.
fn case<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>]) -> Made<'a> {
    for pair in arguments.chunks(2) {
        match pair {
            [condition, value] => match walk.value(condition)? {
                Operand::Boolean(true) => return walk.value(value),
                Operand::Boolean(false) => {}
                other => return Err(ExpressionError::NotABoolean { kind: other.kind() }),
            },
            [otherwise] => return walk.value(otherwise),
            _ => {}
        }
    }
    Ok(Operand::Null)
}

/// In an array an item that is loosely equal, in anything else a part of its text.
fn contains<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>]) -> Made<'a> {
    let within = argument(walk, arguments, 0)?;
    let Some(items) = within.items() else {
        return pair(walk, arguments, |text, part| text.contains(part));
    };
    let item = argument(walk, arguments, 1)?;
    Ok(Operand::Boolean(items.iter().any(|other| compare::equal(other, &item))))
}

/// A question about two texts in capitals. An array or an object is no text, and the answer is no.
fn pair<'a, 't: 'a>(
    walk: &Walk<'a>,
    arguments: &'t [SpannedExpr<'t>],
    question: fn(&str, &str) -> bool,
) -> Made<'a> {
    let (text, part) = (argument(walk, arguments, 0)?, argument(walk, arguments, 1)?);
    if !text.is_primitive() || !part.is_primitive() {
        return Ok(Operand::Boolean(false));
    }
    let (text, part) = (text.text(), part.text());
    walk.budget.spend(text.len().saturating_add(part.len()))?;
    Ok(Operand::Boolean(question(&fold::capitals(&text), &fold::capitals(&part))))
}

fn filled<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>]) -> Made<'a> {
    let format = argument(walk, arguments, 0)?;
    let given = arguments.get(1..).unwrap_or_default();
    let text = format::fill(&format.text(), given.len(), walk.budget, |index| {
        Ok(argument(walk, given, index)?.text().into_owned())
    })?;
    Ok(Operand::Text(Cow::Owned(text)))
}

fn join<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>]) -> Made<'a> {
    let joined = argument(walk, arguments, 0)?;
    let Some(items) = joined.items() else {
        let text = if joined.is_primitive() { joined.text().into_owned() } else { String::new() };
        return Ok(Operand::Text(Cow::Owned(text)));
    };
    let separator = match arguments.get(1) {
        Some(argument) if items.len() > 1 => Some(walk.value(argument)?).filter(Operand::is_primitive),
        _ => None,
    };
    let separator = separator.as_ref().map_or(Cow::Borrowed(","), Operand::text);
    let mut whole = String::new();
    for (index, item) in items.iter().enumerate() {
        let item = item.text();
        let between = if index > 0 { separator.as_ref() } else { "" };
        walk.budget.spend(between.len().saturating_add(item.len()))?;
        whole.push_str(between);
        whole.push_str(&item);
    }
    Ok(Operand::Text(Cow::Owned(whole)))
}

fn from_json<'a, 't: 'a>(walk: &Walk<'a>, arguments: &'t [SpannedExpr<'t>]) -> Made<'a> {
    let given = argument(walk, arguments, 0)?;
    let text = given.text();
    walk.budget.spend(text.len())?;
    let value = serde_json::from_str(&text)
        .map_err(|error| ExpressionError::Json { text: shown(&text), problem: error.to_string() })?;
    Ok(Operand::owned(value))
}
