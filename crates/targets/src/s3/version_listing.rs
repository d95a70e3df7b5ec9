//! The walk behind a listing of versions: current objects and what is kept beside them, in one order, a page at a time.

use std::collections::VecDeque;

use s3s::S3Result;

use super::catalogue::{Catalogue, parse};
use super::document::Object;
use super::history::Address;
use super::limits::INDEX_PAGE;
use super::listing::{LAST, rolled_up};
use super::version::{Entry, Wanted, escaped, history_of, place, placed, versions_of};

/// Sorts after every place in a history, which are hexadecimal digits.
const AFTER_PLACES: char = 'g';

/// Readings of the index for one page, after which it ends where it is. Ours: where many keys roll up into each prefix,
/// every prefix takes two.
const READS: usize = 64;

/// What to list.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    /// The key, or common prefix, that the page before ended with.
    pub(crate) key_marker: Option<&'a str>,
    /// The version of that key that it ended with; without one, the key was done.
    pub(crate) version_marker: Option<Wanted>,
    pub(crate) limit: usize,
}

/// One row of a page.
#[derive(Debug)]
pub(crate) enum Row {
    /// A version or delete marker.
    Version { key: String, entry: Entry, latest: bool },
    /// A common prefix.
    Prefix(String),
}

/// A page, and whether there is more.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    pub(crate) truncated: bool,
}

/// One of the two index buckets, read in order.
struct Cursor {
    bucket: String,
    prefix: String,
    after: Option<String>,
    read: VecDeque<(String, String)>,
    ended: bool,
}

impl Cursor {
    fn new(bucket: String, prefix: String, after: Option<String>) -> Self {
        Self { bucket, prefix, after, read: VecDeque::new(), ended: false }
    }

    /// Reads on where all that was read is used up; whether it did.
    async fn fill(&mut self, catalogue: &Catalogue, wanted: usize) -> S3Result<bool> {
        if !self.read.is_empty() || self.ended {
            return Ok(false);
        }
        let page = catalogue.page(&self.bucket, &self.prefix, self.after.clone(), wanted).await?;
        self.ended = page.len() < wanted;
        self.after = page.last().map(|(key, _)| key.clone());
        self.read = page.into();
        Ok(true)
    }

    /// Passes over everything up to an index key.
    fn pass(&mut self, beyond: &str) {
        while self.read.front().is_some_and(|(key, _)| key.as_str() <= beyond) {
            self.read.pop_front();
        }
        if self.after.as_deref().is_none_or(|after| after < beyond) {
            self.after = Some(beyond.to_owned());
        }
    }
}

/// Both cursors. A key's current object comes before its other versions, since it is the newest.
struct Merge<'a> {
    catalogue: &'a Catalogue,
    current: Cursor,
    kept: Cursor,
    wanted: usize,
    /// What comes before all else.
    first: Option<(String, Object)>,
    /// How often the index was read.
    reads: usize,
}

impl Merge<'_> {
    /// The next version of all, and whether it is a current object.
    async fn next(&mut self) -> S3Result<Option<(String, Entry, bool)>> {
        if let Some((key, object)) = self.first.take() {
            return Ok(Some((key, Entry::Object(Box::new(object)), true)));
        }
        self.reads += usize::from(self.current.fill(self.catalogue, self.wanted).await?);
        self.reads += usize::from(self.kept.fill(self.catalogue, self.wanted).await?);
        let kept = self.kept.read.front().map(|(place, _)| placed(place)).transpose()?;
        let current_is_first = match (self.current.read.front(), &kept) {
            (Some((key, _)), Some((other, _))) => key <= other,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if current_is_first {
            let Some((key, document)) = self.current.read.pop_front() else { return Ok(None) };
            return Ok(Some((key, Entry::Object(Box::new(parse::<Object>(&document)?)), true)));
        }
        let (Some((key, _)), Some((_, document))) = (kept, self.kept.read.pop_front()) else {
            return Ok(None);
        };
        Ok(Some((key, parse(&document)?, false)))
    }

    fn pass(&mut self, group: &str) {
        self.current.pass(&format!("{group}{LAST}"));
        self.kept.pass(&format!("{}{LAST}", escaped(group)));
    }
}

