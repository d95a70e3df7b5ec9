//! From text to statements: the grammar of each kind of policy, with AWS's words for each mistake.
//!
//! Source: IAM user guide, "Grammar of the IAM JSON policy language"; the words are observed or reported by third
//! parties. Where AWS says no more than `Syntax error in policy.`, the hint says what is wrong.

mod conditions;
mod patterns;
mod principals;

use crate::document::{Effect, Kind, ParseError, Statement};
use crate::json::{self, Member, Node, Value};
use crate::span::Span;

/// The longest text that is read, in bytes: the limit of IAM's model.
pub const POLICY_BYTES_MAX: usize = 131_072;
/// The most statements that are read: a bound on the work of one evaluation.
pub const STATEMENTS_MAX: usize = 1_000;

const SYNTAX: &str = "Syntax error in policy.";
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// What holds for the whole document while a statement is read.
#[derive(Debug, Clone, Copy)]
struct Reading {
    kind: Kind,
    /// Version 2012-10-17, in which `${...}` is a variable.
    variables: bool,
}

/// Reads the statements of a policy.
pub(crate) fn statements(kind: Kind, text: &str) -> Result<Vec<Statement>, ParseError> {
    let whole = Span::of(text, 0, text.len());
    if text.len() > POLICY_BYTES_MAX {
        let message = format!("Cannot exceed quota for PolicySize: {POLICY_BYTES_MAX}");
        return Err(ParseError::new(message, "", whole));
    }
    let root = json::read(text).map_err(|error| {
        ParseError::new("This policy contains invalid Json", "", error.span).hint_of(error.detail)
    })?;
    let Value::Object(members) = &root.value else {
        return Err(syntax("", root.span, "a policy is an object in braces"));
    };
    known_members(members, &["Version", "Id", "Statement"], "")?;
    let variables = version(members)?;
    let statement = members
        .iter()
        .find(|member| member.name == "Statement")
        .ok_or_else(|| syntax("", root.span, "the element `Statement` is missing"))?;
    let nodes = match &statement.value.value {
        Value::Array(nodes) => nodes.as_slice(),
        Value::Object(_) => std::slice::from_ref(&statement.value),
        _ => {
            return Err(syntax(
                "Statement",
                statement.value.span,
                "`Statement` is an object or a list of them",
            ));
        }
    };
    if nodes.is_empty() {
        let message = "Could not parse the policy: Statement is empty!";
        return Err(ParseError::new(message, "Statement", statement.value.span));
    }
    if nodes.len() > STATEMENTS_MAX {
        return Err(syntax(
            "Statement",
            statement.value.span,
            &format!("a policy has at most {STATEMENTS_MAX} statements"),
        ));
    }
    let reading = Reading { kind, variables };
    let mut statements = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let statement = read_statement(reading, index, node)?;
        unique_sid(&statements, &statement)?;
        statements.push(statement);
    }
    Ok(statements)
}

fn version(members: &[Member]) -> Result<bool, ParseError> {
    let Some(member) = members.iter().find(|member| member.name == "Version") else { return Ok(false) };
    match &member.value.value {
        Value::Text(text) if VERSIONS.contains(&text.as_str()) => Ok(text == "2012-10-17"),
        _ => Err(ParseError::new(
            "The policy must contain a valid version string",
            "Version",
            member.value.span,
        )
        .hint_of("write \"Version\": \"2012-10-17\"")),
    }
}

fn unique_sid(before: &[Statement], statement: &Statement) -> Result<(), ParseError> {
    let twice = statement.sid.is_some() && before.iter().any(|other| other.sid == statement.sid);
    if twice {
        let message = "The Statement Ids in the policy are not unique";
        return Err(ParseError::new(message, "Statement", statement.span));
    }
    Ok(())
}

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

