//! `Action`, `NotAction`, `Resource` and `NotResource`.

use super::{Element, Reading, items, syntax};
use crate::document::{Kind, ParseError, Patterns};
use crate::json::Value;
use crate::pattern::{self, Set};
use crate::rule::Asked;
use crate::span::Span;

/// What a trust policy may be about.
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// An element's patterns, where each of them stands, and what they ask.
type Read = (Patterns, Vec<Span>, Asked);

pub(super) fn actions(kind: Kind, element: &Element<'_>) -> Result<Read, ParseError> {
    let Some((member, negated)) = element.either("Action", "NotAction")? else {
        return Err(element.missing(match kind {
            Kind::Trust => "Missing required field Action",
            Kind::Boundary
            | Kind::Identity
            | Kind::Resource
            | Kind::ResourceControl
            | Kind::ServiceControl
            | Kind::Session => "Policy statement must contain actions.",
        }));
    };
    let path = format!("{}.{}", element.path, member.name);
    let mut actions = Vec::new();
    let mut spans = Vec::new();
    for item in items(&member.value, &path) {
        let text = item.text(&member.name)?;
        if kind == Kind::Trust && !is_trust_action(text) {
            let message = "AssumeRole policy may only specify STS AssumeRole actions.";
            return Err(ParseError::new(message, item.path.as_str(), item.span())
                .hint_of(format!("`{text}` is not one of them")));
        }
        if text != "*" && text != "*:*" && !has_service(text) {
            let message = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
            return Err(ParseError::new(message, item.path.as_str(), item.span())
                .hint_of(format!("write SERVICE:{text}")));
        }
        actions.push(text.to_owned());
        spans.push(item.span());
    }
    if actions.is_empty() {
        return Err(ParseError::new("Policy statement must contain actions.", path, member.value.span));
    }
    let lower: Vec<String> = actions.iter().map(|action| action.to_ascii_lowercase()).collect();
    let reading = pattern::Reading { variables: false, wildcards: true, resources: false };
    let set = Set::new(lower.iter().map(String::as_str), reading);
    let set = set.map_err(|(_, malformed)| syntax(&path, member.value.span, &malformed.to_string()))?;
    Ok((of(negated, actions), spans, Asked::of(negated, set)))
}

fn of(negated: bool, texts: Vec<String>) -> Patterns {
    if negated { Patterns::AllBut(texts) } else { Patterns::These(texts) }
}

fn is_trust_action(text: &str) -> bool {
    has_service(text) && TRUST_ACTIONS.iter().any(|known| pattern::matches_ignoring_case(text, known))
}

fn has_service(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, name)| {
        let plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-*?_".contains(&byte))
        };
        plain(service) && plain(name) && !service.contains(['*', '?'])
    })
}

pub(super) fn resources(reading: Reading, element: &Element<'_>) -> Result<Read, ParseError> {
    let found = element.either("Resource", "NotResource")?;
    let Some((member, negated)) = found else {
        return match reading.kind {
            Kind::Trust => Ok((Patterns::Implied, Vec::new(), Asked::Implied)),
            Kind::Boundary
            | Kind::Identity
            | Kind::Resource
            | Kind::ResourceControl
            | Kind::ServiceControl
            | Kind::Session => Err(element.missing("Policy statement must contain resources.")),
        };
    };
    let path = format!("{}.{}", element.path, member.name);
    if reading.kind == Kind::Trust {
        return Err(ParseError::new(format!("Has prohibited field {}", member.name), path, member.span));
    }
    let mut resources = Vec::new();
    let mut spans = Vec::new();
    for item in items(&member.value, &path) {
        let text = item.text(&member.name)?;
        if text != "*" && !is_arn(reading.kind, text) {
            let message = format!("Resource {text} must be in ARN format or \"*\".");
            return Err(ParseError::new(message, item.path.as_str(), item.span())
                .hint_of("write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"));
        }
        if reading.variables() && has_early_variable(text) {
            let detail = "a policy variable stands behind the fifth colon of an ARN only";
            return Err(syntax(&item.path, item.span(), detail));
        }
        resources.push(text.to_owned());
        spans.push(item.span());
    }
    if resources.is_empty() {
        return Err(ParseError::new("Policy statement must contain resources.", path, member.value.span));
    }
    let asked = pattern::Reading { variables: reading.variables(), wildcards: true, resources: true };
    let completed: Vec<String> = resources.iter().map(|text| pattern::completed(text)).collect();
    let texts = completed.iter().map(String::as_str);
    let set = Set::new(texts, asked);
    let set = set.map_err(|(index, malformed)| {
        let span = spans.get(index).copied().unwrap_or(member.value.span);
        let is_list = matches!(member.value.value, Value::Array(_));
        let path = if is_list { format!("{path}[{index}]") } else { path.clone() };
        syntax(&path, span, &malformed.to_string())
    })?;
    Ok((of(negated, resources), spans, Asked::of(negated, set)))
}

/// Whether a variable stands in one of the first five parts.
///
/// Source: IAM user guide, "IAM policy elements: Variables and tags", Resource element.
fn has_early_variable(text: &str) -> bool {
    text.split_once("${").is_some_and(|(before, _)| before.matches(':').count() < 5)
}

/// Whether a text is an ARN, or the beginning of one in the kinds of policies that AWS completes it in.
///
/// Source: IAM user guide, "IAM identifiers", ARNs with wildcards: incomplete ARNs are completed in identity-based
/// policies and refused in session policies. Of other policies it says nothing; a `*` at the end is taken there.
fn is_arn(kind: Kind, text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_whole = match kind {
        Kind::Boundary | Kind::Identity => true,
        Kind::Session => parts.len() == 6,
        Kind::Resource | Kind::ResourceControl | Kind::ServiceControl | Kind::Trust => {
            parts.len() == 6 || text.ends_with('*')
        }
    };
    match parts.as_slice() {
        ["arn", partition, service, ..] => !partition.is_empty() && !service.is_empty() && is_whole,
        _ => false,
    }
}
