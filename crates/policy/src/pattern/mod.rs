//! Patterns: `*` stands for any characters, also none and also `:` and `/`; `?` stands for exactly one. In an ARN they are
//! more narrow: see `resource`, and the operators of ARNs.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Resource", wildcards, and "Condition operators", string operators.
//!
//! A pattern is compiled once, when its policy is read. None goes back in the text: one with stars only looks for its
//! pieces one after the other, each with a linear search, and one with a `?` is a machine whose states are bits. The
//! work of comparing a text with all patterns of an element is so bounded by its length times a 64th of theirs.

mod compiled;
mod machine;
mod resource;
mod set;

pub(crate) use compiled::Pattern;
pub(crate) use machine::{Element, Machine, elements};
pub(crate) use resource::completed;
pub(crate) use set::{Reading, Set};

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// `?`.
    One,
    /// `*`.
    Star,
    /// Letters that stand for themselves.
    Text(String),
}

/// Whether a text matches a pattern, letter by letter.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    Pattern::of(tokens(pattern)).matches(text)
}

/// The same without regard to ASCII case, as action names are compared.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Whether a text has a wildcard in it.
#[must_use]
pub fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The parts of a pattern as it is written.
pub(crate) fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for part in pattern.split_inclusive(['*', '?']) {
        let text = part.strip_suffix(['*', '?']).unwrap_or(part);
        if !text.is_empty() {
            tokens.push(Token::Text(text.to_owned()));
        }
        match part.as_bytes().last() {
            Some(b'*') => tokens.push(Token::Star),
            Some(b'?') => tokens.push(Token::One),
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_cross_colons_and_slashes() {
        for (pattern, text, expected) in [
            ("repo:your-org/*", "repo:your-org/a:ref:refs/heads/main", true),
            ("repo:your-org/*", "repo:your-org/", true),
            ("repo:your-org/*", "repo:your-org2/a", false),
            ("*:main", "a:b:main", true),
            ("a*a", "a", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("*", "", true),
            ("**", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b*", "xaybz", true),
            ("*ab*ba*", "aba", false),
            ("Abc", "abc", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(matches_ignoring_case("S3:get*", "s3:GetObject"));
    }

    #[test]
    fn hostile_patterns_of_the_largest_size_end() {
        let text = "a".repeat(2_048);
        for (piece, end) in
            [("*a", "b"), ("*aa", "b"), ("?", "b"), ("*a?", "b"), ("a?", "*b"), ("*?a?a", "b")]
        {
            let pattern = format!("{}{end}", piece.repeat(10_240 / piece.len()));
            assert!(!matches(&pattern, &text), "{piece}");
        }
        assert!(matches(&format!("{}*", "a?".repeat(1_024)), &text));
        assert!(matches(&format!("*{}", "?".repeat(2_048)), &text));
        assert!(!matches(&format!("*{}", "?".repeat(2_049)), &text));
        // Longer than what the machine takes.
        assert!(!matches(&format!("{}b", "*?".repeat(20_000)), &text));
    }

    /// The definition, written down plainly.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) => {
                reference(rest, text) || text.split_first().is_some_and(|(_, tail)| reference(pattern, tail))
            }
            (Some(('?', rest)), Some((_, tail))) => reference(rest, tail),
            (Some((wanted, rest)), Some((presented, tail))) => wanted == presented && reference(rest, tail),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn it_agrees_with_the_definition(pattern in "[abé*?]{0,8}", text in "[abé]{0,10}") {
            let wanted: Vec<char> = pattern.chars().collect();
            let presented: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&pattern, &text), reference(&wanted, &presented));
        }

        #[test]
        fn it_agrees_with_the_definition_on_stars(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            let wanted: Vec<char> = pattern.chars().collect();
            let presented: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&pattern, &text), reference(&wanted, &presented));
        }
    }
}
