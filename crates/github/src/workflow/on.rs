//! `on`: the events that start a workflow, their filters and their inputs.
//!
//! Source: GitHub docs, "Workflow syntax for GitHub Actions", `on`, and "Events that trigger workflows".

use daypass_diagnostic::{Path, Severity};
use serde::{Deserialize, Serialize};

use super::input::{self, Input};
use super::keys::{self, nearest};
use super::model::{Text, Texts};
use super::reading::Reading;
use super::yaml::{Entry, Node, Value};
use crate::event::Event;

/// One event of `on`.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFilter {
    /// Its name, `push`.
    pub event: String,
    /// The line of its name.
    pub line: usize,
    /// `types`; GitHub's default where there is none.
    pub types: Option<Vec<Text>>,
    /// `branches` or `branches-ignore`
    pub branches: Option<Patterns>,
    /// `tags` or `tags-ignore`
    pub tags: Option<Patterns>,
    /// `paths` or `paths-ignore`
    pub paths: Option<Patterns>,
    /// `workflows`, of `workflow_run`.
    pub workflows: Vec<Text>,
    /// `inputs`, of `workflow_call` and `workflow_dispatch`.
    pub inputs: Vec<Input>,
    /// `outputs`, of `workflow_call`.
    pub outputs: Texts,
    /// `secrets`, of `workflow_call`.
    pub secrets: Vec<SecretDefinition>,
    /// The items of `schedule`.
    pub schedules: Vec<Schedule>,
}

/// The patterns of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    /// The line of its key.
    pub line: usize,
    /// Whether the patterns say what does not start a run: `branches-ignore`.
    pub ignore: bool,
    /// The patterns in order; a later one takes back what an earlier one said.
    pub patterns: Vec<Text>,
}

/// A secret that a reusable workflow takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretDefinition {
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: usize,
    /// Whether a caller has to give it.
    pub required: bool,
}

/// One of `schedule`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When.
    pub cron: Text,
    /// Where.
    pub timezone: Option<Text>,
}

impl EventFilter {
    fn new(event: &str, line: usize) -> Self {
        Self {
            event: event.to_owned(),
            line,
            types: None,
            branches: None,
            tags: None,
            paths: None,
            workflows: Vec::new(),
            inputs: Vec::new(),
            outputs: Texts::new(),
            secrets: Vec::new(),
            schedules: Vec::new(),
        }
    }
}

/// Reads `on`: an event, a list of them, or a map.
pub(super) fn read(reading: &mut Reading<'_>, root: &Node) -> Vec<EventFilter> {
    let Some(entry) = root.get("on") else {
        let message = "a workflow without `on` is never started";
        let mend = Some("write for example `on: push`".to_owned());
        reading.find(Severity::Error, "NO_EVENTS", (&Path::default(), root.extent), message, mend);
        return Vec::new();
    };
    let path = Path::default().member("on");
    match &entry.value.value {
        Value::Map(entries) => entries.iter().map(|entry| event(reading, entry, &path)).collect(),
        _ => {
            let names = reading.list(&entry.value, &path);
            let mut events = Vec::with_capacity(names.len());
            for name in names {
                known(reading, &name.value, &path, &entry.value);
                events.push(EventFilter::new(&name.value, name.line));
            }
            events
        }
    }
}

fn known(reading: &mut Reading<'_>, name: &str, path: &Path, node: &Node) {
    if Event::from_name(name).is_some() {
        return;
    }
    let shown: String = name.chars().take(100).collect();
    let mend = nearest(name, Event::all().map(Event::name)).map(|near| format!("write `{near}`"));
    let message = format!("GitHub has no event `{shown}`");
    reading.find(Severity::Error, "UNKNOWN_EVENT", (path, node.extent), message, mend);
}

fn event(reading: &mut Reading<'_>, entry: &Entry, path: &Path) -> EventFilter {
    let path = path.member(&entry.key);
    let node = &entry.value;
    known(reading, &entry.key, &path, &Node { value: Value::Null, extent: entry.key_extent });
    let mut filter = EventFilter::new(&entry.key, entry.key_extent.start.line);
    if entry.key == "schedule" {
        filter.schedules = schedules(reading, node, &path);
        return filter;
    }
    reading.entries(node, &path);
    reading.keys(node, &path, &format!("the event `{}`", entry.key), keys_of(&entry.key));
    filter.types = node.get("types").map(|entry| reading.list(&entry.value, &path.member("types")));
    filter.branches = patterns(reading, node, &path, "branches", "branches-ignore");
    filter.tags = patterns(reading, node, &path, "tags", "tags-ignore");
    filter.paths = patterns(reading, node, &path, "paths", "paths-ignore");
    if let Some(entry) = node.get("workflows") {
        filter.workflows = reading.list(&entry.value, &path.member("workflows"));
    }
    filter.inputs = input::read(reading, node, &path, entry.key == "workflow_call");
    if entry.key == "workflow_call" {
        filter.outputs = outputs(reading, node, &path);
        filter.secrets = secrets(reading, node, &path);
    }
    filter
}

