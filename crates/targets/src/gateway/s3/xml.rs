//! XML without a doubt: in one encoding, without names that another reader would resolve.

use quick_xml::events::{BytesDecl, BytesStart};

/// An element's name, where it has no attribute but its namespace.
pub(super) fn named(start: &BytesStart<'_>) -> Option<String> {
    for attribute in start.attributes() {
        if attribute.ok()?.key.as_ref() != b"xmlns" {
            return None;
        }
    }
    std::str::from_utf8(start.name().as_ref()).ok().map(str::to_owned)
}

/// Whether a declaration says no other encoding than the one that is read: in another one the same bytes are other keys.
pub(super) fn is_plain(declaration: &BytesDecl<'_>) -> bool {
    match declaration.encoding() {
        None => true,
        Some(encoding) => encoding.is_ok_and(|encoding| encoding.eq_ignore_ascii_case(b"utf-8")),
    }
}
