//! From text to statements: the grammar of each kind of policy, with AWS's words for each mistake.
//!
//! Source: IAM user guide, "Grammar of the IAM JSON policy language"; the words are observed or reported by third
//! parties. Where AWS says no more than `Syntax error in policy.`, the hint says what is wrong.

mod conditions;
mod control;
mod patterns;
mod principals;

use crate::document::{Effect, Kind, ParseError, Parts, Places, Statement, Version};
use crate::json::{self, Member, Node, Value};
use crate::rule::Rule;
use crate::span::Span;

/// The longest text that is read, in bytes: the limit of IAM's model.
pub const POLICY_BYTES_MAX: usize = 131_072;
/// The most statements that are read: a bound on the work of one evaluation.
pub const STATEMENTS_MAX: usize = 1_000;

const SYNTAX: &str = "Syntax error in policy.";

/// What holds for the whole document while a statement is read.
#[derive(Debug, Clone, Copy)]
struct Reading {
    kind: Kind,
    version: Version,
}

impl Reading {
    /// Whether `${...}` is a policy variable.
    fn variables(self) -> bool {
        self.version == Version::V2012
    }
}

/// Reads a policy.
pub(crate) fn read(kind: Kind, text: &str) -> Result<Parts, ParseError> {
    if text.len() > POLICY_BYTES_MAX {
        let message = format!("Cannot exceed quota for PolicySize: {POLICY_BYTES_MAX}");
        return Err(ParseError::new(message, "", Span::of(text, 0, text.len())));
    }
    let root = json::read(text).map_err(|error| {
        ParseError::new("This policy contains invalid Json", "", error.span).hint_of(error.detail)
    })?;
    let Value::Object(members) = &root.value else {
        return Err(syntax("", root.span, "a policy is an object in braces"));
    };
    known_members(members, &["Version", "Id", "Statement"], "")?;
    let reading = Reading { kind, version: read_version(members)? };
    control::check_version(reading, root.span)?;
    let mut statements: Vec<Statement> = Vec::new();
    let mut rules = Vec::new();
    for (index, node) in statement_nodes(members, root.span)?.iter().enumerate() {
        let (statement, rule) = read_statement(reading, index, node)?;
        control::check(kind, &statement, index)?;
        unique_sid(&statements, &statement)?;
        statements.push(statement);
        rules.push(rule);
    }
    Ok(Parts {
        version: reading.version,
        version_span: find(members, "Version").map(|member| member.value.span),
        id: read_id(members)?,
        id_span: find(members, "Id").map(|member| member.value.span),
        statements,
        rules,
    })
}

fn find<'a>(members: &'a [Member], name: &str) -> Option<&'a Member> {
    members.iter().find(|member| member.name == name)
}

fn statement_nodes(members: &[Member], whole: Span) -> Result<&[Node], ParseError> {
    let statement =
        find(members, "Statement").ok_or_else(|| syntax("", whole, "the element `Statement` is missing"))?;
    let wrong = |detail: &str| Err(syntax("Statement", statement.value.span, detail));
    match &statement.value.value {
        Value::Array(nodes) if nodes.is_empty() => {
            let message = "Could not parse the policy: Statement is empty!";
            Err(ParseError::new(message, "Statement", statement.value.span))
        }
        Value::Array(nodes) if nodes.len() > STATEMENTS_MAX => {
            wrong(&format!("a policy has at most {STATEMENTS_MAX} statements"))
        }
        Value::Array(nodes) => Ok(nodes),
        Value::Object(_) => Ok(std::slice::from_ref(&statement.value)),
        _ => wrong("`Statement` is an object or a list of them"),
    }
}

fn read_version(members: &[Member]) -> Result<Version, ParseError> {
    let Some(member) = find(members, "Version") else { return Ok(Version::V2008) };
    match &member.value.value {
        Value::Text(text) if text == "2012-10-17" => Ok(Version::V2012),
        Value::Text(text) if text == "2008-10-17" => Ok(Version::V2008),
        _ => {
            let message = "The policy must contain a valid version string";
            Err(ParseError::new(message, "Version", member.value.span)
                .hint_of("write \"Version\": \"2012-10-17\""))
        }
    }
}

fn read_id(members: &[Member]) -> Result<Option<String>, ParseError> {
    let Some(member) = find(members, "Id") else { return Ok(None) };
    match &member.value.value {
        Value::Text(text) => Ok(Some(text.clone())),
        _ => Err(syntax("Id", member.value.span, "`Id` is a text")),
    }
}

