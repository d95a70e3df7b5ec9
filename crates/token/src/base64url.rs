//! Base64 as JOSE wants it: the URL alphabet, no padding, and only the one canonical spelling of each value.
//!
//! RFC 7515 section 2 and RFC 4648 section 3.5: a decoder that ignores the unused bits of the last character would let
//! the same signed token appear under several spellings.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The bytes of a canonical text.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The canonical text of some bytes.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a certificate in `x5c`, which is in the ordinary alphabet with padding (RFC 7517 section 4.7).
pub(crate) fn decode_standard(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(decode("_-8"), Some(vec![0xff, 0xef]));
        assert_eq!(encode([0xff, 0xef]), "_-8");
        for other in ["_-8=", "_-9", "/+8", "_-8\n", " _-8", "_", "_-8A="] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
