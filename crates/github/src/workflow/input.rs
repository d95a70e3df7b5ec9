//! The inputs that a workflow takes: `on.workflow_dispatch.inputs` and `on.workflow_call.inputs`.

use std::fmt;

use daypass_diagnostic::{Path, Severity};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::keys;
use super::model::Placed;
use super::reading::{Reading, placed};
use super::yaml::{Entry, Node, Value};

/// The most inputs of one event. GitHub docs, "Events that trigger workflows": 25 of `workflow_dispatch`.
pub const INPUTS_MAX: usize = 25;

/// An input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// The line of its name.
    pub line: usize,
    /// `type`; text where there is none.
    pub kind: InputKind,
    /// `default`
    pub default: Option<Placed<Json>>,
    /// `required`
    pub required: bool,
    /// `options`, of a choice.
    pub options: Vec<String>,
}

/// The type of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// `true` or `false`
    Boolean,
    /// One of the options.
    Choice,
    /// The name of an environment.
    Environment,
    /// A number.
    Number,
    /// A text.
    #[default]
    String,
}

impl InputKind {
    /// Its name in a workflow.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Choice => "choice",
            Self::Environment => "environment",
            Self::Number => "number",
            Self::String => "string",
        }
    }

    fn from_name(name: &str, is_call: bool) -> Option<Self> {
        match name {
            "boolean" => Some(Self::Boolean),
            "choice" if !is_call => Some(Self::Choice),
            "environment" if !is_call => Some(Self::Environment),
            "number" => Some(Self::Number),
            "string" => Some(Self::String),
            _ => None,
        }
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Reads the `inputs` of an event.
pub(super) fn read(reading: &mut Reading<'_>, event: &Node, path: &Path, is_call: bool) -> Vec<Input> {
    let Some(entry) = event.get("inputs") else { return Vec::new() };
    let path = path.member("inputs");
    let entries = reading.entries(&entry.value, &path);
    if !is_call && entries.len() > INPUTS_MAX {
        let message = format!("GitHub takes {INPUTS_MAX} inputs at the most, not {}", entries.len());
        reading.find(Severity::Error, "TOO_MANY_INPUTS", (&path, entry.key_extent), message, None);
    }
    entries.iter().map(|entry| input(reading, entry, &path, is_call)).collect()
}

fn input(reading: &mut Reading<'_>, entry: &Entry, path: &Path, is_call: bool) -> Input {
    let path = path.member(&entry.key);
    let node = &entry.value;
    reading.entries(node, &path);
    reading.keys(node, &path, "an input", keys::INPUT);
    let kind = reading.text(node, &path, "type");
    let known = kind.as_ref().map(|kind| InputKind::from_name(&kind.value, is_call));
    if known == Some(None) || (known.is_none() && is_call) {
        let names = if is_call {
            "`boolean`, `number` or `string`"
        } else {
            "`boolean`, `choice`, `environment`, `number` or `string`"
        };
        let message = format!("the type of the input `{}` is {names}", entry.key);
        reading.find(Severity::Error, "INPUT_TYPE", (&path, entry.key_extent), message, None);
    }
    let options = node.get("options").map(|entry| reading.list(&entry.value, &path.member("options")));
    let default = node.get("default").map(|entry| &entry.value);
    if let Some(default) = default.filter(|it| matches!(it.value, Value::List(_) | Value::Map(_))) {
        reading.unexpected(default, &path.member("default"), "a text, a number or a boolean");
    }
    let required = reading.text(node, &path, "required");
    Input {
        name: entry.key.clone(),
        line: entry.key_extent.start.line,
        kind: known.flatten().unwrap_or_default(),
        default: default
            .filter(|it| !matches!(it.value, Value::Null | Value::List(_) | Value::Map(_)))
            .map(|default| placed(default, default.json())),
        required: required.is_some_and(|required| required.value == "true"),
        options: options.unwrap_or_default().into_iter().map(|option| option.value).collect(),
    }
}
