//! Where something stands: by its path in the structure, and by its place in the text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// Bytes before it.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl Point {
    /// The first point of a text.
    pub const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// The point after so many bytes of a text; the end of the text where it is shorter.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Self {
            offset: before.len(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Extent {
    /// Where it begins.
    pub start: Point,
    /// Where it has ended.
    pub end: Point,
}

impl Extent {
    /// These bytes of a text.
    #[must_use]
    pub fn of(text: &str, bytes: std::ops::Range<usize>) -> Self {
        Self { start: Point::at(text, bytes.start), end: Point::at(text, bytes.end) }
    }
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// An item of a list, from 0.
    Index(usize),
    /// A member of an object.
    Name(String),
}

/// A path in a structure, shown as `Statement[0].Condition.StringLike`; empty for the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path one member further.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Name(name.to_owned()));
        Self(steps)
    }

    /// The path one item further.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Name(name) if number == 0 => formatter.write_str(name)?,
                Step::Name(name) => write!(formatter, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// Where a finding points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// In the structure.
    pub path: Path,
    /// In the text.
    pub extent: Extent,
}
