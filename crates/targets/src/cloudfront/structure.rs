//! Whether a tree has the form of one of the model's structures.
//!
//! Numbers and truth values are kept in one spelling, so that two configurations that say the same are the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::error::CloudFrontError;
use super::tree::Element;

/// Characters of a text; the longest that a configuration may hold has fewer.
const TEXT_CHARACTERS_MAX: usize = 8_192;
/// Characters of what a stranger sent that a refusal repeats.
const ECHO_CHARACTERS: usize = 64;

#[derive(Debug, Clone)]
enum Type {
    Text(Vec<&'static str>),
    Number,
    Truth,
    List(&'static str, Box<Self>),
    Structure(&'static str),
}

#[derive(Debug)]
struct Member {
    name: &'static str,
    needed: bool,
    kind: Type,
}

type Structures = HashMap<&'static str, Vec<Member>>;

static STRUCTURES: LazyLock<Structures> = LazyLock::new(|| {
    let mut structures = Structures::new();
    let mut current = "";
    for line in include_str!("structures.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("= ") {
            current = name;
            structures.insert(name, Vec::new());
        } else if let Some((name, kind)) = line.split_once(' ') {
            let bare = name.trim_end_matches('!');
            let member = Member { name: bare, needed: bare.len() < name.len(), kind: read(kind) };
            structures.entry(current).or_default().push(member);
        }
    }
    structures
});

fn read(kind: &'static str) -> Type {
    if let Some((element, kind)) =
        kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')).and_then(|kind| kind.split_once(' '))
    {
        return Type::List(element, Box::new(read(kind)));
    }
    match kind.split_once(':') {
        Some(("text", values)) => Type::Text(values.split('|').collect()),
        _ if kind == "text" => Type::Text(Vec::new()),
        _ if kind == "number" => Type::Number,
        _ if kind == "truth" => Type::Truth,
        _ => Type::Structure(kind),
    }
}

/// Checks a document's root and everything in it.
///
/// # Errors
/// `MalformedInput` for an element that the structure has not, one that it needs, or a value of another type;
/// `InconsistentQuantities` for a list that does not have as many items as it says.
pub fn check(root: &mut Element, name: &'static str) -> Result<(), CloudFrontError> {
    if root.name != name {
        let message = format!("The root element is {}, where {name} is expected", echo(&root.name));
        return Err(CloudFrontError::malformed(message));
    }
    structure(root, name)
}

fn structure(element: &mut Element, name: &'static str) -> Result<(), CloudFrontError> {
    let Some(members) = STRUCTURES.get(name) else {
        return Err(CloudFrontError::malformed(format!("{name} is not known")));
    };
    if element.children.is_empty() && !element.text.trim().is_empty() {
        return Err(CloudFrontError::malformed(format!("{name} has text in it, and must not")));
    }
    element.text.clear();
    let mut seen: Vec<&'static str> = Vec::new();
    for child in &mut element.children {
        let Some(member) = members.iter().find(|member| member.name == child.name) else {
            let message = format!("{name} has no member {}", echo(&child.name));
            return Err(CloudFrontError::malformed(message));
        };
        if seen.contains(&member.name) {
            return Err(CloudFrontError::malformed(format!("{name} has {} more than once", member.name)));
        }
        seen.push(member.name);
        value(child, &member.kind)?;
    }
    if let Some(missing) = members.iter().find(|member| member.needed && !seen.contains(&member.name)) {
        // Items may be left out where there are none.
        if missing.name != "Items" || element.text_of("Quantity") != Some("0") {
            let message = format!("{name} needs {}, which is missing", missing.name);
            return Err(CloudFrontError::malformed(message));
        }
    }
    // In the model's order, as AWS answers.
    let position = |name: &str| members.iter().position(|member| member.name == name);
    element.children.sort_by_key(|child| position(&child.name));
    if let Some(quantity) = element.text_of("Quantity") {
        let items = element.child("Items").map_or(0, |items| items.children.len());
        if quantity != items.to_string() {
            return Err(CloudFrontError::inconsistent_quantities());
        }
    }
    Ok(())
}

fn value(element: &mut Element, kind: &Type) -> Result<(), CloudFrontError> {
    match kind {
        Type::Structure(name) => return structure(element, name),
        Type::List(item, kind) => {
            if element.children.is_empty() && !element.text.trim().is_empty() {
                return Err(wrong(element, "a list"));
            }
            element.text.clear();
            for child in &mut element.children {
                if child.name != *item {
                    let message = format!("{} holds {item} and nothing else", echo(&element.name));
                    return Err(CloudFrontError::malformed(message));
                }
                value(child, kind)?;
            }
            return Ok(());
        }
        Type::Text(_) | Type::Number | Type::Truth if !element.children.is_empty() => {
            return Err(wrong(element, "text"));
        }
        Type::Text(values) => {
            let known = values.is_empty() || values.contains(&element.text.as_str());
            if !known || element.text.chars().count() > TEXT_CHARACTERS_MAX {
                return Err(wrong(element, "one of the values that it may have"));
            }
        }
        Type::Number => match element.text.trim().parse::<i64>() {
            Ok(number) => element.text = number.to_string(),
            Err(_) => return Err(wrong(element, "a whole number")),
        },
        Type::Truth => match element.text.trim() {
            "true" | "True" | "1" => "true".clone_into(&mut element.text),
            "false" | "False" | "0" => "false".clone_into(&mut element.text),
            _ => return Err(wrong(element, "true or false")),
        },
    }
    Ok(())
}

fn wrong(element: &Element, expected: &str) -> CloudFrontError {
    CloudFrontError::malformed(format!("{} is not {expected}", echo(&element.name)))
}

fn echo(text: &str) -> String {
    text.chars().take(ECHO_CHARACTERS).collect()
}
