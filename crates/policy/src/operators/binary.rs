//! `BinaryEquals`.
//!
//! Source: IAM user guide, "Condition operators", Binary condition operators: bytes are compared, written in base64. A
//! request's value is written in base64 too, as a context holds texts. In canonical form, with padding and no stray bits,
//! the same bytes are the same text, and a text of any other form is not read.

use super::Unreadable;

/// The wanted bytes.
#[derive(Debug, Clone)]
pub(crate) struct Bytes(Box<[String]>);

impl Bytes {
    pub(crate) fn read(values: &[String]) -> Result<Self, Unreadable> {
        match values.iter().position(|value| !is_base64(value)) {
            Some(index) => {
                let value = values.get(index).map_or("", String::as_str);
                Err(Unreadable { index, detail: format!("`{value}` is not in base64") })
            }
            None => Ok(Self(values.into())),
        }
    }

    pub(crate) fn have(&self, presented: &str) -> bool {
        is_base64(presented) && self.0.iter().any(|wanted| wanted == presented)
    }
}

/// Whether a text is base64 in its canonical form (RFC 4648, sections 3.5 and 4).
fn is_base64(text: &str) -> bool {
    let content = text.trim_end_matches('=');
    let padding = text.len() - content.len();
    let last = content.bytes().last().and_then(value);
    text.len().is_multiple_of(4)
        && content.bytes().all(|byte| value(byte).is_some())
        && match padding {
            0 => true,
            1 => last.is_some_and(|bits| bits & 0b11 == 0),
            2 => last.is_some_and(|bits| bits & 0b1111 == 0),
            _ => false,
        }
}

const fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_base64_only() {
        for (text, expected) in [
            ("QmluYXJ5VmFsdWVJbkJhc2U2NA==", true),
            ("", true),
            ("YQ==", true),
            ("YR==", false),
            ("YWI=", true),
            ("YWJ=", false),
            ("YWJj", true),
            ("YWJ", false),
            ("Y===", false),
            ("====", false),
            ("YW-_", false),
        ] {
            assert_eq!(is_base64(text), expected, "{text}");
        }
    }
}
