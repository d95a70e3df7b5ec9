//! A policy as far as it can be understood: what is missing or of another type is simply not there.

use daypass_diagnostic::Path;

use super::operator::Named;
use super::{Options, UNKNOWN};
use crate::document::{Effect, Kind};
use crate::json::{Member, Node, Value};
use crate::span::Span;

/// A policy.
pub(super) struct Draft<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) options: Options<'a>,
    pub(super) root: &'a Node,
    pub(super) members: &'a [Member],
    pub(super) clauses: Vec<Clause<'a>>,
}

/// A statement.
pub(super) struct Clause<'a> {
    pub(super) path: Path,
    pub(super) span: Span,
    pub(super) members: &'a [Member],
    pub(super) effect: Option<Effect>,
    /// `Action` or `NotAction`.
    pub(super) actions: Option<Element<'a>>,
    /// `Resource` or `NotResource`.
    pub(super) resources: Option<Element<'a>>,
    /// `Principal` or `NotPrincipal`.
    pub(super) principals: Option<Principals<'a>>,
    pub(super) tests: Vec<Test<'a>>,
}

/// An element that holds a value or a list of them.
pub(super) struct Element<'a> {
    pub(super) member: &'a Member,
    pub(super) is_negated: bool,
    pub(super) path: Path,
    pub(super) items: Vec<Item<'a>>,
}

/// One value and where it stands.
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub(super) node: &'a Node,
    pub(super) path: Path,
}

/// `Principal` or `NotPrincipal`.
pub(super) struct Principals<'a> {
    pub(super) member: &'a Member,
    pub(super) is_negated: bool,
    pub(super) path: Path,
    /// The kinds of an object, each with its values.
    pub(super) kinds: Vec<Element<'a>>,
}

/// One condition key under one operator.
pub(super) struct Test<'a> {
    /// The member that is named by the operator.
    pub(super) block: &'a Member,
    pub(super) block_path: Path,
    /// The operator, where AWS has it.
    pub(super) operator: Option<Named>,
    pub(super) key: &'a Member,
    pub(super) path: Path,
    pub(super) values: Vec<Item<'a>>,
}

impl Item<'_> {
    /// The text, where it is one and known.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.node.value {
            Value::Text(text) if !text.contains(UNKNOWN) => Some(text),
            _ => None,
        }
    }

    /// A text, number or boolean as text, where it is known.
    pub(super) fn scalar(&self) -> Option<String> {
        match &self.node.value {
            Value::Boolean(boolean) => Some(boolean.to_string()),
            Value::Number(number) => Some(number.clone()),
            _ => self.text().map(str::to_owned),
        }
    }
}

/// Whether a value is wholly unknown: it may turn out to be anything.
pub(super) fn is_unknown(node: &Node) -> bool {
    matches!(&node.value, Value::Text(text) if text.contains(UNKNOWN))
}

/// The values of an element that takes one or a list.
pub(super) fn items<'a>(node: &'a Node, path: &Path) -> Vec<Item<'a>> {
    match &node.value {
        Value::Array(nodes) => {
            nodes.iter().enumerate().map(|(index, node)| Item { node, path: path.item(index) }).collect()
        }
        _ => vec![Item { node, path: path.clone() }],
    }
}

/// The members of an object; none where it is none.
pub(super) fn members(node: &Node) -> &[Member] {
    match &node.value {
        Value::Object(members) => members,
        _ => &[],
    }
}

impl<'a> Draft<'a> {
    pub(super) fn new(kind: Kind, text: &'a str, options: Options<'a>, root: &'a Node) -> Self {
        let members = members(root);
        let path = Path::default().member("Statement");
        let clauses =
            match members.iter().find(|member| member.name == "Statement").map(|member| &member.value) {
                Some(Node { value: Value::Array(nodes), .. }) => nodes
                    .iter()
                    .enumerate()
                    .map(|(index, node)| Clause::new(node, path.item(index)))
                    .collect(),
                Some(node @ Node { value: Value::Object(_), .. }) => vec![Clause::new(node, path.item(0))],
                _ => Vec::new(),
            };
        Self { kind, text, options, root, members, clauses }
    }

