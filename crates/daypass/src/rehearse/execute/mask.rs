//! What must not be seen in the output: secrets and credentials, in the forms that tools print them in.

use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in the place of a secret.
const MASK: &str = "***";
/// What percent encoding changes: all but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Bytes of the shortest base64 that is looked for: shorter ones are found in innocent text.
const BASE64_BYTES_MIN: usize = 8;
/// Bytes of the shortest line of a secret of several lines that is masked by itself, such as a lone brace.
const LINE_BYTES_MIN: usize = 3;

/// The texts that are masked.
#[derive(Default)]
pub(crate) struct Masks(RwLock<Vec<String>>);

impl Masks {
    /// Masks a text from now on: whole, line by line, and as JSON, percent encoding and base64 write it.
    pub(crate) fn add(&self, secret: &str) {
        let trimmed = secret.trim();
        if trimmed.is_empty() {
            return;
        }
        let mut forms = vec![trimmed.to_owned()];
        let lines = trimmed.lines().map(str::trim).filter(|line| line.len() >= LINE_BYTES_MIN);
        forms.extend(lines.map(str::to_owned));
        let json = serde_json::Value::from(trimmed).to_string();
        forms.push(json.trim_matches('"').to_owned());
        forms.push(utf8_percent_encode(trimmed, ENCODED).to_string());
        forms.extend(base64(trimmed.as_bytes()));
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms.into_iter().filter(|form| !form.is_empty()) {
            if !all.contains(&form) {
                all.push(form);
            }
        }
        // A secret that holds another is masked whole.
        all.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// The text without what is masked.
    pub(crate) fn hide(&self, text: &str) -> String {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut hidden = text.to_owned();
        for form in all.iter().filter(|form| text.contains(form.as_str())) {
            hidden = hidden.replace(form, MASK);
        }
        hidden
    }

    /// Whether nothing of the text is masked.
    pub(crate) fn is_plain(&self, text: &str) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !all.iter().any(|form| text.contains(form))
    }

    /// Bytes of the longest text that is masked.
    pub(crate) fn longest(&self) -> usize {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.first().map_or(0, String::len)
    }
}

/// The part of a text's base64 that does not change with what stands around it, for each of the three ways in which its
/// bytes can fall into groups.
fn base64(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..3).filter_map(move |shift| {
        let shifted = bytes.get(shift..)?;
        let whole = shifted.get(..shifted.len() - shifted.len() % 3)?;
        let text = STANDARD.encode(whole);
        (text.len() >= BASE64_BYTES_MIN).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_every_form() {
        let masks = Masks::default();
        masks.add("s3cr\"et/value");
        masks.add("-----BEGIN-----\nline two\n}");
        for (text, expected) in [
            ("it is s3cr\"et/value.", "it is ***."),
            (r#"{"a":"s3cr\"et/value"}"#, r#"{"a":"***"}"#),
            ("s3cr%22et%2Fvalue", "***"),
            ("line two", "***"),
            ("}", "}"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(masks.hide(text), expected, "{text}");
        }
        for around in ["", "a", "ab"] {
            let text = STANDARD.encode(format!("{around}s3cr\"et/value{around}"));
            assert!(masks.hide(&text).contains("***"), "{around}: {text}");
        }
    }

    #[test]
    fn a_secret_within_another_leaves_nothing_of_it() {
        let masks = Masks::default();
        masks.add("abcd");
        masks.add("abcdefgh");
        assert_eq!(masks.hide("abcdefgh abcd"), "*** ***");
    }
}
