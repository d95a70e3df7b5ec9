//! Reading the tree: what every part has in common, and the findings on the way.

use std::collections::BTreeMap;

use daypass_diagnostic::{Extent, Finding, Location, Path, Severity};
use serde_json::Value as Json;

use super::error::{Problem, WorkflowError};
use super::keys::nearest;
use super::model::{Placed, Text, Texts};
use super::yaml::{Entry, Node, Value};

/// The most findings of one file: more than anybody reads, and each costs memory.
pub const FINDINGS_MAX: usize = 100;

/// GitHub's page on the syntax.
const SYNTAX: &str = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax";

/// A key that GitHub does not know: it refuses the whole file.
pub(super) const UNKNOWN_KEY: &str = "UNKNOWN_KEY";
/// A value of a kind that GitHub does not expect there.
pub(super) const UNEXPECTED_VALUE: &str = "UNEXPECTED_VALUE";

/// A file that is being read.
pub(super) struct Reading<'path> {
    path: &'path str,
    pub(super) findings: Vec<Finding>,
}

impl<'path> Reading<'path> {
    pub(super) fn new(path: &'path str) -> Self {
        Self { path, findings: Vec::new() }
    }

    pub(super) fn refuse(&self, extent: Extent, problem: Problem) -> WorkflowError {
        WorkflowError { path: self.path.to_owned(), place: extent.start, problem }
    }

    pub(super) fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        at: (&Path, Extent),
        message: impl Into<String>,
        mend: Option<String>,
    ) {
        if self.findings.len() >= FINDINGS_MAX {
            return;
        }
        let location = Location { path: at.0.clone(), extent: at.1 };
        let finding = Finding { mend, ..Finding::new(severity, code, message, location) };
        self.findings.push(finding.learn_more(SYNTAX));
    }

    /// Says which keys of a map GitHub does not know.
    pub(super) fn keys(&mut self, node: &Node, path: &Path, what: &str, known: &[&str]) {
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let name: String = entry.key.chars().take(100).collect();
            let mend = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None => format!("{what} has {}", known.join(", ")),
            };
            let at = (&path.member(&name), entry.key_extent);
            self.find(
                Severity::Error,
                UNKNOWN_KEY,
                at,
                format!("{what} has no key `{name}`; GitHub does not start such a workflow"),
                Some(mend),
            );
        }
    }

    /// Says that a value is of another kind than it should.
    pub(super) fn unexpected(&mut self, node: &Node, path: &Path, wanted: &str) {
        let message = format!("`{path}` is {wanted}, not {}", node.kind());
        self.find(Severity::Error, UNEXPECTED_VALUE, (path, node.extent), message, None);
    }

    /// A map; anything else is a finding and counts as an empty one.
    pub(super) fn entries<'node>(&mut self, node: &'node Node, path: &Path) -> &'node [Entry] {
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            self.unexpected(node, path, "a map");
        }
        node.entries()
    }

    /// A member that is a text, or becomes one; nothing where it is not there or empty.
    pub(super) fn text(&mut self, node: &Node, path: &Path, name: &str) -> Option<Text> {
        let entry = node.get(name)?;
        self.text_of(&entry.value, &path.member(name)).filter(|text| !text.value.is_empty())
    }

    pub(super) fn text_of(&mut self, node: &Node, path: &Path) -> Option<Text> {
        let text = node.text();
        if text.is_none() {
            self.unexpected(node, path, "a text");
        }
        text.map(|text| placed(node, text))
    }

    /// A member that is a map of texts.
    pub(super) fn texts(&mut self, node: &Node, path: &Path, name: &str) -> Texts {
        let Some(entry) = node.get(name) else { return Texts::new() };
        let path = path.member(name);
        // `env: ${{ fromJSON(...) }}` is a map that is known later; its names are not.
        if is_expression(&entry.value) {
            return Texts::new();
        }
        let mut texts = Texts::new();
        for entry in self.entries(&entry.value, &path) {
            if let Some(text) = self.text_of(&entry.value, &path.member(&entry.key)) {
                texts.insert(entry.key.clone(), text);
            }
        }
        texts
    }

    /// A member that is a map of texts, numbers and booleans.
    pub(super) fn scalars(&mut self, node: &Node, path: &Path, name: &str) -> BTreeMap<String, Placed<Json>> {
        let Some(entry) = node.get(name) else { return BTreeMap::new() };
        let path = path.member(name);
        let mut scalars = BTreeMap::new();
        for entry in self.entries(&entry.value, &path) {
            if matches!(entry.value.value, Value::List(_) | Value::Map(_)) {
                self.unexpected(&entry.value, &path.member(&entry.key), "a text, a number or a boolean");
            } else {
                scalars.insert(entry.key.clone(), placed(&entry.value, entry.value.json()));
            }
        }
        scalars
    }

    /// One text or a list of them.
    pub(super) fn list(&mut self, node: &Node, path: &Path) -> Vec<Text> {
        match &node.value {
            Value::Null => Vec::new(),
            Value::List(items) => {
                let numbered = items.iter().enumerate();
                numbered.filter_map(|(number, item)| self.text_of(item, &path.item(number))).collect()
            }
            _ => self.text_of(node, path).into_iter().collect(),
        }
    }

    /// A member as it is.
    pub(super) fn json(&mut self, node: &Node, name: &str) -> Option<Placed<Json>> {
        let entry = node.get(name)?;
        (!matches!(entry.value.value, Value::Null)).then(|| placed(&entry.value, entry.value.json()))
    }
}

/// A value at a node's place.
pub(super) fn placed<T>(node: &Node, value: T) -> Placed<T> {
    let start = node.extent.start;
    Placed { value, line: start.line, column: start.column }
}

/// Whether a value is one expression and nothing else.
fn is_expression(node: &Node) -> bool {
    matches!(&node.value, Value::Text(text) if {
        let text = text.trim();
        text.starts_with("${{") && text.ends_with("}}")
    })
}
