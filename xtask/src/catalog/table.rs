//! What both tables share.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The texts of a list; none where it is no list.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The items of a list, or the values of an object.
pub(super) fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    }
}

/// A text, empty where there is none.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Names in their order with their numbers, so that a line can refer to them by number.
pub(super) struct Numbered<'a>(BTreeMap<&'a str, usize>);

impl<'a> Numbered<'a> {
    pub(super) fn new(names: &BTreeSet<&'a str>) -> Self {
        Self(names.iter().enumerate().map(|(number, name)| (*name, number)).collect())
    }

    /// The numbers of these names in ascending order; a name that is not there is left out.
    pub(super) fn numbers<'b>(&self, names: impl IntoIterator<Item = &'b str>) -> Vec<usize> {
        let found: BTreeSet<usize> = names.into_iter().filter_map(|name| self.0.get(name).copied()).collect();
        found.into_iter().collect()
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

/// Numbers with spaces between them.
pub(super) fn joined(numbers: &[usize]) -> String {
    let words: Vec<String> = numbers.iter().map(usize::to_string).collect();
    words.join(" ")
}

/// A line of fields with tabs between them; empty fields at the end are left out.
pub(super) fn line(output: &mut String, fields: &[&str]) {
    output.push_str(fields.join("\t").trim_end_matches('\t'));
    output.push('\n');
}
