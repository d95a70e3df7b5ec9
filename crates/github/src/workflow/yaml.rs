//! YAML as a tree with places, read as GitHub reads it: one document, YAML 1.2's core schema, no merge keys, no key twice.

use std::collections::HashMap;

use daypass_diagnostic::{Extent, Point};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::error::Problem;
use super::scalar;

/// The longest workflow that is read, in bytes. GitHub docs, "Actions limits": a file over 500 KB starts no runs.
pub const WORKFLOW_BYTES_MAX: usize = 500 * 1024;
/// How deep values may nest, as in the parser that GitHub publishes with its runner.
pub const DEPTH_MAX: usize = 50;
/// The most values of a file, with everything that aliases repeat counted as often as it is repeated; as in GitHub's parser.
pub const NODES_MAX: usize = 50_000;
/// The most bytes of all texts, aliases followed: what GitHub's parser allows for its result.
pub const EXPANDED_BYTES_MAX: usize = 10 * 1024 * 1024;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) extent: Extent,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Boolean(bool),
    List(Vec<Node>),
    Map(Vec<Entry>),
    Null,
    Number(f64),
    Text(String),
}

/// A member of a map.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_extent: Extent,
    pub(super) value: Node,
}

/// What is wrong, and where.
pub(super) type Refusal = (Point, Problem);

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Node, Refusal> {
    if text.len() > WORKFLOW_BYTES_MAX {
        return Err((Point::START, Problem::TooLong { bytes: text.len() }));
    }
    let (tokens, anchors) = Collector::collect(text)?;
    let mut builder = Builder { tokens, anchors, open: Vec::new(), nodes: 0, bytes: 0 };
    let mut at = 0;
    builder.node(&mut at, 0)
}

/// What of the parser's events makes the tree.
#[derive(Debug)]
enum Token {
    Alias(usize),
    End,
    ListStart,
    MapStart,
    Scalar(String, Value),
}

/// The events of a text, and where what each anchor names begins.
struct Collector<'text> {
    offsets: Vec<usize>,
    text: &'text str,
    tokens: Vec<(Token, Extent)>,
    anchors: HashMap<usize, usize>,
}

type Tokens = Vec<(Token, Extent)>;

impl<'text> Collector<'text> {
    fn collect(text: &'text str) -> Result<(Tokens, HashMap<usize, usize>), Refusal> {
        let offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect();
        let mut collector = Self { offsets, text, tokens: Vec::new(), anchors: HashMap::new() };
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let marker = error.marker();
                let place = collector.point(marker.index(), marker.line(), marker.col());
                (place, Problem::NotYaml { why: error.info().chars().take(200).collect() })
            })?;
            let extent = collector.extent(&span);
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    return Err((extent.start, Problem::SeveralDocuments));
                }
            }
            collector.take(event, extent)?;
        }
        Ok((collector.tokens, collector.anchors))
    }

    fn point(&self, index: usize, line: usize, column: usize) -> Point {
        Point {
            offset: self.offsets.get(index).copied().unwrap_or(self.text.len()),
            line: line.max(1),
            column: column + 1,
        }
    }

    fn extent(&self, span: &Span) -> Extent {
        let start = self.point(span.start.index(), span.start.line(), span.start.col());
        let end = self.point(span.end.index(), span.end.line(), span.end.col());
        Extent { start, end: end.max(start) }
    }

    fn take(&mut self, event: Event<'_>, extent: Extent) -> Result<(), Refusal> {
        let (token, anchor) = match event {
            Event::Alias(anchor) => (Token::Alias(anchor), 0),
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = matches!(style, ScalarStyle::Plain);
                let value =
                    scalar::typed(&text, is_plain, tag.as_deref()).map_err(|why| (extent.start, why))?;
                (Token::Scalar(text.into_owned(), value), anchor)
            }
            Event::SequenceStart(anchor, _) => (Token::ListStart, anchor),
            Event::MappingStart(anchor, _) => (Token::MapStart, anchor),
            Event::SequenceEnd | Event::MappingEnd => (Token::End, 0),
            _ => return Ok(()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, self.tokens.len());
        }
        // Each value has at most two tokens: no more are kept than could be within the limit.
        if self.tokens.len() > 2 * NODES_MAX {
            return Err((extent.start, Problem::TooManyValues));
        }
        self.tokens.push((token, extent));
        Ok(())
    }
}

/// From tokens to the tree.
struct Builder {
    tokens: Tokens,
    anchors: HashMap<usize, usize>,
    /// Where the lists and maps begin that are not complete yet.
    open: Vec<usize>,
    nodes: usize,
    bytes: usize,
}

