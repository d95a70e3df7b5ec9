//! What the rules have found.

use daypass_diagnostic::{Extent, Finding, Location, Path, Point, Severity};

use super::code::Code;
use crate::span::Span;

/// The most findings of one policy: who has a thousand mends them before reading on.
pub const FINDINGS_MAX: usize = 1_000;

/// Collects findings about one text.
pub(super) struct Report<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, findings: Vec::new() }
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// Where a path stands in the text.
    pub(super) fn location(&self, path: Path, span: Span) -> Location {
        Location { path, extent: extent(self.text, span) }
    }

    /// A place without a length.
    pub(super) const fn point(&self, path: Path, point: Point) -> Location {
        Location { path, extent: Extent { start: point, end: point } }
    }

    /// One finding of one place.
    pub(super) fn add(
        &mut self,
        code: Code,
        location: Location,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.add_at(code, vec![location], message, mend);
    }

    /// One finding of several places, the most telling first.
    pub(super) fn add_at(
        &mut self,
        code: Code,
        locations: Vec<Location>,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding {
                severity: code.severity,
                code: code.id.into(),
                message: message.into(),
                mend: Some(mend.into()),
                learn_more: Some(code.learn_more()),
                locations,
            });
        }
    }

    /// Whether an error about this place is among the findings: at the same path, or at the same letters, or within.
    pub(super) fn has_error_about(&self, path: &Path, extent: Extent) -> bool {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.flat_map(|finding| &finding.locations).any(|location| {
            location.path == *path
                || (location.extent.start >= extent.start && location.extent.end <= extent.end)
                || (extent.start >= location.extent.start && extent.end <= location.extent.end)
        })
    }

    /// The findings in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        Finding::sort(&mut self.findings);
        self.findings.dedup();
        self.findings
    }
}

/// Where a span begins and ends.
pub(super) fn extent(text: &str, span: Span) -> Extent {
    let start = Point { offset: span.offset, line: span.line, column: span.column };
    let mut end = start;
    let inner = text.get(span.offset..).and_then(|rest| rest.get(..span.length)).unwrap_or_default();
    for character in inner.chars() {
        end.offset += character.len_utf8();
        if character == '\n' {
            end.line += 1;
            end.column = 1;
        } else {
            end.column += 1;
        }
    }
    Extent { start, end }
}
