//! YAML as a tree with places: what of it a template of CloudFormation uses.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, Tag};

use super::unreadable;
use crate::failure::Failure;

/// The longest template that is read, in bytes: CloudFormation takes one megabyte.
const TEMPLATE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How deep values may nest.
const DEPTH_MAX: usize = 100;

/// A value and the bytes of the text that it stands on.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) bytes: Range<usize>,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    List(Vec<Node>),
    Map(Vec<Entry>),
    Null,
    Text(String),
    /// What CloudFormation fills in, with the name of the function that does it.
    Unknown(String),
}

/// A member of a map.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_bytes: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    /// A member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == name).map(|entry| &entry.value)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads the first document of a text.
pub(super) fn read(file: &str, text: &str) -> Result<Node, Failure> {
    if text.len() > TEMPLATE_BYTES_MAX {
        return Err(unreadable(file, format_args!("a template has at most {TEMPLATE_BYTES_MAX} bytes")));
    }
    let mut builder = Builder { offsets: offsets(text), open: Vec::new(), done: None };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| unreadable(file, error))?;
        let bytes = builder.bytes(span.start.index(), span.end.index());
        builder.take(event, bytes).map_err(|why| unreadable(file, why))?;
        if builder.done.is_some() {
            break;
        }
    }
    builder.done.ok_or_else(|| unreadable(file, "it holds nothing"))
}

/// The byte at which each character begins, and the end.
fn offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect()
}

/// A list or map whose end has not come.
struct Open {
    tag: Option<String>,
    start: usize,
    items: Vec<Node>,
    /// Whether it is a map: then its items are keys and values in turn.
    is_map: bool,
}

struct Builder {
    offsets: Vec<usize>,
    open: Vec<Open>,
    done: Option<Node>,
}

impl Builder {
    fn bytes(&self, start: usize, end: usize) -> Range<usize> {
        let last = self.offsets.last().copied().unwrap_or(0);
        let at = |index: usize| self.offsets.get(index).copied().unwrap_or(last);
        at(start)..at(end).max(at(start))
    }

    fn take(&mut self, event: Event<'_>, bytes: Range<usize>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                let is_plain = matches!(style, saphyr_parser::ScalarStyle::Plain);
                let value = scalar(text, is_plain, function(tag));
                self.add(Node { value, bytes });
            }
            // What an anchor stands for is not followed: texts that repeat themselves could grow without end.
            Event::Alias(_) => self.add(Node { value: Value::Unknown("*".to_owned()), bytes }),
            Event::SequenceStart(_, tag) => self.open(function(tag), bytes.start, false)?,
            Event::MappingStart(_, tag) => self.open(function(tag), bytes.start, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(bytes.end),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, tag: Option<String>, start: usize, is_map: bool) -> Result<(), String> {
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("values nest deeper than {DEPTH_MAX}"));
        }
        self.open.push(Open { tag, start, items: Vec::new(), is_map });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let bytes = open.start..end.max(open.start);
        let value = match (open.tag, open.is_map) {
            (Some(function), _) => Value::Unknown(function),
            (None, false) => Value::List(open.items),
            (None, true) => map(open.items),
        };
        self.add(Node { value, bytes });
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.done = Some(node),
        }
    }
}

/// The function that a short tag stands for: `!Sub`.
fn function(tag: Option<Cow<'_, Tag>>) -> Option<String> {
    let tag = tag.filter(|tag| !tag.is_yaml_core_schema())?;
    Some(format!("!{}", tag.suffix))
}

fn scalar(text: Cow<'_, str>, is_plain: bool, function: Option<String>) -> Value {
    match function {
        Some(function) if function == "!Sub" && !text.contains("${") => Value::Text(text.into_owned()),
        Some(function) if function == "!Ref" && text == "AWS::NoValue" => Value::Null,
        Some(function) => Value::Unknown(function),
        None if is_plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        None => Value::Text(text.into_owned()),
    }
}

/// A map, or the function that a map with one long name stands for: `{"Fn::Sub": ...}`.
fn map(items: Vec<Node>) -> Value {
    let mut entries = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        let key_bytes = key.bytes;
        let key = match key.value {
            Value::Text(text) => text,
            _ => String::new(),
        };
        entries.push(Entry { key, key_bytes, value });
    }
    if let [entry] = entries.as_slice() {
        let text = entry.value.text();
        match entry.key.as_str() {
            "Ref" if text == Some("AWS::NoValue") => return Value::Null,
            "Fn::Sub" if text.is_some_and(|text| !text.contains("${")) => return entry.value.value.clone(),
            "Ref" => return Value::Unknown("Ref".to_owned()),
            name if name.starts_with("Fn::") => return Value::Unknown(name.to_owned()),
            _ => {}
        }
    }
    Value::Map(entries)
}