impl Builder {
    fn node(&mut self, at: &mut usize, depth: usize) -> Result<Node, Refusal> {
        let index = *at;
        let Some((token, extent)) = self.tokens.get(index) else {
            return Err((Point::START, Problem::Empty));
        };
        let extent = *extent;
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err((extent.start, Problem::TooManyValues));
        }
        if depth > DEPTH_MAX {
            return Err((extent.start, Problem::TooDeep));
        }
        *at += 1;
        match token {
            Token::Scalar(text, value) => {
                let value = value.clone();
                let length = text.len();
                self.spend(length, extent)?;
                Ok(Node { value, extent })
            }
            Token::Alias(anchor) => {
                let anchored = self.anchors.get(anchor).copied();
                let mut from = anchored
                    .filter(|start| !self.open.contains(start))
                    .ok_or((extent.start, Problem::EndlessAlias))?;
                Ok(Node { extent, ..self.node(&mut from, depth)? })
            }
            Token::ListStart => self.within(index, |builder| builder.list(at, depth, extent)),
            Token::MapStart => self.within(index, |builder| builder.map(at, depth, extent)),
            Token::End => Err((extent.start, Problem::Empty)),
        }
    }

    fn within(
        &mut self,
        index: usize,
        build: impl FnOnce(&mut Self) -> Result<Node, Refusal>,
    ) -> Result<Node, Refusal> {
        self.open.push(index);
        let node = build(self);
        self.open.pop();
        node
    }

    fn spend(&mut self, bytes: usize, extent: Extent) -> Result<(), Refusal> {
        self.bytes += bytes;
        if self.bytes > EXPANDED_BYTES_MAX {
            return Err((extent.start, Problem::TooMuchText));
        }
        Ok(())
    }

    /// Whether the list or map ends here, and where it ends.
    fn end(&self, at: &mut usize) -> Option<Point> {
        match self.tokens.get(*at) {
            Some((Token::End, extent)) => {
                *at += 1;
                Some(extent.end)
            }
            _ => None,
        }
    }

    fn list(&mut self, at: &mut usize, depth: usize, extent: Extent) -> Result<Node, Refusal> {
        let mut items = Vec::new();
        loop {
            if let Some(end) = self.end(at) {
                let extent = Extent { start: extent.start, end: end.max(extent.start) };
                return Ok(Node { value: Value::List(items), extent });
            }
            items.push(self.node(at, depth + 1)?);
        }
    }

    fn map(&mut self, at: &mut usize, depth: usize, extent: Extent) -> Result<Node, Refusal> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        loop {
            if let Some(end) = self.end(at) {
                let extent = Extent { start: extent.start, end: end.max(extent.start) };
                return Ok(Node { value: Value::Map(entries), extent });
            }
            let (key, key_extent) = self.key(at)?;
            if let Some(line) = known.insert(key.to_lowercase(), key_extent.start.line) {
                return Err((key_extent.start, Problem::KeyTwice { key, line }));
            }
            let value = self.node(at, depth + 1)?;
            entries.push(Entry { key, key_extent, value });
        }
    }

    fn key(&mut self, at: &mut usize) -> Result<(String, Extent), Refusal> {
        let mut index = *at;
        // A key may be an alias of a text that stands elsewhere.
        let place = self.tokens.get(index).map(|(_, extent)| *extent);
        if let Some((Token::Alias(anchor), _)) = self.tokens.get(index) {
            index = self.anchors.get(anchor).copied().unwrap_or(index);
        }
        match (self.tokens.get(index), place) {
            (Some((Token::Scalar(text, _), _)), Some(extent)) => {
                let text = text.clone();
                *at += 1;
                self.spend(text.len(), extent)?;
                if text == "<<" {
                    return Err((extent.start, Problem::MergeKey));
                }
                Ok((text, extent))
            }
            (_, place) => Err((place.map_or(Point::START, |extent| extent.start), Problem::KeyIsNoText)),
        }
    }
}

impl Node {
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// A member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == name)
    }

    /// The value as text where it is neither a list nor a map; nothing is the empty text.
    pub(super) fn text(&self) -> Option<String> {
        match &self.value {
            Value::Boolean(value) => Some(value.to_string()),
            Value::Null => Some(String::new()),
            Value::Number(value) => Some(scalar::number_text(*value)),
            Value::Text(text) => Some(text.clone()),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The whole value as JSON. Numbers that JSON has not, such as `.inf`, become texts.
    pub(super) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Boolean(value) => serde_json::Value::Bool(*value),
            Value::List(items) => items.iter().map(Self::json).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.value.json())).collect()
            }
            Value::Null => serde_json::Value::Null,
            Value::Number(value) => scalar::number_json(*value),
            Value::Text(text) => serde_json::Value::String(text.clone()),
        }
    }

    /// What it is, for a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Boolean(_) => "a boolean",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Null => "nothing",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
        }
    }
}
