//! What two evaluators read otherwise, found in a question's text; `docs/policy-differences.md` argues each.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::question::{Asking, Question};
use crate::statement::{each_statement, texts};

/// A part of the language that is read in two ways, by the name that begins the heading that argues it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    ArnAcrossColons,
    DateForms,
    DefaultWithoutSpace,
    EmptyText,
    EveryAddress,
    ForAnyValueIfExists,
    KeyWithoutValue,
    NotPrincipal,
    SessionNamedByTheResource,
    SeveralValuesWithoutQuantifier,
    ShortArn,
    UnreadableValue,
    VariableWithoutValue,
    VariablesInTheOlderVersion,
}

impl Difference {
    pub(crate) const ALL: [Self; 14] = [
        Self::ArnAcrossColons,
        Self::DateForms,
        Self::DefaultWithoutSpace,
        Self::EmptyText,
        Self::EveryAddress,
        Self::ForAnyValueIfExists,
        Self::KeyWithoutValue,
        Self::NotPrincipal,
        Self::SessionNamedByTheResource,
        Self::SeveralValuesWithoutQuantifier,
        Self::ShortArn,
        Self::UnreadableValue,
        Self::VariableWithoutValue,
        Self::VariablesInTheOlderVersion,
    ];
}

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
    for policy in everything {
        for statement in each_statement(policy) {
            of_statement(question, policy, statement, &mut found);
        }
    }
    for statement in question.resource_control.iter().flatten().flat_map(each_statement) {
        if resources(statement, "Resource").iter().any(|pattern| is_short(pattern)) {
            found.insert(Difference::ShortArn);
        }
    }
    if question.session.is_some() && question.resource_policies.iter().any(|policy| lets_in(question, policy))
    {
        found.insert(Difference::SessionNamedByTheResource);
    }
    found
}

/// Whether an Allow names the very one who asks, or everybody.
fn lets_in(question: &Question, policy: &Value) -> bool {
    let Asking::Aws { arns, .. } = &question.asking else { return false };
    let names = |principal: &Value| {
        principal == "*"
            || principal
                .get("AWS")
                .map(texts)
                .unwrap_or_default()
                .iter()
                .any(|name| name == "*" || *name == arns[0])
    };
    each_statement(policy)
        .iter()
        .any(|statement| statement["Effect"] == "Allow" && statement.get("Principal").is_some_and(names))
}

fn of_statement(question: &Question, policy: &Value, statement: &Value, found: &mut BTreeSet<Difference>) {
    let has_variables = policy["Version"] == "2012-10-17";
    if !has_variables && statement.to_string().contains("${") {
        found.insert(Difference::VariablesInTheOlderVersion);
    }
    if statement.get("NotPrincipal").is_some() {
        found.insert(Difference::NotPrincipal);
    }
    for name in ["Resource", "NotResource"] {
        for pattern in resources(statement, name) {
            if has_variables {
                of_text(question, &pattern, name == "NotResource", found);
            }
            if name == "NotResource" && is_short(&pattern) {
                found.insert(Difference::ShortArn);
            }
            if is_across_colons(question, &pattern) {
                found.insert(Difference::ArnAcrossColons);
            }
        }
    }
    for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        for (key, wanted) in keys.as_object().unwrap() {
            of_condition(question, operator, &key.to_lowercase(), &texts(wanted), found);
        }
    }
}

fn resources(statement: &Value, name: &str) -> Vec<String> {
    statement.get(name).map(texts).unwrap_or_default()
}

fn is_short(pattern: &str) -> bool {
    pattern != "*" && pattern.split(':').count() < 6
}

fn is_across_colons(question: &Question, pattern: &str) -> bool {
    pattern.split(':').count() == 6
        && question.resource.contains(":lambda:")
        && (pattern.contains(":lambda:") || pattern.starts_with("arn:*"))
}

/// `negated`: what the text does not match is what counts.
fn of_text(question: &Question, text: &str, negated: bool, found: &mut BTreeSet<Difference>) {
    for inner in text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()) {
        if ["*", "?", "$"].contains(&inner) {
            continue;
        }
        let (key, default) = inner.split_once(',').map_or((inner, None), |(key, rest)| (key, Some(rest)));
        if default.is_some_and(|default| !default.starts_with(" '")) {
            found.insert(Difference::DefaultWithoutSpace);
        }
        let key = key.to_lowercase();
        match question.context.get(&key) {
            Some(values) if !crate::generate::is_multivalued(&key) => {
                if values[0].is_empty() {
                    found.insert(Difference::EmptyText);
                }
            }
            presented => {
                if negated && (default.is_none() || presented.is_some()) {
                    found.insert(Difference::VariableWithoutValue);
                }
            }
        }
    }
}

fn of_condition(
    question: &Question,
    operator: &str,
    key: &str,
    wanted: &[String],
    found: &mut BTreeSet<Difference>,
) {
    let comparison = operator.rsplit(':').next().unwrap().trim_end_matches("IfExists");
    for text in wanted {
        of_text(question, text, comparison.contains("Not"), found);
    }
    let Some(presented) = question.context.get(key) else {
        if operator.starts_with("ForAnyValue:") && operator.ends_with("IfExists") {
            found.insert(Difference::ForAnyValueIfExists);
        }
        return;
    };
    if presented.is_empty() {
        found.insert(Difference::KeyWithoutValue);
    }
    let is_set = operator.starts_with("ForA");
    if crate::generate::is_multivalued(key) && !is_set && operator != "Null" {
        found.insert(Difference::SeveralValuesWithoutQuantifier);
    }
    if comparison.starts_with("Date") && presented.iter().chain(wanted).any(|text| is_special_date(text)) {
        found.insert(Difference::DateForms);
    }
    if wanted.iter().any(|text| text == "0.0.0.0/0") {
        found.insert(Difference::EveryAddress);
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
