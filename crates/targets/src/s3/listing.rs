//! The walk behind every listing: index entries in order, rolled up at a delimiter, one page at a time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::S3Result;

use super::catalogue::Catalogue;
use super::error;
use super::limits::{INDEX_PAGE, PAGE};

/// The last code point: no key with the given beginning and another character after it sorts higher, save those that
/// go on with this one.
pub(crate) const LAST: char = char::MAX;

/// What `encoding-type=url` leaves as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Start {
    /// Entries up to and including this index key are passed over.
    after: Option<String>,
    /// The rolled-up prefix that the page before ended with.
    within: Option<String>,
}

/// What to list.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    /// The index bucket.
    pub(crate) bucket: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    pub(crate) start: Start,
    pub(crate) limit: usize,
}

/// One row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// An entry: its index key and document.
    Entry(String, String),
    /// A common prefix.
    Prefix(String),
}

/// A page, and whether there is more.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    pub(crate) truncated: bool,
}

impl Start {
    /// After a key, or after a prefix that was rolled up: whatever a client puts into `marker` or `start-after`.
    pub(crate) fn after(marker: Option<&str>, prefix: &str, delimiter: Option<&str>) -> Self {
        let Some(marker) = marker.filter(|marker| !marker.is_empty()) else { return Self::default() };
        match delimiter.and_then(|delimiter| rolled_up(marker, prefix, delimiter)) {
            Some(group) if group == marker => Self::after_prefix(marker),
            _ => Self { after: Some(marker.to_owned()), within: None },
        }
    }

    fn after_prefix(prefix: &str) -> Self {
        Self { after: Some(format!("{prefix}{LAST}")), within: Some(prefix.to_owned()) }
    }

    /// An opaque continuation token for what comes after a row.
    pub(crate) fn token(row: &Row) -> String {
        match row {
            Row::Entry(key, _) => URL_SAFE_NO_PAD.encode(format!("k{key}")),
            Row::Prefix(prefix) => URL_SAFE_NO_PAD.encode(format!("p{prefix}")),
        }
    }

    /// Reads a continuation token.
    pub(crate) fn from_token(token: &str) -> S3Result<Self> {
        let incorrect = || error::invalid_argument("The continuation token provided is incorrect");
        let raw = URL_SAFE_NO_PAD.decode(token).map_err(|_| incorrect())?;
        let text = String::from_utf8(raw).map_err(|_| incorrect())?;
        match (text.strip_prefix('k'), text.strip_prefix('p')) {
            (Some(key), _) => Ok(Self { after: Some(key.to_owned()), within: None }),
            (None, Some(prefix)) => Ok(Self::after_prefix(prefix)),
            (None, None) => Err(incorrect()),
        }
    }
}

/// The common prefix that a key rolls up into: up to and including the first delimiter after the prefix.
pub(crate) fn rolled_up<'a>(key: &'a str, prefix: &str, delimiter: &str) -> Option<&'a str> {
    let rest = key.strip_prefix(prefix)?;
    let (before, _) = rest.split_once(delimiter)?;
    key.get(..prefix.len() + before.len() + delimiter.len())
}

/// Lists a page.
pub(crate) async fn walk(catalogue: &Catalogue, walk: Walk<'_>) -> S3Result<Page> {
    let Walk { bucket, prefix, delimiter, start, limit } = walk;
    let Start { mut after, mut within } = start;
    let mut rows = Vec::new();
    if limit == 0 {
        return Ok(Page { rows, truncated: false });
    }
    loop {
        let asked = if delimiter.is_some() { INDEX_PAGE } else { (limit - rows.len() + 1).min(INDEX_PAGE) };
        let entries = catalogue.page(bucket, prefix, after.take(), asked).await?;
        let full = entries.len() == asked;
        let mut last = None;
        for (key, document) in entries {
            last = Some(key.clone());
            let group = delimiter.and_then(|delimiter| rolled_up(&key, prefix, delimiter)).map(str::to_owned);
            if group.is_some() && group == within {
                continue;
            }
            if rows.len() == limit {
                return Ok(Page { rows, truncated: true });
            }
            match &group {
                Some(group) => rows.push(Row::Prefix(group.clone())),
                None => rows.push(Row::Entry(key, document)),
            }
            within = group;
        }
        // A group that fills the page may go on for long: step over the rest of it.
        let beyond = within.as_ref().map(|group| format!("{group}{LAST}"));
        after = last.max(beyond.filter(|_| full));
        if !full {
            return Ok(Page { rows, truncated: false });
        }
    }
}

/// The page size asked for, at most S3's.
pub(crate) fn limit(asked: Option<i32>, name: &str) -> S3Result<i32> {
    match asked {
        None => Ok(PAGE),
        Some(asked) if asked < 0 => Err(error::invalid_argument(format!(
            "Argument {name} must be an integer between 0 and 2147483647"
        ))),
        Some(asked) => Ok(asked.min(PAGE)),
    }
}

/// `encoding-type=url`, which keeps keys that XML cannot carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoding(bool);

impl Encoding {
    pub(crate) fn of(asked: Option<&s3s::dto::EncodingType>) -> S3Result<Self> {
        match asked.map(|asked| asked.as_str()) {
            None => Ok(Self(false)),
            Some("url") => Ok(Self(true)),
            Some(_) => Err(error::invalid_argument("Invalid Encoding Method specified in Request")),
        }
    }

    /// Encodes a key, prefix or delimiter of an answer. A space becomes `%20`, which reads the same as S3's `+` to
    /// every decoder.
    pub(crate) fn apply(self, text: String) -> String {
        if self.0 { utf8_percent_encode(&text, KEPT).to_string() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_roll_up_at_the_first_delimiter_after_the_prefix() {
        assert_eq!(rolled_up("a/b/c", "", "/"), Some("a/"));
        assert_eq!(rolled_up("a/b/c", "a/", "/"), Some("a/b/"));
        assert_eq!(rolled_up("a/b", "a/", "/"), None);
        assert_eq!(rolled_up("aXXb", "", "XX"), Some("aXX"));
        assert_eq!(rolled_up("b", "a", "/"), None);
    }

    #[test]
    fn tokens_come_back_and_others_are_refused() {
        let key = Start::from_token(&Start::token(&Row::Entry("a/ü".to_owned(), String::new()))).unwrap();
        assert_eq!(key, Start { after: Some("a/ü".to_owned()), within: None });
        let prefix = Start::from_token(&Start::token(&Row::Prefix("a/".to_owned()))).unwrap();
        assert_eq!(prefix, Start { after: Some("a/\u{10ffff}".to_owned()), within: Some("a/".to_owned()) });
        for token in ["", "!", "eA"] {
            let refused = Start::from_token(token).unwrap_err();
            assert_eq!(refused.message(), Some("The continuation token provided is incorrect"));
        }
    }

    #[test]
    fn url_encoding_is_that_of_the_listing() {
        let encoding = Encoding::of(Some(&s3s::dto::EncodingType::from_static("url"))).unwrap();
        assert_eq!(encoding.apply("a/b c+d(1)é*~.txt".to_owned()), "a/b%20c%2Bd%281%29%C3%A9*%7E.txt");
    }
}
