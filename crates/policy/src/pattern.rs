//! Patterns: `*` stands for any characters, also none and also `:` and `/`; `?` stands for exactly one.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Resource", wildcards, and "Condition operators", string operators.

/// Whether a text matches a pattern, letter by letter.
///
/// Takes time proportional to pattern times text at the worst: it goes back to the last `*` only.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_by(pattern, text, |wanted, presented| wanted == presented)
}

/// The same without regard to ASCII case, as action names are compared.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    matches_by(pattern, text, |wanted, presented| wanted.eq_ignore_ascii_case(&presented))
}

fn matches_by(pattern: &str, text: &str, same: impl Fn(char, char) -> bool) -> bool {
    let mut rest_of_pattern = pattern.chars();
    let mut rest_of_text = text.chars();
    let mut last_star: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut next_pattern = rest_of_pattern.clone();
        match next_pattern.next() {
            Some('*') => {
                last_star = Some((next_pattern.clone(), rest_of_text.clone()));
                rest_of_pattern = next_pattern;
                continue;
            }
            wanted => {
                let mut next_text = rest_of_text.clone();
                match (wanted, next_text.next()) {
                    (None, None) => return true,
                    (Some(wanted), Some(presented)) if wanted == '?' || same(wanted, presented) => {
                        rest_of_pattern = next_pattern;
                        rest_of_text = next_text;
                        continue;
                    }
                    _ => {}
                }
            }
        }
        // Let the last star take one character more, and try again from there.
        let Some((after_star, mut from)) = last_star.take() else { return false };
        if from.next().is_none() {
            return false;
        }
        rest_of_pattern = after_star.clone();
        rest_of_text = from.clone();
        last_star = Some((after_star, from));
    }
}

/// Whether a text has a wildcard in it.
#[must_use]
pub fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
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
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b*", "xaybz", true),
            ("Abc", "abc", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(matches_ignoring_case("S3:get*", "s3:GetObject"));
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = format!("{}b", "*a".repeat(200));
        assert!(!matches(&pattern, &"a".repeat(2_000)));
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
        #[test]
        fn it_agrees_with_the_definition(pattern in "[ab*?]{0,8}", text in "[abé]{0,10}") {
            let wanted: Vec<char> = pattern.chars().collect();
            let presented: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&pattern, &text), reference(&wanted, &presented));
        }
    }
}