/// The keys that an event takes.
fn keys_of(event: &str) -> &'static [&'static str] {
    match event {
        "create" | "delete" | "deployment" | "deployment_status" | "fork" | "gollum" | "page_build"
        | "public" | "status" => &[],
        "image_version" => &["names", "versions"],
        "merge_group" => &["branches", "branches-ignore", "types"],
        "pull_request" | "pull_request_target" => {
            &["branches", "branches-ignore", "paths", "paths-ignore", "types"]
        }
        "push" => &["branches", "branches-ignore", "paths", "paths-ignore", "tags", "tags-ignore"],
        "workflow_call" => keys::WORKFLOW_CALL,
        "workflow_dispatch" => &["inputs"],
        "workflow_run" => &["branches", "branches-ignore", "types", "workflows"],
        name if Event::from_name(name).is_some() => &["types"],
        _ => keys::FILTER,
    }
}

fn patterns(
    reading: &mut Reading<'_>,
    node: &Node,
    path: &Path,
    name: &str,
    ignoring: &str,
) -> Option<Patterns> {
    let (positive, negative) = (node.get(name), node.get(ignoring));
    if let (Some(_), Some(entry)) = (positive, negative) {
        let message = format!("`{name}` and `{ignoring}` exclude each other");
        let mend =
            format!("keep `{name}`, and write what it should leave out as `!PATTERN` behind the others");
        reading.find(Severity::Error, "FILTER_TWICE", (path, entry.key_extent), message, Some(mend));
    }
    let ignore = positive.is_none();
    let entry = positive.or(negative)?;
    let path = path.member(&entry.key);
    let patterns = reading.list(&entry.value, &path);
    if !patterns.is_empty() && !ignore && patterns.iter().all(|pattern| pattern.value.starts_with('!')) {
        let message = format!("`{path}` has nothing but exceptions, and so starts no run");
        let mend = Some(format!("write `{ignoring}`, or put `\"**\"` before the exceptions"));
        reading.find(Severity::Error, "FILTER_EMPTY", (&path, entry.value.extent), message, mend);
    }
    Some(Patterns { line: entry.key_extent.start.line, ignore, patterns })
}

fn schedules(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Vec<Schedule> {
    let Value::List(items) = &node.value else {
        reading.unexpected(node, path, "a list of `cron`");
        return Vec::new();
    };
    let mut schedules = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let path = path.item(number);
        reading.keys(item, &path, "a schedule", keys::SCHEDULE);
        match reading.text(item, &path, "cron") {
            Some(cron) => {
                schedules.push(Schedule { cron, timezone: reading.text(item, &path, "timezone") });
            }
            None => reading.unexpected(item, &path, "a map with `cron`"),
        }
    }
    schedules
}

fn outputs(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Texts {
    let mut outputs = Texts::new();
    let Some(entry) = node.get("outputs") else { return outputs };
    let path = path.member("outputs");
    for entry in reading.entries(&entry.value, &path) {
        let path = path.member(&entry.key);
        reading.keys(&entry.value, &path, "an output", keys::CALL_OUTPUT);
        match reading.text(&entry.value, &path, "value") {
            Some(value) => {
                outputs.insert(entry.key.clone(), value);
            }
            None => reading.unexpected(&entry.value, &path, "a map with `value`"),
        }
    }
    outputs
}

fn secrets(reading: &mut Reading<'_>, node: &Node, path: &Path) -> Vec<SecretDefinition> {
    let Some(entry) = node.get("secrets") else { return Vec::new() };
    let path = path.member("secrets");
    let mut secrets = Vec::new();
    for entry in reading.entries(&entry.value, &path) {
        let path = path.member(&entry.key);
        reading.entries(&entry.value, &path);
        reading.keys(&entry.value, &path, "a secret", keys::CALL_SECRET);
        let required = reading.text(&entry.value, &path, "required");
        secrets.push(SecretDefinition {
            name: entry.key.clone(),
            line: entry.key_extent.start.line,
            required: required.is_some_and(|required| required.value == "true"),
        });
    }
    secrets
}
