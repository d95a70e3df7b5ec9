//! Wildcards and variables, letter by letter.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Resource" (wildcards in ARNs), "IAM policy elements: Variables and
//! tags" and "Condition operators" (ARN condition operators).

use crate::question::Question;

/// A letter of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letter {
    Itself(char),
    /// `?`
    One,
    /// `*`
    Any,
}

/// A pattern without variables.
pub(crate) fn letters(text: &str, wildcards: bool) -> Vec<Letter> {
    text.chars()
        .map(|letter| match letter {
            '*' if wildcards => Letter::Any,
            '?' if wildcards => Letter::One,
            letter => Letter::Itself(letter),
        })
        .collect()
}

/// A pattern with what its variables stand for, which is text; nothing where one of them has no value.
pub(crate) fn resolved(
    question: &Question,
    text: &str,
    wildcards: bool,
    variables: bool,
) -> Option<Vec<Letter>> {
    let mut pattern = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        match rest.strip_prefix("${").filter(|_| variables) {
            Some(behind) => {
                let end = behind.find('}').unwrap();
                pattern.extend(letters(&value(question, &behind[..end])?, false));
                rest = &behind[end + 1..];
            }
            None => {
                let letter = rest.chars().next().unwrap();
                pattern.extend(letters(&letter.to_string(), wildcards));
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    Some(pattern)
}

fn value(question: &Question, inner: &str) -> Option<String> {
    if ["*", "?", "$"].contains(&inner) {
        return Some(inner.to_owned());
    }
    let (key, default) = match inner.find(',') {
        Some(comma) => (inner[..comma].trim(), Some(inner[comma + 1..].trim().trim_matches('\''))),
        None => (inner.trim(), None),
    };
    let key = key.to_lowercase();
    match question.context.get(&key) {
        // A key that may have several values is no variable.
        Some(_) if crate::generate::is_multivalued(&key) => None,
        Some(values) => Some(values[0].clone()),
        None => default.map(str::to_owned),
    }
}

/// Whether a text is like a pattern without variables.
pub(crate) fn is_alike(pattern: &str, text: &str) -> bool {
    fits(&letters(pattern, true), &text.chars().collect::<Vec<_>>(), &|_, _| true)
}

pub(crate) fn is_alike_letters(pattern: &[Letter], text: &str) -> bool {
    fits(pattern, &text.chars().collect::<Vec<_>>(), &|_, _| true)
}

/// Tries every way; `may(place, letter)` says whether the wildcard at a place of the pattern may stand for a letter.
fn fits(pattern: &[Letter], text: &[char], may: &dyn Fn(usize, char) -> bool) -> bool {
    fits_from(pattern, 0, text, may)
}

fn fits_from(pattern: &[Letter], place: usize, text: &[char], may: &dyn Fn(usize, char) -> bool) -> bool {
    let Some(letter) = pattern.get(place) else { return text.is_empty() };
    match (letter, text.split_first()) {
        (Letter::Itself(wanted), Some((found, rest))) => {
            wanted == found && fits_from(pattern, place + 1, rest, may)
        }
        (Letter::One, Some((found, rest))) => may(place, *found) && fits_from(pattern, place + 1, rest, may),
        (Letter::Any, found) => {
            fits_from(pattern, place + 1, text, may)
                || found
                    .is_some_and(|(found, rest)| may(place, *found) && fits_from(pattern, place, rest, may))
        }
        (Letter::Itself(_) | Letter::One, None) => false,
    }
}

/// Whether a `Resource` element's text names a resource.
///
/// An ARN with fewer than six parts is completed with a star for each, but where it ends with one already. A wildcard
/// stays in its part, and a star that ends a part may run on; the sixth part is all that is left.
pub(crate) fn is_named(question: &Question, written: &str, variables: bool, resource: &str) -> bool {
    let missing =
        if written.ends_with('*') { 0 } else { 5_usize.saturating_sub(written.matches(':').count()) };
    let written = format!("{written}{}", ":*".repeat(missing));
    let Some(pattern) = resolved(question, &written, true, variables) else { return false };
    let colon = Letter::Itself(':');
    let may = |place: usize, found: char| {
        let before = pattern[..place].iter().filter(|letter| **letter == colon).count();
        let behind = &pattern[place + 1..];
        let is_last_part = before >= 5 || !behind.contains(&colon);
        let ends_its_part = pattern[place] == Letter::Any
            && behind.iter().find(|letter| **letter != Letter::Any) == Some(&colon);
        found != ':' || is_last_part || ends_its_part
    };
    fits(&pattern, &resource.chars().collect::<Vec<_>>(), &may)
}

/// Whether a text is an ARN like the wanted one, part by part.
pub(crate) fn is_like_arn(pattern: &[Letter], presented: &str) -> bool {
    let colon = Letter::Itself(':');
    let wanted: Vec<&[Letter]> = pattern.splitn(6, |letter| *letter == colon).collect();
    let presented: Vec<&str> = presented.splitn(6, ':').collect();
    wanted.len() == 6
        && presented.len() == 6
        && wanted.iter().zip(presented).all(|(wanted, part)| is_alike_letters(wanted, part))
}