/// Where the page begins, in both index buckets.
fn merge<'a>(catalogue: &'a Catalogue, walk: &Walk<'_>, group: Option<&str>) -> S3Result<Merge<'a>> {
    let mut current = Cursor::new(walk.bucket.to_owned(), walk.prefix.to_owned(), None);
    let mut first = None;
    let mut kept = Cursor::new(versions_of(walk.bucket), escaped(walk.prefix), None);
    if let Some(marker) = walk.key_marker {
        let at = Address { bucket: walk.bucket, key: marker };
        let sequence = match &walk.version_marker {
            Some(version) => catalogue.sequence_of(at, version)?,
            None => None,
        };
        current.after = Some(marker.to_owned());
        kept.after = Some(match (sequence, &walk.version_marker) {
            (Some(sequence), _) => place(marker, sequence),
            // The null version that the page before ended with is gone. What is told twice is better than untold.
            (None, Some(_)) => history_of(marker),
            (None, None) => format!("{}{AFTER_PLACES}", history_of(marker)),
        });
        // The current object has come up from among the versions that were still to be listed, if those before it were
        // deleted since.
        if let Some(sequence) = sequence
            && marker.starts_with(walk.prefix)
            && let Some(object) = catalogue.one::<Object>(walk.bucket, marker)?
            && object.sequence < sequence
        {
            first = Some((marker.to_owned(), object));
        }
    }
    let wanted = if walk.delimiter.is_some() { INDEX_PAGE } else { (walk.limit + 1).min(INDEX_PAGE) };
    let mut merge = Merge { catalogue, current, kept, wanted, first, reads: 0 };
    if let Some(group) = group {
        merge.pass(group);
    }
    Ok(merge)
}

/// Lists a page. The caller holds the bucket's lock alone: between the two index buckets a version could move.
pub(crate) async fn walk(catalogue: &Catalogue, walk: Walk<'_>) -> S3Result<Page> {
    let mut page = Page::default();
    if walk.limit == 0 {
        return Ok(page);
    }
    let group_of = |key: &str| {
        let delimiter = walk.delimiter?;
        rolled_up(key, walk.prefix, delimiter).map(str::to_owned)
    };
    let mut within = walk.key_marker.and_then(|marker| group_of(marker).filter(|group| group == marker));
    let mut merge = merge(catalogue, &walk, within.as_deref())?;
    // A version is the latest of its key if it is the first that comes; where the page before has shown some of a
    // key's, none of the rest is, unless those were deleted since.
    let mut before = walk.version_marker.is_some().then(|| walk.key_marker.map(str::to_owned)).flatten();
    while let Some((key, entry, is_current)) = merge.next().await? {
        let group = group_of(&key);
        if group.is_some() && group == within {
            continue;
        }
        // A page may be shorter than it was asked to be, and others wait for the bucket.
        if page.rows.len() == walk.limit || (merge.reads > READS && !page.rows.is_empty()) {
            page.truncated = true;
            return Ok(page);
        }
        if let Some(group) = &group {
            page.rows.push(Row::Prefix(group.clone()));
            merge.pass(group);
        } else {
            let latest = is_current || is_top(catalogue, &walk, &key, &entry, before.as_deref()).await?;
            before = Some(key.clone());
            page.rows.push(Row::Version { key, entry, latest });
        }
        within = group;
    }
    Ok(page)
}

/// Whether an entry that is not a current object is the latest of its key: a delete marker on top.
async fn is_top(
    catalogue: &Catalogue,
    walk: &Walk<'_>,
    key: &str,
    entry: &Entry,
    before: Option<&str>,
) -> S3Result<bool> {
    if before != Some(key) {
        return Ok(true);
    }
    if walk.key_marker != Some(key) {
        return Ok(false);
    }
    let top = catalogue.top_marker(Address { bucket: walk.bucket, key }).await?;
    Ok(top.is_some_and(|marker| marker.sequence == entry.sequence()))
}
