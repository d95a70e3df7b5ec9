//! An object's tags: how a request gives them, what they may be, and the condition keys that they are.
//!
//! Sources: Amazon S3 user guide, "Categorizing your objects using tags" and "Tagging and access control policies";
//! Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; API reference,
//! "PutObjectTagging". S3's words for tags that it refuses are as users have reported them.

use std::collections::{BTreeMap, BTreeSet};

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use s3s::S3Result;
use s3s::dto::{Tag, TagSet};

use super::error;
use super::limits::{OBJECT_TAGS, TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS};
use crate::authority::ConditionKey;
use crate::tag::is_plain;

/// Tags by their keys. S3 lists them in this order.
pub(crate) type Tags = BTreeMap<String, String>;

/// The header with the tags of an object that is made.
const TAGGING: &str = "x-amz-tagging";
/// The header that says whose tags a copy has.
const DIRECTIVE: &str = "x-amz-tagging-directive";
/// What the directive is where a copy has the tags that come with it.
const REPLACE: &str = "REPLACE";

/// The actions that the tags of an object decide about which is there: `s3:ExistingObjectTag/KEY`.
const DECIDED_BY_EXISTING: [&str; 14] = [
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionTagging",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionAcl",
    "s3:PutObjectVersionTagging",
];

/// Whether the tags of an object that is there decide about an action.
pub(crate) fn decide_about(action: &str) -> bool {
    DECIDED_BY_EXISTING.contains(&action)
}

/// The tags that the headers of an operation give to the object that it makes; none for any other operation.
///
/// # Errors
/// `InvalidArgument`, `InvalidTag` or `BadRequest`.
pub(crate) fn of_headers(operation: &str, headers: &HeaderMap) -> S3Result<Tags> {
    let gives = match operation {
        "PutObject" | "CreateMultipartUpload" => true,
        "CopyObject" => headers.get(DIRECTIVE).is_some_and(|directive| directive == REPLACE),
        _ => false,
    };
    match headers.get(TAGGING).filter(|_| gives) {
        None => Ok(Tags::new()),
        Some(value) => of_text(value.to_str().map_err(|_| unreadable())?),
    }
}

/// Reads tags as the query of a URL has its parameters. A key without a value has the empty one.
pub(crate) fn of_text(text: &str) -> S3Result<Tags> {
    let mut tags = Tags::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if value.contains('=') || tags.insert(decoded(key)?, decoded(value)?).is_some() {
            return Err(unreadable());
        }
    }
    checked(tags)
}

fn decoded(text: &str) -> S3Result<String> {
    let is_encoded = text.split('%').skip(1).all(|after| {
        let mut digits = after.bytes();
        [digits.next(), digits.next()].into_iter().all(|digit| digit.is_some_and(|it| it.is_ascii_hexdigit()))
    });
    if !is_encoded {
        return Err(unreadable());
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned()).map_err(|_| unreadable())
}

fn unreadable() -> s3s::S3Error {
    error::invalid_argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name \
         duplicates.",
    )
}

/// Reads the tags of a document.
///
/// # Errors
/// `MalformedXML`, `InvalidTag` or `BadRequest`.
pub(crate) fn of_set(set: &TagSet) -> S3Result<Tags> {
    let mut tags = Tags::new();
    let mut is_repeated = false;
    for tag in set {
        let (Some(key), Some(value)) = (&tag.key, &tag.value) else { return Err(error::malformed_xml()) };
        is_repeated |= tags.insert(key.clone(), value.clone()).is_some();
    }
    if set.len() > OBJECT_TAGS {
        return Err(too_many());
    }
    if is_repeated {
        return Err(error::invalid_tag("Cannot provide multiple Tags with the same key"));
    }
    checked(tags)
}

fn too_many() -> s3s::S3Error {
    error::bad("BadRequest", format!("Object tags cannot be greater than {OBJECT_TAGS}"))
}

