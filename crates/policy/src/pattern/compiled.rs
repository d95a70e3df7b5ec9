//! One pattern, classified by how it is compared.

use memchr::memmem::Finder;

use super::Token;
use super::machine::{Machine, elements};

/// A pattern, ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Shape);

#[derive(Debug, Clone)]
enum Shape {
    /// `*`.
    Any,
    /// No wildcard.
    Exact(Box<str>),
    /// One star, with something before it, behind it, or both.
    Around { prefix: Box<str>, suffix: Box<str> },
    /// Several stars.
    Pieces { prefix: Box<str>, pieces: Box<[Finder<'static>]>, suffix: Box<str> },
    /// With a `?` in it.
    Singles(Box<Machine>),
}

impl Pattern {
    /// Compiles a pattern.
    pub(crate) fn of(tokens: Vec<Token>) -> Self {
        if tokens.contains(&Token::One) {
            return Self(Shape::Singles(Box::new(Machine::new(vec![elements(&tokens, true)]))));
        }
        let mut parts = vec![String::new()];
        for token in tokens {
            match (token, parts.last_mut()) {
                (Token::Text(text), Some(part)) => part.push_str(&text),
                _ => parts.push(String::new()),
            }
        }
        let prefix = parts.remove(0).into_boxed_str();
        let Some(suffix) = parts.pop() else { return Self(Shape::Exact(prefix)) };
        let suffix = suffix.into_boxed_str();
        let pieces: Box<[_]> =
            parts.iter().filter(|part| !part.is_empty()).map(|part| Finder::new(part).into_owned()).collect();
        Self(match (prefix.is_empty() && suffix.is_empty(), pieces.is_empty()) {
            (true, true) => Shape::Any,
            (false, true) => Shape::Around { prefix, suffix },
            (_, false) => Shape::Pieces { prefix, pieces, suffix },
        })
    }

    /// Whether everything matches.
    pub(crate) const fn is_any(&self) -> bool {
        matches!(self.0, Shape::Any)
    }

    /// The text that alone matches, where there is no wildcard.
    pub(crate) const fn exact(&self) -> Option<&str> {
        match &self.0 {
            Shape::Exact(text) => Some(text),
            Shape::Any | Shape::Around { .. } | Shape::Pieces { .. } | Shape::Singles(_) => None,
        }
    }

    /// Whether a text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match &self.0 {
            Shape::Any => true,
            Shape::Exact(wanted) => **wanted == *text,
            Shape::Around { prefix, suffix } => {
                text.strip_prefix(&**prefix).is_some_and(|rest| rest.ends_with(&**suffix))
            }
            Shape::Pieces { prefix, pieces, suffix } => text
                .strip_prefix(&**prefix)
                .and_then(|rest| rest.strip_suffix(&**suffix))
                .is_some_and(|rest| has_in_order(rest.as_bytes(), pieces)),
            Shape::Singles(machine) => machine.matches(text),
        }
    }
}

/// Whether the pieces stand in the text one behind the other. The first place of each leaves most to the next.
fn has_in_order(mut rest: &[u8], pieces: &[Finder<'_>]) -> bool {
    for piece in pieces {
        let found = piece.find(rest).and_then(|start| rest.get(start + piece.needle().len()..));
        let Some(behind) = found else { return false };
        rest = behind;
    }
    true
}
