//! What two evaluators read otherwise, found in a question's text; `docs/policy-differences.md` argues each.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::question::Question;
use crate::statement::{each_statement, effect, texts};

/// A part of the language that is read in two ways, by the heading that argues it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    ArnAcrossColons,
    DateForms,
    DefaultWithoutSpace,
    EverybodyBesideLimits,
    ForAnyValueIfExists,
    NotPrincipal,
    NotResourceWithVariable,
    ShortArn,
    SeveralValuesWithoutQuantifier,
    UnreadableValue,
    VariablesInTheOlderVersion,
}

pub(crate) const ALL: [Difference; 11] = [
    Difference::ArnAcrossColons,
    Difference::DateForms,
    Difference::DefaultWithoutSpace,
    Difference::EverybodyBesideLimits,
    Difference::ForAnyValueIfExists,
    Difference::NotPrincipal,
    Difference::NotResourceWithVariable,
    Difference::ShortArn,
    Difference::SeveralValuesWithoutQuantifier,
    Difference::UnreadableValue,
    Difference::VariablesInTheOlderVersion,
];

/// All that a question has of them.
pub(crate) fn of(question: &Question) -> BTreeSet<Difference> {
    let everything = question
        .identity
        .iter()
        .chain(question.session.iter().flatten())
        .chain(&question.boundary)
        .chain(&question.resource_policies)
        .chain(question.service_control.iter().flatten())
        .chain(question.resource_control.iter().flatten());
    let mut found = BTreeSet::new();
    if question.session.is_some() || question.boundary.is_some() {
        let statements = question.resource_policies.iter().flat_map(each_statement);
        if statements.filter(|statement| effect(statement) == "Allow").any(lets_everybody_in) {
            found.insert(Difference::EverybodyBesideLimits);
        }
    }
    for policy in everything {
        for statement in each_statement(policy) {
            of_statement(question, policy, statement, &mut found);
        }
    }
    found
}

fn lets_everybody_in(statement: &Value) -> bool {
    let everybody = |principal: &Value| texts(principal).iter().any(|name| name == "*");
    statement
        .get("Principal")
        .is_some_and(|principal| principal == "*" || principal.get("AWS").is_some_and(everybody))
}

fn of_statement(question: &Question, policy: &Value, statement: &Value, found: &mut BTreeSet<Difference>) {
    if policy["Version"] != "2012-10-17" && statement.to_string().contains("${") {
        found.insert(Difference::VariablesInTheOlderVersion);
    }
    if statement.get("NotPrincipal").is_some() {
        found.insert(Difference::NotPrincipal);
    }
    for name in ["Resource", "NotResource"] {
        for pattern in statement.get(name).map(texts).unwrap_or_default() {
            of_resource(question, &pattern, found);
            if name == "NotResource" && pattern.contains("${") {
                found.insert(Difference::NotResourceWithVariable);
            }
        }
    }
    for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        for (key, wanted) in keys.as_object().unwrap() {
            of_condition(question, operator, &key.to_lowercase(), &texts(wanted), found);
        }
    }
}

fn of_resource(question: &Question, pattern: &str, found: &mut BTreeSet<Difference>) {
    of_text(pattern, found);
    let parts = |text: &str| text.split(':').count();
    if pattern != "*" && parts(pattern) < 6 {
        found.insert(Difference::ShortArn);
    }
    if parts(pattern) == 6
        && question.resource.contains(":lambda:")
        && (pattern.contains(":lambda:") || pattern.starts_with("arn:*"))
    {
        found.insert(Difference::ArnAcrossColons);
    }
}

fn of_text(text: &str, found: &mut BTreeSet<Difference>) {
    if text.contains(",'") {
        found.insert(Difference::DefaultWithoutSpace);
    }
}

fn of_condition(
    question: &Question,
    operator: &str,
    key: &str,
    wanted: &[String],
    found: &mut BTreeSet<Difference>,
) {
    for text in wanted {
        of_text(text, found);
    }
    let Some(presented) = question.context.get(key) else {
        if operator.starts_with("ForAnyValue:") && operator.ends_with("IfExists") {
            found.insert(Difference::ForAnyValueIfExists);
        }
        return;
    };
    let is_set = operator.starts_with("ForA");
    if crate::generate::is_multivalued(key) != is_set && operator != "Null" {
        found.insert(Difference::SeveralValuesWithoutQuantifier);
    }
    let comparison = operator.rsplit(':').next().unwrap().trim_end_matches("IfExists");
    if comparison.starts_with("Date") && presented.iter().chain(wanted).any(|text| is_special_date(text)) {
        found.insert(Difference::DateForms);
    }
    if comparison.contains("Not") && !presented.iter().all(|text| is_readable(comparison, text)) {
        found.insert(Difference::UnreadableValue);
    }
}

/// Seconds since 1970 and a year alone look alike.
fn is_special_date(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_digit())
}

fn is_readable(comparison: &str, text: &str) -> bool {
    match comparison {
        name if name.contains("Numeric") => text.parse::<f64>().is_ok(),
        name if name.contains("Date") => text.starts_with("20"),
        name if name.contains("Ip") => text.parse::<std::net::IpAddr>().is_ok(),
        name if name.contains("Arn") => text.starts_with("arn:"),
        _ => true,
    }
}
