//! A table in text, of which a section is read when it is first asked for.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A table whose sections begin with a line `= NAME`, then fields after tabs.
pub(super) struct Index<T: 'static> {
    text: &'static str,
    read: fn(Section) -> T,
    sections: OnceLock<BTreeMap<&'static str, Kept<T>>>,
}

/// A section as it stands.
#[derive(Clone, Copy)]
pub(super) struct Section {
    pub(super) name: &'static str,
    /// The fields behind the name.
    pub(super) fields: &'static str,
    /// The lines after the first.
    pub(super) lines: &'static str,
}

struct Kept<T> {
    section: Section,
    value: OnceLock<T>,
}

impl<T> Index<T> {
    pub(super) const fn new(text: &'static str, read: fn(Section) -> T) -> Self {
        Self { text, read, sections: OnceLock::new() }
    }

    /// The section of a name, in any case.
    pub(super) fn find(&'static self, name: &str) -> Option<&'static T> {
        let kept = self.kept();
        let kept = match kept.get(name) {
            Some(kept) => kept,
            None => kept.get(name.to_ascii_lowercase().as_str())?,
        };
        Some(kept.value.get_or_init(|| (self.read)(kept.section)))
    }

    /// The names of all sections, in their order.
    pub(super) fn names(&'static self) -> impl Iterator<Item = &'static str> {
        self.kept().keys().copied()
    }

    /// Every section's name and lines, unread.
    pub(super) fn sections(&'static self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.kept().iter().map(|(name, kept)| (*name, kept.section.lines))
    }

    fn kept(&'static self) -> &'static BTreeMap<&'static str, Kept<T>> {
        self.sections.get_or_init(|| {
            // The first piece holds the notes at the table's head.
            let pieces = self.text.split("\n= ").skip(1);
            pieces
                .map(|piece| {
                    let (head, lines) = piece.split_once('\n').unwrap_or((piece, ""));
                    let (name, fields) = head.split_once('\t').unwrap_or((head, ""));
                    (name, Kept { section: Section { name, fields, lines }, value: OnceLock::new() })
                })
                .collect()
        })
    }
}

/// The numbers of a field, with spaces between them.
pub(super) fn numbers(field: &str) -> impl Iterator<Item = usize> {
    field.split(' ').filter_map(|word| word.parse().ok())
}
