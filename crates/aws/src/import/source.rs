//! The file's text: where something stands in it, and the policy documents in it.

use daypass_policy::{Document, Kind, Span};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::FILE_BYTES_MAX;
use super::entries::{Details, TagEntry};
use crate::account::{StoredPolicy, Tags};
use crate::iam::quotas;
use crate::iam::tags::{KEY_CHARACTERS_MAX, VALUE_CHARACTERS_MAX};

/// The first thing that is wrong with a file. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}line {line}, column {column}: {detail}", if path.is_empty() { String::new() } else { format!("`{path}`, ") })]
pub struct ImportError {
    /// The element, e.g. `RoleDetailList[3].AssumeRolePolicyDocument.Statement[0]`; empty for the file itself.
    pub path: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    /// What is wrong, with the name of the role or policy.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The text of a file that is not too long.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, ImportError> {
        let source = Self { text };
        if text.len() <= FILE_BYTES_MAX {
            return Ok(source);
        }
        Err(source.error(
            "",
            0,
            format!("the file has {} bytes, over the limit of {FILE_BYTES_MAX}", text.len()),
        ))
    }

    /// The lists in the file.
    pub(super) fn details(self) -> Result<Details<'a>, ImportError> {
        const HINT: &str = "write it with `aws iam get-account-authorization-details > FILE`";
        let details: Details<'a> = serde_json::from_str(self.text)
            .map_err(|error| self.unreadable("", self.text, &error).hint(HINT))?;
        let lists = [
            details.user_detail_list.is_some(),
            details.group_detail_list.is_some(),
            details.role_detail_list.is_some(),
            details.policies.is_some(),
        ];
        if lists == [false; 4] {
            let detail =
                "none of `RoleDetailList`, `Policies`, `UserDetailList` and `GroupDetailList` is there";
            return Err(self.error("", 0, detail.to_owned()).hint(HINT));
        }
        if details.is_truncated == Some(true) || details.next_token.is_some() {
            let detail = "the file holds a part of the account only: `IsTruncated` or `NextToken` says so";
            let hint = "write it without --max-items and --no-paginate";
            return Err(self.error("", 0, detail.to_owned()).hint(hint));
        }
        Ok(details)
    }

    /// Reads one entity.
    pub(super) fn entity<T: Deserialize<'a>>(self, path: &str, raw: &'a RawValue) -> Result<T, ImportError> {
        serde_json::from_str(raw.get()).map_err(|error| self.unreadable(path, raw.get(), &error))
    }

    /// Reads a policy document, which is a JSON object or its text, percent-encoded or not. `owner` names the role or
    /// policy it is of.
    pub(super) fn document(
        self,
        kind: Kind,
        path: &str,
        owner: &str,
        raw: &'a RawValue,
    ) -> Result<StoredPolicy, ImportError> {
        let is_text = raw.get().starts_with('"');
        let text = if is_text {
            let text: String = self.entity(path, raw)?;
            decoded(text).ok_or_else(|| {
                self.at(path, raw, format!("{owner}: the document's percent-encoding is damaged"))
            })?
        } else {
            compact(raw.get())
        };
        if text.chars().count() > quotas::DOCUMENT_CHARACTERS {
            let detail = format!("{owner}: the document is over {} characters", quotas::DOCUMENT_CHARACTERS);
            return Err(self.at(path, raw, detail));
        }
        let error = match Document::parse(kind, &text) {
            Ok(document) => return Ok(StoredPolicy::new(document)),
            Err(error) => error,
        };
        // The compact text has one line: the place is the one in the file, where the document stands there as it is.
        let in_file = if is_text { None } else { Document::parse(kind, raw.get()).err() };
        let offset = in_file.map_or(0, |error| error.span().offset);
        let path = if error.path().is_empty() { path.to_owned() } else { format!("{path}.{}", error.path()) };
        let mut told = self.error(&path, self.offset(raw) + offset, format!("{owner}: {error}"));
        if is_text {
            let Span { line, column, .. } = error.span();
            told.detail = format!("{} (line {line}, column {column} of the document)", told.detail);
        }
        told.hint = error.hint().map(str::to_owned);
        Err(told)
    }

    /// Reads tags.
    pub(super) fn tags(
        self,
        path: &str,
        owner: &str,
        raw: &RawValue,
        entries: Vec<TagEntry>,
    ) -> Result<Tags, ImportError> {
        let wrong = |detail: &str| self.at(&format!("{path}.Tags"), raw, format!("{owner}: {detail}"));
        let count = entries.len();
        let mut tags = Tags::new();
        for TagEntry { key, value } in entries {
            let long =
                key.chars().count() > KEY_CHARACTERS_MAX || value.chars().count() > VALUE_CHARACTERS_MAX;
            if key.is_empty() || long {
                return Err(wrong("a tag's key or value is empty or too long"));
            }
            tags.insert(key, value);
        }
        if tags.len() != count {
            return Err(wrong("two tags have one key"));
        }
        if count > quotas::TAGS_PER_RESOURCE {
            return Err(wrong(&format!("more than {} tags", quotas::TAGS_PER_RESOURCE)));
        }
        Ok(tags)
    }

    /// Something is wrong with an entity or a value in it.
    pub(super) fn at(self, path: &str, raw: &RawValue, detail: impl Into<String>) -> ImportError {
        self.error(path, self.offset(raw), detail.into())
    }

    fn unreadable(self, path: &str, part: &str, error: &serde_json::Error) -> ImportError {
        let line_start: usize =
            part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let offset = self.offset_of(part) + line_start + error.column().saturating_sub(1);
        // The place of the library's own sentence is within the part.
        let sentence = error.to_string();
        let sentence = sentence.split(" at line ").next().unwrap_or_default();
        self.error(path, offset, sentence.to_owned())
    }

    fn error(self, path: &str, offset: usize, detail: String) -> ImportError {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let Span { line, column, .. } = Span::of(self.text, offset, offset);
        ImportError { path: path.to_owned(), line, column, detail, hint: None }
    }

    fn offset(self, raw: &RawValue) -> usize {
        self.offset_of(raw.get())
    }

    /// Where a part of the text begins: parts are borrowed from it, so their addresses tell.
    fn offset_of(self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }
}

