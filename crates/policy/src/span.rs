//! Where in a document's text something stands.

use serde::{Deserialize, Serialize};

/// A place in a text: bytes for machines, line and column for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Bytes before it.
    pub offset: usize,
    /// Its bytes.
    pub length: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl Span {
    /// The place of `offset..end` in a text.
    #[must_use]
    pub fn of(text: &str, offset: usize, end: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Self {
            offset,
            length: end.saturating_sub(offset),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }
}

/// A point in a text, moved along while the text is read: counting from the start again for every value would take
/// time in the square of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Bytes before it.
    pub(crate) offset: usize,
    line: usize,
    column: usize,
}

impl Mark {
    /// The first point of a text.
    pub(crate) const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// Moves over a character.
    pub(crate) fn pass(&mut self, character: char) {
        self.offset += character.len_utf8();
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }

    /// The place from here to before another point.
    pub(crate) const fn until(self, end: usize) -> Span {
        let length = end.saturating_sub(self.offset);
        Span { offset: self.offset, length, line: self.line, column: self.column }
    }
}
