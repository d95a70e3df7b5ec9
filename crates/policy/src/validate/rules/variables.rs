//! Policy variables.
//!
//! Source: IAM user guide, "IAM policy elements: Variables and tags".

use super::{ITEMS_MAX, Report};
use crate::json::Value;
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Item};
use crate::validate::operator::Family;

const MISSING_BRACE_IN_VARIABLE: Code = Code::error("MISSING_BRACE_IN_VARIABLE");
const MISSING_QUOTE_IN_VARIABLE: Code = Code::error("MISSING_QUOTE_IN_VARIABLE");
const UNSUPPORTED_SPACE_IN_VARIABLE: Code = Code::error("UNSUPPORTED_SPACE_IN_VARIABLE");
const UNSUPPORTED_SYMBOL_IN_VARIABLE: Code = Code::error("UNSUPPORTED_SYMBOL_IN_VARIABLE");
const EMPTY_VARIABLE: Code = Code::error("EMPTY_VARIABLE");
const VARIABLE_UNSUPPORTED_IN_ELEMENT: Code = Code::error("VARIABLE_UNSUPPORTED_IN_ELEMENT");
const VARIABLE_UNSUPPORTED_IN_VERSION: Code = Code::error("VARIABLE_UNSUPPORTED_IN_VERSION");
const INVALID_VARIABLE_FOR_OPERATOR: Code = Code::error("INVALID_VARIABLE_FOR_OPERATOR");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let version = draft.member("Version").map(|member| &member.value.value);
    let is_old = match version {
        None => true,
        Some(Value::Text(version)) => version == "2008-10-17",
        Some(_) => false,
    };
    for clause in &draft.clauses {
        for item in places(clause) {
            let Some(text) = item.text().filter(|text| text.contains("${")) else { continue };
            let location = report.location(item.path.clone(), item.node.span);
            if is_old {
                let message =
                    format!("`{text}` is taken letter by letter: the policy's version has no variables");
                report.add(
                    VARIABLE_UNSUPPORTED_IN_VERSION,
                    location,
                    message,
                    "write \"Version\": \"2012-10-17\"",
                );
            } else if let Some((code, message, mend)) = mistake(text) {
                report.add(code, location, message, mend);
            }
        }
        check_elements(clause, report);
        check_operators(clause, report);
    }
}

/// Where variables may stand.
fn places<'a>(clause: &'a Clause<'a>) -> impl Iterator<Item = &'a Item<'a>> {
    let resources = clause.resources.iter().flat_map(|element| &element.items);
    resources.chain(clause.tests.iter().flat_map(|test| &test.values)).take(ITEMS_MAX)
}

fn mistake(text: &str) -> Option<(Code, String, &'static str)> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inner, remainder)) = after.split_once('}') else {
            return Some((MISSING_BRACE_IN_VARIABLE, format!("a brace is missing in `{text}`"), "add }"));
        };
        if let Some(found) = inner_mistake(inner) {
            return Some(found);
        }
        rest = remainder;
    }
    None
}

fn inner_mistake(inner: &str) -> Option<(Code, String, &'static str)> {
    if ["*", "?", "$"].contains(&inner) {
        return None;
    }
    let (name, default) =
        inner.split_once(',').map_or((inner, None), |(name, default)| (name, Some(default)));
    if name.trim().is_empty() {
        return Some((EMPTY_VARIABLE, "the variable has no name".to_owned(), "name it, or take it out"));
    }
    if name.contains(' ') {
        let message = format!("a space stands in the variable `{name}`");
        return Some((UNSUPPORTED_SPACE_IN_VARIABLE, message, "take the space out"));
    }
    if let Some(symbol) = name.chars().find(|character| "${}'\"*?<>|\\".contains(*character)) {
        let message = format!("`{symbol}` stands in the variable `{name}`");
        return Some((UNSUPPORTED_SYMBOL_IN_VARIABLE, message, "write the name of a condition key"));
    }
    let default = default?.trim();
    let is_quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
    (!is_quoted).then(|| {
        let message = format!("the default `{default}` does not stand in single quotes");
        (MISSING_QUOTE_IN_VARIABLE, message, "write it as in ${aws:username, 'nobody'}")
    })
}

fn check_elements(clause: &Clause<'_>, report: &mut Report<'_>) {
    let principals = clause.principals.iter().flat_map(|principals| &principals.kinds);
    for element in clause.actions.iter().chain(principals) {
        for item in element.items.iter().take(ITEMS_MAX) {
            if item.text().is_some_and(|text| text.contains("${")) {
                let location = report.location(item.path.clone(), item.node.span);
                let message = format!("`{}` takes no variables", element.member.name);
                report.add(VARIABLE_UNSUPPORTED_IN_ELEMENT, location, message, "write out what is meant");
            }
        }
    }
}

fn check_operators(clause: &Clause<'_>, report: &mut Report<'_>) {
    for test in &clause.tests {
        let Some(operator) = test.operator else { continue };
        if matches!(operator.family, Family::Arn | Family::String) {
            continue;
        }
        for item in &test.values {
            if item.text().is_some_and(|text| text.contains("${")) {
                let location = report.location(item.path.clone(), item.node.span);
                let message = format!("`{}` takes no variables", operator.name);
                report.add(
                    INVALID_VARIABLE_FOR_OPERATOR,
                    location,
                    message,
                    "write the value itself; variables are for String and ARN operators",
                );
            }
        }
    }
}