impl ImportError {
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// Whether two documents mean the same, whatever their white space and the order of their members.
pub(super) fn is_same(left: &StoredPolicy, right: &StoredPolicy) -> bool {
    let value = |policy: &StoredPolicy| serde_json::from_str::<Value>(policy.text()).ok();
    left == right || value(left).is_some_and(|left| Some(left) == value(right))
}

/// The text of a document that was sent as text: the API percent-encodes it, the AWS CLI decodes it.
fn decoded(text: String) -> Option<String> {
    if text.trim_start().starts_with('{') {
        return Some(text);
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
        decoded.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(decoded).ok()
}

/// A JSON text without the white space between its parts: the file's indentation is not the policy's.
fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for character in text.chars() {
        if quoted || !character.is_ascii_whitespace() {
            compact.push(character);
        }
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && character == '\\' && !escaped;
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_but_within_quotation_marks() {
        assert_eq!(compact("{ \"a \\\" b\" :\n [ 1, \"\\\\\" ] }"), r#"{"a \" b":[1,"\\"]}"#);
    }

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(decoded("%7B%22a%22%3A%201%7D".to_owned()).as_deref(), Some("{\"a\": 1}"));
        assert_eq!(decoded("{\"a\": \"100%\"}".to_owned()).as_deref(), Some("{\"a\": \"100%\"}"));
        for damaged in ["%7", "%zz", "%FF%FF"] {
            assert_eq!(decoded(damaged.to_owned()), None, "{damaged}");
        }
    }
}
