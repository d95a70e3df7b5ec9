//! A stranger's XML as a tree, within limits.
//!
//! There are no entities but XML's own five: a document type declaration is refused, so nothing can be declared.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::entity;

/// Levels of elements: the deepest in CloudFront's model has nine.
const DEPTH_MAX: usize = 24;
/// Elements of a document: 3,000 paths, or 100 cache behaviors with some dozens of elements each.
const ELEMENTS_MAX: usize = 12_000;
/// Bytes of an element's name: the longest in the model has 34.
const NAME_BYTES_MAX: usize = 64;

/// An element with elements in it, or with text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its name, without a prefix.
    pub name: String,
    /// Its text; empty where there are elements in it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Self>,
}

/// Why a text is no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// It is no XML.
    #[error("the XML is not well-formed")]
    Malformed,
    /// It declares a document type.
    #[error("a document type declaration is not allowed")]
    Declaration,
    /// It is nested too deeply, has too many elements, or one with too long a name.
    #[error("the XML is over a limit of its size")]
    TooLarge,
}

impl Element {
    /// An element without anything in it.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// An element with text in it.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), children: Vec::new() }
    }

    /// An element with elements in it.
    pub fn nested(name: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), text: String::new(), children }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`TreeError`]
    pub fn read(text: &str) -> Result<Self, TreeError> {
        let mut reader = Reader::from_str(text);
        let mut reading = Reading::default();
        loop {
            match reader.read_event().map_err(|_| TreeError::Malformed)? {
                Event::Start(start) => reading.open(&start)?,
                Event::Empty(start) => {
                    reading.open(&start)?;
                    reading.close()?;
                }
                Event::End(_) => reading.close()?,
                Event::Text(text) => {
                    reading.text(&text.xml10_content().map_err(|_| TreeError::Malformed)?)?
                }
                Event::CData(text) => {
                    reading.text(&text.xml10_content().map_err(|_| TreeError::Malformed)?)?
                }
                Event::GeneralRef(reference) => {
                    reading.text(&entity::resolve(&reference).ok_or(TreeError::Malformed)?)?
                }
                Event::DocType(_) => return Err(TreeError::Declaration),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => {
                    return reading.root.filter(|_| reading.open.is_empty()).ok_or(TreeError::Malformed);
                }
            }
        }
    }

    /// The document, in the service's namespace.
    #[must_use]
    pub fn document(&self, namespace: &str) -> String {
        let mut output = String::from("<?xml version=\"1.0\"?>\n");
        self.write(&mut output, Some(namespace));
        output
    }

    fn write(&self, output: &mut String, namespace: Option<&str>) {
        output.push('<');
        output.push_str(&self.name);
        if let Some(namespace) = namespace {
            output.push_str(" xmlns=\"");
            output.push_str(namespace);
            output.push('"');
        }
        output.push('>');
        daypass_wire::xml::escape(output, &self.text);
        self.children.iter().for_each(|child| child.write(output, None));
        output.push_str("</");
        output.push_str(&self.name);
        output.push('>');
    }

    /// The first element in it with this name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element in it with this name.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// The texts of the elements in `name`'s `Items`.
    pub fn items<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let items = self.child(name).and_then(|list| list.child("Items"));
        items.into_iter().flat_map(|items| &items.children).map(|item| item.text.as_str())
    }
}

#[derive(Default)]
struct Reading {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Reading {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), TreeError> {
        let name = start.local_name();
        let name = std::str::from_utf8(name.as_ref()).map_err(|_| TreeError::Malformed)?;
        self.elements += 1;
        if self.open.len() >= DEPTH_MAX || self.elements > ELEMENTS_MAX || name.len() > NAME_BYTES_MAX {
            return Err(TreeError::TooLarge);
        }
        // A name that can be written again; the model has no others.
        if self.root.is_some() || name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(TreeError::Malformed);
        }
        self.open.push(Element::new(name));
        Ok(())
    }

    fn close(&mut self) -> Result<(), TreeError> {
        let mut element = self.open.pop().ok_or(TreeError::Malformed)?;
        if !element.children.is_empty() {
            if !element.text.trim().is_empty() {
                return Err(TreeError::Malformed);
            }
            element.text.clear();
        }
        match self.open.last_mut() {
            Some(around) => around.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), TreeError> {
        match self.open.last_mut() {
            Some(element) if text.chars().all(is_character) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            _ => return Err(TreeError::Malformed),
        }
        Ok(())
    }
}

/// Whether XML 1.0 has this character (section 2.2).
const fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
