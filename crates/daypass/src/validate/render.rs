//! A part of a template as the JSON of a policy, and the way back from its places to the template's.

use std::ops::Range;

use daypass_diagnostic::{Extent, Finding, Location, Path, Severity, Step};
use daypass_policy::validate::UNKNOWN;

use super::template::{Node, Value};

/// Where the parts of a JSON text stand in a template.
#[derive(Debug)]
pub(super) struct Places {
    /// Bytes of the JSON, and the template's bytes; a part comes after what it is part of.
    parts: Vec<(Range<usize>, Extent)>,
    /// The policy's own path in the template.
    path: Path,
}

impl Places {
    /// Moves a place of the JSON to the template's.
    pub(super) fn translate(&self, location: &mut Location) {
        let wanted = location.extent.start.offset..location.extent.end.offset;
        let around =
            self.parts.iter().filter(|(bytes, _)| bytes.start <= wanted.start && wanted.end <= bytes.end);
        let innermost = around.min_by_key(|(bytes, _)| bytes.len());
        if let Some((_, extent)) = innermost.or(self.parts.first()) {
            location.extent = *extent;
        }
        let steps: Vec<Step> = self.path.0.iter().chain(&location.path.0).cloned().collect();
        location.path = Path(steps);
    }
}

/// A policy as JSON.
pub(super) struct Rendered {
    pub(super) json: String,
    pub(super) places: Places,
    /// A note for each value that CloudFormation fills in.
    pub(super) notes: Vec<Finding>,
}

/// Writes a part of a template as JSON. Numbers and truths become texts, as CloudFormation passes them on; what is not
/// known becomes a text that says so, and gets a note.
pub(super) fn render(text: &str, node: &Node, path: Path) -> Rendered {
    let mut writer =
        Writer { text, json: String::new(), parts: Vec::new(), notes: Vec::new(), lines: line_starts(text) };
    writer.node(node, &path);
    Rendered { json: writer.json, places: Places { parts: writer.parts, path }, notes: writer.notes }
}

struct Writer<'a> {
    text: &'a str,
    json: String,
    parts: Vec<(Range<usize>, Extent)>,
    notes: Vec<Finding>,
    lines: Vec<usize>,
}

impl Writer<'_> {
    fn node(&mut self, node: &Node, path: &Path) {
        let start = self.json.len();
        let slot = self.parts.len();
        // Its place is known when it is written; it stands before its parts.
        let extent = self.extent(&node.bytes);
        self.parts.push((start..start, extent));
        match &node.value {
            Value::Null => self.json.push_str("null"),
            Value::Text(text) => self.string(text),
            Value::Unknown(function) => {
                self.string(UNKNOWN.encode_utf8(&mut [0; 4]));
                self.notes.push(Finding::new(
                    Severity::Note,
                    "UNKNOWN_UNTIL_DEPLOYED",
                    format!("`{function}` is filled in at the deployment, and is not checked"),
                    Location { path: path.clone(), extent },
                ));
            }
            Value::List(items) => {
                self.json.push('[');
                // `AWS::NoValue` takes its place with it.
                let kept = items.iter().filter(|item| !matches!(item.value, Value::Null));
                for (index, item) in kept.enumerate() {
                    self.separate(index);
                    self.node(item, &path.item(index));
                }
                self.json.push(']');
            }
            Value::Map(entries) => {
                self.json.push('{');
                let kept = entries.iter().filter(|entry| !matches!(entry.value.value, Value::Null));
                for (index, entry) in kept.enumerate() {
                    self.separate(index);
                    let key_start = self.json.len();
                    self.string(&entry.key);
                    let key_extent = self.extent(&entry.key_bytes);
                    self.parts.push((key_start..self.json.len(), key_extent));
                    self.json.push(':');
                    self.node(&entry.value, &path.member(&entry.key));
                }
                self.json.push('}');
            }
        }
        let end = self.json.len();
        if let Some((bytes, _)) = self.parts.get_mut(slot) {
            bytes.end = end;
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.json.push(',');
        }
    }

    fn string(&mut self, text: &str) {
        // A text has no way to fail.
        self.json.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    /// Its place, but no further than its first line: what is below is part of it, and would hide where it begins.
    fn extent(&self, bytes: &Range<usize>) -> Extent {
        let whole = self.text.get(bytes.clone()).unwrap_or_default();
        let first = whole.lines().next().unwrap_or_default().trim_end();
        let point = |offset: usize| {
            let line = self.lines.partition_point(|start| *start <= offset);
            let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(0);
            let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
            daypass_diagnostic::Point { offset, line, column }
        };
        Extent { start: point(bytes.start), end: point(bytes.start + first.len()) }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}
