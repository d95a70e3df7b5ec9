//! Findings for people: the line, a caret under it, and the mend, as compilers do it.

use std::borrow::Cow;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::finding::Finding;
use crate::{Severity, Source};

/// How wide a line of output may get where the terminal's width is not known, in columns: longer lines of the text are
/// shown around the caret only.
const WIDTH: usize = 140;

/// Whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// With the terminal's colours.
    Coloured,
    /// Letters only.
    Plain,
}

/// One finding with the lines it is about, and an empty line after it.
///
/// Control characters of the text and of the finding are replaced, so that a stranger's file cannot move the cursor.
#[must_use]
pub fn terminal(source: Source<'_>, finding: &Finding, style: Style) -> String {
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let level = level(finding.severity);
    let title = level.with_name(finding.severity.words()).primary_title(visible(&finding.message));
    let name = visible(source.name);
    let title = title.id(finding.code.as_ref());
    let mut snippet = Snippet::source(source.text).path(name.as_ref());
    for (number, location) in finding.locations.iter().enumerate() {
        let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        snippet = snippet.annotation(kind.span(bytes(source.text, location.extent)));
    }
    let mut group = title.element(snippet);
    if let Some(mend) = &finding.mend {
        group = group.element(Level::HELP.message(visible(mend)));
    }
    if let Some(page) = &finding.learn_more {
        group = group.element(Level::NOTE.with_name("see").message(visible(page)));
    }
    let mut text = renderer.render(&[group]);
    text.push_str("\n\n");
    text
}

/// How many findings there are of each severity, `2 errors, 1 suggestion`; `no findings` where there are none.
#[must_use]
pub fn summary<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let mut counts = std::collections::BTreeMap::<Severity, usize>::new();
    for finding in findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    if counts.is_empty() {
        return "no findings".to_owned();
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|(severity, count)| format!("{count} {severity}{}", if count == 1 { "" } else { "s" }))
        .collect();
    words.join(", ")
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::SecurityWarning | Severity::Warning => Level::WARNING,
        Severity::Suggestion => Level::HELP,
        Severity::Note => Level::NOTE,
    }
}

/// The bytes of an extent, cut to what the text has: a renderer must not fail for a finding.
fn bytes(text: &str, extent: crate::Extent) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(extent.start.offset);
    let end = text.ceil_char_boundary(extent.end.offset);
    start..end.max(start)
}

/// A text without control characters, which could rewrite what stands on the terminal.
fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
    } else {
        Cow::Borrowed(text)
    }
}
