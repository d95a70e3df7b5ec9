//! A word of a command, of which parts may be known only when the script runs.

use std::fmt;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text, without the quotation marks that the script has around it.
    Known(String),
    /// What bash or GitHub puts in, as it stands in the script: `$NAME`, `$(date)`, `${{ inputs.name }}`, `*`.
    Unknown(String),
}

/// A word of a command. Its [`Display`](fmt::Display) is the word as a reader would know it again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    parts: Vec<Part>,
    splits: bool,
}

impl Word {
    /// A word that is known.
    #[must_use]
    pub fn known(text: &str) -> Self {
        let mut word = Self::default();
        word.push_known(text);
        word
    }

    /// Its parts in their order, none of them empty, no two known ones side by side.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether bash may make several words of it, or none: something unknown stands outside of quotation marks.
    #[must_use]
    pub const fn may_split(&self) -> bool {
        self.splits
    }

    /// The text, where all of it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The text that it certainly begins with; empty where it begins with something unknown.
    #[must_use]
    pub fn beginning(&self) -> &str {
        match self.parts.first() {
            Some(Part::Known(text)) => text,
            _ => "",
        }
    }

    /// Whether it ends with something unknown.
    pub(super) fn ends_unknown(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Unknown(_)))
    }

    /// What is unknown at its end.
    pub(super) fn unknown_end(&self) -> Self {
        let parts = self.parts.last().filter(|part| matches!(part, Part::Unknown(_))).cloned();
        Self { parts: parts.into_iter().collect(), splits: self.splits }
    }

    /// Whether it begins with a variable that holds a folder of the runner.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self.parts.first(), Some(Part::Unknown(source)) if FOLDERS.contains(&source.as_str()))
    }

    /// Whether nothing of it is known and bash may make several words of it, or none.
    pub(super) fn may_be_several(&self) -> bool {
        self.splits && self.begins_unknown() && self.parts.len() == 1 && !self.is_folder()
    }

    /// Whether it begins with something unknown.
    pub(super) fn begins_unknown(&self) -> bool {
        matches!(self.parts.first(), Some(Part::Unknown(_)))
    }

    pub(super) fn push_known(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Known(last)) => last.push_str(text),
            _ => self.parts.push(Part::Known(text.to_owned())),
        }
    }

    pub(super) fn push_unknown(&mut self, source: &str, splits: bool) {
        self.splits |= splits;
        self.parts.push(Part::Unknown(source.to_owned()));
    }

    /// The word without a text that it begins with.
    pub(super) fn without(&self, prefix: &str) -> Option<Self> {
        let rest = self.beginning().strip_prefix(prefix)?;
        let mut word = Self { parts: Vec::new(), splits: self.splits };
        word.push_known(rest);
        word.parts.extend(self.parts.iter().skip(1).cloned());
        Some(word)
    }

    /// What stands before the first of a letter that is known, and what behind it.
    pub(super) fn split_once(&self, letter: char) -> Option<(Self, Self)> {
        let empty = || Self { parts: Vec::new(), splits: self.splits };
        let (mut before, mut behind, mut is_behind) = (empty(), empty(), false);
        for part in &self.parts {
            match part {
                Part::Known(text) if !is_behind => match text.split_once(letter) {
                    Some((left, right)) => {
                        before.push_known(left);
                        behind.push_known(right);
                        is_behind = true;
                    }
                    None => before.push_known(text),
                },
                part if is_behind => behind.parts.push(part.clone()),
                part => before.parts.push(part.clone()),
            }
        }
        is_behind.then_some((before, behind))
    }

    /// What stands behind the last of a letter that is known; the whole where there is none.
    pub(super) fn behind_last(&self, letter: char) -> Self {
        let mut rest = self.clone();
        while let Some((_, behind)) = rest.split_once(letter) {
            rest = behind;
        }
        rest
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            let (Part::Known(text) | Part::Unknown(text)) = part;
            formatter.write_str(text)?;
        }
        Ok(())
    }
}

/// Variables that hold a folder of the runner (GitHub docs, "Default environment variables"; bash).
const FOLDERS: [&str; 13] = [
    "$GITHUB_WORKSPACE",
    "${GITHUB_WORKSPACE}",
    "${{ github.workspace }}",
    "$RUNNER_TEMP",
    "${RUNNER_TEMP}",
    "${{ runner.temp }}",
    "$GITHUB_ACTION_PATH",
    "${{ github.action_path }}",
    "$HOME",
    "${HOME}",
    "$PWD",
    "${PWD}",
    "$(pwd)",
];
