//! Values of another JSON type than their element has.

use daypass_diagnostic::Path;

use super::Report;
use crate::json::{Node, Value};
use crate::validate::code::Code;
use crate::validate::draft::{Clause, Draft, Element, is_unknown};

const DATA_TYPE_MISMATCH: Code = Code::error("DATA_TYPE_MISMATCH");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    let mut mismatches = Mismatches(report);
    if !matches!(draft.root.value, Value::Object(_)) {
        mismatches.add(&Path::default(), draft.root, "a policy", "an object in braces");
    }
    for name in ["Id", "Version"] {
        if let Some(member) = draft.member(name) {
            mismatches.want_text(&Path::default().member(name), &member.value, name);
        }
    }
    if let Some(member) = draft.member("Statement") {
        let path = Path::default().member("Statement");
        match &member.value.value {
            Value::Array(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    if !matches!(node.value, Value::Object(_)) {
                        mismatches.add(&path.item(index), node, "a statement", "an object in braces");
                    }
                }
            }
            Value::Object(_) => {}
            _ => mismatches.add(&path, &member.value, "`Statement`", "an object or a list of them"),
        }
    }
    for clause in &draft.clauses {
        check_clause(clause, &mut mismatches);
    }
}

fn check_clause(clause: &Clause<'_>, mismatches: &mut Mismatches<'_, '_>) {
    for name in ["Effect", "Sid"] {
        if let Some(member) = clause.member(name) {
            mismatches.want_text(&clause.path.member(name), &member.value, name);
        }
    }
    for element in clause.actions.iter().chain(&clause.resources) {
        mismatches.want_texts(element);
    }
    if let Some(principals) = &clause.principals {
        match &principals.member.value.value {
            Value::Object(_) | Value::Text(_) => {}
            _ => mismatches.add(
                &principals.path,
                &principals.member.value,
                &format!("`{}`", principals.member.name),
                "\"*\" or an object of its kinds",
            ),
        }
        principals.kinds.iter().for_each(|kind| mismatches.want_texts(kind));
    }
    if let Some(member) = clause.member("Condition") {
        let path = clause.path.member("Condition");
        if !matches!(member.value.value, Value::Object(_)) {
            mismatches.add(&path, &member.value, "`Condition`", "an object of operators");
        }
        for block in super::super::draft::members(&member.value) {
            if !matches!(block.value.value, Value::Object(_)) {
                let what = format!("`{}`", block.name);
                mismatches.add(&path.member(&block.name), &block.value, &what, "an object of condition keys");
            }
        }
    }
    for item in clause.tests.iter().flat_map(|test| &test.values) {
        if matches!(item.node.value, Value::Array(_) | Value::Null | Value::Object(_)) {
            mismatches.add(&item.path, item.node, "a condition's value", "a text, a number or a boolean");
        }
    }
}

struct Mismatches<'a, 'b>(&'a mut Report<'b>);

impl Mismatches<'_, '_> {
    fn want_text(&mut self, path: &Path, node: &Node, name: &str) {
        if !matches!(node.value, Value::Text(_)) {
            self.add(path, node, &format!("`{name}`"), "a text");
        }
    }

    fn want_texts(&mut self, element: &Element<'_>) {
        for item in &element.items {
            if !matches!(item.node.value, Value::Text(_)) {
                let what = format!("`{}`", element.member.name);
                self.add(&item.path, item.node, &what, "a text or a list of texts");
            }
        }
    }

    fn add(&mut self, path: &Path, node: &Node, what: &str, wanted: &str) {
        if is_unknown(node) {
            return;
        }
        let found = match node.value {
            Value::Array(_) => "a list",
            Value::Boolean(_) => "a boolean",
            Value::Null => "null",
            Value::Number(_) => "a number",
            Value::Object(_) => "an object",
            Value::Text(_) => "a text",
        };
        let location = self.0.location(path.clone(), node.span);
        self.0.add(
            DATA_TYPE_MISMATCH,
            location,
            format!("{what} is {wanted}, and here is {found}"),
            format!("write {wanted}"),
        );
    }
}
