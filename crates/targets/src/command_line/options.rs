//! The words of a command behind `aws`: options of `aws` itself, service, operation, options.

use std::collections::BTreeMap;

use super::unreadable::Why;
use super::word::Word;

/// Options of `aws` itself that have a value.
pub(super) const GLOBAL_VALUES: [&str; 11] = [
    "ca-bundle",
    "cli-binary-format",
    "cli-connect-timeout",
    "cli-error-format",
    "cli-read-timeout",
    "color",
    "endpoint-url",
    "output",
    "profile",
    "query",
    "region",
];
/// Options of `aws` itself that have none.
pub(super) const GLOBAL_FLAGS: [&str; 8] = [
    "cli-auto-prompt",
    "debug",
    "no-cli-auto-prompt",
    "no-cli-pager",
    "no-paginate",
    "no-sign-request",
    "no-verify-ssl",
    "version",
];

/// What was written behind options.
#[derive(Debug, Default)]
pub(super) struct Options {
    values: BTreeMap<String, Vec<Word>>,
}

impl Options {
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The first value.
    pub(super) fn value(&self, name: &str) -> Option<&Word> {
        self.values.get(name)?.first()
    }

    pub(super) fn values(&self, name: &str) -> &[Word] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn needed(&self, name: &'static str) -> Result<&Word, Why> {
        self.value(name).ok_or(Why::MissingOption { option: name })
    }

    pub(super) fn any_begins(&self, beginning: &str) -> bool {
        self.values.keys().any(|name| name.starts_with(beginning))
    }

    /// The command line takes the last of an option that is given twice.
    fn set(&mut self, name: &str, values: Vec<Word>) {
        self.values.insert(name.to_owned(), values);
    }

    pub(super) fn take(&mut self, other: Self) {
        self.values.extend(other.values);
    }
}

/// An option's name, and its value where it stands behind `=`.
fn option(word: &Word) -> Option<Result<(String, Option<Word>), Why>> {
    let option = word.without("--")?;
    let (name, value) = match option.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (option, None),
    };
    let unknown = || Why::UnknownOption { option: word.to_string() };
    Some(name.text().map(str::to_owned).ok_or_else(unknown).map(|name| (name, value)))
}

/// How many words an option takes.
pub(super) enum Takes {
    Nothing,
    One,
    /// As many as stand there until the next option.
    Many,
    /// One, where the next word is no option.
    Perhaps,
}

/// Reads options and the words between them, until there are as many words as `places_max`.
///
/// `takes` says how many words an option has; an option of which it does not know is an error.
pub(super) fn read<'w>(
    words: &mut std::iter::Peekable<impl Iterator<Item = &'w Word>>,
    takes: impl Fn(&str) -> Option<Takes>,
    places_max: usize,
) -> Result<(Options, Vec<&'w Word>), Why> {
    let (mut options, mut places) = (Options::default(), Vec::new());
    while places.len() < places_max
        && let Some(word) = words.next()
    {
        let Some(option) = option(word) else {
            if word.may_be_several() {
                return Err(Why::MayBeOptions { word: word.to_string() });
            }
            places.push(word);
            continue;
        };
        let (name, inline) = option?;
        let takes = takes(&name).ok_or_else(|| Why::UnknownOption { option: format!("--{name}") })?;
        let mut values: Vec<Word> = inline.into_iter().collect();
        let most = match takes {
            Takes::Nothing => 0,
            Takes::One | Takes::Perhaps => 1,
            Takes::Many => usize::MAX,
        };
        while values.len() < most
            && let Some(value) =
                words.next_if(|word| matches!(takes, Takes::One) || !word.beginning().starts_with("--"))
        {
            if !values.is_empty() && value.may_be_several() {
                return Err(Why::MayBeOptions { word: value.to_string() });
            }
            values.push(value.clone());
        }
        options.set(&name, values);
    }
    Ok((options, places))
}

/// How many words an option of `aws` itself takes.
pub(super) fn global(name: &str) -> Option<Takes> {
    if GLOBAL_VALUES.contains(&name) {
        Some(Takes::One)
    } else {
        GLOBAL_FLAGS.contains(&name).then_some(Takes::Nothing)
    }
}
