//! Percent-encoding as SigV4 wants it (RFC 3986's unreserved characters stay, digits are upper case).

use std::borrow::Cow;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(output: &mut Vec<u8>, byte: u8) {
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
    output.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}

/// The byte that the two hexadecimal digits at the start of `digits` stand for.
fn escaped(digits: &[u8]) -> Option<u8> {
    let (Some(high), Some(low)) = (digits.first(), digits.get(1)) else { return None };
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    Some(value(*high)? << 4 | value(*low)?)
}

/// Appends the bytes, everything but unreserved characters encoded.
pub(crate) fn encode(output: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        if is_unreserved(*byte) {
            output.push(*byte);
        } else {
            push_encoded(output, *byte);
        }
    }
}

/// Appends the bytes, everything but unreserved characters and `/` encoded: a `%` becomes `%25`.
pub(crate) fn encode_path(output: &mut Vec<u8>, path: &[u8]) {
    for byte in path {
        if is_unreserved(*byte) || *byte == b'/' {
            output.push(*byte);
        } else {
            push_encoded(output, *byte);
        }
    }
}

/// Appends a path whose escapes stay as they were sent; what should have been encoded and was not is encoded now.
pub(crate) fn complete_path(output: &mut Vec<u8>, path: &[u8]) {
    let mut rest = path;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let is_escape = *byte == b'%' && escaped(after).is_some();
        if is_escape || is_unreserved(*byte) || *byte == b'/' {
            output.push(*byte);
        } else {
            push_encoded(output, *byte);
        }
    }
}

/// Appends a name or value of a query string in its one canonical form, however it was escaped. A `+` is a space.
pub(crate) fn recode_query(output: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let mut byte = *byte;
        if byte == b'+' {
            byte = b' ';
        } else if byte == b'%'
            && let Some(decoded) = escaped(after)
        {
            byte = decoded;
            rest = after.get(2..).unwrap_or_default();
        }
        if is_unreserved(byte) {
            output.push(byte);
        } else {
            push_encoded(output, byte);
        }
    }
}

/// Why a text could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// The decoded bytes are not UTF-8.
    NotUtf8,
}

/// Decodes a name or value of a query string or form. Borrows where nothing was escaped.
pub(crate) fn decode(text: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    // Without an exit the loop is quick over the token in a form, which is long and has no escape.
    if !text.iter().fold(false, |found, byte| found | matches!(byte, b'%' | b'+')) {
        return std::str::from_utf8(text).map(Cow::Borrowed).map_err(|_| DecodeError::NotUtf8);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => {
                decoded.push(escaped(after).ok_or(DecodeError::Escape)?);
                rest = after.get(2..).unwrap_or_default();
            }
            byte => decoded.push(*byte),
        }
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| DecodeError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(function: impl Fn(&mut Vec<u8>, &[u8]), text: &str) -> String {
        let mut output = Vec::new();
        function(&mut output, text.as_bytes());
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn paths() {
        assert_eq!(with(complete_path, "/a%20b/ሴ@%zz"), "/a%20b/%E1%88%B4%40%25zz");
        assert_eq!(with(encode_path, "/a%20b/ሴ@"), "/a%2520b/%E1%88%B4%40");
    }

    #[test]
    fn queries_have_one_form() {
        for text in ["a%2fb%20%7e", "a/b+~", "%61%2Fb ~"] {
            assert_eq!(with(recode_query, text), "a%2Fb%20~", "{text}");
        }
        assert_eq!(with(recode_query, "100%"), "100%25");
    }

    #[test]
    fn decoding_is_strict() {
        assert_eq!(decode(b"a+b%2Bc"), Ok(Cow::Borrowed("a b+c")));
        assert!(matches!(decode(b"plain"), Ok(Cow::Borrowed("plain"))));
        assert_eq!(decode(b"%2"), Err(DecodeError::Escape));
        assert_eq!(decode(b"%+1"), Err(DecodeError::Escape));
        assert_eq!(decode(b"%ff"), Err(DecodeError::NotUtf8));
        assert_eq!(decode(b"\xff"), Err(DecodeError::NotUtf8));
    }
}