    /// Whether it is a service control policy.
    pub(super) const fn is_service_control(&self) -> bool {
        matches!(self.kind, Kind::ServiceControl)
    }

    /// Whether it is a resource control policy.
    pub(super) const fn is_resource_control(&self) -> bool {
        matches!(self.kind, Kind::ResourceControl)
    }

    /// A member of the document.
    pub(super) fn member(&self, name: &str) -> Option<&'a Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl<'a> Clause<'a> {
    fn new(node: &'a Node, path: Path) -> Self {
        let members = members(node);
        let find = |name: &str| members.iter().find(|member| member.name == name);
        let element = |name: &str, negated: &str| {
            let (member, is_negated) = match (find(name), find(negated)) {
                (Some(member), _) => (member, false),
                (None, Some(member)) => (member, true),
                (None, None) => return None,
            };
            let path = path.member(&member.name);
            let items = items(&member.value, &path);
            Some(Element { member, is_negated, path, items })
        };
        let effect = match find("Effect").map(|member| &member.value.value) {
            Some(Value::Text(text)) if text == "Allow" => Some(Effect::Allow),
            Some(Value::Text(text)) if text == "Deny" => Some(Effect::Deny),
            _ => None,
        };
        let actions = element("Action", "NotAction");
        let resources = element("Resource", "NotResource");
        let principals = element("Principal", "NotPrincipal").map(Principals::new);
        let tests = find("Condition").map(|member| tests(member, &path.member("Condition")));
        let tests = tests.unwrap_or_default();
        Self { path, span: node.span, members, effect, actions, resources, principals, tests }
    }

    /// A member of the statement.
    pub(super) fn member(&self, name: &str) -> Option<&'a Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub(super) fn allows(&self) -> bool {
        self.effect == Some(Effect::Allow)
    }

    /// The texts of `Action`, with their items; none where it is `NotAction`.
    pub(super) fn action_texts(&self) -> impl Iterator<Item = (&str, &Item<'a>)> {
        let items =
            self.actions.iter().filter(|element| !element.is_negated).flat_map(|element| &element.items);
        items.filter_map(|item| Some((item.text()?, item)))
    }

    /// The texts of `Resource`, with their items; none where it is `NotResource`.
    pub(super) fn resource_texts(&self) -> impl Iterator<Item = (&str, &Item<'a>)> {
        let items =
            self.resources.iter().filter(|element| !element.is_negated).flat_map(|element| &element.items);
        items.filter_map(|item| Some((item.text()?, item)))
    }

    /// Whether it has a condition on a key, in any case.
    pub(super) fn tests_key(&self, name: &str) -> bool {
        self.tests.iter().any(|test| test.key.name.eq_ignore_ascii_case(name))
    }
}

impl<'a> Principals<'a> {
    fn new(element: Element<'a>) -> Self {
        let Element { member, is_negated, path, .. } = element;
        let kinds = members(&member.value).iter().map(|kind| {
            let path = path.member(&kind.name);
            Element { member: kind, is_negated, items: items(&kind.value, &path), path }
        });
        Self { member, is_negated, kinds: kinds.collect(), path }
    }

    /// Whether it is `"*"`, without a kind.
    pub(super) fn is_star(&self) -> bool {
        matches!(&self.member.value.value, Value::Text(text) if text == "*")
    }

    /// The texts of one kind, with their items.
    pub(super) fn texts_of(&self, kind: &str) -> impl Iterator<Item = (&str, &Item<'a>)> {
        let items = self.kinds.iter().filter(move |element| element.member.name == kind);
        items.flat_map(|element| &element.items).filter_map(|item| Some((item.text()?, item)))
    }
}

fn tests<'a>(condition: &'a Member, path: &Path) -> Vec<Test<'a>> {
    let mut tests = Vec::new();
    for block in members(&condition.value) {
        let block_path = path.member(&block.name);
        for key in members(&block.value) {
            let path = block_path.member(&key.name);
            tests.push(Test {
                block,
                block_path: block_path.clone(),
                operator: Named::read(&block.name),
                key,
                values: items(&key.value, &path),
                path,
            });
        }
    }
    tests
}
