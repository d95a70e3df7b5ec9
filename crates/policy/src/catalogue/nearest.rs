//! What somebody may have meant.

use std::collections::BTreeSet;

use super::{service, services};

/// How many names are suggested at the most.
const SUGGESTIONS_MAX: usize = 3;

/// The names nearest to a text, the nearest first; none where nothing is near.
///
/// Near is: a third of the letters may differ, and case does not matter.
#[must_use]
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = text.to_ascii_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| Some((distance(&wanted, &name.to_ascii_lowercase(), allowed)?, name)))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, name)| name).take(SUGGESTIONS_MAX).collect()
}

/// The actions nearest to a name that does not exist, with their prefixes, the nearest first: of the same service where
/// it exists, else of a service that is spelled much like it. None where nothing is near.
#[must_use]
pub fn suggest(name: &str) -> Vec<String> {
    let Some((prefix, wanted)) = name.split_once(':') else { return Vec::new() };
    if let Some(known) = service(prefix) {
        let near = nearest(wanted, known.actions().map(|action| action.name));
        let near = if near.is_empty() { sharing_words(wanted, known) } else { near };
        return near.into_iter().map(|name| format!("{}:{name}", known.prefix())).collect();
    }
    let services = nearest(prefix, services()).into_iter().filter_map(service);
    let found = services.filter_map(|known| {
        let action = known.action(wanted)?;
        Some(format!("{}:{}", known.prefix(), action.name))
    });
    found.take(SUGGESTIONS_MAX).collect()
}

/// The actions that share the most words with a name, `ListBucket` for `ListBucketContentsNow`.
fn sharing_words<'a>(wanted: &str, known: &'a super::Service) -> Vec<&'a str> {
    let wanted_words = words(wanted);
    let mut found: Vec<(usize, usize, &str)> = known
        .actions()
        .filter_map(|action| {
            let action_words = words(action.name);
            let shared = wanted_words.intersection(&action_words).count();
            let extra = action_words.len() - shared;
            (shared > 1).then_some((usize::MAX - shared, extra, action.name))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, _, name)| name).take(SUGGESTIONS_MAX).collect()
}

/// The words of a name, which begin with capitals, in small letters.
fn words(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !word.is_empty() {
            words.insert(std::mem::take(&mut word));
        }
        word.push(character.to_ascii_lowercase());
    }
    words.insert(word);
    words
}

/// How many letters must be changed, added or taken away to come from one text to the other (Levenshtein), where that
/// is not more than allowed.
fn distance(left: &str, right: &str, allowed: usize) -> Option<usize> {
    if left.chars().count().abs_diff(right.chars().count()) > allowed {
        return None;
    }
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (line, left_character) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, right_character) in row.iter_mut().skip(1).zip(right.chars()) {
            let change = diagonal + usize::from(left_character != right_character);
            diagonal = *cell;
            before = change.min(before + 1).min(*cell + 1);
            *cell = before;
        }
    }
    row.last().copied().filter(|found| *found <= allowed)
}
