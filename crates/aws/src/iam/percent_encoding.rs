//! Policy documents in answers are percent-encoded, as AWS sends them.
//!
//! Source: IAM API reference, "GetRolePolicy": "Policies returned by this operation are URL-encoded compliant with
//! RFC 3986". Everything but the unreserved characters of section 2.3 is encoded, a space as `%20`.

use std::fmt::Write as _;

/// The text with every byte outside `A-Z a-z 0-9 - . _ ~` as `%XX`.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn only_the_unreserved_characters_stay() {
        assert_eq!(encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(encode("{\"a\": [*]}\n"), "%7B%22a%22%3A%20%5B%2A%5D%7D%0A");
        assert_eq!(encode("ü"), "%C3%BC");
    }
}
