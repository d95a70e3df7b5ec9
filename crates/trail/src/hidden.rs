//! Tokens that stand where they do not belong, e.g. sent as a policy: no record shows them.
//!
//! CloudTrail's own word stands for what it does not show, "HIDDEN_DUE_TO_SECURITY_REASONS".

use std::borrow::Cow;

/// What stands in a token's place.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// How a JWT begins: `{"` in base64url (RFC 7515 section 3.1).
const BEGINNING: &str = "eyJ";
/// Characters of the shortest that is hidden. A header that names an algorithm alone takes twenty.
const CHARACTERS_LEAST: usize = 20;

/// The text with every JWT in it, or beginning of one, replaced.
#[must_use]
pub fn hide_tokens(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(BEGINNING) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, from)) = rest.find(BEGINNING).and_then(|at| rest.split_at_checked(at)) {
        let end = from.find(|character: char| !is_of_token(character)).unwrap_or(from.len());
        let (token, after) = from.split_at_checked(end).unwrap_or((from, ""));
        shown.push_str(before);
        shown.push_str(if token.len() < CHARACTERS_LEAST { token } else { HIDDEN });
        rest = after;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

const fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_replaced_and_nothing_else() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
        for (text, shown) in [
            ("{}".to_owned(), "{}".to_owned()),
            ("eyJust a word".to_owned(), "eyJust a word".to_owned()),
            (format!("{{\"policy\":\"{token}\"}}"), format!("{{\"policy\":\"{HIDDEN}\"}}")),
            (format!("a {token} b Bearer {token}"), format!("a {HIDDEN} b Bearer {HIDDEN}")),
            (format!("é{}", token.split_at(30).0), format!("é{HIDDEN}")),
        ] {
            assert_eq!(hide_tokens(Cow::Borrowed(&text)), shown, "{text}");
        }
    }
}