fn checked(tags: Tags) -> S3Result<Tags> {
    if tags.len() > OBJECT_TAGS {
        return Err(too_many());
    }
    let folded: BTreeSet<String> = tags.keys().map(|key| key.to_ascii_lowercase()).collect();
    if folded.len() != tags.len() {
        // Policies do not tell them apart: one would be decided about, and the other given.
        return Err(error::invalid_tag("Cannot provide multiple Tags with the same key"));
    }
    for (key, value) in &tags {
        if key.is_empty() || length(key) > TAG_KEY_CHARACTERS || !is_plain(key) {
            return Err(error::invalid_tag("The TagKey you have provided is invalid"));
        }
        if length(value) > TAG_VALUE_CHARACTERS || !is_plain(value) {
            return Err(error::invalid_tag("The TagValue you have provided is invalid"));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(error::invalid_tag("System tags cannot be added/updated by requester"));
        }
    }
    Ok(tags)
}

/// S3 keeps an object's tags in UTF-16, where a character takes one position or two.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether a copy has the tags that come with it, rather than its source's.
///
/// # Errors
/// `InvalidArgument` for a directive that is neither. The words are those for metadata, by analogy.
pub(crate) fn are_replaced(directive: Option<&str>) -> S3Result<bool> {
    match directive {
        None | Some("COPY") => Ok(false),
        Some(REPLACE) => Ok(true),
        Some(_) => Err(error::invalid_argument("Unknown tagging directive.")),
    }
}

/// What policies can ask about the tags that a request gives; nothing where it gives none.
pub(crate) fn request_keys(tags: &Tags) -> Vec<ConditionKey> {
    let mut keys: Vec<_> = tags
        .iter()
        .map(|(key, value)| ConditionKey::one(format!("s3:RequestObjectTag/{key}"), value))
        .collect();
    if !tags.is_empty() {
        keys.push(ConditionKey::many("s3:RequestObjectTagKeys", tags.keys().cloned().collect()));
    }
    keys
}

/// What policies can ask about the tags of an object that is there.
pub(crate) fn existing_keys(tags: &Tags) -> Vec<ConditionKey> {
    tags.iter().map(|(key, value)| ConditionKey::one(format!("s3:ExistingObjectTag/{key}"), value)).collect()
}

/// As documents show them.
pub(crate) fn shown(tags: Tags) -> TagSet {
    tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_a_query() {
        for (text, tags) in [
            ("", &[][..]),
            ("foo=bar&bar", &[("bar", ""), ("foo", "bar")]),
            ("a%20b=c+d&%C3%BC=%2B%3D", &[("a b", "c d"), ("\u{fc}", "+=")]),
            ("a=1&&b=2&", &[("a", "1"), ("b", "2")]),
        ] {
            let expected: Tags =
                tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            assert_eq!(of_text(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_kept_is_refused() {
        let eleven: String = (0..11).map(|number| format!("k{number}=v&")).collect();
        let long = |bytes: usize, value: usize| format!("{}={}", "k".repeat(bytes), "v".repeat(value));
        for (text, code) in [
            ("TagSet=[{Key=string,Value=string}]", "InvalidArgument"),
            ("a=1&a=2", "InvalidArgument"),
            ("a=%zz", "InvalidArgument"),
            ("a=%C3", "InvalidArgument"),
            ("a=%4", "InvalidArgument"),
            ("a%7Bb=1", "InvalidTag"),
            ("a=b%2Cc", "InvalidTag"),
            ("=b", "InvalidTag"),
            ("aws:a=b", "InvalidTag"),
            ("Team=a&team=b", "InvalidTag"),
            (&eleven, "BadRequest"),
            (&long(129, 1), "InvalidTag"),
            (&long(1, 257), "InvalidTag"),
            // Two positions each.
            (&format!("{}=v", "%F0%9D%92%9C".repeat(65)), "InvalidTag"),
        ] {
            assert_eq!(of_text(text).unwrap_err().code().as_str(), code, "{text}");
        }
        of_text(&long(128, 256)).unwrap();
        of_text(&format!("{}=v", "%F0%9D%92%9C".repeat(64))).unwrap();
    }
}
