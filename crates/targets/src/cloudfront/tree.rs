//! XML as a tree: how requests are read, kept and written back.
//!
//! Names are those of the service model and no others. There are no attributes but the namespace, no entities but XML's
//! own five, no processing instructions, and no document types: nothing that could make the reader fetch or repeat
//! anything.

use daypass_wire::xml::Writer;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::CloudFrontError;
use super::limits::{DEPTH, ELEMENTS};
use super::names::known;
use crate::member::with_small_letter;

/// An element: with elements in it, or a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Element {
    #[serde(rename = "n")]
    pub(super) name: String,
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) children: Vec<Self>,
}

impl Element {
    pub(super) fn with_text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), text: text.into(), children: Vec::new() }
    }

    pub(super) fn with(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.to_owned(), text: String::new(), children }
    }

    /// The first element of a name in this one.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of a name in this one.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// The elements of its list `Items`.
    pub(super) fn items(&self) -> &[Self] {
        self.child("Items").map(|items| items.children.as_slice()).unwrap_or_default()
    }

    /// Writes it as XML.
    pub(super) fn write(&self, writer: &mut Writer) {
        // What was kept by another version may have a name that this one does not know.
        let Some(name) = known(&self.name) else { return };
        if self.children.is_empty() {
            writer.text(name, &self.text);
        } else {
            writer.nested(name, |writer| self.children.iter().for_each(|child| child.write(writer)));
        }
    }

    /// As CloudTrail writes it: members with a small first letter, `Items` a list.
    pub(super) fn to_json(&self) -> Value {
        if self.children.is_empty() {
            return match self.text.as_str() {
                "true" => json!(true),
                "false" => json!(false),
                text if self.name == "Quantity" => json!(text.parse::<u64>().unwrap_or_default()),
                text => json!(text),
            };
        }
        if self.name == "Items" {
            return self.children.iter().map(Self::to_json).collect();
        }
        let members = self.children.iter().map(|child| (with_small_letter(&child.name), child.to_json()));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// Refuses lists whose `Quantity` is not the number of their `Items`.
    pub(super) fn check_quantities(&self) -> Result<(), CloudFrontError> {
        if let Some(quantity) = self.text_of("Quantity")
            && quantity.trim().parse::<usize>().ok() != Some(self.items().len())
        {
            return Err(CloudFrontError::inconsistent(&self.name));
        }
        self.children.iter().try_for_each(Self::check_quantities)
    }
}

/// Reads a body whose outermost element has this name.
pub(super) fn read(body: &[u8], root: &str) -> Result<Element, CloudFrontError> {
    if body.is_empty() {
        return Err(CloudFrontError::new(
            "MissingBody",
            400,
            "This operation requires a body. Ensure that the body is present.",
        ));
    }
    let text = std::str::from_utf8(body).map_err(|_| malformed())?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    let mut read = None;
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(start) => {
                count += 1;
                open.push(begun(&start, &open, count)?);
                if read.is_some() {
                    return Err(malformed());
                }
            }
            Event::Empty(start) => {
                count += 1;
                let element = begun(&start, &open, count)?;
                close(element, &mut open, &mut read)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(malformed)?;
                close(element, &mut open, &mut read)?;
            }
            Event::Text(text) => add(&mut open, &text.decode().map_err(|_| malformed())?)?,
            Event::CData(text) => add(&mut open, &text.decode().map_err(|_| malformed())?)?,
            Event::GeneralRef(reference) => add(&mut open, &resolved(&reference)?)?,
            Event::Decl(_) | Event::Comment(_) => {}
            Event::DocType(_) | Event::PI(_) => return Err(malformed()),
            Event::Eof => break,
        }
    }
    let element: Element = read.filter(|_| open.is_empty()).ok_or_else(malformed)?;
    if element.name == root { Ok(element) } else { Err(malformed()) }
}

fn malformed() -> CloudFrontError {
    CloudFrontError::malformed("The XML document is malformed.")
}

fn begun(start: &BytesStart<'_>, open: &[Element], count: usize) -> Result<Element, CloudFrontError> {
    if open.len() >= DEPTH || count > ELEMENTS {
        return Err(CloudFrontError::malformed("The XML document is too large."));
    }
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| malformed())?;
        if attribute.key.as_ref() != b"xmlns" {
            return Err(malformed());
        }
    }
    let name = start.name();
    let name = std::str::from_utf8(name.as_ref()).ok().and_then(known);
    let name = name.ok_or_else(|| {
        CloudFrontError::malformed("The XML document has an element that CloudFront does not know.")
    })?;
    Ok(Element { name: name.to_owned(), ..Element::default() })
}

/// Puts an element that ended into the one around it. Text between elements is layout.
fn close(
    mut element: Element,
    open: &mut [Element],
    read: &mut Option<Element>,
) -> Result<(), CloudFrontError> {
    if !element.children.is_empty() {
        if !element.text.trim().is_empty() {
            return Err(malformed());
        }
        element.text.clear();
    }
    match open.last_mut() {
        Some(around) => {
            let is_list = around.name == "Items";
            if !is_list && around.child(&element.name).is_some() {
                return Err(malformed());
            }
            around.children.push(element);
        }
        None if read.is_none() => *read = Some(element),
        None => return Err(malformed()),
    }
    Ok(())
}

fn add(open: &mut [Element], text: &str) -> Result<(), CloudFrontError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(malformed()),
    }
    Ok(())
}

/// XML's own five entities, and characters by their number.
fn resolved(reference: &BytesRef<'_>) -> Result<String, CloudFrontError> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| malformed())? {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|_| malformed())?;
    let text = quick_xml::escape::resolve_predefined_entity(&name).ok_or_else(malformed)?;
    Ok(text.to_owned())
}
