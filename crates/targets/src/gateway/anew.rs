//! Paths and bodies as they go on: with the meaning that was looked at to every reader, and with no other one.
//!
//! There are servers that read every body as a form, whatever its type says, and believe an `Action` in it before they
//! look at `X-Amz-Target`. A text inside of JSON would then be a call that nobody was asked about. In JSON the characters
//! that separate the fields of a form stand in texts alone (RFC 8259, section 2), where they may be escaped as well.

use daypass_wire::form::{Form, encode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a path as it is: RFC 3986's unreserved characters, and the slash between the parts.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A bucket, and a key of it, as a path. To some readers a path ends at `;` or `#` where these stand as they are.
pub(super) fn path(bucket: Option<&str>, key: Option<&str>) -> String {
    let bucket = bucket.unwrap_or_default();
    key.map_or_else(|| format!("/{bucket}"), |key| format!("/{bucket}/{}", utf8_percent_encode(key, IN_PATH)))
}

/// A JSON document that is one field to whoever reads it as a form. `;` separates fields to old readers (HTML 4.01,
/// appendix B.2.2). It must be JSON: elsewhere these characters could stand outside of a text.
pub(super) fn json(body: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(body.len());
    for byte in body {
        match byte {
            b'&' => written.extend_from_slice(br"\u0026"),
            b';' => written.extend_from_slice(br"\u003b"),
            other => written.push(*other),
        }
    }
    written
}

/// A form with every field encoded in the one way that all readers decode alike; nothing where it is none.
pub(super) fn form(body: &[u8]) -> Option<Vec<u8>> {
    let form = Form::parse(body).ok()?;
    Some(encode(&form.iter().collect::<Vec<_>>()).into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn json_keeps_its_meaning_and_has_no_second_field() {
        for text in [
            r#"{"MessageBody":"&Action=DeleteQueue&"}"#,
            r#"{"a":"\\&;\"","b&c":[";&","\u0026"],"d":{"e;":"&&"}}"#,
            r#" {"a": "plain"} "#,
        ] {
            let written = json(text.as_bytes());
            assert!(!written.iter().any(|byte| matches!(byte, b'&' | b';')), "{text}");
            let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
            assert_eq!(read(&written), read(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_path_ends_where_its_key_does() {
        assert_eq!(path(None, None), "/");
        assert_eq!(path(Some("site"), None), "/site");
        assert_eq!(
            path(Some("site"), Some("a b/c;d#e?f&g%=+~ü/")),
            "/site/a%20b/c%3Bd%23e%3Ff%26g%25%3D%2B~%C3%BC/"
        );
    }

    #[test]
    fn forms_keep_their_fields() {
        let written = form(b"Action=SendMessage&MessageBody=a;Action=b+c%2Bd\xc3\xbc").unwrap();
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "Action=SendMessage&MessageBody=a%3BAction%3Db%20c%2Bd%C3%BC"
        );
        assert_eq!(form(b"a=%ff"), None);
    }
}
