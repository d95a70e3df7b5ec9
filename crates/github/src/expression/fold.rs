//! Texts without regard to case, as .NET's `OrdinalIgnoreCase`: character by character, in capitals, without a language.

use std::cmp::Ordering;

pub(super) fn equal(left: &str, right: &str) -> bool {
    left.chars().map(capital).eq(right.chars().map(capital))
}

/// By UTF-16 units, which puts characters beyond U+FFFF before U+E000 to U+FFFF.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    capitals(left).encode_utf16().cmp(capitals(right).encode_utf16())
}

pub(super) fn capitals(text: &str) -> String {
    text.chars().map(capital).collect()
}

fn capital(letter: char) -> char {
    // .NET leaves these two, whose capitals are ASCII.
    if matches!(letter, 'ı' | 'ſ') {
        return letter;
    }
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}