fn unique_sid(before: &[Statement], statement: &Statement) -> Result<(), ParseError> {
    let twice = statement.sid.is_some() && before.iter().any(|other| other.sid == statement.sid);
    if twice {
        let message = "The Statement Ids in the policy are not unique";
        let path = format!("Statement[{}].Sid", before.len());
        return Err(ParseError::new(message, path, statement.places.sid.unwrap_or(statement.span)));
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

fn read_statement(reading: Reading, index: usize, node: &Node) -> Result<(Statement, Rule), ParseError> {
    let path = format!("Statement[{index}]");
    let Value::Object(members) = &node.value else {
        return Err(syntax(&path, node.span, "a statement is an object in braces"));
    };
    known_members(members, &ELEMENTS, &path)?;
    let element = Element { members, path: &path, span: node.span };
    let (effect, effect_span) = read_effect(&element)?;
    let (principals, principal_spans) = principals::read(reading.kind, effect, &element)?;
    let (actions, action_spans, asked_actions) = patterns::actions(reading.kind, &element)?;
    let (resources, resource_spans, asked_resources) = patterns::resources(reading, &element)?;
    let (conditions, tests) = conditions::read(reading, &element)?;
    let rule = Rule { actions: asked_actions, resources: asked_resources, tests };
    let statement = Statement {
        sid: read_sid(reading.kind, &element)?,
        effect,
        principals,
        actions,
        resources,
        conditions,
        span: node.span,
        places: Places {
            sid: element.member("Sid").map(|member| member.value.span),
            effect: effect_span,
            principals: principal_spans,
            actions: action_spans,
            resources: resource_spans,
        },
    };
    Ok((statement, rule))
}

/// The members of a statement, with the place for errors.
struct Element<'a> {
    members: &'a [Member],
    path: &'a str,
    span: Span,
}

impl<'a> Element<'a> {
    fn member(&self, name: &str) -> Option<&'a Member> {
        find(self.members, name)
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

fn read_effect(element: &Element<'_>) -> Result<(Effect, Span), ParseError> {
    let member = element.member("Effect").ok_or_else(|| element.missing("Missing required field Effect"))?;
    let span = member.value.span;
    let path = || format!("{}.Effect", element.path);
    match &member.value.value {
        Value::Text(text) if text == "Allow" => Ok((Effect::Allow, span)),
        Value::Text(text) if text == "Deny" => Ok((Effect::Deny, span)),
        Value::Text(text) => {
            Err(ParseError::new(format!("Invalid effect: {text}"), path(), span)
                .hint_of("write Allow or Deny"))
        }
        _ => Err(syntax(&path(), span, "`Effect` is a text")),
    }
}

/// A role's policies take letters and digits only; S3's own examples have sentences.
fn read_sid(kind: Kind, element: &Element<'_>) -> Result<Option<String>, ParseError> {
    let Some(member) = element.member("Sid") else { return Ok(None) };
    match &member.value.value {
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text)
            if kind == Kind::Resource || text.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            Ok(Some(text.clone()))
        }
        Value::Text(_) => {
            let message = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
            Err(ParseError::new(message, format!("{}.Sid", element.path), member.value.span))
        }
        _ => Err(syntax(&format!("{}.Sid", element.path), member.value.span, "`Sid` is a text")),
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

/// One value of an element that takes one or a list.
struct Item<'a> {
    node: &'a Node,
    /// Its path, with its number where it stands in a list.
    path: String,
}

fn items<'a>(node: &'a Node, path: &str) -> Vec<Item<'a>> {
    match &node.value {
        Value::Array(nodes) => {
            let numbered = nodes.iter().enumerate();
            numbered.map(|(index, node)| Item { node, path: format!("{path}[{index}]") }).collect()
        }
        _ => vec![Item { node, path: path.to_owned() }],
    }
}

impl<'a> Item<'a> {
    fn span(&self) -> Span {
        self.node.span
    }

    fn text(&self, element: &str) -> Result<&'a str, ParseError> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => Err(syntax(&self.path, self.node.span, &format!("`{element}` holds texts only"))),
        }
    }
}

fn syntax(path: &str, span: Span, detail: &str) -> ParseError {
    ParseError::new(SYNTAX, path, span).hint_of(detail)
}