fn read_statement(reading: Reading, index: usize, node: &Node) -> Result<Statement, ParseError> {
    let path = format!("Statement[{index}]");
    let Value::Object(members) = &node.value else {
        return Err(syntax(&path, node.span, "a statement is an object in braces"));
    };
    known_members(members, &ELEMENTS, &path)?;
    let element = Element { members, path: &path, span: node.span };
    let effect = read_effect(&element)?;
    Ok(Statement {
        sid: read_sid(&element)?,
        effect,
        principals: principals::read(reading.kind, effect, &element)?,
        actions: patterns::actions(reading.kind, &element)?,
        resources: patterns::resources(reading, &element)?,
        conditions: conditions::read(reading, &element)?,
        span: node.span,
    })
}

/// The members of a statement, with the place for errors.
struct Element<'a> {
    members: &'a [Member],
    path: &'a str,
    span: Span,
}

impl<'a> Element<'a> {
    fn member(&self, name: &str) -> Option<&'a Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// One of two that exclude each other, e.g. `Action` and `NotAction`; whether it is the second.
    fn either(&self, name: &str, negated: &str) -> Result<Option<(&'a Member, bool)>, ParseError> {
        match (self.member(name), self.member(negated)) {
            (Some(_), Some(second)) => {
                Err(syntax(self.path, second.span, &format!("`{name}` and `{negated}` exclude each other")))
            }
            (Some(member), None) => Ok(Some((member, false))),
            (None, Some(member)) => Ok(Some((member, true))),
            (None, None) => Ok(None),
        }
    }

    fn missing(&self, message: &str) -> ParseError {
        ParseError::new(message, self.path, self.span)
    }
}

fn read_effect(element: &Element<'_>) -> Result<Effect, ParseError> {
    let member = element.member("Effect").ok_or_else(|| element.missing("Missing required field Effect"))?;
    match &member.value.value {
        Value::Text(text) if text == "Allow" => Ok(Effect::Allow),
        Value::Text(text) if text == "Deny" => Ok(Effect::Deny),
        Value::Text(text) => {
            let path = format!("{}.Effect", element.path);
            Err(ParseError::new(format!("Invalid effect: {text}"), path, member.value.span)
                .hint_of("write Allow or Deny"))
        }
        _ => Err(syntax(element.path, member.value.span, "`Effect` is a text")),
    }
}

fn read_sid(element: &Element<'_>) -> Result<Option<String>, ParseError> {
    let Some(member) = element.member("Sid") else { return Ok(None) };
    match &member.value.value {
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text) if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Ok(Some(text.clone())),
        Value::Text(_) => {
            let message = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
            Err(ParseError::new(message, format!("{}.Sid", element.path), member.value.span))
        }
        _ => Err(syntax(element.path, member.value.span, "`Sid` is a text")),
    }
}

fn known_members(members: &[Member], known: &[&str], path: &str) -> Result<(), ParseError> {
    let Some(unknown) = members.iter().find(|member| !known.contains(&member.name.as_str())) else {
        return Ok(());
    };
    let near = known.iter().find(|name| name.eq_ignore_ascii_case(&unknown.name));
    let detail = match near {
        Some(near) => format!("`{}` is not an element; did you mean `{near}`?", unknown.name),
        None => format!("`{}` is not an element; those here are {}", unknown.name, known.join(", ")),
    };
    Err(syntax(path, unknown.span, &detail))
}

/// The text of a node, or of each node of its list.
fn texts<'a>(node: &'a Node, path: &str, element: &str) -> Result<Vec<(&'a str, Span)>, ParseError> {
    let nodes = match &node.value {
        Value::Array(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    nodes
        .iter()
        .map(|node| match &node.value {
            Value::Text(text) => Ok((text.as_str(), node.span)),
            _ => Err(syntax(path, node.span, &format!("`{element}` holds texts only"))),
        })
        .collect()
}

/// Refuses `${...}` where it would be a variable.
fn no_variable(reading: Reading, text: &str, path: &str, span: Span) -> Result<(), ParseError> {
    if reading.variables && text.contains("${") {
        return Err(ParseError::new(
            "Policy variables are not offered by this version of daypass",
            path,
            span,
        )
        .hint_of(format!("write out what `{text}` stands for")));
    }
    Ok(())
}

fn syntax(path: &str, span: Span, detail: &str) -> ParseError {
    ParseError::new(SYNTAX, path, span).hint_of(detail)
}
